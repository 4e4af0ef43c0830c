"""What the queue is asked for, and what one row of it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.domain.work import Kind
from app.persistence.reads.orders import OrderRow, OrderSearch

MOST = 2**62
NO_SEARCH = OrderSearch()


class Place(NamedTuple):
    """Where a row stands in the queue."""

    informs: bool
    at: int
    lane: int
    number: int

    @property
    def cursor(self) -> str:
        """The place as text for an address."""
        return f"{self.informs:d}.{self.at}.{self.lane}.{self.number}"


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """Whose and which work. `now` in epoch seconds.

    `whose`: `role` is what waits for the `person`, by name or by one of the owning `roles` they answer for; `name` is
    what waits for them by name; `all` is everything. `repeats` are the reasons that mean "maybe a duplicate". `only`
    is one thing: (`o`, `t` or `x`, its number). Empty means any.
    """

    now: int
    person: str = ""
    roles: frozenset[str] = frozenset()
    whose: str = "all"
    kind: str = ""
    shop_id: int | None = None
    shop: str = ""
    search: OrderSearch = NO_SEARCH
    words: str = ""
    repeats: frozenset[str] = frozenset()
    only: tuple[str, int] | None = None

    def wants(self, *kinds: Kind) -> bool:
        """Whether any of these kinds is asked for."""
        return not self.kind or self.kind in kinds


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits. `at` is when it breaches; `owner` the owning role, `person` whom it is handed to by name.

    `key` names it in the page: `o7` an order, `t7` a task, `x7` a transfer, else a group. `row` is the task's or the
    transfer's row; `group` tells of a group: `n` things in it, and what they share.
    """

    key: str
    kind: Kind
    number: int
    at: int
    owner: str
    person: str | None = None
    order: OrderRow | None = None
    row: Any = None
    group: dict[str, Any] = field(default_factory=dict)
