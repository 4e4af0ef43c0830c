"""The lock that keeps two supervisors from running on one home.

The children inherit it: a new supervisor therefore also waits until the last child of a killed one is gone, so that
two queue servers can never write to the same files.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path

from app.domain.errors import Refused

WAIT_SECONDS = 15.0


def take(home: Path) -> int:
    """The file descriptor of the lock, held until every process that has it is gone.

    Raises `Refused("home-in-use")` when another supervisor runs here, or its children do not end in 15 s.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = os.open(home / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + WAIT_SECONDS
    while not _try(lock):
        holder = holder_of(home)
        if _alive(holder) or time.monotonic() > deadline:
            os.close(lock)
            raise Refused("home-in-use", home=str(home), pid=holder)
        time.sleep(0.05)
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def holder_of(home: Path) -> int:
    """The process id of the last supervisor that ran here, 0 when none did."""
    with contextlib.suppress(OSError, ValueError):
        return int((home / "up.lock").read_text("ascii"))
    return 0


def _try(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _alive(pid: int) -> bool:
    """Whether that process runs; a dead one that nobody has reaped yet does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return pid > 0 and not os.path.isdir("/proc/self") and _signalled(pid)


def _signalled(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
