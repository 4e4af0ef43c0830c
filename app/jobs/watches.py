"""The watches' job: what has newly arrived is looked at by each watch of the live pack; protections end in time.

It may be killed at any moment: how far a watch has looked is remembered after everything it found has fired, and what
has fired once does not fire again.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable

from app.bootstrap import Services
from app.insight.rete import Ask, ask_rete
from app.insight.watches.examine import Findings, examine
from app.insight.watches.facts import Key, Match
from app.jobs import current
from app.persistence.database import reading, writing
from app.persistence.packs import LivePack
from app.persistence.protections import end_due
from app.persistence.watch_facts import LATE_SECONDS, Loaded, arrivals, load_facts
from app.persistence.watches import fire, forget_states, keep_state, mark_of, runs_of, watches_of
from app.queue.watching import asked_so_far, only_one, seen_until
from app.rulebook.watches import Watch

log = logging.getLogger("pandan.watches")

BUDGET_SECONDS = 30.0
COMPARE_EVERY = 10
"""Of so many looks of a watch that find anything to look at, one has both engines look."""


def watch() -> None:
    """Look once, unless somebody is looking."""
    look(current.services())


def look(services: Services, ask: Ask = ask_rete) -> int:
    """Let every watch of the live pack look at what is new; how many windows it fired for."""
    with only_one(services.redis) as mine:
        if not mine:
            return 0
        asked = asked_so_far(services.redis)
        end_due(services.database, now=services.clock.now())
        live = LivePack()
        live.refresh(services.database)
        fired, done = 0, True
        deadline = time.monotonic() + BUDGET_SECONDS
        for one in live.pack.watches if live.pack is not None else ():
            round_ = _Look(services, one, live.version, ask)
            fired += round_.run(lambda: time.monotonic() < deadline)
            done = done and round_.done
        _forget(services, live)
        if done:
            seen_until(services.redis, asked)
        return fired


def _forget(services: Services, live: LivePack) -> None:
    with reading(services.database) as db:
        gone = watches_of(db) - ({one.id for one in live.pack.watches} if live.pack is not None else set())
    if gone:
        with writing(services.database) as db:
            forget_states(db, gone)


class _Look:
    """One watch's look, in rounds of so many receipts."""

    def __init__(self, services: Services, watch: Watch, pack_version: int, ask: Ask) -> None:
        self._services = services
        self._watch = watch
        self._version = pack_version
        self._ask = ask
        self._from: int | None = None
        self.done = False

    def run(self, go_on: Callable[[], bool]) -> int:
        fired = 0
        while go_on() and not self.done:
            fired += self._round()
        return fired

    def _round(self) -> int:
        # Before the database is read: what the stream forgot by then is stored.
        settled = self._services.stream.settled_until()
        now, watch = self._services.clock.now(), self._watch
        with reading(self._services.database) as db:
            mark = mark_of(db, watch) or (now - LATE_SECONDS) * 1000
            new = arrivals(db, self._from or mark)
            self._from = new.last
            loaded = load_facts(db, watch, new, self._services.sealer, now)
            compare = runs_of(db, watch) % COMPARE_EVERY == 0
        findings = examine(watch, loaded.facts, compare=compare, ask=self._ask)
        self._tell(findings, loaded)
        fired = self._fire(findings, loaded, now)
        self.done = not new.more
        if findings.steps or new.orders:
            with writing(self._services.database) as db:
                keep_state(db, watch, findings, max(mark, min(new.last, settled)), now=now)
        return fired

    def _fire(self, findings: Findings, loaded: Loaded, now: int) -> int:
        by_key: dict[Key, list[Match]] = defaultdict(list)
        for match in findings.matches:
            by_key[match.key].append(match)
        rank = {kind: place for place, kind in enumerate(self._watch.evidence)}
        keys = sorted(by_key, key=lambda key: (rank.get(key.subject.partition(":")[0], 0), key))
        return sum(
            fire(
                self._services.database, self._watch, key, by_key[key], loaded.buyers, findings,
                pack_version=self._version, now=now,
            )
            for key in keys
        )  # fmt: skip

    def _tell(self, findings: Findings, loaded: Loaded) -> None:
        if findings.failure and findings.failure != "library-missing":
            log.warning("watch %s by the correlator: %s %s", self._watch.id, findings.failure, findings.detail)
        if findings.differences:
            log.error("watch %s: the engines differ in %s windows", self._watch.id, findings.differences)
        if loaded.cut:
            log.warning("watch %s looked at the latest rows only", self._watch.id)
