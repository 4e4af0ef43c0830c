"""A watch job that is killed, hangs or crashes: intake does not notice, and the window fires once afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.bootstrap import Services
from app.insight.rete import Answer, Ask, RuleSet, ask_rete, is_installed
from app.jobs.watches import look
from app.persistence.database import reading
from tests.line.house import House, a_trade, furnish, pump_of
from tests.line.test_watches import BURST, Clock, clock, watching

__all__ = ["clock"]
needs_durable = pytest.mark.skipif(not is_installed(), reason="durable-rules is not installed")
# Never comes to an end (H17); dies dividing by nothing (H6).
ENDLESS = {"loop": {"all": [{"m": {"$ex": {"id": 1}}}]}}
_BY_NOTHING = {"$div": {"$l": {"a": "at"}, "$r": {"a": "before"}}}
CRASHING = {"boom": {"all": [{"a": {"t": "step"}}, {"b": {"$gt": {"at": _BY_NOTHING}}}]}}


@pytest.fixture
def house(services: Services) -> House:
    furnish(services)
    return House(services, pump_of(services, "test:0"))


def poisoned(rules: dict[str, Any], seconds: float) -> Ask:
    """Has the real engine, in its real child, choke on these rules beside the watch's own."""

    def ask(sets: Sequence[RuleSet]) -> Answer:
        return ask_rete([RuleSet({**one.rules, **rules}, one.facts) for one in sets], seconds)

    return ask


def five(house: House) -> None:
    house.post(*(a_trade(str(1 + n), ("A", 1), minute=n % 3) for n in range(5)))


def count(house: House, table: str) -> int:
    with reading(house.services.database) as db:
        return int(db.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar() or 0)


def state(house: House) -> Any:
    with reading(house.services.database) as db:
        return db.execute(text("SELECT engine, failure, fell_back FROM watch_states")).one()


@needs_durable
@pytest.mark.parametrize(("rules", "failure"), [(ENDLESS, "timed-out"), (CRASHING, "died")], ids=["hangs", "crashes"])
def test_while_the_engine_hangs_or_crashes_orders_are_taken_and_decided_and_the_window_fires_once(
    house: House, clock: Clock, rules: dict[str, Any], failure: str
) -> None:
    watching(house, BURST)
    five(house)
    fired: list[int] = []
    job = threading.Thread(target=lambda: fired.append(look(house.services, poisoned(rules, 8))))
    job.start()
    meanwhile = 0
    while job.is_alive() and meanwhile < 4:
        house.post(a_trade(str(50 + meanwhile), ("B", 1), minute=30))
        meanwhile += job.is_alive()
    job.join(60)
    assert not job.is_alive()
    assert meanwhile or failure != "timed-out"
    house.check()
    assert fired == [1]
    assert tuple(state(house)) == ("correlator", failure, 1)
    assert look(house.services) == 0
    assert count(house, "watch_firings") == count(house, "protections") == count(house, "tasks") == 1


WORK = """
import os, sys, threading, time
from app.bootstrap import assemble
from app.persistence import watches as kept
from app.jobs import watches as job
where, home = sys.argv[1:]
services = assemble()
class Clock:
    def now(self): return {now}
services.clock = Clock()
def die(*_, **__): os.kill(os.getpid(), 9)
if where == "in the transaction":
    kept.note = die
elif where == "before it is remembered":
    job.keep_state = die
elif where == "while the engine looks":
    rete = job.ask_rete
    def ask(sets):
        die()
    job.look(services, ask)
job.look(services)
"""


@pytest.mark.parametrize("where", ["while the engine looks", "in the transaction", "before it is remembered"])
def test_a_job_that_is_killed_fires_once_after_all(house: House, clock: Clock, tmp_path: Path, where: str) -> None:
    watching(house, BURST)
    five(house)
    settings = house.services.settings
    surroundings = {**os.environ, "PANDAN_HOME": str(settings.home), "REDIS_URL": settings.redis_url}
    script = WORK.replace("{now}", str(clock.now()))
    killed = subprocess.run([sys.executable, "-c", script, where, str(tmp_path)], env=surroundings, check=False)
    assert killed.returncode == -signal.SIGKILL
    five_more = [a_trade(str(60 + n), ("B", 1), minute=30) for n in range(3)]
    house.post(*five_more)
    house.check()
    # Its turn ends by itself; nobody waits fifty seconds for it here.
    house.services.redis.delete("pandan:watch:turn")
    look(house.services)
    assert count(house, "watch_firings") == count(house, "protections") == 1
    with reading(house.services.database) as db:
        fired = db.execute(text("SELECT COUNT(*) FROM audit WHERE action = 'watch.fire'")).scalar()
        tasks = db.execute(text("SELECT COUNT(*) FROM tasks WHERE kind = 'watch-burst'")).scalar()
    assert (fired, tasks) == (1, 1)
    assert look(house.services) == 0


def test_two_jobs_at_once_fire_once(house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    watching(house, BURST)
    five(house)
    together = threading.Barrier(2)

    def both(_: Sequence[RuleSet]) -> Answer:
        together.wait(20)
        return Answer(failure="library-missing")

    free: Callable[..., Any] = lambda *_: _Mine()  # noqa: E731 - as if the turn had been lost
    monkeypatch.setattr("app.jobs.watches.only_one", free)
    fired: list[int] = []
    jobs = [threading.Thread(target=lambda: fired.append(look(house.services, both))) for _ in range(2)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join(60)
    assert sorted(fired) == [0, 1]
    assert count(house, "watch_firings") == count(house, "protections") == count(house, "tasks") == 1


def test_one_looks_at_a_time(house: House, clock: Clock) -> None:
    watching(house, BURST)
    five(house)
    house.services.redis.set("pandan:watch:turn", "another")
    assert look(house.services) == 0
    house.services.redis.delete("pandan:watch:turn")
    assert look(house.services) == 1


class _Mine:
    def __enter__(self) -> bool:
        return True

    def __exit__(self, *_: object) -> None:
        return None
