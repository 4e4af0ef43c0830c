"""Publishing and rolling back while orders stream through: which version decided what, and can it be told afterwards.

`python -m bench versions`: a pump of its own decides a stream of simulated orders; meanwhile this process publishes
drafts by section through the gate and goes back to earlier versions, every now and then putting right what withdrawn
versions had decided. Then every decision is looked at: its version is one that was published, its record names that
version's content, versions follow each other as the orders came, and deciding again from the record gives the same.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, select, text

from app.bootstrap import Services, assemble
from app.cli.supervise import valkey
from app.persistence import drafts, withdrawn
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.drafts import Writer
from app.persistence.packs import live_version, read_document, read_version
from app.persistence.reads.numbers import read_numbers
from app.persistence.shelf import SqlShelf
from app.processing.publishing import Wish, publish, restore
from app.processing.replay import is_identical
from app.queue.wakeups import DRAIN, PUMP, wake
from app.rulebook.drafts import Edit, value_at
from app.rulebook.pack import load_pack
from app.settings import load_settings
from bench.pipeline import prepare_house
from connectors.sandbox import PLATFORMS, Sandbox

ORDERS, DEEDS = 50_000, 200
FAULTS = ("without_exactly_one_version", "decided_by_an_older_version_than_an_earlier_order", "replayed_otherwise")
"""What must be nought."""
_EVERY_ROLLBACK = 2
_LINES = tuple(range(400_000, 500_001, 10_000))
"""From how much on an order is reviewed: few enough for the gate to remember what it found."""
_MOST_SECONDS = 900
_AUTHOR = "drill"


def run(orders: int = ORDERS, deeds: int = DEEDS, seed: int = 1) -> dict[str, Any]:
    """Publish and roll back `deeds` times while `orders` orders are decided, then look at every decision."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        server = subprocess.Popen(valkey.command(Path(folder)), stdout=subprocess.DEVNULL)
        environment = {"PANDAN_HOME": folder, "PANDAN_BACKLOG_LIMIT": "10000000"}
        services = assemble(load_settings(environment))
        try:
            prepare_house(services)
            return _measured(services, environment, orders, deeds, seed)
        finally:
            services.database.dispose()
            server.kill()
            server.wait()


def _measured(services: Services, environment: dict[str, str], orders: int, deeds: int, seed: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "app.cli", "worker", "pump"]
    pump = subprocess.Popen(command, env=environment)
    started = time.perf_counter()
    try:
        told = _Hand(services, seed).work(orders, deeds)
        _wait(services)
    finally:
        pump.kill()
        pump.wait()
    seconds = time.perf_counter() - started
    return {"orders": orders, "seconds": round(seconds, 1), **told, **_examined(services)}


class _Hand:
    """Whoever publishes and goes back, between one lot of orders and the next."""

    def __init__(self, services: Services, seed: int) -> None:
        self._services = services
        self._chance = random.Random(seed)
        self._shelf = SqlShelf(services.database)
        self._done: Counter[str] = Counter()
        self._took: list[float] = []

    def work(self, orders: int, deeds: int) -> dict[str, Any]:
        """Send the orders in lots, a deed after each; what was done."""
        sandbox, now = Sandbox(1), self._services.clock.now()
        for deed in range(deeds):
            first, last = orders * deed // deeds, orders * (deed + 1) // deeds
            platform = PLATFORMS[deed % len(PLATFORMS)]
            ages = range(first, last)
            bodies = [orjson.dumps(sandbox.order(platform, now - 3 * orders + 3 * n, mishaps=False)) for n in ages]
            self._services.stream.append(f"demo-{platform}", bodies, at=now)
            wake(self._services.redis, PUMP, DRAIN)
            started = time.perf_counter()
            if deed % _EVERY_ROLLBACK:
                self._go_back()
            else:
                self._publish(deed)
            self._took.append(time.perf_counter() - started)
        return {
            "publishes": self._done["publish"],
            "rollbacks": self._done["rollback"],
            "orders_decided_again": self._done["again"],
            "deed_ms_p50": round(statistics.median(self._took) * 1000),
            "deed_ms_most": round(max(self._took) * 1000),
        }

    def _publish(self, deed: int) -> None:
        """A draft is begun, edited in two sections, and one of them is published."""
        services, now = self._services, self._services.clock.now()
        with writing(services.database) as db:
            base = live_version(db) or 0
            document = read_document(db, base)
            number = drafts.start(db, document, base, title=f"drill {deed}", owner=_AUTHOR, now=now)
            by = Writer(_AUTHOR, 1, now)
            place = "screening/rules/0/when/all/1/value"
            others = [value for value in _LINES if value != value_at(document, place)]
            line = Edit("set", place, others[deed % len(others)])
            last = len(document["allocation"]["rules"]) - 2
            drafts.edit_draft(db, number, line, by)
            edited = drafts.edit_draft(
                db, number, Edit("move", f"allocation/rules/{last}", to=0), Writer(_AUTHOR, by.revision + 1, now)
            )
        wish = Wish(edited.document, _AUTHOR, f"drill {deed}", ["screening"], document)
        seen = Writer(_AUTHOR, edited.revision, now)

        def follow(db: Connection, made: int) -> None:
            drafts.follow_publication(db, number, made, seen)

        shelf = SqlShelf(services.database, follow)
        publish(shelf, wish, now=now)
        self._done["publish"] += 1

    def _go_back(self) -> None:
        services, now = self._services, self._services.clock.now()
        with reading(services.database) as db:
            live = read_version(db, live_version(db) or 0)
            versions = t.pack_versions.c
            others = list(db.scalars(select(versions.version).where(versions.hash != live.hash)))
        chosen = self._chance.choice(others)
        made = restore(self._shelf, chosen, author=_AUTHOR, note="drill", now=now)
        self._done["rollback"] += 1
        with writing(services.database) as db:
            gone = withdrawn.withdrawn_by(db, chosen, made)
            if gone and self._done["rollback"] % 5 == 0:
                self._done["again"] += withdrawn.decide_all_again(db, gone[-1:], now=now)


def _wait(services: Services) -> None:
    ends = time.monotonic() + _MOST_SECONDS
    while True:
        with reading(services.database) as db:
            again = db.scalar(text("SELECT COUNT(*) FROM redecisions"))
        if not again and not services.stream.pulse()[1]:
            return
        if time.monotonic() > ends:
            raise AssertionError("the stream does not come to an end")
        wake(services.redis, PUMP, DRAIN)
        time.sleep(0.2)


def _examined(services: Services) -> dict[str, Any]:
    accepted, waiting = services.stream.census()
    with reading(services.database) as db:
        numbers = read_numbers(db, accepted, waiting)
        versions = {row.version: row for row in db.execute(select(t.pack_versions)).all()}
        live = sum(bool(row.live) for row in versions.values())
        rows = db.execute(text(_EVERY)).all()
    packs = {number: load_pack(orjson.loads(row.document)) for number, row in versions.items()}
    strange = differing = backwards = 0
    latest = 0
    for row in rows:
        record, version = orjson.loads(row.record), versions.get(row.pack_version)
        if version is None or record["hash"] != version.hash:
            strange += 1
            continue
        differing += not is_identical(record, packs[row.pack_version])
        if row.seq == 1:
            backwards += row.pack_version < latest
            latest = max(latest, row.pack_version)
    return {
        "lost": numbers.accepted - numbers.counted,
        "nothing_lost": numbers.nothing_lost,
        "stock_adds_up": numbers.stock_adds_up,
        "versions": len(versions),
        "live_versions": live,
        "versions_that_decided": len({row.pack_version for row in rows}),
        "decisions": len(rows),
        **dict(zip(FAULTS, (strange, backwards, differing), strict=True)),
    }


_EVERY = (
    "SELECT d.seq, d.pack_version, d.record FROM decisions d JOIN source_orders s "
    "ON s.order_id = d.order_id AND s.revision = 1 ORDER BY s.order_id, d.seq"
)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS
    sys.stdout.write(orjson.dumps(run(count), option=orjson.OPT_INDENT_2).decode() + "\n")
