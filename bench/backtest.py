"""A backtest of what the line decided: how long both sides take, and that nothing is written meanwhile.

The orders are decided by the line first, as in `pipeline`; the draft holds other amounts and shares out otherwise, so
that some orders change. Seconds are those of the whole command, its start included.
"""

from __future__ import annotations

import copy
import hashlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from app.bootstrap import Services, assemble
from app.cli.supervise import valkey
from app.persistence import tables as t
from app.persistence.database import reading
from app.persistence.packs import SHIPPED
from app.settings import load_settings
from bench import pipeline

_BUSINESS = ("orders", "order_lines", "identities", "source_orders", "receipts", "decisions", "reservations",
             "fulfilments", "transfers", "purchases", "tasks", "balances", "ledger", "warehouse_days", "redecisions",
             "interventions", "outbox")  # fmt: skip


def run(sizes: tuple[int, ...] = (3_000, 100_000)) -> dict[str, Any]:
    """Each size in a house of its own; the contract's figures by size."""
    return {f"{orders}": _run(orders) for orders in sizes}


def _run(orders: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        environment = {"PANDAN_HOME": folder, "PANDAN_BACKLOG_LIMIT": "10000000"}
        server = subprocess.Popen(valkey.command(Path(folder)), stdout=subprocess.DEVNULL)
        try:
            services = assemble(load_settings(environment))
            pipeline.prepare(services, orders)
            pipeline.drain(services, environment)
            return _measured(services, environment, Path(folder))
        finally:
            server.kill()
            server.wait()


def _measured(services: Services, environment: dict[str, str], folder: Path) -> dict[str, Any]:
    before = _checksum(services)
    itself = _command(environment, SHIPPED / "apparel-default.json")
    other = _command(environment, _draft(folder))
    after = _checksum(services)
    services.database.dispose()
    return {
        "orders": other["orders"],
        "seconds": other["wall"],
        "seconds_without_start": other["seconds"],
        "processor_seconds_of_both": other["processor"],
        "changed": other["changed"],
        "changed_against_itself": itself["changed"],
        "seconds_against_itself": itself["wall"],
        "tables_unchanged": before == after,
        "peak_mb_of_one_side": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
    }


def _draft(folder: Path) -> Path:
    document = copy.deepcopy(orjson.loads((SHIPPED / "apparel-default.json").read_bytes()))
    for rule in document["screening"]["rules"]:
        if rule["id"] == "big-value":
            rule["when"] = {"all": [{"field": "order.paid", "op": ">", "value": 60_000}]}
    document["allocation"]["rules"].pop(0)
    path = folder / "draft.json"
    path.write_bytes(orjson.dumps(document))
    return path


def _command(environment: dict[str, str], pack: Path) -> dict[str, Any]:
    started, before = time.perf_counter(), _processor_seconds()
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "backtest", "--pack", str(pack), "--days", "3650", "--json"],
        env={**os.environ, **environment}, capture_output=True, check=True,
    )  # fmt: skip
    wall = time.perf_counter() - started
    found: dict[str, Any] = orjson.loads(done.stdout)
    return {**found, "wall": round(wall, 2), "processor": round(_processor_seconds() - before, 2)}


def _processor_seconds() -> float:
    """What the processes that this one started, and theirs, have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _checksum(services: Services) -> str:
    said = hashlib.sha256()
    with reading(services.database) as db:
        for name in _BUSINESS:
            table = t.metadata.tables[name]
            for row in db.execute(select(table).order_by(*table.primary_key.columns)):
                said.update(repr(tuple(row)).encode())
    return said.hexdigest()
