"""Backtests: a draft against the live pack over a past, each side in a process of its own where there are cores."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any, BinaryIO

from app.bootstrap import Services
from app.domain.book import Key
from app.domain.errors import Unavailable
from app.domain.past import Remark, Span
from app.persistence.database import connect, looking, reading
from app.persistence.order_rows import content
from app.persistence.packs import LivePack
from app.persistence.past import Came, SqlPast, read_came
from app.persistence.sealing import Sealer
from app.persistence.trials import mappings_since, span_of_days, span_of_import
from app.processing.comparison import Decided, changes_between, summary
from app.processing.explanation import Names
from app.processing.lasting import Climbed
from app.processing.measure import Final
from app.processing.side import Keys, Side, reach_of
from app.rulebook.pack import CompiledPack

Json = dict[str, Any]
Told = Callable[[int, int], None]
"""Hears how many orders are decided, of how many; both sides counted. It stops the backtest by raising."""
ALONE_BELOW = 400
"""With fewer orders a second process costs more than it saves."""


@dataclass(slots=True)
class Trial:
    """What is compared: the live pack and a draft, over which time. `as_payloads`: every payload is mapped again."""

    span: Span
    live: CompiledPack
    draft: CompiledPack
    as_payloads: bool = False


@dataclass(slots=True)
class Result:
    """Both sides, and the document that tells about them."""

    before: Decided
    after: Decided
    document: Json = field(default_factory=dict)


@contextmanager
def backtest(services: Services, trial: Trial, told: Told) -> Iterator[Result]:
    """Decide the past on both sides and compare. Zero writes; records lie in temporary files while the block lasts."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="pandan-trial-") as folder:
        with looking(services.database) as db:
            came = read_came(db, trial.span)
            past = SqlPast(db, services.sealer, trial.span, came)
            remarks, names = past.remarks(), {one.code: one.name for one in past.facts().warehouses if one.name}
        if any(pack.escalation.rules for pack in (trial.live, trial.draft)) and not trial.span.history:
            remarks.append(Remark("trial-escalation"))
        before, after = _both(services, trial, came, Path(folder), told)
        with before, after:
            result = Result(
                Decided(trial.live, before.finals, before.file, Names(warehouses=names), before.climbed),
                Decided(trial.draft, after.finals, after.file, Names(warehouses=names), after.climbed),
            )
            result.document = summary(result.before, result.after)
            result.document["warehouses"] = names
            result.document["remarks"] = [{"code": one.code, "details": dict(one.details)} for one in remarks]
            result.document["seconds"] = round(time.perf_counter() - started, 2)
            yield result


@dataclass(slots=True)
class _Done:
    """One side that is through, with its records."""

    finals: dict[Key, Final]
    climbed: dict[str, Climbed]
    file: BinaryIO

    def __enter__(self) -> _Done:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


def _both(services: Services, trial: Trial, came: Sequence[Came], folder: Path, told: Told) -> tuple[_Done, _Done]:
    count = len(came)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    side = _SideOf(
        services.database.url.render_as_string(hide_password=False),
        services.sealer,
        trial,
        came,
        services.settings.batch_orders,
    )
    if count < ALONE_BELOW or cores < 2:
        before = side.decide(trial.live, folder / "before", lambda done: told(done, 2 * count))
        after = side.decide(trial.draft, folder / "after", lambda done: told(count + done, 2 * count))
        return before, after
    with _beside(side, trial.live, folder / "before") as other:
        after = side.decide(trial.draft, folder / "after", lambda done: told(done + other.done(), 2 * count))
        return other.wait(lambda done: told(count + done, 2 * count)), after


@dataclass(frozen=True, slots=True)
class _SideOf:
    """All that a side needs, in this process or in another."""

    database_url: str
    sealer: Sealer
    trial: Trial
    came: Sequence[Came]
    batch_orders: int

    def decide(self, pack: CompiledPack, path: Path, told: Callable[[int], None]) -> _Done:
        """Decide the past by `pack`, over a connection of its own."""
        engine = connect(self.database_url, pooled=False)
        keys = Keys(self.sealer.hasher, lambda order: self.sealer.fingerprint(content(order)))
        file = path.open("w+b")
        try:
            with looking(engine) as db:
                past = SqlPast(db, self.sealer, self.trial.span, self.came)
                side = Side(past, pack, keys, file, batch_orders=self.batch_orders, told=told)
                reach = reach_of(self.trial.live, self.trial.draft)
                side.run(as_payloads=self.trial.as_payloads, reach_seconds=reach)
        except BaseException:
            file.close()
            raise
        finally:
            engine.dispose()
        return _Done(side.results(), side.climbed(), file)


class _Beside:
    """A side that another process decides."""

    def __init__(self, process: Any, pipe: Pipe, path: Path) -> None:
        self._process, self._pipe, self._path = process, pipe, path
        self._done = 0
        self._finals: dict[Key, Final] | None = None
        self._climbed: dict[str, Climbed] = {}

    def done(self) -> int:
        """How many orders it has decided."""
        while self._finals is None and self._pipe.poll():
            self._take()
        return self._done

    def wait(self, told: Callable[[int], None]) -> _Done:
        """Wait for its end. Raises `Unavailable("trial-broke")` when it came to none."""
        while self._finals is None:
            if self._pipe.poll(0.2):
                self._take()
            told(self._done)
        return _Done(self._finals, self._climbed, self._path.open("rb"))

    def _take(self) -> None:
        try:
            kind, value = self._pipe.recv()
        except EOFError as error:
            raise Unavailable("trial-broke") from error
        if kind == "done":
            self._done = value
        else:
            finals, climbed = value
            self._finals = {key: Final(*fields) for key, fields in finals}
            self._climbed = {rule: Climbed(*counts) for rule, counts in climbed}


@contextmanager
def _beside(side: _SideOf, pack: CompiledPack, path: Path) -> Iterator[_Beside]:
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(side, pack, path, there))
    process.start()
    there.close()
    try:
        yield _Beside(process, here, path)
    finally:
        if process.is_alive():
            process.terminate()
        process.join()
        here.close()


def _child(side: _SideOf, pack: CompiledPack, path: Path, pipe: Pipe) -> None:
    done = side.decide(pack, path, lambda count: pipe.send(("done", count)))
    done.file.close()
    told = [[(key, tuple(value)) for key, value in each.items()] for each in (done.finals, done.climbed)]
    pipe.send(("finals", told))
    pipe.close()


def trial_of(services: Services, draft: CompiledPack, *, days: int, import_id: str | None = None) -> Trial:
    """A draft against what is live now, over the last days or what an import brought.

    Raises `Unavailable("pack-missing")`, `NotFound("import-gone")` and `Refused("trial-import-empty")`.
    """
    live = LivePack()
    live.refresh(services.database)
    if live.pack is None:
        raise Unavailable("pack-missing")
    now = services.clock.now()
    with reading(services.database) as db:
        span = span_of_import(db, import_id, now=now) if import_id else span_of_days(db, days, now=now)
        mappings = [*mappings_since(db, span.since), draft.document["mappings"]]
    return Trial(span, live.pack, draft, any(each != live.pack.document["mappings"] for each in mappings))


def changes_of(result: Result) -> Iterator[Any]:
    """Every change of a result, in the order of coming."""
    return changes_between(result.before, result.after)
