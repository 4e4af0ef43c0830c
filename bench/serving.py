"""A web part over a queue server of its own, for measuring intake: started as `pandan up` starts them, no pump."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from app.bootstrap import Services, assemble
from app.cli.supervise import gunicorn, valkey
from app.persistence.database import writing
from app.persistence.goods import add_shop
from app.persistence.migrate import upgrade
from app.settings import load_settings
from bench.site import ROOT, Site, children_of, end, wait_until

SHOP = "s"
_OWN = {"PANDAN_BACKLOG_LIMIT": "100000000", "DATABASE_URL": "", "REDIS_URL": ""}
"""No backlog limit; and the home's own database and queue, whatever the caller's environment names."""
_READY_SECONDS = 30.0


class Served:
    """One application under gunicorn: the port it answers on and what its processes cost."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self._process = process

    def cpu_seconds(self) -> float:
        """Processor time of gunicorn and its workers so far, in the program and in the kernel."""
        return sum(map(_cpu_seconds, (self._process.pid, *children_of(self._process.pid))))

    def load(self, messages: Sequence[bytes], connections: int, folder: Path, repeat: int = 1) -> dict[str, Any]:
        """What `bench.load`, in a process of its own, tells of these messages; and `cpu_seconds` of the server."""
        file = folder / "messages"
        file.write_bytes(b"".join(len(one).to_bytes(4, "big") + one for one in messages))
        plan = {"port": self.port, "connections": connections, "file": str(file), "repeat": repeat}
        before = self.cpu_seconds()
        done = subprocess.run(
            [sys.executable, "-m", "bench.load"], input=orjson.dumps(plan), capture_output=True, check=True, cwd=ROOT
        )
        told: dict[str, Any] = orjson.loads(done.stdout)
        return told | {"cpu_seconds": self.cpu_seconds() - before}


@contextlib.contextmanager
def queue_and_home(folder: Path) -> Iterator[tuple[Site, Services, str]]:
    """A home with an empty database, its queue server running; one shop and the key of it."""
    site = Site(folder, _OWN)
    services = assemble(load_settings(site.settings))
    server = subprocess.Popen(valkey.command(folder), stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: _answers(services), _READY_SECONDS, "queue server")
        upgrade(services.database)
        with writing(services.database) as db:
            key = add_shop(db, SHOP, "taobao", now=int(time.time()))
        yield site, services, key
    finally:
        services.database.dispose()
        end(server)


@contextlib.contextmanager
def serving(site: Site, application: str, ready: str) -> Iterator[Served]:
    """`application` under gunicorn as `pandan web` starts it; returns when it answers 200 on the path `ready`."""
    command = gunicorn.command(application, load_settings(site.settings))
    process = subprocess.Popen(command, env=site.environment, cwd=ROOT)
    try:
        wait_until(lambda: site.answers(ready), _READY_SECONDS, application)
        yield Served(site.port, process)
    finally:
        end(process)


def _answers(services: Services) -> bool:
    with contextlib.suppress(Exception):
        return bool(services.redis.ping())
    return False


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    # Fields 14 and 15 of the line, counted from 1; the first two stand before the bracket.
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
