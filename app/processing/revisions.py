"""Revisions of a platform order: which of them counts, whatever order they arrive in."""

from __future__ import annotations

from enum import StrEnum

from app.domain.book import Stored
from app.domain.order import Order


class Reading(StrEnum):
    """What a payload means for the order it belongs to."""

    NEWER = "newer"
    SAME = "same"
    SUPERSEDED = "superseded"


def read_revision(stored: Stored, order: Order, digest: bytes, *, live: bool) -> Reading:
    """Compare a payload with the current revision: by the platform's modified time, then by place in the stream.

    Equal time and content is the same; an older one is superseded. Without a modified time on either side only
    the content is compared. History never revises a live order; a live payload makes a history order live.
    """
    if stored.history != (not live):
        return Reading.NEWER if live else Reading.SUPERSEDED
    ours, theirs = stored.order.modified_at, order.modified_at
    if ours is not None and theirs is not None and theirs != ours:
        return Reading.NEWER if theirs > ours else Reading.SUPERSEDED
    return Reading.SAME if digest == stored.digest else Reading.NEWER
