"""One batch of the line: map, load, decide, store. The caller commits, then acknowledges."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.domain.book import BatchResult, Closed, Key, OrderBook, Revision, Stored
from app.domain.decision import Case, Decision, Outcome
from app.domain.errors import Problem
from app.domain.goods import Catalogue
from app.domain.order import Order
from app.domain.ports import Entry
from app.duplicates.evidence import Hasher
from app.processing.decide import decide
from app.processing.profile import profile_of
from app.processing.readying import has_waiting_part
from app.processing.revisions import Reading, crossed, read_revision
from app.processing.world import World
from app.rulebook.order_schema import load_order
from app.rulebook.pack import CompiledPack

CANONICAL_PLATFORMS = frozenset({"excel", "manual"})
"""Shops whose payloads are canonical orders already."""
PLACED = frozenset({Outcome.ALLOCATED, Outcome.CONSOLIDATED, Outcome.BACKORDERED})
"""Outcomes by which an order has goods, or its place among those that wait for them."""
_MOST_ROUNDS = 8
_BY_PEOPLE = frozenset({"intervention", "people"})


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop as mapping needs it."""

    id: int
    code: str
    platform: str


@dataclass(frozen=True, slots=True)
class Line:
    """What every batch of a pump shares. `digest` gives 16 keyed bytes of an order's content."""

    shops: Mapping[str, Shop]
    pack: CompiledPack
    pack_version: int
    hasher: Hasher
    digest: Callable[[Order], bytes]


@dataclass(slots=True)
class Mapped:
    """A payload read: its order, or every problem that keeps it from being one."""

    entry: Entry
    order: Order | None = None
    digest: bytes = b""
    problems: list[Problem] = field(default_factory=list)


def map_entries(entries: Sequence[Entry], line: Line) -> list[Mapped]:
    """Read every payload by its shop's mapping; nothing is touched."""
    return [_map(entry, line) for entry in entries]


def process(
    mapped: Sequence[Mapped], book: OrderBook, line: Line, now: int, again: int = 0, resent: int = 0
) -> BatchResult:
    """Decide a mapped batch within the book's transaction.

    With it up to `resent` receipts that a person sent again and up to `again` orders that wait to be decided again.
    """
    batch = _Batch(book, line, now)
    batch.take(mapped)
    if resent:
        batch.take(map_entries(book.retries(resent), line), retry=True)
    if again:
        batch.wait_for(book.waiting(again))
    batch.decide()
    book.store(batch.result, {code: shop.id for code, shop in line.shops.items()})
    return batch.result


def foresee(stored: Sequence[Stored], book: OrderBook, line: Line, now: int) -> list[tuple[Stored, Decision]]:
    """What deciding these orders again would give, and those whose cluster it would change. Nothing is stored."""
    batch = _Batch(book, line, now)
    batch.wait_for(stored)
    batch.decide()
    return batch.result.decided


def _map(entry: Entry, line: Line) -> Mapped:
    shop = line.shops.get(entry.shop)
    if shop is None:
        return Mapped(entry, problems=[Problem("shop-unknown", details={"shop": entry.shop})])
    try:
        payload = orjson.loads(entry.payload)
    except orjson.JSONDecodeError as error:
        return Mapped(entry, problems=[Problem("payload-not-json", details={"reason": str(error)})])
    answer = _read(payload, shop, entry, line)
    if isinstance(answer, Order):
        return Mapped(entry, answer, line.digest(answer))
    return Mapped(entry, problems=answer)


def _read(payload: Any, shop: Shop, entry: Entry, line: Line) -> Order | list[Problem]:
    if shop.platform in CANONICAL_PLATFORMS:
        at, hasher = entry.received_at, line.hasher
        return load_order(payload, shop=shop.code, platform=shop.platform, at=at, hasher=hasher, live=entry.live)
    mapping = line.pack.mappings.get(shop.platform)
    if mapping is None:
        return [Problem("mapping-missing", details={"platform": shop.platform})]
    return mapping.map(payload, shop=shop.code, hasher=line.hasher)


class _Batch:
    def __init__(self, book: OrderBook, line: Line, now: int) -> None:
        self._book = book
        self._line = line
        self._now = now
        self._known: dict[Key, Stored] = {}
        self._todo: dict[Key, Stored] = {}
        self.result = BatchResult(now, line.pack_version)

    def take(self, mapped: Sequence[Mapped], *, retry: bool = False) -> None:
        """Apply every payload to its order, in stream order; receipts seen before are passed over."""
        if not mapped:
            return
        seen = set() if retry else self._book.seen([m.entry.id for m in mapped])
        fresh = [m for m in mapped if m.entry.id not in seen]
        orders = [m.order for m in fresh if m.order is not None]
        self._book.lock(orders)
        keys = {(o.shop, o.id) for o in orders} - self._known.keys()
        found = self._book.stored(keys)
        # Their buyers too, as they are known by now: a revision may name another.
        self._book.lock([stored.order for stored in found.values()])
        self._known.update(found)
        ids = iter(self._book.new_ids(len(keys - self._known.keys())))
        for one in fresh:
            self._apply(one, ids)

    def wait_for(self, stored: Sequence[Stored]) -> None:
        """Decide these again too, unless a payload of this batch changes them anyway or they are picked.

        What people say of a picked one is told to whoever has it in hand. Where people split it, a part that waits
        is decided; the rest of it stays as it is.
        """
        for one in stored:
            key = (one.order.shop, one.order.id)
            known = self._known.setdefault(key, one)
            if not known.picked:
                self._todo.setdefault(key, known)
                continue
            if one.cause in _BY_PEOPLE:
                self.result.changed_after_pick.append(known)
            if has_waiting_part(_case(known), self._book.catalogue()):
                self._go_on(key, known)

    def _go_on(self, key: Key, stored: Stored) -> None:
        """Decide the part that waits; in the next batch when this one writes down what changed of the order."""
        if any(one.id == stored.id for one in self.result.changed_after_pick):
            self.result.unsettled.append(stored.id)
        else:
            self._todo.setdefault(key, stored)

    def decide(self) -> None:
        """Decide, and again with the stored orders whose cluster changed, until nothing more changes.

        What still changes after the last round is left to the next batch.
        """
        if not self._todo:
            return
        for rounds_left in reversed(range(_MOST_ROUNDS)):
            world = self._world()
            cases = [_case(stored) for stored in self._todo.values()]
            decisions = decide(cases, world, self._line.pack, self._now)
            changed = self._locked(world.stale - self._todo.keys())
            if not changed or not rounds_left:
                self.result.unsettled += [stored.id for stored in changed.values()]
                break
            for key, stored in changed.items():
                stored.cause = "cluster"
                self._todo[key] = stored
        both = zip(self._todo.values(), decisions, strict=True)
        # A part that still waits changes nothing of what the order has.
        self.result.decided = [(one, decision) for one, decision in both if decision.fulfilments or not one.given]

    def _locked(self, keys: Collection[Key]) -> dict[Key, Stored]:
        """What is stored under these keys, once nobody else decides about it."""
        found = self._book.stored(keys)
        self._book.lock([stored.order for stored in found.values()])
        return self._book.stored(found.keys())

    def _apply(self, one: Mapped, ids: Iterator[int]) -> None:
        order = one.order
        if order is None:
            self.result.closed.append(Closed(one.entry, "quarantined", problems=one.problems))
            return
        key = (order.shop, order.id)
        stored = self._known.get(key)
        if stored is None:
            self._known[key] = stored = Stored(next(ids), order, one.digest, is_new=True, history=not one.entry.live)
            self._accept(one, stored, order)
            return
        reading = read_revision(stored, order, one.digest, live=one.entry.live)
        if reading is Reading.NEWER:
            self._revise(one, stored, order)
            return
        note = "superseded" if reading is Reading.SUPERSEDED else ""
        if note:
            self._keep(one, stored, applied=False)
        self.result.closed.append(Closed(one.entry, "duplicate", order.id, stored.id, note))

    def _revise(self, one: Mapped, stored: Stored, order: Order) -> None:
        self.result.crossed += [(stored.id, kind) for kind in crossed(stored.overlay, stored.order, order)]
        stored.order, stored.digest = order, one.digest
        stored.history = stored.history and not one.entry.live
        stored.cause = "revision" if not stored.is_new else stored.cause
        self._accept(one, stored, order)

    def _accept(self, one: Mapped, stored: Stored, order: Order) -> None:
        self._keep(one, stored, applied=True)
        self.result.closed.append(Closed(one.entry, "decided", order.id, stored.id))
        if stored.picked:
            self.result.changed_after_pick.append(stored)
        else:
            self._todo[(order.shop, order.id)] = stored

    def _keep(self, one: Mapped, stored: Stored, *, applied: bool) -> None:
        stored.revision += 1
        modified = one.order.modified_at if one.order else None
        revision = Revision(stored.id, stored.revision, one.entry, modified, one.digest, applied)
        self.result.revisions.append(revision)

    def _world(self) -> World:
        profile = profile_of(self._line.pack)
        window = max(profile.duplicates.window_seconds, profile.consolidation.window_seconds)
        # History neither looks like anything nor wants goods.
        orders = [s.order for s in self._todo.values() if not s.history]
        neighbours = self._book.neighbours(orders, window, profile.duplicates.window_seconds)
        keys = {n.key for n in neighbours} | self._todo.keys()
        catalogue = self._book.catalogue()
        skus = _skus(orders, catalogue) | _gifts(self._line.pack, catalogue)
        freed = [s.id for s in self._todo.values() if not s.is_new and not s.given]
        return World(
            self._book.warehouses(self._now),
            self._book.stock(skus, freed),
            catalogue,
            neighbours,
            self._book.verdicts(keys) if neighbours else frozenset(),
            {key: s.joins for key, s in self._todo.items() if s.joins},
            self._book.parcels({s.overlay.joins for s in self._todo.values() if s.overlay.joins} - self._todo.keys()),
            self._line.hasher,
            self._book.protections(self._now),
        )


def _case(stored: Stored) -> Case:
    return Case(stored.order, stored.overlay, stored.history, stored.given, stored.outcome in PLACED)


def _skus(orders: Sequence[Order], catalogue: Catalogue) -> set[str]:
    """Every SKU that these orders' lines are picked as."""
    resolve = catalogue.resolve
    named = {resolve(order.shop, line.item, line.sku) for order in orders for line in order.lines}
    named.discard(None)
    return {part for sku in named for part, _ in catalogue.explode(sku, 1)}  # type: ignore[arg-type]


def _gifts(pack: CompiledPack, catalogue: Catalogue) -> set[str]:
    rules = [r for section in ("screening", "allocation") for r in pack.document[section]["rules"]]
    skus = {a["sku"] for rule in rules for a in rule["then"] if a["do"] == "add_gift"}
    return {part for sku in skus for part, _ in catalogue.explode(sku, 1)}
