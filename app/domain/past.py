"""The past as a trial needs it: what came from outside in a time, and how things stood when that time began.

Outside is what no rule decides: orders as they came, stock that people counted, their words, parcels taken in hand.
What the line itself reserved and shipped is left out, for each side of a trial makes its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.domain.book import Key, Stored
from app.domain.goods import Catalogue, Warehouse
from app.domain.order import Order
from app.domain.ports import Entry
from app.domain.words import Word

Pair = frozenset[Key]


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of the past: what was received from `since` until before `until`, or what one import brought.

    `history` orders, which the line only records, are taken as if they were paid and came when they were created.
    """

    since: int
    until: int
    import_id: str = ""
    history: bool = False


@dataclass(slots=True)
class Arrival:
    """One revision of an order as it came. `at` is when the line decided it, in epoch seconds.

    `order` is how it is stored; None when only its payload tells what it said then. `picked_at` is when the warehouse
    took it in hand.
    """

    at: int
    key: Key
    entry: Entry
    order: Order | None = None
    picked_at: int | None = None


@dataclass(frozen=True, slots=True)
class StockMove:
    """Units that came to or left a warehouse by people's hand."""

    at: int
    warehouse: str
    sku: str
    units: int


@dataclass(frozen=True, slots=True)
class Said:
    """A word of a person, and from when to when it counted (None: still)."""

    key: Key
    at: int
    until: int | None
    word: Word


@dataclass(slots=True)
class Before:
    """An order that was stored before: as it stood, and the units `(warehouse, SKU, units)` it had reserved.

    `content` is set instead of the order when only a payload tells what it said then.
    """

    stored: Stored
    picks: list[tuple[str, str, int]] = field(default_factory=list)
    parcel: str | None = None
    priority: int = 0
    waits: bool = False
    content: Entry | None = None


@dataclass(slots=True)
class Opening:
    """How things stood at `at`. `free` are units by warehouse and SKU, `used` the parcels of that day so far."""

    at: int = 0
    free: dict[str, dict[str, int]] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    orders: list[Before] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of goods and places: as it is today, for nothing remembers what it was.

    `shops` are `(id, code, platform)`.
    """

    shops: Sequence[tuple[int, str, str]]
    warehouses: Sequence[Warehouse]
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a trial cannot do again as it was; `code` has a sentence."""

    code: str
    details: Mapping[str, int | str] = field(default_factory=dict)


class Past(Protocol):
    """A time that has passed, from one snapshot that nothing can be written through."""

    span: Span

    def count(self) -> int:
        """How many arrivals there are."""
        ...

    def facts(self) -> Facts:
        """Goods and places."""
        ...

    def opening(self, reach_seconds: int) -> Opening:
        """How things stood at the beginning; with the orders created within `reach_seconds` before it."""
        ...

    def arrivals(self, *, as_payloads: bool) -> Iterator[Arrival]:
        """What came, in order of time; `as_payloads` leaves it all to be mapped."""
        ...

    def moves(self) -> list[StockMove]:
        """Stock moved by people, in order."""
        ...

    def words(self) -> list[Said]:
        """Everything people said that counted at some moment of the time."""
        ...

    def apart(self) -> list[tuple[int, Pair]]:
        """Pairs of which people said "not the same", and when."""
        ...

    def remarks(self) -> list[Remark]:
        """What cannot be done again as it was."""
        ...


def of_orders(said: Collection[Said]) -> dict[Key, list[Said]]:
    """The words by order, each list in the order in which they were said."""
    found: dict[Key, list[Said]] = {}
    for one in said:
        found.setdefault(one.key, []).append(one)
    return found
