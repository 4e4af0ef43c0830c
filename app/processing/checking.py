"""Checks of drafts beside the requests: a child process proves, the latest state of each draft counts, nothing waits.

A draft that moved on makes its older check pointless: it is ended and begun anew. Answers are remembered by content.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from app.domain.errors import Problem
from app.processing.publishing import canonical, known_report, remember
from app.rulebook.check import Report
from app.rulebook.remedy import Remedy

MOST_SECONDS = 120.0
"""A check that takes longer is given up."""
_PATIENCE_SECONDS = 1.5
"""So long the check of an older state may run on: it is nearly done, and a new child costs as much."""
_IDLE_SECONDS = 90.0
_MOST_GIVEN_UP = 64
_ROOT = str(Path(__file__).parents[2])


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a document: its report, nothing yet, or that the check was given up."""

    report: Report | None = None
    given_up: bool = False


class Checker:
    """One child and who waits for it. `lane` names what is checked again and again, such as a draft."""

    def __init__(self, most_seconds: float = MOST_SECONDS) -> None:
        self._most_seconds = most_seconds
        self._changed = threading.Condition()
        self._wanted: dict[Hashable, bytes] = {}
        self._running: tuple[Hashable, bytes, float] | None = None
        self._given_up: set[bytes] = set()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None

    def ask(self, lane: Hashable, document: Mapping[str, Any], wait_seconds: float) -> Asked:
        """The report of a document, waiting for it no longer than that; what the lane asked before is dropped."""
        text, ends = canonical(document), time.monotonic() + wait_seconds
        with self._changed:
            if (found := self._known(text)) is None:
                self._want(lane, text)
            while found is None and (left := ends - time.monotonic()) > 0:
                self._changed.wait(left)
                found = self._known(text)
            return found or Asked()

    def _known(self, text: bytes) -> Asked | None:
        report = known_report(text)
        if report is not None:
            return Asked(report)
        return Asked(given_up=True) if _key(text) in self._given_up else None

    def _want(self, lane: Hashable, text: bytes) -> None:
        running = self._running
        if (running is not None and running[:2] == (lane, text)) or self._wanted.get(lane) == text:
            return
        if running is not None and running[0] == lane and time.monotonic() - running[2] > _PATIENCE_SECONDS:
            self._end_child()
        self._wanted[lane] = text
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, name="checker", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _work(self) -> None:
        """Check what is wanted until nothing was for a while."""
        while True:
            with self._changed:
                if not self._wanted and not self._changed.wait_for(lambda: self._wanted, _IDLE_SECONDS):
                    self._end_child()
                    self._thread = None
                    return
                lane = next(iter(self._wanted))
                text = self._wanted.pop(lane)
                if self._known(text) is not None:
                    continue
                self._running = (lane, text, time.monotonic())
            try:
                self._check(text)
            finally:
                with self._changed:
                    self._running = None
                    self._changed.notify_all()

    def _check(self, text: bytes) -> None:
        with self._changed:
            child = self._child = self._child or _started()
        answer = self._answer(child, text)
        with self._changed:
            if answer is not None:
                remember(text, read_report(answer))
            elif self._child is child:
                # Nobody ended it for a newer state: it took too long, or broke.
                self._end_child()
                while len(self._given_up) >= _MOST_GIVEN_UP:
                    self._given_up.pop()
                self._given_up.add(_key(text))

    def _answer(self, child: subprocess.Popen[bytes], text: bytes) -> bytes | None:
        late = threading.Timer(self._most_seconds, child.kill)
        late.start()
        try:
            assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018 - both are pipes
            child.stdin.write(text + b"\n")
            child.stdin.flush()
            line = child.stdout.readline()
        except OSError:
            return None
        finally:
            late.cancel()
        return line if line.endswith(b"\n") else None

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            threading.Thread(target=child.wait, daemon=True).start()


def _key(text: bytes) -> bytes:
    return hashlib.blake2b(text, digest_size=16).digest()


def read_report(answer: bytes) -> Report:
    """The report that a child wrote."""
    told = orjson.loads(answer)
    problems = [Problem(one["code"], one["path"], _details(one["details"]), one["severity"]) for one in told["found"]]
    return Report(problems, told["passed"], told["failed"], told["coverage"])


def write_report(report: Report) -> bytes:
    """A report for `read_report`, in one line."""
    told = {
        "found": [
            {"code": one.code, "path": one.path, "details": one.details, "severity": one.severity}
            for one in report.diagnostics
        ],
        "passed": report.passed, "failed": report.failed, "coverage": report.coverage,
    }  # fmt: skip
    return orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS) + b"\n"


def _details(told: dict[str, Any]) -> dict[str, Any]:
    remedy = told.get("remedy")
    return {**told, "remedy": Remedy(**remedy)} if remedy is not None else told


def _started() -> subprocess.Popen[bytes]:
    # No secrets in its surroundings: it needs none.
    surroundings = {"PYTHONPATH": _ROOT, "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "app.processing.checking_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=surroundings,
    )
