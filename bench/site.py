"""A pandan of its own for a measurement: a new home, its parts, and what is asked of them from outside."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Site:
    """One home in `folder`, served on a free port of this machine."""

    def __init__(self, folder: Path, extra: Mapping[str, str] | None = None) -> None:
        self.home = folder
        self.port = free_port()
        self.settings = {"PANDAN_HOME": str(folder), "PORT": str(self.port), **(extra or {})}

    @property
    def environment(self) -> dict[str, str]:
        """This process's environment with the site's settings."""
        return {**os.environ, "PYTHONPATH": str(ROOT), "PANDAN_LANG": "en", **self.settings}

    def start(self, *arguments: str, log: Path | None = None) -> subprocess.Popen[bytes]:
        """Start `pandan ARGUMENTS`; its output goes to `log`."""
        command = [sys.executable, "-m", "app.cli", *arguments]
        with open(log or os.devnull, "ab") as out:
            return subprocess.Popen(command, env=self.environment, stdout=out, stderr=out, cwd=ROOT)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run `pandan ARGUMENTS` to its end."""
        command = [sys.executable, "-m", "app.cli", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, check=False, cwd=ROOT)

    def answers(self, path: str = "/readyz") -> bool:
        """Whether the site answers 200 on `path` within two seconds."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(ready: Callable[[], bool], seconds: float, what: str) -> float:
    """Ask until `ready`; the seconds it took. Raises `TimeoutError` naming `what`."""
    started = time.monotonic()
    while not ready():
        if time.monotonic() - started > seconds:
            raise TimeoutError(f"{what}: not after {seconds:g} s")
        time.sleep(0.05)
    return time.monotonic() - started


def end(process: subprocess.Popen[bytes], seconds: float = 10.0) -> int:
    """Stop a process kindly, then not; its status."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def children_of(pid: int) -> dict[int, str]:
    """The living children of a process: id → command line."""
    try:
        pids = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return {}
    found = {}
    for child in pids:
        with contextlib.suppress(OSError):
            line = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            if line:
                found[int(child)] = line
    return found
