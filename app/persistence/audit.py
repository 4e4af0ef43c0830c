"""The audit: who did what, in a chain in which each row's hash covers the one before it."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, text

from app.persistence import tables as t
from app.persistence.database import is_sqlite

_LOCK = 7_260_321


def note(db: Connection, actor: str, action: str, target: str = "", *, now: int, **details: Any) -> None:
    """Append one row, within the transaction of what it tells; `target` and `details` carry no personal data."""
    if not is_sqlite(db):
        # Two rows must not follow the same one; SQLite's writer is alone anyway.
        db.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    last = db.execute(select(t.audit.c.hash).order_by(t.audit.c.id.desc()).limit(1)).scalar() or ""
    row = {
        "at": now,
        "actor": actor,
        "action": action,
        "target": target[:200],
        "details": orjson.dumps(details, default=str).decode(),
    }
    db.execute(insert(t.audit).values(**row, hash=chained(last, row)))


def chained(last: str, row: dict[str, Any]) -> str:
    """The hash of a row that follows one with hash `last`."""
    plain = orjson.dumps([last, row["at"], row["actor"], row["action"], row["target"], row["details"]])
    return hashlib.sha256(plain).hexdigest()


def first_broken(db: Connection) -> int | None:
    """The id of the first row that was changed, or whose predecessor is gone; None when the chain is whole."""
    last = ""
    for row in db.execute(select(t.audit).order_by(t.audit.c.id)):
        if row.hash != chained(last, dict(row._mapping)):
            return int(row.id)
        last = row.hash
    return None
