"""The child that reads a long past for whoever counts hits on it: gists on its standard output, the latest first.

Reading a hundred thousand orders is most of a minute's work; within the web process every request would wait for it.
"""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.bootstrap import assemble
from app.engine.columns import Column, Gathered
from app.persistence.database import reading
from app.persistence.shadows import latest_decided
from app.processing.hits import Gist, Past
from app.settings import Settings, load_settings
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
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "app.web.counting_child", *map(str, (asked.since, asked.below, asked.most))],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_surroundings(asked.settings),
    )  # fmt: skip
    assert child.stdout is not None  # noqa: S101 - a pipe
    told = child.stdout
    try:
        yield map(_read, iter(lambda: marshal.load(told), None))  # noqa: S302 - our own child's plain values
    finally:
        child.kill()
        child.wait()
        told.close()


def _surroundings(settings: Settings) -> dict[str, str]:
    """What the child finds in its environment: the same program, the same database, the same key."""
    own = {"PANDAN_HOME": str(settings.home), "DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
    return {**os.environ, **own, "PYTHONPATH": _ROOT}


def main() -> None:
    """Read what the command line asks for, behind whoever serves people; nothing comes last when all is told.

    Ends with the process that asked, whose pipe is closed then.
    """
    os.nice(_NICE)
    since, below, most = map(int, sys.argv[1:])
    for gist in _gists(Asked(load_settings(), since, below, most)):
        _tell(_plain(gist))
    _tell(None)


def _plain(gist: Gist) -> tuple[Any, ...]:
    """A gist in Python's simplest types, which go through a pipe and can be nothing but values."""
    facts = gist.facts
    columns = {key: (isinstance(one.codes, array), bytes(one.codes), one.values) for key, one in facts.columns.items()}
    counts = {scope: bytes(many) for scope, many in facts.counts.items()}
    return bytes(gist.ids), gist.tids, gist.eligible, facts.size, columns, counts


def _read(plain: tuple[Any, ...]) -> Gist:
    """The gist that was told so."""
    ids, tids, eligible, size, told, many = plain
    columns = {key: Column(array("I", codes) if wide else codes, values) for key, (wide, codes, values) in told.items()}
    counts: dict[str, Sequence[int]] = {scope: array("I", each) for scope, each in many.items()}
    return Gist(array("q", ids), tids, eligible, Gathered(size, columns, counts))


def _tell(plain: Any) -> None:
    marshal.dump(plain, sys.stdout.buffer)
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
