"""What deciding an order yields. Everything here is plain data; `processing.decide` makes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from app.domain.order import Order


class Outcome(StrEnum):
    ALLOCATED = "allocated"
    HELD = "held"
    CONSOLIDATED = "consolidated"
    BACKORDERED = "backordered"
    RECORDED = "recorded"


@dataclass(slots=True)
class Pick:
    """`quantity` of `sku` for the order's line `line`, taken from the stock of `source` (a warehouse code)."""

    line: str
    sku: str
    quantity: int
    source: str


@dataclass(slots=True)
class Fulfilment:
    """One parcel's worth of work at `warehouse`; picks from another source come by transfer first."""

    warehouse: str
    picks: list[Pick]


@dataclass(slots=True)
class Hold:
    reason: str
    owner: str
    rule: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class TaskRequest:
    """A task to open for `owner` (a role); one open task per (order, kind, rule)."""

    kind: str
    owner: str
    rule: str
    due_at: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Transfer:
    """Goods to move between own warehouses; `arrives_on` is an ISO date in Asia/Shanghai."""

    source: str
    destination: str
    sku: str
    quantity: int
    arrives_on: str


@dataclass(slots=True)
class Purchase:
    sku: str
    quantity: int
    rule: str


@dataclass(slots=True)
class Decision:
    """The whole answer for one order.

    `rules` are `section/rule-id` of every rule that had a part, in order. `record` is the decision record
    (判单书) as JSON, without personal data, enough to decide again (`processing.replay`).
    `anchor` is the key (shop, id) of the earlier order this one is suspected to repeat; `joins` the key of the
    order whose parcel it shares.
    """

    order: Order
    outcome: Outcome
    rules: list[str] = field(default_factory=list)
    fulfilments: list[Fulfilment] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    tasks: list[TaskRequest] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    priority: int = 0
    carrier: str | None = None
    presale: bool = False
    gifts: list[Pick] = field(default_factory=list)
    anchor: tuple[str, str] | None = None
    joins: tuple[str, str] | None = None
    unmatched: list[str] = field(default_factory=list)
    record: bytes = b"{}"


Units = Counter[tuple[str, str]]
"""Units by (source's warehouse code, SKU)."""


def units_of(decision: Decision) -> Units:
    """Units that a decision reserves."""
    found: Units = Counter()
    for fulfilment in decision.fulfilments:
        for pick in fulfilment.picks:
            found[pick.source, pick.sku] += pick.quantity
    return found


@dataclass(slots=True)
class Neighbour:
    """An already stored order near a batch, as much of it as clusters and consolidation need.

    `skus` is its set of merchant SKUs after listings; `parcel` is set when it is allocated, unpicked, and
    leaves in one parcel: the warehouse another order may join. `place` is its (province, city, district);
    `anchor` the order it is held as a repeat of; `sealed` parcels take nobody in. `address_key` is that of
    `duplicates.evidence.address_key`, made with the same hasher as `World.hasher`.
    """

    shop: str
    id: str
    created_at: int
    skus: frozenset[str]
    identity: tuple[Any, ...]
    eligible: bool = True
    picked: bool = False
    parcel: str | None = None
    address_key: str | None = None
    place: tuple[str | None, str | None, str | None] = (None, None, None)
    anchor: tuple[str, str] | None = None
    sealed: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return (self.shop, self.id)


@dataclass(slots=True)
class Overlay:
    """What people have said of an order, laid over the mirror; survives revisions.

    `parts` are the parcels that are to leave apart from the rest, as units by line id; `joins` is the order whose
    parcel it is to share, `hosts` whether others are to share its own.
    """

    cancelled: bool = False
    held: bool = False
    hold_reason: str = ""
    released: frozenset[str] = frozenset()
    warehouse: str | None = None
    carrier: str | None = None
    priority: int | None = None
    urgent: bool | None = None
    address: dict[str, str] = field(default_factory=dict)
    parts: tuple[Mapping[str, int], ...] = ()
    joins: tuple[str, str] | None = None
    hosts: bool = False

    def over(self, order: Order) -> Order:
        """The order as people want it read: their address and urgency over the platform's."""
        if not self.address and self.urgent is None:
            return order
        changes: dict[str, Any] = dict(self.address)
        if self.urgent is not None:
            changes["urgent"] = self.urgent
        return replace(order, **changes)


@dataclass(frozen=True, slots=True)
class Given:
    """What an order has in parcels that are not decided again: units by (line id, SKU); `left` once some has left."""

    units: Mapping[tuple[str, str], int] = field(default_factory=dict)
    left: bool = False

    def __bool__(self) -> bool:
        return bool(self.units)


@dataclass(slots=True)
class Case:
    """One order to decide now. `history` orders are recorded and nothing else.

    Of an order with something `given` only the parcels that still wait are decided; what it has stays as it is.

    `placed`: it has goods or waits for them by an earlier decision, so that no protection begun since concerns it.
    """

    order: Order
    overlay: Overlay = field(default_factory=Overlay)
    history: bool = False
    given: Given = field(default_factory=Given)
    placed: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return (self.order.shop, self.order.id)
