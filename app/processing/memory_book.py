"""The order book of a trial: one side's orders, stock and waiting, all in memory; nothing is written anywhere."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from operator import itemgetter

from app.domain.book import BatchResult, Key, Stored
from app.domain.calendar import local_date
from app.domain.decision import Decision, Neighbour, Outcome, Overlay
from app.domain.goods import Catalogue, Stock, Warehouse
from app.domain.order import Order
from app.domain.past import Before, Facts, Pair, Said
from app.domain.ports import Entry
from app.domain.protection import Protection
from app.domain.words import lay
from app.domain.work import PART_WAITS
from app.duplicates.evidence import MASKED, Hasher, looked_up_as, neighbour_of

Tell = Callable[[Stored, Decision], None]
Sign = tuple[str, str, str]
_MOST_HOPS = 50
_CREATED = itemgetter(0)
_NEVER = 1 << 62
_WAIT = (Outcome.HELD, Outcome.BACKORDERED)
_NOTHING_SAID = Overlay()
_LEAVE = (Outcome.ALLOCATED, Outcome.CONSOLIDATED)


@dataclass(slots=True)
class _Kept:
    """One order with what this side gave it."""

    stored: Stored
    picks: list[tuple[str, str, int]] = field(default_factory=list)
    parcel: str | None = None
    priority: int = 0
    signs: tuple[Sign, ...] = ()
    wants: frozenset[str] = frozenset()


class MemoryBook:
    """Fulfils `domain.book.OrderBook`. `now` is the trial's clock, set by whoever runs it."""

    def __init__(self, facts: Facts, hasher: Hasher | None, said: Mapping[Key, list[Said]], tell: Tell) -> None:
        self.now = 0
        self._facts = facts
        self._hasher = hasher
        self._said = said
        self._tell = tell
        self._kept: dict[Key, _Kept] = {}
        self._keys: dict[int, Key] = {}
        self._next_id = 1
        self._free: dict[str, dict[str, int]] = defaultdict(dict)
        self._used: dict[str, Counter[str]] = defaultdict(Counter)
        # By when they were created. Nearly every sign is one order's alone: a list for each would be most of what a
        # trial holds; and some are shared by thousands, of which a window has few.
        self._near: dict[Sign, tuple[tuple[int, Key], ...]] = {}
        self._again: dict[Key, tuple[int, int, int]] = {}
        self._wanting: dict[str, set[Key]] = defaultdict(set)
        self._guests: dict[Key, set[Key]] = defaultdict(set)
        self._apart: set[Pair] = set()

    def open(self, before: Iterable[Before], free: Mapping[str, Mapping[str, int]], used: Mapping[str, int]) -> None:
        """Begin with these orders, units free beside what they hold, and parcels of the day at `now`."""
        for warehouse, held in free.items():
            self._free[warehouse].update(held)
        self._used[self._day()].update(used)
        for one in before:
            kept = _Kept(one.stored, one.picks, one.parcel, one.priority)
            self._keep(kept)
            if one.waits:
                self._want(kept)
            if one.stored.joins:
                self._guests[one.stored.joins].add(_key_of(one.stored))
            self._next_id = max(self._next_id, one.stored.id + 1)

    def move(self, warehouse: str, sku: str, units: int) -> None:
        """Units came or, below nothing, went."""
        held = self._free[warehouse]
        held[sku] = held.get(sku, 0) + units

    def ask_for(self, skus: Iterable[str]) -> None:
        """Let the orders be decided again that wait for one of these."""
        for key in [key for sku in skus for key in self._wanting.get(sku, ())]:
            if not self._kept[key].stored.picked:
                self.ask(key)

    def ask(self, key: Key) -> None:
        """Let the order be decided again; one that waits already keeps its place."""
        kept = self._kept.get(key)
        if kept is not None:
            due = kept.stored.order.ship_by
            self._again.setdefault(key, (-kept.priority, _NEVER if due is None else due, kept.stored.id))

    def pick(self, key: Key) -> Stored | None:
        """The warehouse takes the order in hand, when this side lets it leave; else None."""
        kept = self._kept.get(key)
        if kept is None or kept.stored.outcome not in _LEAVE:
            return None
        kept.stored.picked, kept.parcel = True, None
        return kept.stored

    def number_of(self, key: Key) -> int:
        """The number of an order that is here."""
        return self._kept[key].stored.id

    def numbered(self, order_id: int) -> Stored:
        """The order of that number."""
        return self._kept[self._keys[order_id]].stored

    def say_apart(self, pair: Pair) -> None:
        """From now on these two are not the same."""
        self._apart.add(pair)

    def waits(self) -> bool:
        """Whether any order is to be decided again."""
        return bool(self._again)

    def seen(self, receipts: Sequence[str]) -> set[str]:  # noqa: ARG002 - the port's
        """See the port: in the past every receipt had its effect once."""
        return set()

    def lock(self, orders: Sequence[Order]) -> None:
        """See the port: nobody else decides here."""

    def stored(self, keys: Collection[Key]) -> dict[Key, Stored]:
        """See the port."""
        found = sorted((self._kept[key].stored for key in keys if key in self._kept), key=lambda one: one.id)
        for one in found:
            one.cause, one.overlay = "received", self._overlay(_key_of(one))
        return {_key_of(one): one for one in found}

    def waiting(self, limit: int) -> list[Stored]:
        """See the port."""
        chosen = sorted(self._again, key=self._again.__getitem__)[:limit]
        for key in chosen:
            del self._again[key]
        found = self.stored(chosen)
        return [found[key] for key in chosen]

    def retries(self, limit: int) -> list[Entry]:  # noqa: ARG002 - the port's
        """See the port: what was sent again came when it did."""
        return []

    def new_ids(self, count: int) -> list[int]:
        """See the port."""
        ids = list(range(self._next_id, self._next_id + count))
        self._next_id += count
        return ids

    def neighbours(self, orders: Sequence[Order], window_seconds: int, weak_seconds: int) -> list[Neighbour]:
        """See the port."""
        own = {(order.shop, order.id) for order in orders}
        found: dict[Key, Stored] = {}
        near: Iterable[Order] = orders
        window = window_seconds
        for _ in range(_MOST_HOPS):
            fresh = {key for order in near for key in self._reached(order, window, weak_seconds)}
            fresh -= own | found.keys()
            if not fresh:
                break
            more = self.stored(fresh)
            found.update(more)
            near = [one.order for one in more.values()]
            window = weak_seconds
        catalogue, hasher = self._facts.catalogue, self._hasher
        return [neighbour_of(one, self._kept[key].parcel, catalogue, hasher) for key, one in found.items()]

    def verdicts(self, keys: Collection[Key]) -> set[Pair]:
        """See the port."""
        asked = set(keys)
        return {pair for pair in self._apart if pair <= asked}

    def protections(self, now: int) -> list[Protection]:  # noqa: ARG002 - the port's
        """None: what watches protected then is not told apart from what rules decided."""
        return []

    def parcels(self, keys: Collection[Key]) -> dict[Key, str]:
        """See the port."""
        found = {key: self._kept[key].parcel for key in keys if key in self._kept}
        return {key: parcel for key, parcel in found.items() if parcel is not None}

    def stock(self, skus: Collection[str], freed: Collection[int]) -> Stock:
        """See the port."""
        stock = Stock({code: {sku: held[sku] for sku in skus if sku in held} for code, held in self._free.items()})
        for order_id in freed:
            for warehouse, sku, units in self._kept[self._keys[order_id]].picks:
                stock.move(warehouse, sku, units)
        return stock

    def warehouses(self, now: int) -> list[Warehouse]:  # noqa: ARG002 - the port's
        """See the port."""
        used = self._used[self._day()]
        return [replace(each, used_today=used[each.code]) for each in self._facts.warehouses]

    def catalogue(self) -> Catalogue:
        """See the port."""
        return self._facts.catalogue

    def store(self, result: BatchResult, shops: Mapping[str, int]) -> None:  # noqa: ARG002 - the port's
        """See the port."""
        for stored, _ in result.decided:
            self._withdraw(stored)
        again = {_key_of(stored) for stored, _ in result.decided if not stored.is_new}
        for stored, decision in result.decided:
            self._decided(stored, decision)
        for stored, _ in result.decided:
            stored.is_new = False
        for host in again:
            for guest in self._guests.get(host, set()) - again:
                self.ask(guest)
        for order_id in result.unsettled:
            self.ask(self._keys[order_id])

    def _decided(self, stored: Stored, decision: Decision) -> None:
        key = _key_of(stored)
        stored.decision_seq += 1
        stored.overlay = self._overlay(key)
        stored.outcome, stored.anchor, stored.joins = str(decision.outcome), decision.anchor, decision.joins
        picks = [(p.source, p.sku, p.quantity) for f in decision.fulfilments for p in f.picks]
        for warehouse, sku, units in picks:
            self.move(warehouse, sku, -units)
        if decision.outcome is Outcome.ALLOCATED:
            self._used[self._day()].update(f.warehouse for f in decision.fulfilments)
        kept = _Kept(stored, picks, _parcel(decision), decision.priority)
        self._keep(kept)
        if decision.outcome in _WAIT or any(task.kind == PART_WAITS for task in decision.tasks):
            self._want(kept)
        for host in {decision.joins, stored.overlay.joins} - {None}:
            self._guests[host].add(key)  # type: ignore[index]
        self._tell(stored, decision)

    def _withdraw(self, stored: Stored) -> None:
        """Take back what an earlier decision of the order gave it."""
        key = _key_of(stored)
        kept = self._kept.get(key)
        if kept is None:
            return
        for warehouse, sku, units in kept.picks:
            self.move(warehouse, sku, units)
        for sign in kept.signs:
            self._near[sign] = tuple(other for other in self._near[sign] if other[1] != key)
        for sku in kept.wants:
            self._wanting[sku].discard(key)
        for host in {stored.joins, stored.overlay.joins} - {None}:
            self._guests[host].discard(key)  # type: ignore[index]

    def _keep(self, kept: _Kept) -> None:
        order = kept.stored.order
        key = (order.shop, order.id)
        self._kept[key] = kept
        self._keys[kept.stored.id] = key
        kept.signs = tuple(set(_signs(order))) if order.created_at is not None else ()
        for sign in kept.signs:
            one, others = (order.created_at or 0, key), self._near.get(sign, ())
            place = bisect_left(others, one)
            self._near[sign] = (*others[:place], one, *others[place:])

    def _want(self, kept: _Kept) -> None:
        """Remember which stock would let the order be decided again."""
        order, catalogue = kept.stored.order, self._facts.catalogue
        named = {catalogue.resolve(order.shop, line.item, line.sku) or line.sku for line in order.lines} - {None}
        parts = {part for sku in named for part, _ in catalogue.explode(sku, 1)}  # type: ignore[arg-type]
        kept.wants = frozenset(named | parts)  # type: ignore[arg-type]
        for sku in kept.wants:
            self._wanting[sku].add((order.shop, order.id))

    def _reached(self, order: Order, window: int, weak_window: int) -> Iterator[Key]:
        created = order.created_at
        if created is None:
            return
        for sign in _signs(order):
            seconds = weak_window if sign[0] == MASKED else window
            others = self._near.get(sign, ())
            first = bisect_left(others, created - seconds, key=_CREATED)
            for at, key in islice(others, first, None):
                if at > created + seconds:
                    break
                yield key

    def _overlay(self, key: Key) -> Overlay:
        if key not in self._said:
            return _NOTHING_SAID
        overlay = Overlay()
        for one in self._said[key]:
            if one.at <= self.now and (one.until is None or one.until > self.now):
                lay(overlay, one.word)
        return overlay

    def _day(self) -> str:
        return local_date(self.now).isoformat()


def _key_of(stored: Stored) -> Key:
    return (stored.order.shop, stored.order.id)


def _signs(order: Order) -> Iterator[Sign]:
    for evidence in order.identity:
        value = looked_up_as(evidence, order)
        if value is not None:
            yield (evidence.kind, evidence.scope, value)


def _parcel(decision: Decision) -> str | None:
    """The warehouse of the one parcel, without goods under way to it, that the order leaves in."""
    if decision.outcome is not Outcome.ALLOCATED or len(decision.fulfilments) != 1 or decision.transfers:
        return None
    return decision.fulfilments[0].warehouse
