"""The whole line against the bare rows: orders from the stream through RQ to stored decisions.

The raw limit writes the very rows the line left, into an empty database of the same kind, in transactions of as many
orders, in the same run: the most that any program could reach with this driver on this machine.
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
from sqlalchemy import Engine, select

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
from connectors.sandbox import PLATFORMS, SKUS, Sandbox

_HOT = ("orders", "order_lines", "identities", "source_orders", "fulfilments", "reservations", "decisions", "receipts")
_AHEAD = 5_000


def run(orders: int = 100_000, database_url: str = "", batch: int = 500) -> dict[str, Any]:
    """Decide `orders` simulated two-line orders; the contract's document for `pandan bench pipeline`."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        home = Path(folder)
        environment = {"PANDAN_HOME": folder, "PANDAN_BATCH_ORDERS": str(batch), "PANDAN_BACKLOG_LIMIT": "10000000"}
        if database_url:
            environment["DATABASE_URL"] = database_url
        server = subprocess.Popen(valkey.command(home), stdout=subprocess.DEVNULL)
        try:
            return _measured(assemble(load_settings(environment)), environment, orders, batch)
        finally:
            server.kill()
            server.wait()


def _measured(services: Services, environment: dict[str, str], orders: int, batch: int) -> dict[str, Any]:
    _prepare(services, orders)
    seconds = _drain(services, environment)
    accepted, waiting = services.stream.census()
    with reading(services.database) as db:
        numbers = read_numbers(db, accepted, waiting)
    raw = _raw_limit(services, orders, batch)
    return {
        "orders": orders,
        "seconds": round(seconds, 2),
        "orders_per_second": round(orders / seconds),
        "raw_limit_per_second": round(raw),
        "lost": numbers.accepted - numbers.counted,
        "duplicated": numbers.duplicate,
        "stock_adds_up": numbers.stock_adds_up,
        "database": services.database.dialect.name,
    }


def _prepare(services: Services, orders: int) -> None:
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
    sandbox = Sandbox(1)
    for start in range(0, orders, 500):
        platform = PLATFORMS[start // 500 % len(PLATFORMS)]
        ages = range(start, min(start + 500, orders))
        bodies = [orjson.dumps(sandbox.order(platform, now - 3 * orders + 3 * n, mishaps=False)) for n in ages]
        services.stream.append(f"demo-{platform}", bodies, at=now)


def _drain(services: Services, environment: dict[str, str]) -> float:
    own = [sys.executable, "-m", "app.cli"]
    env = {**os.environ, **environment}
    parts = [subprocess.Popen([*own, *part], env=env) for part in (["worker", "pump"], ["timer"])]
    try:
        total = services.stream.pulse()[1]
        while services.stream.pulse()[1] > total - _AHEAD and services.stream.pulse()[1] == total:
            time.sleep(0.002)
        started = time.perf_counter()
        while services.stream.pulse()[1] > 0:
            time.sleep(0.02)
        return time.perf_counter() - started
    finally:
        for part in parts:
            part.kill()
            part.wait()


def _raw_limit(services: Services, orders: int, batch: int) -> float:
    held: dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]] = {}
    with reading(services.database) as db:
        for name in _HOT:
            table = t.metadata.tables[name]
            held[name] = (tuple(table.c.keys()), [tuple(row) for row in db.execute(select(table))])
        shops = [tuple(row) for row in db.execute(select(t.shops))]
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        engine: Engine = connect(f"sqlite:///{folder}/raw.db")
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
        return orders / (time.perf_counter() - started)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    sys.stdout.write(orjson.dumps(run(count), option=orjson.OPT_INDENT_2).decode() + "\n")
