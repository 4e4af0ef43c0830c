"""The whole line against the bare rows: orders from the stream through RQ to stored decisions.

The raw limit writes the very rows the line left, into an empty database of the same kind, in transactions of as many
orders, in the same run: the most that any program could reach with this driver on this machine. Memory is the
proportional set size of pump and work with their children.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, make_url, select, text

from app.bootstrap import Services, assemble
from app.cli.supervise import valkey
from app.persistence import demo
from app.persistence import tables as t
from app.persistence.database import connect, reading, writing
from app.persistence.migrate import upgrade
from app.persistence.packs import publish_shipped
from app.persistence.reads.numbers import read_numbers
from app.persistence.rows import insert
from app.persistence.stock import StockCount, set_stock
from app.settings import load_settings
from bench.memory import pss_mb
from connectors.sandbox import PLATFORMS, SKUS, Sandbox

_HOT = ("orders", "order_lines", "identities", "source_orders", "fulfilments", "reservations", "decisions", "receipts")
_AHEAD = 5_000
_MEMORY_SECONDS = 2.0


def run(orders: int = 100_000, database_url: str = "", batch: int = 500, times: int = 3) -> dict[str, Any]:
    """Decide `orders` simulated two-line orders, `times` over; the median run as the contract's document.

    With PostgreSQL `database_url` names a server whose user may create databases; each run makes two of its own.
    """
    runs = [_run(orders, database_url, batch) for _ in range(times)]
    median: dict[str, Any] = sorted(runs, key=lambda one: one["orders_per_second"])[len(runs) // 2]
    return {**median, "runs": [one["orders_per_second"] for one in runs], "lost": max(one["lost"] for one in runs),
            "duplicated": max(one["duplicated"] for one in runs)}  # fmt: skip


def _run(orders: int, database_url: str, batch: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        home = Path(folder)
        environment = {"PANDAN_HOME": folder, "PANDAN_BATCH_ORDERS": str(batch), "PANDAN_BACKLOG_LIMIT": "10000000"}
        if database_url:
            environment["DATABASE_URL"] = _new_database(database_url, "pandan_line")
        server = subprocess.Popen(valkey.command(home), stdout=subprocess.DEVNULL)
        try:
            raw_url = _new_database(database_url, "pandan_raw") if database_url else f"sqlite:///{folder}/raw.db"
            return _measured(assemble(load_settings(environment)), environment, orders, batch, raw_url)
        finally:
            server.kill()
            server.wait()


def _new_database(url: str, name: str) -> str:
    """An empty PostgreSQL database beside the one of `url`."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        db.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(url).set(drivername="postgresql", database=name).render_as_string(hide_password=False)


def _measured(services: Services, environment: dict[str, str], orders: int, batch: int, raw_url: str) -> dict[str, Any]:
    prepare(services, orders)
    seconds, memory = drain(services, environment)
    accepted, waiting = services.stream.census()
    with reading(services.database) as db:
        numbers = read_numbers(db, accepted, waiting)
    raw = _raw_limit(services, connect(raw_url), orders, batch)
    services.database.dispose()
    return {
        "orders": orders,
        "seconds": round(seconds, 2),
        "orders_per_second": round(orders / seconds),
        "raw_limit_per_second": round(raw),
        "ratio": round(orders / seconds / raw, 2),
        "batch": batch,
        "memory_mb": round(max(memory), 1),
        "memory_growth": round(_growth(memory), 3),
        "lost": numbers.accepted - numbers.counted,
        "duplicated": numbers.duplicate,
        "stock_adds_up": numbers.stock_adds_up,
        "database": services.database.dialect.name,
    }


def prepare_house(services: Services) -> None:
    """Once the queue server answers: the demo's shops and warehouses, stock enough, and the pack that ships."""
    while True:
        try:
            services.redis.ping()
            break
        except Exception:
            time.sleep(0.05)
    upgrade(services.database)
    now = services.clock.now()
    publish_shipped(services.database, now=now)
    with writing(services.database) as db:
        demo.put_in(db, PLATFORMS, SKUS, now=now)
        codes = ("DEMO-HZ", "DEMO-GZ", "DEMO-TJ")
        counts = [StockCount(code, sku, 10_000_000) for code in codes for sku, _, _ in SKUS]
        set_stock(db, counts, doc="bench", now=now)


def prepare(services: Services, orders: int) -> None:
    """The house, with so many simulated orders waiting in its stream."""
    prepare_house(services)
    now = services.clock.now()
    sandbox = Sandbox(1)
    for start in range(0, orders, 500):
        platform = PLATFORMS[start // 500 % len(PLATFORMS)]
        ages = range(start, min(start + 500, orders))
        bodies = [orjson.dumps(sandbox.order(platform, now - 3 * orders + 3 * n, mishaps=False)) for n in ages]
        services.stream.append(f"demo-{platform}", bodies, at=now)


def drain(services: Services, environment: dict[str, str]) -> tuple[float, list[float]]:
    """Seconds to an empty stream, and the memory of pump and work in MB as it went."""
    own = [sys.executable, "-m", "app.cli"]
    env = {**os.environ, **environment}
    parts = [subprocess.Popen([*own, *part], env=env) for part in (["worker", "pump"], ["worker", "work"], ["timer"])]
    try:
        total = services.stream.pulse()[1]
        while services.stream.pulse()[1] > total - _AHEAD and services.stream.pulse()[1] == total:
            time.sleep(0.002)
        started = time.perf_counter()
        memory: list[float] = []
        while services.stream.pulse()[1] > 0:
            if len(memory) < (time.perf_counter() - started) / _MEMORY_SECONDS:
                memory.append(pss_mb([part.pid for part in parts[:2]]))
            time.sleep(0.05)
        return time.perf_counter() - started, memory
    finally:
        for part in parts:
            part.kill()
            part.wait()


def _growth(memory: list[float]) -> float:
    """How much more the last half of the run held at most than the first half."""
    half = len(memory) // 2
    return max(memory[half:]) / max(memory[:half]) - 1 if half else 0.0


def _raw_limit(services: Services, engine: Engine, orders: int, batch: int) -> float:
    held: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {}
    with reading(services.database) as db:
        for name in _HOT:
            table = t.metadata.tables[name]
            held[name] = (tuple(table.c.keys()), [tuple(row) for row in db.execute(select(table))])
        shops = [tuple(row) for row in db.execute(select(t.shops))]
    upgrade(engine)
    with writing(engine) as db:
        insert(db, t.shops, tuple(t.shops.c.keys()), shops)
    steps = max(1, orders // batch)
    started = time.perf_counter()
    for step in range(steps):
        with writing(engine) as db:
            for name, (columns, rows) in held.items():
                part = rows[len(rows) * step // steps : len(rows) * (step + 1) // steps]
                insert(db, t.metadata.tables[name], columns, part)
    seconds = time.perf_counter() - started
    engine.dispose()
    return orders / seconds


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    url = sys.argv[2] if len(sys.argv) > 2 else ""
    sys.stdout.write(orjson.dumps(run(count, url), option=orjson.OPT_INDENT_2).decode() + "\n")
