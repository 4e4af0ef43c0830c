"""Imports of files as far as they have come: one small document each, that pages and workers share."""

from __future__ import annotations

import secrets
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select

from app.domain.errors import NotFound
from app.persistence import tables as t

_PREFIX = "import:"
UNFINISHED = ("waiting", "running")
SILENCE_SECONDS = 60
"""An import that runs tells of itself far more often than this; one that does not has died."""


def open_import(db: Connection, state: dict[str, Any], *, now: int) -> str:
    """Remember a new import; its id, which sorts by time."""
    import_id = f"{now:011d}-{secrets.token_hex(6)}"
    db.execute(insert(t.facts).values(key=_PREFIX + import_id, value=orjson.dumps(state).decode()))
    return import_id


def change_import(db: Connection, import_id: str, **changes: Any) -> None:
    """Lay `changes` over an import's state. Raises `NotFound("import-gone")`."""
    state = {**read_import(db, import_id), **changes}
    chosen = t.facts.c.key == _PREFIX + import_id
    db.execute(t.facts.update().where(chosen).values(value=orjson.dumps(state).decode()))


def read_import(db: Connection, import_id: str) -> dict[str, Any]:
    """An import's state. Raises `NotFound("import-gone")`."""
    value = db.scalar(select(t.facts.c.value).where(t.facts.c.key == _PREFIX + import_id))
    if value is None:
        raise NotFound("import-gone")
    state: dict[str, Any] = orjson.loads(value)
    return state


def is_interrupted(state: dict[str, Any], *, now: int, queued: bool) -> bool:
    """Whether nobody works on an unfinished import any more; `queued`: whether the work queue holds anything."""
    if state["state"] not in UNFINISHED or now - state.get("told_at", state["at"]) < SILENCE_SECONDS:
        return False
    # One that waits may wait for long behind others; it is lost only when the queue has forgotten it.
    return state["state"] == "running" or not queued


def recent_imports(db: Connection, limit: int = 20) -> list[tuple[str, dict[str, Any]]]:
    """(id, state) of the latest imports."""
    wanted = (t.facts.c.key > _PREFIX) & (t.facts.c.key < _PREFIX + "~")
    rows = db.execute(select(t.facts).where(wanted).order_by(t.facts.c.key.desc()).limit(limit))
    return [(row.key[len(_PREFIX) :], orjson.loads(row.value)) for row in rows]


def unfinished_imports(db: Connection) -> list[str]:
    """Ids of the imports that wait or run, the oldest first."""
    wanted = (t.facts.c.key > _PREFIX) & (t.facts.c.key < _PREFIX + "~")
    rows = db.execute(select(t.facts).where(wanted).order_by(t.facts.c.key))
    return [row.key[len(_PREFIX) :] for row in rows if orjson.loads(row.value)["state"] in UNFINISHED]
