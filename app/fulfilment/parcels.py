"""Parcels as the warehouse sees them: what is in them, whose they are, whether they may leave."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from app.domain.decision import Overlay
from app.domain.order import MUST_NOT_SHIP, Order, OrderState, Refund

GIFT = "gift:"
"""What the line of a rule's gift begins with."""
_NUMBER = re.compile(r"P?0*([1-9]\d{0,17})")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a pick list is asked to hold.

    `carrier` None is any, "" those without one; `ship_by` the latest ship-by time; `size` "" any, `single` one unit
    in the parcel, `multi` more; `urgent_first` takes by priority and ship-by time, else the oldest first.
    """

    carrier: str | None = None
    ship_by: int | None = None
    size: str = ""
    urgent_first: bool = True
    limit: int = 200


@dataclass(frozen=True, slots=True)
class Goods:
    """Units of a SKU for an order's line, as reserved: `live` (still here), `consumed` (left) or `released`."""

    fulfilment_id: int
    position: int
    line: str
    sku: str
    name: str
    bin: str
    quantity: int
    state: str
    warehouse_id: int
    weight_g: int | None = None

    @property
    def gift(self) -> bool:
        """Whether a rule gave it."""
        return self.line.startswith(GIFT)


@dataclass(slots=True)
class Share:
    """One order's share of a parcel. `order` is without personal data; `stop` says why it must not leave."""

    fulfilment_id: int
    order_id: int
    shop_name: str
    order: Order
    overlay: Overlay
    state: str
    decision_seq: int
    ship_by: int | None
    priority: int
    goods: list[Goods]
    stop: str | None = None

    @property
    def here(self) -> list[Goods]:
        """What is still in the warehouse for it."""
        return [each for each in self.goods if each.state == "live"]


@dataclass(frozen=True, slots=True)
class Shipment:
    """A waybill of a parcel and how many units left under it (none for a box more of what had left)."""

    id: int
    carrier: str
    waybill: str
    shipped_by: str
    shipped_at: int
    units: int


@dataclass(slots=True)
class Parcel:
    """One box to fill: the shares of its orders, the host's first, and the waybills it has."""

    id: int
    list_id: int | None
    warehouse_id: int
    carrier: str | None
    shares: list[Share]
    shipments: list[Shipment] = field(default_factory=list)

    @property
    def number(self) -> str:
        """What is printed on it and scanned."""
        return parcel_number(self.id)

    @property
    def goods(self) -> list[Goods]:
        """Everything in it, but what was put back."""
        return [each for share in self.shares for each in share.goods if each.state != "released"]

    @property
    def here(self) -> list[Goods]:
        """What of it is still in the warehouse."""
        return [each for share in self.shares for each in share.here]

    @property
    def units(self) -> int:
        """Units in it, left or not."""
        return sum(each.quantity for each in self.goods)

    @property
    def units_here(self) -> int:
        """Units of it still in the warehouse."""
        return sum(each.quantity for each in self.here)

    @property
    def stop(self) -> str | None:
        """Why it must not leave as it is: the first of its orders that must not."""
        return next((share.stop for share in self.shares if share.stop and share.here), None)

    @property
    def state(self) -> str:
        """open | picked | stopped | part | shipped | put-back."""
        if not self.here:
            return "shipped" if self.shipments else "put-back"
        if self.stop:
            return "stopped"
        if self.shipments:
            return "part"
        return "picked" if self.list_id is not None else "open"

    @property
    def orders(self) -> list[str]:
        """The platform's numbers of its orders."""
        return [share.order.id for share in self.shares]

    @property
    def weight_g(self) -> int | None:
        """Its goods' weight; None when one of them has none."""
        weights = [each.weight_g for each in self.goods]
        if not weights or None in weights:
            return None
        return sum((each.weight_g or 0) * each.quantity for each in self.goods)


def parcel_number(parcel_id: int) -> str:
    """The number that people see for a parcel: `P0000123`."""
    return f"P{parcel_id:07d}"


def parcel_id_of(text: str) -> int | None:
    """The parcel that a scanned or typed number means; None when it is no parcel's number."""
    found = _NUMBER.fullmatch(text.strip().upper())
    return int(found[1]) if found else None


def list_number(list_id: int) -> str:
    """The number that people see for a pick list: `L0012`."""
    return f"L{list_id:04d}"


def why_stopped(order: Order, overlay: Overlay, lines: Collection[str], *, leaving: bool = False) -> str | None:
    """Why an order's parcel with these lines must not leave, as a code with a sentence; None when it may.

    `leaving`: a part of it left already, so that the platform may well call it shipped.
    """
    if overlay.cancelled:
        return "stop-cancelled"
    if overlay.held:
        return "stop-held"
    if order.state in (OrderState.SHIPPED, OrderState.SIGNED):
        return None if leaving else "stop-shipped-elsewhere"
    if order.state != OrderState.PAID:
        return _BY_STATE.get(order.state, "stop-closed")
    if order.flags & MUST_NOT_SHIP:
        return "stop-forbidden"
    refunded = {line.id for line in order.lines if line.refund != Refund.NONE}
    return "stop-line-refund" if refunded & set(lines) else None


_BY_STATE: dict[str, str] = {
    OrderState.CREATED: "stop-unpaid",
    OrderState.REFUNDING: "stop-refunding",
    OrderState.REFUNDED: "stop-refunded",
    OrderState.CLOSED: "stop-closed",
}
