"""Moving stock: balances changed under guard, each change in the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, text

from app.domain.errors import Unavailable
from app.persistence import tables as t
from app.persistence.database import is_sqlite
from app.persistence.rows import insert, listed, update, upsert

_GUARDED = (
    "UPDATE balances SET on_hand = on_hand + ?, reserved = reserved + ? WHERE warehouse_id = ? AND sku = ? "
    "AND reserved + ? >= 0 AND reserved + ? <= on_hand + ?"
)
_LEDGER = ("warehouse_id", "sku", "on_hand_delta", "reserved_delta", "reason", "doc", "at")


@dataclass(frozen=True, slots=True)
class Move:
    """A change of one balance by units, and the document that it rests on."""

    warehouse_id: int
    sku: str
    on_hand: int
    reserved: int
    doc: str


def move_stock(db: Connection, moves: Iterable[Move], reason: str, *, now: int) -> None:
    """Change balances and write the ledger, all or nothing with the transaction; a balance never set begins at 0.

    Raises `Unavailable("stock-moved")` when one would hold less than is reserved, or reserve less than nothing: then
    what the caller read is no longer so.
    """
    entries = [move for move in moves if move.on_hand or move.reserved]
    sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    for move in entries:
        total = sums[(move.warehouse_id, move.sku)]
        total[0] += move.on_hand
        total[1] += move.reserved
    _lock(db, sums)
    rows = [(held, kept, place, sku, kept, kept, held) for (place, sku), (held, kept) in sorted(sums.items())]
    if update(db, _GUARDED, rows) != len(rows):
        raise Unavailable("stock-moved")
    ledger = [(m.warehouse_id, m.sku, m.on_hand, m.reserved, reason, m.doc[:128], now) for m in entries]
    insert(db, t.ledger, _LEDGER, ledger)


def _lock(db: Connection, balances: Iterable[tuple[int, str]]) -> None:
    """Make sure that the balances are there; PostgreSQL: lock them in the order in which the line does."""
    rows = [(place, sku, 0, 0, "") for place, sku in sorted(balances)]
    upsert(
        db, t.balances, ("warehouse_id", "sku", "on_hand", "reserved", "bin"), rows, "(warehouse_id, sku) DO NOTHING"
    )
    if is_sqlite(db) or not rows:
        return
    one_of, values = listed(db, sorted({row[1] for row in rows}))
    db.execute(
        text(f"SELECT 1 FROM balances b WHERE b.sku IN {one_of} ORDER BY b.sku, b.warehouse_id FOR UPDATE OF b"),
        {"values": values},
    )
