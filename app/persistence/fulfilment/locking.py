"""Keeping the line away from orders while the warehouse works on them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, text

from app.persistence.database import is_sqlite
from app.persistence.keys import order_lock
from app.persistence.rows import listed


def lock_orders(db: Connection, order_ids: Collection[int]) -> None:
    """Wait until nobody decides about these orders. SQLite: the transaction alone writes."""
    if not is_sqlite(db) and order_ids:
        db.execute(
            text("SELECT pg_advisory_xact_lock(k) FROM (SELECT unnest(CAST(:keys AS bigint[])) AS k ORDER BY 1) s"),
            {"keys": sorted(_keys(db, order_ids).values())},
        )


def lock_idle_orders(db: Connection, order_ids: Collection[int]) -> set[int]:
    """Of these orders the ones that nobody decides about now; nobody will until the transaction ends."""
    if is_sqlite(db) or not order_ids:
        return set(order_ids)
    keys = _keys(db, order_ids)
    rows = db.execute(
        text(
            "SELECT id FROM unnest(CAST(:ids AS bigint[]), CAST(:keys AS bigint[])) AS v(id, k) "
            "WHERE pg_try_advisory_xact_lock(k)"
        ),
        {"ids": list(keys), "keys": list(keys.values())},
    )
    return {row[0] for row in rows}


def _keys(db: Connection, order_ids: Collection[int]) -> dict[int, int]:
    one_of, values = listed(db, sorted(order_ids), "bigint")
    named = text(f"SELECT o.id, s.code, o.tid FROM orders o JOIN shops s ON s.id = o.shop_id WHERE o.id IN {one_of}")
    return {row.id: order_lock(row.code, row.tid) for row in db.execute(named, {"values": values})}
