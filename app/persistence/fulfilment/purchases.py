"""Purchases that rules asked for: done when somebody bought them (their stock is set when it comes)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, text

from app.persistence.rows import listed


def close_purchases(db: Connection, purchase_ids: Collection[int], *, actor: str, now: int) -> int:
    """Mark requested purchases as done; how many."""
    one_of, values = listed(db, sorted(purchase_ids), "bigint")
    done = (
        f"UPDATE purchases SET state = 'done', done_at = :now, done_by = :actor "
        f"WHERE state = 'requested' AND id IN {one_of}"
    )
    return db.execute(text(done), {"values": values, "now": now, "actor": actor}).rowcount


def reopen_purchases(db: Connection, purchase_ids: Collection[int]) -> int:
    """Take "done" back; how many."""
    one_of, values = listed(db, sorted(purchase_ids), "bigint")
    back = (
        "UPDATE purchases SET state = 'requested', done_at = NULL, done_by = NULL "
        f"WHERE state = 'done' AND id IN {one_of}"
    )
    return db.execute(text(back), {"values": values}).rowcount
