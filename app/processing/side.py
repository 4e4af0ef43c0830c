"""One side of a backtest: a time decided again by one pack, batch by batch as the line would, on its own stock."""

from __future__ import annotations

import gc
import heapq
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import BinaryIO

from app.domain.book import Key, Stored
from app.domain.decision import Decision
from app.domain.order import Order, OrderState
from app.domain.past import Arrival, Before, Facts, Past, StockMove, of_orders
from app.duplicates.evidence import Hasher
from app.processing.batch import Line, Mapped, Shop, map_entries, process
from app.processing.lasting import Climbed, Lasting
from app.processing.measure import Final, Measure
from app.processing.memory_book import MemoryBook
from app.processing.profile import profile_of
from app.rulebook.escalation import Escalation
from app.rulebook.pack import CompiledPack

_AGAIN_BESIDE_NEW = 50
_MOST_ROUNDS = 20
"""Rounds in which a quiet moment decides what waits; orders that set each other off for longer are left as they are."""
_END = 1 << 62
_LEFT = (OrderState.SHIPPED, OrderState.SIGNED)
_QUARANTINED = Final("", "quarantined", "", "", "", 0, 0, None, None, 0, 0)


@dataclass(frozen=True, slots=True)
class Keys:
    """What mapping and comparing orders needs: the keyed hash, and the digest of an order's content."""

    hasher: Hasher
    digest: Callable[[Order], bytes]


def reach_of(*packs: CompiledPack) -> int:
    """Seconds over which orders are compared with each other, by any of these packs."""
    profiles = [profile_of(pack) for pack in packs]
    return max(max(p.duplicates.window_seconds, p.consolidation.window_seconds) for p in profiles)


class Side:
    """Decides a past by a pack; what it comes to is in `results`."""

    def __init__(
        self,
        past: Past,
        pack: CompiledPack,
        keys: Keys,
        file: BinaryIO,
        *,
        batch_orders: int,
        told: Callable[[int], None],
    ) -> None:
        """Decision records go into `file`; `told` hears how many arrivals are decided so far."""
        self._finals: dict[Key, Final] = {}
        self._past = past
        self._facts: Facts = past.facts()
        self._file = file
        self._written = 0
        self._batch_orders = batch_orders
        self._told = told
        shops = {code: Shop(number, code, platform) for number, code, platform in self._facts.shops}
        self._line = Line(shops, pack, 0, keys.hasher, keys.digest)
        self._measure = Measure(self._facts)
        # Timers do not run for history.
        self._lasting = Lasting(Escalation() if past.span.history else pack.escalation)
        self._arrived: dict[Key, bool] = {}  # whether none of its payloads could be read
        self._outside: list[tuple[int, int, Callable[[], None]]] = []
        self._number = count()
        said = of_orders(past.words())
        self._book = MemoryBook(self._facts, keys.hasher, said, self._note)
        for words in said.values():
            for word in words:
                self._later(word.at, partial(self._book.ask, word.key))
                if word.until is not None:
                    self._later(word.until, partial(self._book.ask, word.key))

    def run(self, *, as_payloads: bool, reach_seconds: int) -> None:
        """Decide it all. `as_payloads`: map every payload by this side's pack instead of taking orders as stored."""
        self._open(reach_seconds)
        # The book holds everything that the collector would walk again and again; there are no cycles to find in it.
        was_on = gc.isenabled()
        gc.disable()
        try:
            self._run(as_payloads=as_payloads)
        finally:
            if was_on:
                gc.enable()
        self._file.flush()

    def _open(self, reach_seconds: int) -> None:
        opening = self._past.opening(reach_seconds)
        self._book.now = opening.at
        self._book.open([one for one in opening.orders if self._is_read(one)], opening.free, opening.used)
        for at, pair in self._past.apart():
            self._later(at, partial(self._book.say_apart, pair))
        for move in self._past.moves():
            self._later(move.at, partial(self._move, move))
        self._until(opening.at)

    def _is_read(self, before: Before) -> bool:
        """Whether an order that was stored before can be read; one that only a payload tells of is mapped."""
        if before.content is not None:
            (mapped,) = map_entries([before.content], self._line)
            if mapped.order is None:
                return False
            before.stored.order, before.stored.digest = mapped.order, mapped.digest
        return True

    def _run(self, *, as_payloads: bool) -> None:
        batch: list[Arrival] = []
        done = 0
        for arrival in self._past.arrivals(as_payloads=as_payloads):
            if batch and (arrival.at > self._book.now or len(batch) == self._batch_orders):
                self._decide(batch)
                done += len(batch)
                self._told(done)
                batch = []
            if not batch:
                self._until(arrival.at)
            batch.append(arrival)
        self._decide(batch)
        self._until(_END)
        self._told(done + len(batch))

    def _decide(self, batch: list[Arrival]) -> None:
        if not batch:
            return
        mapped = [self._mapped(one) for one in batch]
        process(mapped, self._book, self._line, self._book.now, _AGAIN_BESIDE_NEW)
        for one, read in zip(batch, mapped, strict=True):
            self._arrived[one.key] = self._arrived.get(one.key, True) and read.order is None
            if one.picked_at is not None:
                self._later(one.picked_at, partial(self._pick, one.key))
        gc.collect(0)

    def _mapped(self, one: Arrival) -> Mapped:
        # An order that is taken as stored came once, so nobody asks whether it came again just so.
        mapped = map_entries([one.entry], self._line)[0] if one.order is None else Mapped(one.entry, one.order)
        if self._past.span.history and mapped.order is not None and mapped.order.state in _LEFT:
            mapped.order = replace(mapped.order, state=OrderState.PAID)
        return mapped

    def _until(self, at: int) -> None:
        """Let time go on to `at`: what comes from outside happens, and each quiet moment decides what waits."""
        while self._outside and self._outside[0][0] <= at:
            moment = max(self._outside[0][0], self._book.now)
            self._go_to(moment)
            while self._outside and self._outside[0][0] <= moment:
                heapq.heappop(self._outside)[2]()
        self._go_to(at)

    def _go_to(self, at: int) -> None:
        if at <= self._book.now:
            return
        for _ in range(_MOST_ROUNDS):
            if not self._book.waits():
                break
            process([], self._book, self._line, self._book.now, self._batch_orders)
        self._book.now = at

    def _later(self, at: int, happen: Callable[[], None]) -> None:
        heapq.heappush(self._outside, (at, next(self._number), happen))

    def _pick(self, key: Key) -> None:
        picked = self._book.pick(key)
        if picked is not None:
            self._lasting.note(picked, picked.order, self._book.now, gone=True)

    def _move(self, move: StockMove) -> None:
        self._book.move(move.warehouse, move.sku, move.units)
        if move.units > 0:
            self._book.ask_for([move.sku])

    def _note(self, stored: Stored, decision: Decision) -> None:
        key = (stored.order.shop, stored.order.id)
        order = stored.overlay.over(stored.order)
        self._lasting.note(stored, order, self._book.now)
        self._finals[key] = self._measure.final(decision, order, self._written)
        self._file.write(decision.record)
        self._written += len(decision.record)

    def results(self) -> dict[Key, Final]:
        """What it came to for the orders that came in that time; the older ones only took part.

        An order of which only something came that was too late is left out: nothing was decided about it.
        """
        unread = {key: _QUARANTINED for key, never_read in self._arrived.items() if never_read}
        return {key: found for key in self._arrived if (found := self._finals.get(key) or unread.get(key))}

    def climbed(self) -> dict[str, Climbed]:
        """What escalation rules would have asked of people for those orders, by rule; nobody doing it."""
        asked = {self._book.number_of(key) for key, never_read in self._arrived.items() if not never_read}
        return self._lasting.climbed(asked, self._book.numbered, self._facts.catalogue, self._past.span.until)
