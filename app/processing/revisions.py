"""Revisions of a platform order: which of them counts, whatever order they arrive in."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from app.domain.book import Stored
from app.domain.decision import Overlay
from app.domain.order import Order, OrderState, Refund


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


def crossed(overlay: Overlay, before: Order, after: Order) -> Iterator[str]:
    """Kinds of tasks to open: the platform now says something of what people had said something else of."""
    if any(getattr(before, name) != getattr(after, name) for name in overlay.address):
        yield "address-crossed"
    if _stopped(after) and not _stopped(before):
        if not overlay.cancelled and (overlay.parts or overlay.joins or overlay.hosts or overlay.address):
            yield "stopped-by-platform"
    elif overlay.cancelled and _wanted(before) != _wanted(after):
        yield "cancel-crossed"


def _stopped(order: Order) -> bool:
    return order.state in (OrderState.CLOSED, OrderState.REFUNDING, OrderState.REFUNDED) or not order.wanted_lines


def _wanted(order: Order) -> list[tuple[str | None, int]]:
    return [(line.sku, line.quantity) for line in order.lines if line.refund == Refund.NONE]
