"""Stock as it was: the ledger read backwards from what is there now, and what people moved since."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, text

from app.domain.calendar import DAY_SECONDS, OFFSET_SECONDS
from app.domain.past import StockMove

_OWN = "('reserve', 'ship', 'unship', 'transfer', 'transfer-undone', 'transfer-left', 'put-back', 'undo')"
"""Reasons of rows that follow from the line's own reservations. Goods under way lie reserved where they come from, so
that their arrival frees nothing; what was lost on the way is gone by people's word."""


def read_moves(db: Connection, since: int, until: int) -> list[StockMove]:
    """What people moved from `since` until before `until`, in order."""
    rows = db.execute(
        text(
            "SELECT l.at, w.code, l.sku, l.on_hand_delta AS units FROM ledger l "
            "JOIN warehouses w ON w.id = l.warehouse_id "
            f"WHERE l.at >= :since AND l.at < :until AND l.on_hand_delta <> 0 AND l.reason NOT IN {_OWN} ORDER BY l.id"
        ),
        {"since": since, "until": until},
    )
    return [StockMove(row.at, row.code, row.sku, int(row.units)) for row in rows]


def free_at(db: Connection, since: int) -> dict[str, dict[str, int]]:
    """Units free just before `since`, by warehouse and SKU: on hand less reserved."""
    rows = db.execute(
        text(
            "SELECT w.code, b.sku, b.on_hand - b.reserved - COALESCE(l.units, 0) AS units FROM balances b "
            "JOIN warehouses w ON w.id = b.warehouse_id LEFT JOIN (SELECT warehouse_id, sku, "
            "SUM(on_hand_delta - reserved_delta) AS units FROM ledger WHERE at >= :since GROUP BY warehouse_id, sku) l "
            "ON l.warehouse_id = b.warehouse_id AND l.sku = b.sku"
        ),
        {"since": since},
    )
    return _by_place(rows)


def first_counted(db: Connection) -> dict[str, dict[str, int]]:
    """What each balance began with."""
    rows = db.execute(
        text(
            "SELECT w.code, l.sku, l.on_hand_delta AS units FROM ledger l JOIN warehouses w ON w.id = l.warehouse_id "
            "WHERE l.id IN (SELECT MIN(id) FROM ledger WHERE on_hand_delta > 0 GROUP BY warehouse_id, sku)"
        )
    )
    return _by_place(rows)


def ledger_began(db: Connection) -> int | None:
    """When the ledger's first row was written."""
    began = db.execute(text("SELECT MIN(at) FROM ledger")).scalar()
    return None if began is None else int(began)


def parcels_at(db: Connection, at: int) -> dict[str, int]:
    """Parcels given to each warehouse on the day of `at`, before it; empty when no warehouse has a limit."""
    if db.execute(text("SELECT 1 FROM warehouses WHERE daily_capacity IS NOT NULL LIMIT 1")).first() is None:
        return {}
    rows = db.execute(
        text(
            "SELECT w.code, COUNT(*) AS n FROM fulfilments f JOIN decisions d ON d.order_id = f.order_id "
            "AND d.seq = f.decision_seq JOIN warehouses w ON w.id = f.warehouse_id "
            "WHERE f.created_at >= :day AND f.created_at < :at AND d.outcome = 'allocated' GROUP BY w.code"
        ),
        {"day": at - (at + OFFSET_SECONDS) % DAY_SECONDS, "at": at},
    )
    return {row.code: int(row.n) for row in rows}


def _by_place(rows: object) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for code, sku, units in rows:  # type: ignore[attr-defined]
        found[code][sku] = int(units)
    return dict(found)
