"""The supervisor: starts the parts in order, restarts what dies, stops them all."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.cli.supervise.process import Child, adopt_orphans, reap_adopted, start

_PAUSE_SECONDS = (0.1, 0.5, 1.0, 2.0)
_SETTLED_SECONDS = 30.0
_STOP_SECONDS = 2.0


@dataclass(slots=True)
class Part:
    """One part: how it is started, and how it stands."""

    name: str
    command: Sequence[str]
    child: Child | None = None
    started_at: float = 0.0
    failures: int = 0
    due_at: float = 0.0


class Supervisor:
    """Runs parts until told to stop; later parts are stopped first."""

    def __init__(self, environment: Mapping[str, str], lock: int) -> None:
        self._environment = environment
        self._lock = lock
        self._parts: list[Part] = []
        self._stopping = False

    def handle_signals(self) -> None:
        """Stop on SIGINT and SIGTERM."""
        adopt_orphans()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._told_to_stop)

    def add(self, name: str, command: Sequence[str]) -> None:
        """Start a part and keep it running."""
        part = Part(name, command)
        self._parts.append(part)
        self._start(part)

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Look after the parts until `ready` says so; False when told to stop or out of time."""
        deadline = time.monotonic() + seconds
        while not self._stopping and time.monotonic() < deadline:
            if ready():
                return True
            self._look_after(0.05)
        return False

    def run(self) -> None:
        """Look after the parts until told to stop, then stop them."""
        while not self._stopping:
            self._look_after(0.25)
        self.stop()

    def stop(self) -> None:
        """Stop every part, the last started first; whatever does not end in two seconds is killed."""
        *base, queue = (self._parts[1:], self._parts[:1]) if self._parts else ([], [])
        for group in (*base, queue):
            for part in group:
                if part.child:
                    part.child.signal(signal.SIGTERM)
            deadline = time.monotonic() + _STOP_SECONDS
            while any(p.child and p.child.alive() for p in group) and time.monotonic() < deadline:
                self._print_output(0.05)
            for part in group:
                if part.child:
                    part.child.kill_group()

    def _told_to_stop(self, *_: object) -> None:
        self._stopping = True

    def _start(self, part: Part) -> None:
        part.child = start(part.command, self._environment, [self._lock])
        part.started_at = time.monotonic()

    def _look_after(self, seconds: float) -> None:
        self._print_output(seconds)
        now = time.monotonic()
        for part in self._parts:
            if part.child is not None and not part.child.alive():
                self._bury(part, now)
            if part.child is None and now >= part.due_at:
                self._start(part)
        own = {part.child.pid for part in self._parts if part.child}
        reap_adopted(own.__contains__)

    def _bury(self, part: Part, now: float) -> None:
        if part.child is None:
            return
        self._print(part)
        part.child.kill_group()
        part.failures = 0 if now - part.started_at > _SETTLED_SECONDS else part.failures + 1
        pause = _PAUSE_SECONDS[min(part.failures, len(_PAUSE_SECONDS) - 1)]
        sys.stderr.write(f"{part.name:>6} | ended ({part.child.process.returncode}), again in {pause} s\n")
        part.child, part.due_at = None, now + pause

    def _print_output(self, seconds: float) -> None:
        outputs = {p.child.output: p for p in self._parts if p.child}
        with contextlib.suppress(InterruptedError):
            ready, _, _ = select.select(list(outputs), [], [], seconds)
            for output in ready:
                self._print(outputs[output])
            if ready:
                # At its end a dead part's output is always readable: do not spin on it.
                time.sleep(0.01)

    def _print(self, part: Part) -> None:
        if part.child is None:
            return
        for line in part.child.lines():
            sys.stderr.write(f"{part.name:>6} | {line}\n")


def children_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with `extra` laid over, output unbuffered."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", **extra}
