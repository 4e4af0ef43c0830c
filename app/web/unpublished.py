"""What is changed in drafts and not published yet: whose it is, how much, since when. Every page of rules says so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.bootstrap import Services
from app.persistence import drafts
from app.persistence.database import reading
from app.persistence.packs import live_version, read_version
from app.rulebook.differences import of_section
from app.rulebook.sections import sections_of

_REMEMBERED = 128
Key = tuple[int, int, int]
"""Draft, revision, live version."""


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A draft that differs from the live rules in `changes` places."""

    id: int
    title: str
    owner: str
    revision: int
    saved_at: int
    changes: int


def unpublished_of(services: Services) -> Callable[[int], Sequence[Unpublished]]:
    """A function that gives the drafts with changes of their own, but for the one of that number."""
    counted: dict[Key, int] = {}
    lock = threading.Lock()

    def changes(db: Connection, number: int, key: Key) -> int:
        with lock:
            if key in counted:
                return counted[key]
        found = _changes(db, number)
        with lock:
            if len(counted) >= _REMEMBERED:
                counted.clear()
            counted[key] = found
        return found

    def read(but: int = 0) -> list[Unpublished]:
        with reading(services.database) as db:
            live = live_version(db)
            rows = [row for row in drafts.list_drafts(db) if row.id != but] if live is not None else []
            found = [(row, changes(db, row.id, (row.id, row.revision, live or 0))) for row in rows]
        return [Unpublished(row.id, row.title, row.owner, row.revision, row.saved_at, n) for row, n in found if n]

    return read


def _changes(db: Connection, number: int) -> int:
    draft, live = drafts.read_draft(db, number), read_version(db, live_version(db) or 0)
    own = [one.name for one in drafts.states_of(db, draft, live.document) if one.mine]
    theirs, mine = sections_of(live.document), sections_of(draft.document)
    return sum(len(of_section(name, theirs.get(name), mine.get(name))) for name in own)
