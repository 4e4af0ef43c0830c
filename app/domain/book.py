"""The order book as the line sees it: what is stored of an order, what a batch did, and the port between."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.domain.decision import Decision, Given, Neighbour, Overlay
from app.domain.errors import Problem
from app.domain.goods import Catalogue, Stock, Warehouse
from app.domain.order import Order
from app.domain.ports import Entry
from app.domain.protection import Protection

Key = tuple[str, str]
"""An order's key: (shop code, platform order id)."""


@dataclass(slots=True)
class Stored:
    """One order as the book holds it. `digest` is of its current content, identity evidence left out.

    `given` is filled in for one that people split and of which a part is in somebody's hands.
    """

    id: int
    order: Order
    digest: bytes
    revision: int = 0
    decision_seq: int = 0
    history: bool = False
    picked: bool = False
    outcome: str = ""
    overlay: Overlay = field(default_factory=Overlay)
    anchor: Key | None = None
    joins: Key | None = None
    given: Given = field(default_factory=Given)
    is_new: bool = False
    cause: str = "received"


@dataclass(slots=True)
class Revision:
    """One receipt's payload kept under its order; `applied` is False for one that came too late."""

    order_id: int
    number: int
    receipt: Entry
    modified_at: int | None
    digest: bytes
    applied: bool


@dataclass(slots=True)
class Closed:
    """How a receipt ended: `decided`, `quarantined`, `duplicate` or `dead`. `retry` when it had ended once before."""

    receipt: Entry
    status: str
    tid: str | None = None
    order_id: int | None = None
    note: str = ""
    problems: Sequence[Problem] = ()


@dataclass(slots=True)
class BatchResult:
    """Everything one batch writes, handed over at once."""

    now: int
    pack_version: int
    closed: list[Closed] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    decided: list[tuple[Stored, Decision]] = field(default_factory=list)
    changed_after_pick: list[Stored] = field(default_factory=list)
    crossed: list[tuple[int, str]] = field(default_factory=list)
    """(order id, kind of task) where the platform changed what people had said something else of."""
    unsettled: list[int] = field(default_factory=list)
    """Stored orders whose cluster changed and that a later batch must decide again."""


class OrderBook(Protocol):
    """One open transaction over the stored orders."""

    def seen(self, receipts: Sequence[str]) -> set[str]:
        """Which of these receipts had their effect already."""
        ...

    def lock(self, orders: Sequence[Order]) -> None:
        """Wait until nobody else decides about these buyers or orders."""
        ...

    def stored(self, keys: Collection[Key]) -> dict[Key, Stored]:
        """What is stored under these keys."""
        ...

    def waiting(self, limit: int) -> list[Stored]:
        """Take up to `limit` orders that are to be decided again, the most urgent first."""
        ...

    def retries(self, limit: int) -> list[Entry]:
        """Take up to `limit` quarantined or dead receipts that a person sent again."""
        ...

    def new_ids(self, count: int) -> list[int]:
        """Ids for new orders."""
        ...

    def neighbours(self, orders: Sequence[Order], window_seconds: int, weak_seconds: int) -> list[Neighbour]:
        """Stored orders that share identity evidence with these within the window, and theirs in turn.

        `weak_seconds` is the window of evidence that never lets orders share a parcel.
        """
        ...

    def verdicts(self, keys: Collection[Key]) -> set[frozenset[Key]]:
        """Pairs among these of which people said that they are not the same."""
        ...

    def parcels(self, keys: Collection[Key]) -> dict[Key, str]:
        """Warehouse of each of these orders that leaves in one parcel which others may still join."""
        ...

    def stock(self, skus: Collection[str], freed: Collection[int]) -> Stock:
        """Free units of these SKUs, counting the reservations of the orders `freed` as free."""
        ...

    def warehouses(self, now: int) -> list[Warehouse]:
        """Active warehouses with what they used of today's capacity."""
        ...

    def catalogue(self) -> Catalogue:
        """SKUs, listings and freight."""
        ...

    def protections(self, now: int) -> list[Protection]:
        """Protections that hold now; none of them ends before this transaction does."""
        ...

    def store(self, result: BatchResult, shops: Mapping[str, int]) -> None:
        """Write everything the batch did."""
        ...
