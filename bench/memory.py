"""What processes cost in memory, with what they share counted once (Linux)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_PROC = Path("/proc")


def pss_mb(pids: Iterable[int], proc: Path = _PROC) -> float:
    """Proportional set size of these processes and all their descendants together, in megabytes (2**20 bytes).

    A page that several processes share counts in parts that add up to one. A process that has ended counts nothing.
    """
    return sum(_pss_kb(pid, proc) for pid in family(pids, proc)) / 1024


def family(pids: Iterable[int], proc: Path = _PROC) -> set[int]:
    """These processes and all their descendants."""
    found: set[int] = set()
    waiting = list(pids)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += _children(pid, proc)
    return found


def _children(pid: int, proc: Path) -> list[int]:
    """A child belongs to the thread that started it, so every thread's list is read."""
    found: list[int] = []
    for one in (proc / str(pid) / "task").glob("*/children"):
        found += map(int, _read(one).split())
    return found


def _pss_kb(pid: int, proc: Path) -> int:
    for line in _read(proc / str(pid) / "smaps_rollup").splitlines():
        name, _, rest = line.partition(":")
        if name == "Pss":
            return int(rest.split()[0])
    return 0


def _read(file: Path) -> str:
    try:
        return file.read_text("ascii", "replace")
    except OSError:
        # It ended between the two looks.
        return ""
