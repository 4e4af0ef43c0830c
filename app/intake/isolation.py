"""The parent's side of reading a workbook: a child with limits, whose rows come through a pipe as it reads them."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from app.domain.errors import Refused
from app.intake.guard import Limits

_BLOCK = 256 * 1024
_ROOT = str(Path(__file__).parents[2])


def ask_child(file: BinaryIO, do: str, limits: Limits, *, sheet: str = "") -> Iterator[Any]:
    """What the child tells, item by item; it is ended when nobody listens any more.

    Raises `Refused`: what the child refuses, or `file-too-costly` when it exceeds its limits.
    """
    request = orjson.dumps({"do": do, "sheet": sheet, "limits": asdict(limits)}).decode()
    with _on_disk(file) as source, _started(request, source) as child:
        for line in _lines(child, limits.silence_seconds):
            told = orjson.loads(line)
            if isinstance(told, list):
                yield from told
            elif "refused" in told:
                raise Refused(told["refused"], **told["details"])
            else:
                return
        # It died without a last word: of its limits, or by a fault that a damaged file set off.
        raise Refused("file-too-costly")


@contextmanager
def _on_disk(file: BinaryIO) -> Iterator[Any]:
    """A handle that another process can read from, at the beginning."""
    try:
        file.fileno()
    except OSError:
        with tempfile.TemporaryFile() as copy:
            file.seek(0)
            while block := file.read(_BLOCK):
                copy.write(block)
            copy.seek(0)
            yield copy
        return
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    yield file


@contextmanager
def _started(request: str, source: Any) -> Iterator[subprocess.Popen[bytes]]:
    # No secrets in its surroundings: it reads what strangers made.
    surroundings = {"PYTHONPATH": _ROOT, "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "app.intake.child", request],
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=surroundings,
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def _lines(child: subprocess.Popen[bytes], silence_seconds: float) -> Iterator[bytes]:
    """The child's lines; it is stopped when it says nothing for too long while it is listened to."""
    pipe = child.stdout.fileno() if child.stdout is not None else -1
    rest = b""
    last = time.monotonic()
    while True:
        ready, _, _ = select.select([pipe], [], [], max(0.0, last + silence_seconds - time.monotonic()))
        if not ready:
            raise Refused("file-too-costly")
        block = os.read(pipe, _BLOCK)
        if not block:
            return
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
        # The time somebody takes over a line is not the child's.
        last = time.monotonic()
