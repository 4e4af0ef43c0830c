"""A whole file of orders imported as history, twice, beside a live shop: seconds, memory, and who waits for whom.

`python -m bench.imports`: `pandan up` in a home that is thrown away, and `pandan import` as a clerk would run it. The
file is the UCI online retail file (541,909 rows, 25,900 invoices) from `../shared/data`; without it a made one of the
same shape is imported. Beside it one live order a second is posted, and asked for until it is decided.
"""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from app.bootstrap import assemble
from app.jobs.undoing import undo
from app.persistence.database import writing
from app.persistence.imports import begin_undo, recent_imports
from app.settings import load_settings
from bench.memory import pss_mb
from bench.site import ROOT, Site, children_of, end, wait_until

UCI = ROOT.parent / "shared/data/online_retail/online_retail.csv.gz"
_SHOP, _LIVE = "bench-history", "bench-live"
_READY_SECONDS, _DECIDED_SECONDS = 120.0, 600.0
_LINES = 21


def run(orders: int = 25_900) -> dict[str, Any]:
    """Figures of importing about so many orders; all of the UCI file when it is there."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        file = folder / "orders.csv"
        made = not UCI.exists()
        if made:
            _make(file, orders)
        else:
            _unpack(file, orders)
        site = Site(folder / "home")
        up = site.start("up", "--port", str(site.port))
        try:
            wait_until(site.answers, _READY_SECONDS, "pandan up")
            _shop(site, _SHOP)
            told = {"file": "made" if made else "online_retail.csv", **_measured(site, file, up.pid)}
            told["again"] = _again(site, file)
            told["undone"] = _undone(site)
            told["nothing_lost"] = _doctor(site)["ok"]
            return told
        finally:
            end(up)


def _measured(site: Site, file: Path, up: int) -> dict[str, Any]:
    beside = _Beside(site, _shop(site, _LIVE))
    started = time.monotonic()
    with beside:
        counts, seconds, own_mb, others_mb = _import(site, file, up)
        decided = wait_until(lambda: _doctor(site)["backlog"] == 0, _DECIDED_SECONDS, "all decided")
    waits = sorted(beside.waits)
    return {
        **counts,
        "seconds": round(seconds, 1),
        "seconds_until_decided": round(seconds + decided, 1),
        "rows_per_second": round(counts["rows"] / (time.monotonic() - started)),
        "peak_mb": round(own_mb),
        "peak_mb_of_pump_and_work": round(others_mb),
        "live_beside": {
            "orders": len(waits),
            "median_seconds": round(statistics.median(waits), 2) if waits else None,
            "worst_seconds": round(waits[-1], 2) if waits else None,
        },
    }


def _again(site: Site, file: Path) -> dict[str, Any]:
    counts, seconds, _, _ = _import(site, file, 0)
    return {"seconds": round(seconds, 1), "accepted": counts["accepted"], "duplicates": counts["duplicates"]}


def _undone(site: Site) -> dict[str, Any]:
    """The first import undone as the work process would, beside the running pump."""
    services = assemble(load_settings({"PANDAN_HOME": str(site.home)}))
    started = time.monotonic()
    with writing(services.database) as db:
        import_id = recent_imports(db)[-1][0]
        begin_undo(db, import_id, actor="bench", now=services.clock.now())
    found = undo(services, import_id)["undo"]
    services.database.dispose()
    return {"seconds": round(time.monotonic() - started, 1), "orders": found["removed"]}


def _import(site: Site, file: Path, up: int) -> tuple[dict[str, int], float, float, float]:
    """What `pandan import` counts, its seconds, its peak and that of pump and work meanwhile, in megabytes."""
    command = [sys.executable, "-m", "app.cli", "import", str(file), "--shop", _SHOP, "--as", "history", "--json"]
    workers = [pid for pid, line in children_of(up).items() if " worker " in line] if up else []
    started, own, others = time.monotonic(), 0.0, 0.0
    with (file.parent / "out.json").open("wb+") as out:
        # From the folder: the error workbook is written where the command runs.
        process = subprocess.Popen(
            command, env=site.environment, stdout=out, stderr=subprocess.DEVNULL, cwd=file.parent
        )
        while process.poll() is None:
            own = max(own, pss_mb([process.pid]))
            others = max(others, pss_mb(workers))
            time.sleep(0.3)
        seconds = time.monotonic() - started
        out.seek(0)
        told = orjson.loads(out.read())
    names = ("rows", "orders", "accepted", "duplicates", "rejected")
    return {name: told[name] for name in names}, seconds, own, others


class _Beside:
    """Posts a live order a second and asks for it until it is decided; `waits` in seconds."""

    def __init__(self, site: Site, key: str) -> None:
        self._site, self._key = site, key
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.waits: list[float] = []

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        number = 0
        while not self._over.wait(1.0):
            number += 1
            order = {"id": f"L{number}", "state": "paid", "paid": 1000, "lines": [{"sku": "A", "quantity": 1}]}
            started = time.monotonic()
            receipt = self._ask(f"/api/v1/shops/{_LIVE}/orders", json.dumps(order).encode())["receipts"][0]
            while self._ask(f"/api/v1/receipts/{receipt}")["status"] == "accepted":
                time.sleep(0.02)
            self.waits.append(time.monotonic() - started)

    def _ask(self, path: str, body: bytes | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{self._site.port}{path}", body, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def _shop(site: Site, code: str) -> str:
    return str(orjson.loads(site.run("shop", "add", code, "--platform", "manual", "--json").stdout)["api_key"])


def _doctor(site: Site) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads(site.run("doctor", "--json").stdout)
    return told


def _unpack(file: Path, orders: int) -> None:
    with gzip.open(UCI, "rt", encoding="utf-8") as packed, file.open("w", encoding="utf-8") as out:
        if orders >= _UCI_ORDERS:
            shutil.copyfileobj(packed, out)
        else:
            out.writelines(islice(packed, 1 + orders * _LINES))


_UCI_ORDERS = 25_900


def _make(file: Path, orders: int) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"])
        for number in range(orders):
            for line in range(_LINES):
                sku = f"{(number * 7 + line) % 4000:05}"
                writer.writerow(
                    [500_000 + number, sku, f"GOODS {sku}", 1 + line % 9, "2010-12-01 08:26:00", 2.55, number]
                )


if __name__ == "__main__":
    from bench import report

    sys.stdout.write("\n".join(report.lines("imports", run())) + "\n")
