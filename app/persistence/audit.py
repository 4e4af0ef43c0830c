"""The audit: who did what, in a chain in which each row's hash covers the one before it."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select

from app.persistence import tables as t


def note(db: Connection, actor: str, action: str, target: str = "", *, now: int, **details: Any) -> None:
    """Append one row, within the transaction of what it tells."""
    last = db.execute(select(t.audit.c.hash).order_by(t.audit.c.id.desc()).limit(1)).scalar() or ""
    text = orjson.dumps(details, default=str).decode()
    row = {"at": now, "actor": actor, "action": action, "target": target, "details": text}
    db.execute(insert(t.audit).values(**row, hash=chained(last, row)))


def chained(last: str, row: dict[str, Any]) -> str:
    """The hash of a row that follows one with hash `last`."""
    plain = orjson.dumps([last, row["at"], row["actor"], row["action"], row["target"], row["details"]])
    return hashlib.sha256(plain).hexdigest()
