"""Putting restored files in a home's place, all or none, whatever happens in between.

The files are made in a folder `.restore-….part`. Renaming it to `….ready` is the one step that decides: before it
nothing has changed, after it the rest is carried through, by the next start if need be. `….moving` means that the old
files are out of the way.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

MEMBERS = (
    "pandan.db",
    "pandan.db-wal",
    "pandan.db-shm",
    "pandan.db-turn",
    "valkey",
    "valkey.sock",
    "secret.key",
    "imports",
)
"""Everything in a home that a restore replaces."""


def occupied(home: Path) -> list[str]:
    """What of it is there already; the socket of a server that is gone does not count."""
    return [name for name in MEMBERS if name != "valkey.sock" and os.path.lexists(home / name)]


def stage(home: Path) -> Path:
    """A new folder to make the restored files in; its name is not that of an earlier restore's kept files."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (home / f".restore-{stamp}{more}.part" for more in chain([""], (f"-{n}" for n in count(2))))
    staged = next(name for name in names if not _kept(name).exists())
    staged.mkdir(mode=0o700)
    return staged


def commit(staged: Path) -> Path | None:
    """Put the staged files in the home's place; the folder that keeps the old ones, if there were any."""
    os.sync()
    staged.rename(staged.with_suffix(".ready"))
    os.sync()
    finish(staged.parent)
    kept = _kept(staged)
    return kept if kept.exists() else None


def finish(home: Path) -> None:
    """Carry through what a restore had decided, and clear away what one had not. The caller holds the home's lock."""
    for unfinished in home.glob(".restore-*.part"):
        shutil.rmtree(unfinished)
    for ready in home.glob(".restore-*.ready"):
        for name in MEMBERS:
            if os.path.lexists(home / name):
                _kept(ready).mkdir(mode=0o700, exist_ok=True)
                (home / name).rename(_kept(ready) / name)
        ready.rename(ready.with_suffix(".moving"))
    for moving in home.glob(".restore-*.moving"):
        for one in moving.iterdir():
            one.rename(home / one.name)
        moving.rmdir()
        os.sync()


def _kept(staged: Path) -> Path:
    return staged.with_name(staged.stem.replace(".restore-", "before-restore-"))
