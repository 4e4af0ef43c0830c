"""What a watch looks at: facts from the database, and the fewer steps that they are merged into."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.rulebook.watches import PRICE_GAP, Watch


class Key(NamedTuple):
    """Whom a window is about: a SKU or a buyer (a keyed hash), in one shop or, with "", over all."""

    subject: str
    shop: str = ""


class Fact(NamedTuple):
    """One thing that happened. `amount`: units of a burst, 1 of a repeat, the unit price in fen of a price gap.

    `at` in epoch seconds; `ref` is the order's own number, None for the price of a listing.
    """

    key: Key
    at: int
    amount: int
    shop: str
    ref: int | None = None


class Step(NamedTuple):
    """Facts that no window can tell apart, as one; `number` is its place among the steps."""

    number: int
    key: Key
    at: int
    amount: int
    shop: str


Pair = tuple[int, int]
"""The numbers of the first and the last step of a window; of the dearer and the cheaper one of a price gap."""


@dataclass(frozen=True, slots=True)
class Match:
    """A window of which the watch is true: both ends in epoch seconds, how much it came to, and the orders in it.

    `prices` are the lower and the higher unit price in fen with their shops, for a price gap.
    """

    key: Key
    start: int
    end: int
    amount: int
    refs: tuple[int, ...]
    prices: tuple[tuple[int, str], ...] = ()


def price_limit(watch: Watch, fen: int) -> int:
    """The highest price in fen that is not yet too far above `fen`."""
    return max(fen * (100 + watch.threshold) // 100, fen + watch.least - 1)


def steps_of(watch: Watch, facts: Iterable[Fact]) -> list[Step]:
    """The facts as steps, by key and time; keys that cannot reach the threshold at all are left out.

    What falls into one second is one step. Of one SKU's prices in one shop only the lowest and the highest count, so
    the caller hands in the facts of one window only.
    """
    by_key: dict[Key, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_key[fact.key].append(fact)
    merge = _prices if watch.kind == PRICE_GAP else _seconds
    merged = [(key, *one) for key in sorted(by_key) for one in merge(watch, by_key[key])]
    return [Step(number, *one) for number, one in enumerate(merged)]


def _seconds(watch: Watch, facts: Sequence[Fact]) -> list[tuple[int, int, str]]:
    totals: dict[int, int] = defaultdict(int)
    for fact in facts:
        totals[fact.at] += fact.amount
    if sum(totals.values()) < watch.threshold:
        return []
    return [(at, amount, "") for at, amount in sorted(totals.items()) if amount > 0]


def _prices(watch: Watch, facts: Sequence[Fact]) -> list[tuple[int, int, str]]:
    ends: dict[str, tuple[Fact, Fact]] = {}
    for fact in sorted(facts, key=lambda fact: fact.at):
        low, high = ends.get(fact.shop, (fact, fact))
        ends[fact.shop] = (fact if fact.amount <= low.amount else low, fact if fact.amount >= high.amount else high)
    lowest = min(low.amount for low, _ in ends.values())
    if len(ends) < 2 or max(high.amount for _, high in ends.values()) <= price_limit(watch, lowest):
        return []
    steps = {(fact.at, fact.amount, shop) for shop, pair in ends.items() for fact in pair}
    return sorted(steps)
