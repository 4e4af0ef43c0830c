"""The pump: empties the stream batch by batch. Jobs are wake-ups only; a lost one costs a second, never an order."""

from __future__ import annotations

import gc
import logging
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from app.bootstrap import Services, line_of
from app.domain.errors import Unavailable
from app.domain.ports import Entry
from app.persistence.book import SqlOrderBook
from app.persistence.database import reading, writing
from app.persistence.packs import LivePack
from app.persistence.receipts import bury, bury_first_retry
from app.persistence.redecisions import is_waiting, put_first_aside
from app.processing.batch import Line, Mapped, map_entries, process

log = logging.getLogger("pandan.pump")

BUDGET_SECONDS = 20.0
_TRIES = 3
_AGAIN_BESIDE_NEW = 50


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries, the rules they are decided by, and what the mappings made of them."""

    entries: Sequence[Entry]
    line: Line
    mapped: Sequence[Mapped]


@dataclass(slots=True)
class Pump:
    """One pump process: its services, its name in the consumer group, and the live pack."""

    services: Services
    consumer: str
    live: LivePack
    acknowledge_first: bool = False
    """Only for the fault test that shows why the order of commit and acknowledgement matters."""
    block_ms: int = 500
    """How long to wait for new entries before looking for other work."""
    idle_ms: int = 60_000
    """How long another consumer's entries must lie before they are taken over: longer than a job may run."""
    _committing: threading.Event = field(default_factory=threading.Event)

    def drain(self, budget_seconds: float = BUDGET_SECONDS, *, until_empty: bool = False) -> int:
        """Decide what is in the stream until the budget is spent; how many entries were. First what was left over."""
        deadline = time.monotonic() + budget_seconds
        self.services.stream.prepare()
        done = self._left_over()
        with ThreadPoolExecutor(1, "pump-ahead") as beside:
            try:
                return done + self._drain(beside, deadline, until_empty=until_empty)
            finally:
                # Whoever maps ahead must not wait for a commit that never comes.
                self._committing.set()

    def _drain(self, beside: ThreadPoolExecutor, deadline: float, *, until_empty: bool) -> int:
        done, ahead = 0, None
        while ahead is not None or time.monotonic() < deadline:
            self._committing.set()
            batch = ahead.result() if ahead else self._batch(self._read(self.block_ms))
            self._committing.clear()
            more = len(batch.entries) == self.services.settings.batch_orders and time.monotonic() < deadline
            ahead = beside.submit(self._batch_ahead) if more else None
            if batch.entries:
                self._finish(batch)
            elif not self.again() and until_empty:
                break
            done += len(batch.entries)
            # Nearly all of a batch is gone by now, so this is when looking for the few cycles costs least.
            gc.collect(0)
        return done

    def run(self, entries: Sequence[Entry]) -> None:
        """Decide and commit one batch, then forget its entries; an entry that breaks it is buried, the others go on."""
        self._finish(self._batch(entries))

    def _read(self, block_ms: int | None = None) -> list[Entry]:
        return self.services.stream.read(self.consumer, self.services.settings.batch_orders, block_ms)

    def _batch_ahead(self) -> Batch:
        """The next batch, read while the one before is decided and mapped while that one's commit waits for the disk.

        Mapping sooner would fight with deciding for the interpreter, and both would be slower.
        """
        entries = self._read()
        self._committing.wait()
        return self._batch(entries)

    def _batch(self, entries: Sequence[Entry]) -> Batch:
        line = self.line()
        return Batch(entries, line, self._mapped(entries, line))

    def _finish(self, batch: Batch) -> None:
        ids = [entry.id for entry in batch.entries]
        if self.acknowledge_first:
            self.services.stream.done(ids)
        beside = _AGAIN_BESIDE_NEW
        # When a batch breaks, it may be for what was waiting, not for what is new.
        if not (self._tried(batch.mapped, batch.line, beside, beside) or self._tried(batch.mapped, batch.line)):
            for one in batch.mapped:
                if not self._tried([one], batch.line):
                    self._bury(one.entry, batch.line)
        self.services.stream.done(ids)

    def _mapped(self, entries: Sequence[Entry], line: Line) -> list[Mapped]:
        """What the mappings make of the entries; one that breaks its mapping is buried."""
        try:
            return map_entries(entries, line)
        except Exception:
            log.exception("mapping %s entries broke", len(entries))
            if len(entries) > 1:
                return [one for entry in entries for one in self._mapped([entry], line)]
            self._bury(entries[0], line)
            return []

    def _left_over(self) -> int:
        """What this consumer's former process, or another that died, was given and never finished."""
        stream, count, done = self.services.stream, self.services.settings.batch_orders, 0
        while entries := stream.own_pending(self.consumer, count):
            self.run(entries)
            done += len(entries)
        while entries := stream.reclaim(self.consumer, count, self.idle_ms):
            self.run(entries)
            done += len(entries)
        return done

    def again(self) -> bool:
        """Decide what waits to be decided again; whether anything did."""
        with reading(self.services.database) as db:
            if not is_waiting(db):
                return False
        line = self.line()
        count = self.services.settings.batch_orders
        if not self._tried([], line, count, count):
            self._again_one_by_one(line, count)
        return True

    def _again_one_by_one(self, line: Line, count: int) -> None:
        """Something that waits breaks its batch: each alone, and what breaks alone becomes a person's business."""
        for _ in range(count):
            if not self._tried([], line, resent=1):
                with writing(self.services.database) as db:
                    bury_first_retry(db)
            if not self._tried([], line, again=1):
                with writing(self.services.database) as db:
                    put_first_aside(db, now=self.services.clock.now())
            with reading(self.services.database) as db:
                if not is_waiting(db):
                    return

    def _tried(self, mapped: Sequence[Mapped], line: Line, again: int = 0, resent: int = 0) -> bool:
        """Whether the batch was committed within three tries; a database that is away is not the batch's fault."""
        for attempt in range(_TRIES):
            try:
                with writing(self.services.database) as db:
                    process(mapped, self._book(db), line, self.services.clock.now(), again, resent)
                    self._committing.set()
                return True
            except (Unavailable, OperationalError) as error:
                if attempt == _TRIES - 1:
                    raise
                log.warning("batch of %s tried again: %s", len(mapped), error)
                time.sleep(random.uniform(0.01, 0.1))  # noqa: S311 - jitter
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise
                log.exception("batch of %s broke (try %s)", len(mapped), attempt + 1)
            except Exception:
                log.exception("batch of %s broke (try %s)", len(mapped), attempt + 1)
        return False

    def _bury(self, entry: Entry, line: Line) -> None:
        shops = {code: shop.id for code, shop in line.shops.items()}
        with writing(self.services.database) as db:
            bury(db, entry, "see the log", shops, self.services.sealer, self.services.clock.now())

    def _book(self, db: Connection) -> SqlOrderBook:
        return SqlOrderBook(db, self.services.sealer)

    def line(self) -> Line:
        """What its batches share now."""
        return line_of(self.services, self.live)
