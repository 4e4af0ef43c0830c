"""Kill -9 in seeded random turn, under load: nothing acknowledged may be lost, done twice or oversold.

`python -m bench.faults 7 60`: seed 7, for 60 seconds. Worker, web, queue server and supervisor are killed; the
supervisor is started again by this harness, everything else by the supervisor.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from app.persistence.database import connect, reading
from app.persistence.tables import receipts
from connectors.sandbox import SKUS, Sandbox

_PORT = 8931
_URL = f"http://127.0.0.1:{_PORT}"
_TURNS = ("worker pump", "gunicorn", "valkey", "supervisor")
_BATCH, _REPEATS, _EVERY_SECONDS = 27, 3, 0.1


class House:
    """A running installation in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {**os.environ, "PANDAN_HOME": str(home), "PORT": str(_PORT)}
        self.supervisor = self._up()

    def pandan(self, *words: str) -> str:
        """Run a command; its standard output."""
        command = [sys.executable, "-m", "app.cli", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False).stdout

    def wait(self, seconds: float = 30.0) -> None:
        """Until orders are accepted again."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if urllib.request.urlopen(f"{_URL}/readyz", timeout=2).status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("not ready again")

    def kill(self, what: str, chance: random.Random) -> None:
        """Kill -9 one process of that kind."""
        if what == "supervisor":
            self.supervisor.kill()
            self.supervisor.wait()
            self.supervisor = self._up()
            return
        found = [pid for pid in self._processes(what) if pid != self.supervisor.pid]
        if found:
            os.kill(chance.choice(found), signal.SIGKILL)

    def _up(self) -> subprocess.Popen[bytes]:
        log = (self.home / "up.log").open("ab")
        command = [sys.executable, "-m", "app.cli", "up"]
        return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def _processes(self, what: str) -> list[int]:
        return [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit() and self._is(one, what)]

    def _is(self, process: Path, what: str) -> bool:
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            return what in words and str(self.home).encode() in (process / "environ").read_bytes()
        except OSError:
            return False


class Load(threading.Thread):
    """About 300 orders a second, a tenth of them repeats; remembers what was acknowledged."""

    def __init__(self, key: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.acknowledged: dict[str, str] = {}
        self.stop = False
        self._key = key
        self._chance = random.Random(seed)
        self._sandbox = Sandbox(seed)

    def run(self) -> None:
        """Send until told to stop; what is not acknowledged may be lost."""
        at, sent = int(time.time()), list[Any]()
        while not self.stop:
            started = time.monotonic()
            fresh = [self._sandbox.order("taobao", at + n, mishaps=False) for n in range(_BATCH)]
            at += _BATCH
            batch = fresh + self._chance.sample(sent, min(_REPEATS, len(sent)))
            sent = (sent + fresh)[-500:]
            self._send(batch)
            time.sleep(max(0.0, _EVERY_SECONDS - (time.monotonic() - started)))

    def _send(self, batch: list[Any]) -> None:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{_URL}/api/v1/shops/s/orders", orjson.dumps(batch), headers)
        try:
            given = orjson.loads(urllib.request.urlopen(request, timeout=5).read())["receipts"]
        except (OSError, urllib.error.HTTPError, orjson.JSONDecodeError):
            return
        self.acknowledged.update(zip(given, (order["tid_str"] for order in batch), strict=True))


def run(seed: int, seconds: float) -> dict[str, Any]:
    """Kill for `seconds`, let the rest drain, and count."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        house = House(Path(folder))
        try:
            return _measured(house, seed, seconds)
        finally:
            house.supervisor.terminate()
            house.supervisor.wait()


def _measured(house: House, seed: int, seconds: float) -> dict[str, Any]:
    house.wait()
    load = Load(_furnish(house), seed)
    load.start()
    chance, kills, deadline = random.Random(seed), 0, time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(chance.uniform(0.3, 1.0))
        house.kill(chance.choice(_TURNS), chance)
        kills += 1
        house.wait()
    load.stop = True
    load.join()
    doctor = _drained(house)
    numbers = doctor["numbers"]
    return {
        "seed": seed,
        "kills": kills,
        "acknowledged": len(load.acknowledged),
        "orders": len(set(load.acknowledged.values())),
        "lost": len(load.acknowledged.keys() - _ended(house)),
        "doctor_ok": doctor["ok"],
        "numbers": numbers,
    }


def _furnish(house: House) -> str:
    house.home.joinpath("w.csv").write_text(
        "code,province,city,latitude,longitude\nA,浙江省,杭州市,30.2,120\nB,广东省,广州市,23,113\n", "utf-8"
    )
    rows = [f"{warehouse},{code},300" for warehouse in "AB" for code, _, _ in SKUS]
    house.home.joinpath("s.csv").write_text("\n".join(["warehouse,sku,on_hand", *rows]), "utf-8")
    house.pandan("warehouse", "set", str(house.home / "w.csv"))
    house.pandan("stock", "set", str(house.home / "s.csv"))
    return str(orjson.loads(house.pandan("shop", "add", "s", "--platform", "taobao", "--json"))["api_key"])


def _ended(house: House) -> set[str]:
    with reading(connect(f"sqlite:///{house.home / 'pandan.db'}")) as db:
        return {row[0] for row in db.execute(select(receipts.c.id))}


def _drained(house: House) -> dict[str, Any]:
    for _ in range(120):
        doctor: dict[str, Any] = orjson.loads(house.pandan("doctor", "--json"))
        if doctor["backlog"] == 0:
            return doctor
        time.sleep(1)
    raise AssertionError("the backlog does not drain")


if __name__ == "__main__":
    result = run(int(sys.argv[1]), float(sys.argv[2]))
    sys.stdout.write(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode() + "\n")
