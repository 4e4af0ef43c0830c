"""What a shadow costs the line: the same orders through the same line, with a shadow beside it and without.

The runs take turns, so that whatever else the machine does falls on both; the cost is the medians' difference.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import orjson

from app.bootstrap import Services, assemble
from app.cli.supervise import valkey
from app.persistence.database import reading, writing
from app.persistence.packs import SHIPPED
from app.persistence.shadows import count_behind
from app.persistence.trials import SHADOW, open_trial, read_trial
from app.settings import load_settings
from bench import pipeline


def run(orders: int = 50_000, times: int = 3) -> dict[str, Any]:
    """Decide `orders` simulated orders, `times` with a shadow and as often without."""
    without: list[float] = []
    beside: list[dict[str, Any]] = []
    for _ in range(times):
        without.append(_run(orders, shadowed=False)["orders_per_second"])
        beside.append(_run(orders, shadowed=True))
    alone = statistics.median(without)
    together = statistics.median(one["orders_per_second"] for one in beside)
    return {
        "orders": orders,
        "orders_per_second": round(alone),
        "orders_per_second_with_shadow": round(together),
        "cost": round(1 - together / alone, 3),
        "runs": [round(one) for one in without],
        "runs_with_shadow": [round(one["orders_per_second"]) for one in beside],
        "followed_meanwhile": beside[-1]["followed"],
        "passed_over": beside[-1]["passed"],
        "diverged": beside[-1]["diverged"],
    }


def _run(orders: int, *, shadowed: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        environment = {"PANDAN_HOME": folder, "PANDAN_BACKLOG_LIMIT": "10000000"}
        server = subprocess.Popen(valkey.command(Path(folder)), stdout=subprocess.DEVNULL)
        try:
            services = assemble(load_settings(environment))
            pipeline.prepare(services, orders)
            trial_id = _begin(services) if shadowed else None
            seconds, _ = pipeline.drain(services, environment)
            return {"orders_per_second": orders / seconds, **(_followed(services, trial_id) if trial_id else {})}
        finally:
            server.kill()
            server.wait()


def _begin(services: Services) -> str:
    document = orjson.loads((SHIPPED / "apparel-default.json").read_bytes())
    document["allocation"]["rules"].pop(0)
    now = services.clock.now()
    doc = {"source": {"kind": "file", "number": 0, "title": "bench"}, "live": 1, "actor": "bench", "at": now}
    with writing(services.database) as db:
        return open_trial(db, SHADOW, "running", document, {**doc, "told_at": now}, now=now)


def _followed(services: Services, trial_id: str) -> dict[str, Any]:
    time.sleep(0.1)
    with reading(services.database) as db:
        doc, behind = read_trial(db, trial_id), count_behind(db)
    return {"followed": doc.get("decided", 0), "passed": doc.get("passed", 0) + behind,
            "diverged": doc.get("diverged", 0)}  # fmt: skip
