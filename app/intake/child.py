"""The program that reads one workbook and tells its rows, in a process of its own that may fail alone.

Started by `intake.isolation` with the file as standard input. Tells one JSON document a line on standard output.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from app.domain.errors import Refused
from app.intake.books import look_into, read_book
from app.intake.guard import Limits

CHUNK = 400


def main(request: bytes, file: BinaryIO, out: BinaryIO) -> None:
    """Answer the request: `{"do": "read" | "look", "sheet", "limits"}`."""
    asked = orjson.loads(request)
    limits = Limits(**asked["limits"])
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        told = look_into(file, limits) if asked["do"] == "look" else read_book(file, asked["sheet"], limits)
        for line in _chunks(told, 1 if asked["do"] == "look" else CHUNK):
            out.write(orjson.dumps(line) + b"\n")
        out.write(orjson.dumps({"end": True}) + b"\n")
    except Refused as refusal:
        out.write(orjson.dumps({"refused": refusal.code, "details": refusal.details}) + b"\n")
    except MemoryError:
        out.write(b'{"refused":"file-too-costly","details":{}}\n')
    out.flush()


def _chunks(told: Iterator[Any], size: int) -> Iterator[list[Any]]:
    # The first alone: it says which sheet it is.
    chunk = [next(told)]
    for each in told:
        if len(chunk) >= (1 if isinstance(chunk[0][0], str) else size):
            yield chunk
            chunk = []
        chunk.append(each)
    yield chunk


if __name__ == "__main__":
    main(sys.argv[1].encode(), sys.stdin.buffer, sys.stdout.buffer)
