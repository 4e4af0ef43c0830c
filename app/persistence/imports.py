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
