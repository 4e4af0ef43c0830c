"""The child that reads a long past for whoever counts hits on it: gists on its standard output, the latest first.

Reading a hundred thousand orders is most of a minute's work; within the web process every request would wait for it.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.bootstrap import assemble
from app.persistence.database import reading
from app.persistence.shadows import latest_decided
from app.processing.hits import Gist, Past
from app.settings import Settings
from app.web.past import PastReader

_NICE = 10
_SLICE, _GIST = 200, 5_000
_ROOT = str(Path(__file__).parents[2])


@dataclass(frozen=True, slots=True)
class Asked:
    """The orders decided since then, at most so many, with numbers below that."""

    settings: Settings
    since: int
    below: int
    most: int


@contextmanager
def read_beside(asked: Asked) -> Iterator[Iterator[Gist]]:
    """Begin to read; the child is ended with the block. Its gists raise `EOFError` when it broke."""
    # It has what this process has: it opens the same database with the same key.
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "app.web.counting_child"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": _ROOT},
    )  # fmt: skip
    assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018 - both are pipes
    try:
        pickle.dump(asked, child.stdin)
        child.stdin.close()
        yield iter(lambda: pickle.load(child.stdout), None)  # type: ignore[arg-type]  # noqa: S301 - our own child's
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def main() -> None:
    """Read what standard input asks for, behind whoever serves people; nothing comes last when all is told.

    Ends with the process that asked, whose pipe is closed then.
    """
    os.nice(_NICE)
    asked: Asked = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
    for gist in _gists(asked):
        _tell(gist)
    _tell(None)


def _tell(gist: Gist | None) -> None:
    pickle.dump(gist, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
    sys.stdout.buffer.flush()


def _gists(asked: Asked) -> Iterator[Gist]:
    services = assemble(asked.settings)
    past, seen = PastReader(services), list[Past]()
    with reading(services.database) as db:
        wanted = latest_decided(db, asked.since, asked.most, asked.below)
    for start in range(0, len(wanted), _SLICE):
        # Each slice in a transaction of its own: a long one would keep the database from tidying up.
        with reading(services.database) as db:
            seen += past.read(db, wanted[start : start + _SLICE])
        if len(seen) >= _GIST or start + _SLICE >= len(wanted):
            yield Gist.of(seen)
            seen.clear()


if __name__ == "__main__":
    main()
