"""What carriers say of a parcel on its way: kinds of events, in words, and one event. Times are epoch seconds."""

from __future__ import annotations

from dataclasses import dataclass

KINDS: dict[str, dict[str, str]] = {
    "collected": {"zh": "已揽收", "en": "Collected"},
    "scanned": {"zh": "运输中", "en": "Scanned on its way"},
    "delivering": {"zh": "派送中", "en": "Out for delivery"},
    "problem": {"zh": "异常", "en": "A problem on its way"},
    "returned": {"zh": "退回途中", "en": "On its way back"},
    "signed": {"zh": "已签收", "en": "Signed for"},
}
SIGNED = "signed"
"""With this event a parcel's journey ends, whenever it is told."""
FUTURE_SECONDS = 600
"""Clocks of carriers may be this far ahead of ours."""
LATEST = 4_102_444_800
"""The latest time that an event may name in epoch seconds: the year 2100."""
LONGEST_PLACE = 100


@dataclass(frozen=True, slots=True)
class Sighting:
    """A waybill was seen: `carrier` as its sender writes it, empty when the waybill alone says which parcel."""

    waybill: str
    kind: str
    at: int
    place: str = ""
    carrier: str = ""


STATUSES = ("taken", "late", "repeated", "unknown", "ambiguous", "future")
"""What became of a sighting.

`late`: kept, but older than the newest known one, so that no timer starts again by it. `unknown`: the shop has no such
waybill; `ambiguous`: two carriers have it, name one; `future`: its time has not come. Of these three nothing is kept.
"""
