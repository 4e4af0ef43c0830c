"""What people may say of an order, how it is laid over the mirror, and which words get in each other's way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.decision import Overlay

ADDRESS_FIELDS = ("province", "city", "district", "town", "address", "customer_name", "phone")
"""Fields of an order that a change of address may change."""
HOLD_REASONS = ("customer-asked", "address-check", "goods-check", "payment-check", "wait-for-more", "by-hand")
"""Why a person holds an order, besides the pack's own reasons; each has a sentence."""
KINDS = (
    "hold", "release", "cancel", "warehouse", "carrier", "priority", "urgent", "address", "split", "consolidate",
    "not-same",
)  # fmt: skip
LASTING_TASKS = (
    "changed-after-pick", "rolled-back-after-pick", "address-crossed", "cancel-crossed", "stopped-by-platform",
    "stop-parcel",
)  # fmt: skip
"""Kinds of tasks that ask a person something: no decision closes them."""
_ALL = frozenset({"flow", "warehouse", "carrier", "priority", "urgent", "address", "parcels"})
_TOUCHES: dict[str, frozenset[str]] = {
    "hold": frozenset({"flow"}),
    "release": frozenset({"flow"}),
    "not-same": frozenset({"flow"}),
    "again": frozenset(),
    "cancel": _ALL,
    "split": frozenset({"parcels"}),
    "consolidate": frozenset({"parcels", "warehouse", "address"}),
}


@dataclass(frozen=True, slots=True)
class Word:
    """One thing a person says of an order. `value` is plain; `address` holds personal data and is kept sealed.

    `other` is the id of the order that it names and `host` that order's key, for `consolidate` and `not-same`.
    """

    kind: str
    value: Mapping[str, Any] = field(default_factory=dict)
    address: Mapping[str, str] = field(default_factory=dict)
    other: int | None = None
    host: tuple[str, str] | None = None


def lay(overlay: Overlay, word: Word) -> None:
    """Lay a word over what was said before."""
    value = word.value
    match word.kind:
        case "hold":
            overlay.held, overlay.hold_reason = True, value.get("reason", "")
            overlay.released -= {overlay.hold_reason or "held-by-person"}
        case "release":
            overlay.held = False
            overlay.released = overlay.released | set(value.get("reasons", ()))
        case "cancel":
            overlay.cancelled = True
        case "address":
            overlay.address = {**overlay.address, **word.address}
        case "split":
            overlay.parts = tuple(value.get("parts", ()))
        case "consolidate" if word.host is None:
            overlay.hosts = True
        case "consolidate":
            overlay.joins = word.host
        case "warehouse" | "carrier" | "priority" | "urgent":
            setattr(overlay, word.kind, value.get(word.kind))


def in_the_way(one: str, other: str) -> bool:
    """Whether words of these two kinds speak of the same thing: neither may be said without knowing the other."""
    return bool(_touches(one) & _touches(other))


def _touches(kind: str) -> frozenset[str]:
    return _TOUCHES.get(kind, frozenset({kind}))
