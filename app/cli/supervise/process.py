"""One child process: started so that it cannot outlive the supervisor, its output prefixed, its group killable."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


def adopt_orphans() -> None:
    """Make this process the parent of its grandchildren whose own parent dies (Linux); no effect elsewhere."""
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies (Linux); no effect elsewhere."""
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _in_the_child() -> None:
    os.setpgid(0, 0)
    die_with_parent()


@dataclass(slots=True)
class Child:
    """A running child; `lines` yields its output as it comes."""

    process: subprocess.Popen[bytes]
    _rest: bytes = field(default=b"")

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def output(self) -> int:
        """The file descriptor its standard output and error come from; non-blocking."""
        assert self.process.stdout is not None  # noqa: S101 - Popen was asked for the pipe
        return self.process.stdout.fileno()

    def alive(self) -> bool:
        return self.process.poll() is None

    def lines(self) -> list[str]:
        """Whole lines that came since the last call; at the end of the output also an unfinished one."""
        chunk = self._read()
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        if not chunk and self._rest:
            whole, self._rest = [*whole, self._rest], b""
        return [line.decode("utf-8", "replace").rstrip() for line in whole]

    def _read(self) -> bytes:
        with contextlib.suppress(BlockingIOError):
            return os.read(self.output, 65536)
        return b""

    def signal(self, number: int) -> None:
        """Send a signal to the leader alone; a dead one is no error."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    def kill_group(self) -> None:
        """Kill the child and everything of its process group, and reap the leader."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()


def start(command: Sequence[str], environment: Mapping[str, str], keep: Sequence[int] = ()) -> Child:
    """Start a child in a process group of its own; it inherits the file descriptors `keep` and no others.

    Must be called from the main thread of a process without other threads: the death signal follows the thread
    that started the child, and the code between fork and exec is safe only there.
    """
    process = subprocess.Popen(
        list(command),
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=tuple(keep),
        preexec_fn=_in_the_child,
    )
    child = Child(process)
    os.set_blocking(child.output, False)
    return child


def reap_adopted(own: Callable[[int], bool]) -> None:
    """Kill and reap children that no part owns: what a killed part left behind, now adopted by us."""
    for pid in _children():
        if own(pid):
            continue
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _children() -> list[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return []
