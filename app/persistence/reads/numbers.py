"""The numbers behind the invariants, read from one snapshot."""

from __future__ import annotations

from sqlalchemy import Connection, text

from app.insight.invariants import Numbers
from app.persistence.rows import listed


def read_numbers(db: Connection, accepted: int, waiting: list[str]) -> Numbers:
    """The numbers, given the accepted count and the receipts still in the stream.

    Read `accepted` and `waiting` in one step, before this snapshot: an entry that is decided in between is then in
    the inbox and left out of the backlog.
    """
    totals = read_totals(db)
    return Numbers(
        accepted=accepted,
        decided=totals.get("decided", 0),
        quarantined=totals.get("quarantined", 0),
        duplicate=totals.get("duplicate", 0),
        dead=totals.get("dead", 0),
        backlog=len(waiting) - _known(db, waiting),
        counted=_number(db, "SELECT COUNT(*) FROM receipts"),
        reserved=_number(db, "SELECT COALESCE(SUM(reserved), 0) FROM balances"),
        live_reservations=_number(db, "SELECT COALESCE(SUM(quantity), 0) FROM reservations WHERE state = 'live'"),
        ledger_off=_number(db, _LEDGER_OFF),
        oversold=_number(db, "SELECT COUNT(*) FROM balances WHERE reserved > on_hand OR reserved < 0"),
    )


def read_totals(db: Connection) -> dict[str, int]:
    """Receipts by how they ended, from the running totals."""
    return {row.status: int(row.n) for row in db.execute(text("SELECT status, n FROM receipt_totals"))}


_LEDGER_OFF = (
    "SELECT COUNT(*) FROM balances b LEFT JOIN (SELECT warehouse_id, sku, SUM(on_hand_delta) AS h, "
    "SUM(reserved_delta) AS r FROM ledger GROUP BY warehouse_id, sku) l "
    "ON l.warehouse_id = b.warehouse_id AND l.sku = b.sku "
    "WHERE COALESCE(l.h, 0) <> b.on_hand OR COALESCE(l.r, 0) <> b.reserved"
)


def _known(db: Connection, waiting: list[str]) -> int:
    if not waiting:
        return 0
    one_of, values = listed(db, waiting)
    return int(
        db.execute(text(f"SELECT COUNT(*) FROM receipts WHERE id IN {one_of}"), {"values": values}).scalar() or 0
    )


def _number(db: Connection, statement: str) -> int:
    return int(db.execute(text(statement)).scalar() or 0)
