"""Kill -9 in seeded random turn, under load: nothing acknowledged may be lost, done twice or oversold.

`python -m bench.faults --kills 50 --seed 7`: pump, worker, web, queue server and supervisor are killed, each when the
last one is ready again; the supervisor is started again by this harness, everything else by the supervisor. Prints
one JSON document; exit status 1 when an invariant is broken. With `--ack-first` the pump acknowledges before it
commits, which must be found out: the run then ends with status 1.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson
import redis
from sqlalchemy import select, text

from app.persistence.database import connect, reading
from app.persistence.tables import receipts
from app.queue.stream import GROUP, STREAM
from connectors.sandbox import SKUS, Sandbox

PARTS = {"pump": "worker pump", "work": "worker work", "web": "gunicorn", "queue": "valkey"}
"""What the command line of each part says."""
TURNS = ("pump", "pump", "work", "web", "queue", "supervisor")
_BATCH, _REPEATS, _EVERY_SECONDS = 27, 3, 0.1
_PILE_UP_SECONDS, _BUSY_SECONDS = 0.3, 0.012


class Installation:
    """A running installation in a home of its own."""

    def __init__(self, home: Path, *, ack_first: bool) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {**os.environ, "PANDAN_HOME": str(home), "PORT": str(port)}
        for name in ("DATABASE_URL", "REDIS_URL"):
            self.environment.pop(name, None)
        if ack_first:
            self.environment["PANDAN_TEST_ACK_FIRST"] = "1"
        self.database = connect(f"sqlite:///{home / 'pandan.db'}")
        self.redis: Any = redis.Redis.from_url(f"unix://{home / 'valkey.sock'}", socket_timeout=1)
        self.supervisor = self._up()

    def pandan(self, *words: str) -> str:
        """Run a command; its standard output."""
        command = [sys.executable, "-m", "app.cli", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False).stdout

    def kill(self, part: str, chance: random.Random) -> None:
        """Kill -9 one process of a part; the pump while it is in the middle of a batch."""
        if part == "supervisor":
            self.supervisor.kill()
            self.supervisor.wait()
            self.supervisor = self._up()
            return
        if part == "pump":
            self._catch_busy()
            time.sleep(chance.uniform(0, _BUSY_SECONDS))
        found = self.processes(part)
        if found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(found), signal.SIGKILL)

    def wait(self, seconds: float = 120.0) -> None:
        """Until every part runs, orders are accepted, and one accepted before is decided."""
        self._until(lambda: all(self.processes(part) for part in PARTS) and self._accepts(), seconds)
        before = self.ended()
        self._until(lambda: self.ended() > before or not self._backlog(), seconds)

    def ended(self) -> int:
        """How many receipts have ended so far."""
        with reading(self.database) as db:
            return int(db.execute(text("SELECT COALESCE(SUM(n), 0) FROM receipt_totals")).scalar() or 0)

    def processes(self, part: str) -> list[int]:
        """The processes of a part."""
        found = [int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit() and self._is(one, PARTS[part])]
        return sorted(pid for pid in found if pid != self.supervisor.pid)

    def stop(self) -> None:
        """Stop everything."""
        self.supervisor.terminate()
        self.supervisor.wait()
        self.database.dispose()

    def _catch_busy(self) -> None:
        """Let orders pile up before a pump that stands still, and come back when it has just taken a batch of them."""
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for pid in self.processes("pump"):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            if number == signal.SIGSTOP:
                time.sleep(_PILE_UP_SECONDS)
                taken = self._taken()
        self._until(lambda: self._taken() != taken, 3.0, must=False, every=0.001)

    def _taken(self) -> int:
        groups = self.redis.xinfo_groups(STREAM)
        return next((int(one["entries-read"] or 0) for one in groups if one["name"] == GROUP.encode()), 0)

    def _backlog(self) -> int:
        return int(self.redis.xlen(STREAM))

    def _accepts(self) -> bool:
        return bool(urllib.request.urlopen(f"{self.url}/readyz", timeout=2).status == 200)

    def _until(self, ready: Callable[[], bool], seconds: float, *, must: bool = True, every: float = 0.05) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, redis.RedisError):
                if ready():
                    return
            time.sleep(every)
        if must:
            raise AssertionError("not ready again")

    def _up(self) -> subprocess.Popen[bytes]:
        with (self.home / "up.log").open("ab") as log:
            command = [sys.executable, "-m", "app.cli", "up"]
            return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def _is(self, process: Path, what: str) -> bool:
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            # The queue server writes its title, which names its socket, over its environment.
            here = str(self.home)
            return what in words and (here in words or here.encode() in (process / "environ").read_bytes())
        except OSError:
            return False


class Load(threading.Thread):
    """About 300 orders a second, a tenth of them repeats; remembers what was acknowledged."""

    def __init__(self, url: str, key: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.acknowledged: dict[str, str] = {}
        self.stop = False
        self._url = f"{url}/api/v1/shops/s/orders"
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
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
        request = urllib.request.Request(self._url, orjson.dumps(batch), self._headers)
        try:
            given = orjson.loads(urllib.request.urlopen(request, timeout=5).read())["receipts"]
        except (OSError, urllib.error.HTTPError, orjson.JSONDecodeError):
            return
        except Exception as fault:  # http.client's own family: the answer was cut off
            sys.stderr.write(f"not acknowledged: {fault!r}\n")
            return
        self.acknowledged.update(zip(given, (order["tid_str"] for order in batch), strict=True))


def run(seed: int, kills: int, *, ack_first: bool = False, turns: Sequence[str] = TURNS) -> dict[str, Any]:
    """Kill that many times, let the rest drain, and count; `ok` says whether every invariant holds."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        house = Installation(Path(folder), ack_first=ack_first)
        try:
            return _measured(house, seed, kills, turns) | {"ack_first": ack_first}
        finally:
            house.stop()


def _measured(house: Installation, seed: int, kills: int, turns: Sequence[str]) -> dict[str, Any]:
    started = time.monotonic()
    house._until(house._accepts, 60.0)
    load = Load(house.url, _furnish(house), seed)
    load.start()
    chance, killed = random.Random(seed), Counter[str]()
    order: list[str] = []
    for _ in range(kills):
        house.wait()
        time.sleep(chance.uniform(0.1, 0.5))
        order = order or chance.sample(turns, len(turns))
        part = order.pop()
        with contextlib.suppress(redis.RedisError):
            house.kill(part, chance)
            killed[part] += 1
    house.wait()
    load.stop = True
    load.join()
    return _counted(house, load) | {
        "seed": seed,
        "kills": {"all": killed.total(), **dict(sorted(killed.items()))},
        "seconds": round(time.monotonic() - started, 1),
    }


def _furnish(house: Installation) -> str:
    house.home.joinpath("w.csv").write_text(
        "code,province,city,latitude,longitude\nA,浙江省,杭州市,30.2,120\nB,广东省,广州市,23,113\n", "utf-8"
    )
    rows = [f"{warehouse},{code},300" for warehouse in "AB" for code, _, _ in SKUS]
    house.home.joinpath("s.csv").write_text("\n".join(["warehouse,sku,on_hand", *rows]), "utf-8")
    house.pandan("warehouse", "set", str(house.home / "w.csv"))
    house.pandan("stock", "set", str(house.home / "s.csv"))
    return str(orjson.loads(house.pandan("shop", "add", "s", "--platform", "taobao", "--json"))["api_key"])


def _counted(house: Installation, load: Load) -> dict[str, Any]:
    doctor = _drained(house)
    with reading(house.database) as db:
        ended = {row[0] for row in db.execute(select(receipts.c.id))}
        doubled = sum(int(db.execute(text(sql)).scalar() or 0) for sql in _DOUBLED)
    lost, oversold = len(load.acknowledged.keys() - ended), doctor["numbers"]["oversold"]
    return {
        "ok": doctor["ok"] and not (lost or doubled or oversold),
        "acknowledged": len(load.acknowledged),
        "orders": len(set(load.acknowledged.values())),
        "lost": lost,
        "doubled": doubled,
        "oversold": oversold,
        "doctor": {"ok": doctor["ok"], "checks": {one["name"]: one["ok"] for one in doctor["checks"]}},
        "numbers": doctor["numbers"],
    }


_DOUBLED = (
    # An order that took effect for two of its receipts; a payload kept twice; a line with more goods than it wants.
    "SELECT COUNT(*) FROM (SELECT 1 FROM receipts WHERE status = 'decided' GROUP BY order_id HAVING COUNT(*) > 1)",
    "SELECT COUNT(*) FROM (SELECT 1 FROM source_orders GROUP BY receipt_id HAVING COUNT(*) > 1)",
    """SELECT COUNT(*) FROM order_lines l WHERE l.quantity < (SELECT SUM(r.quantity) FROM reservations r
       WHERE r.state = 'live' AND r.order_id = l.order_id AND r.line = l.line)""",
)


def _drained(house: Installation) -> dict[str, Any]:
    for _ in range(120):
        doctor: dict[str, Any] = orjson.loads(house.pandan("doctor", "--json"))
        if doctor["backlog"] == 0:
            return doctor
        time.sleep(0.5)
    raise AssertionError("the backlog does not drain")


def main() -> None:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--ack-first", action="store_true")
    given = options.parse_args()
    result = run(given.seed, given.kills, ack_first=given.ack_first)
    sys.stdout.write(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode() + "\n")
    sys.exit(0 if result["ok"] else 1)


if __name__ == "__main__":
    main()
