"""One-off facts of an installation: said once, remembered."""

from __future__ import annotations

from sqlalchemy import Connection

from app.persistence import tables as t
from app.persistence.rows import upsert


def remember(db: Connection, key: str, value: str) -> None:
    """Remember a fact; a later value replaces an earlier one."""
    upsert(db, t.facts, ("key", "value"), [(key, value)], "(key) DO UPDATE SET value = excluded.value")
