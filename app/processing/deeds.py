"""Whether a person may say this of an order now. What may not be said is refused, with what to do instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.domain.book import Stored
from app.domain.errors import Refused
from app.domain.order import OrderState
from app.domain.words import ADDRESS_FIELDS, Word

_MOST_PARCELS = 10
_LONGEST = {"address": 500, "customer_name": 100}
_LONG = 64
_PHONE = re.compile(r"\+?[\d][\d\- ,转]{4,30}")
_LEFT_THE_HOUSE = (OrderState.SHIPPED, OrderState.SIGNED)


@dataclass(frozen=True, slots=True)
class Subject:
    """An order about which something is to be said; `shipped` when a parcel of it has left the house."""

    stored: Stored
    shipped: bool = False


def check(subject: Subject, word: Word) -> None:
    """Raises `Refused` when the word may not be said of the order; its code has a sentence."""
    check_open(subject, word.kind)
    _CHECKS.get(word.kind, _check_change)(subject.stored, word)


def check_open(subject: Subject, kind: str) -> None:
    """Raises `Refused` when nothing, or nothing of this kind, may be said of the order any more."""
    stored = subject.stored
    if stored.history:
        raise Refused("order-history")
    if subject.shipped or stored.order.state in _LEFT_THE_HOUSE:
        raise Refused("order-shipped-cancel" if kind == "cancel" else "order-shipped")
    if stored.overlay.cancelled:
        raise Refused("order-cancelled")
    if stored.picked and kind != "cancel":
        raise Refused("order-picked")


def _check_release(stored: Stored, word: Word) -> None:
    if stored.outcome != "held" or not word.value.get("reasons"):
        raise Refused("order-not-held")


def _check_hold(_stored: Stored, word: Word) -> None:
    if not word.value.get("reason"):
        raise Refused("hold-reason")


def _check_address(stored: Stored, word: Word) -> None:
    shown = stored.overlay.over(stored.order)
    if not word.address or all(getattr(shown, name) == value for name, value in word.address.items()):
        raise Refused("address-same")
    for name, value in word.address.items():
        if name not in ADDRESS_FIELDS or not value.strip() or "*" in value or len(value) > _LONGEST.get(name, _LONG):
            raise Refused("address-wrong")
    phone = word.address.get("phone")
    if phone is not None and not _PHONE.fullmatch(phone):
        raise Refused("address-phone")


def _check_split(stored: Stored, word: Word) -> None:
    if stored.overlay.joins or stored.overlay.hosts:
        raise Refused("split-consolidated")
    wanted = {line.id: line.quantity for line in stored.order.wanted_lines}
    parts = word.value.get("parts", ())
    for part in parts:
        for line, count in part.items():
            wanted[line] = wanted.get(line, 0) - count
            if count < 0:
                raise Refused("split-too-many")
    if any(left < 0 for left in wanted.values()):
        raise Refused("split-too-many")
    filled = [part for part in parts if any(part.values())]
    parcels = len(filled) + bool(any(wanted.values()))
    if parcels < 2 or parcels > _MOST_PARCELS:
        raise Refused("split-parcels", most=_MOST_PARCELS)


def _check_change(stored: Stored, word: Word) -> None:
    overlay, same = stored.overlay, False
    if word.kind == "urgent":
        same = bool(overlay.over(stored.order).urgent) == word.value["urgent"]
    elif word.kind in ("warehouse", "carrier", "priority"):
        same = getattr(overlay, word.kind) == word.value.get(word.kind)
    if same:
        raise Refused("word-same")


_CHECKS: dict[str, Callable[[Stored, Word], None]] = {
    "release": _check_release,
    "hold": _check_hold,
    "address": _check_address,
    "split": _check_split,
}
