"""Receipts: how each accepted payload ended, counted; sending a quarantined or dead one through the line again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import orjson
from sqlalchemy import Connection, select, text

from app.domain.book import Closed
from app.domain.errors import Problem, Unavailable
from app.domain.ports import Entry
from app.persistence import tables as t
from app.persistence.rows import listed, update, upsert
from app.persistence.sealing import Sealer

KEPT = ("quarantined", "dead")
"""States whose payload stays with the receipt, for there is no order to keep it under."""

_COLUMNS = (
    "id", "shop_id", "tid", "order_id", "status", "note", "problems", "payload", "received_at", "closed_at",
)  # fmt: skip
_REPLACE = (
    "(id) DO UPDATE SET "
    + ", ".join(f"{c} = excluded.{c}" for c in _COLUMNS if c not in ("id", "shop_id", "received_at"))
    + " WHERE receipts.status = 'retry'"
)


class ReceiptTakenError(Unavailable):
    """Another pump has closed one of these receipts meanwhile; the batch is rolled back and tried again."""


def count_receipts(
    db: Connection, closed: Sequence[Closed], shops: Mapping[str, int], sealer: Sealer, now: int
) -> None:
    """Close receipts and keep the totals; one that was sent again counts under its new end only.

    Raises `ReceiptTakenError` when one is closed already.
    """
    if not closed:
        return
    one_of, values = listed(db, [one.receipt.id for one in closed])
    before = db.execute(text(f"SELECT status FROM receipts WHERE id IN {one_of}"), {"values": values})
    totals: Counter[str] = Counter(one.status for one in closed)
    totals.subtract("quarantined" if row[0] == "retry" else row[0] for row in before)
    rows = [_row(one, shops, sealer, now) for one in closed]
    if upsert(db, t.receipts, _COLUMNS, rows, _REPLACE) != len(rows):
        raise ReceiptTakenError("receipt-taken")
    add_totals(db, totals)


def add_totals(db: Connection, totals: Mapping[str, int]) -> None:
    """Add to the totals by status; negative takes away."""
    rows = [(status, n) for status, n in sorted(totals.items()) if n]
    upsert(db, t.receipt_totals, ("status", "n"), rows, "(status) DO UPDATE SET n = receipt_totals.n + excluded.n")


def bury(db: Connection, entry: Entry, reason: str, shops: Mapping[str, int], sealer: Sealer, now: int) -> None:
    """Close a payload that broke its batch again and again as a dead letter."""
    problem = Problem("broke-its-batch", details={"reason": reason})
    count_receipts(db, [Closed(entry, "dead", problems=[problem])], shops, sealer, now)


def send_again(db: Connection, receipt_ids: Collection[str]) -> int:
    """Let the line take these quarantined or dead receipts once more; how many were."""
    one_of, values = listed(db, sorted(receipt_ids))
    chosen = f"id IN {one_of} AND status IN ('quarantined', 'dead')"
    dead = db.execute(
        text(f"SELECT COUNT(*) FROM receipts WHERE {chosen} AND status = 'dead'"),
        {"values": values},
    ).scalar()
    changed = db.execute(text(f"UPDATE receipts SET status = 'retry' WHERE {chosen}"), {"values": values}).rowcount
    # While it waits, a receipt counts as quarantined.
    add_totals(db, {"dead": -int(dead or 0), "quarantined": int(dead or 0)})
    return changed


def send_platforms_again(db: Connection, platforms: Collection[str]) -> int:
    """Let the line take everything of these platforms once more that waits in the quarantine; how many were."""
    chosen = (
        select(t.receipts.c.id)
        .join(t.shops, t.shops.c.id == t.receipts.c.shop_id)
        .where(t.shops.c.platform.in_(platforms), t.receipts.c.status == "quarantined")
        .where(t.receipts.c.note != "discarded")
    )
    return send_again(db, list(db.scalars(chosen))) if platforms else 0


def bury_first_retry(db: Connection) -> None:
    """Make the first receipt that was sent again, and broke again and again, a dead letter."""
    first = "SELECT id FROM receipts WHERE status = 'retry' ORDER BY id LIMIT 1"
    if db.execute(text(f"UPDATE receipts SET status = 'dead' WHERE id IN ({first})")).rowcount:
        add_totals(db, {"dead": 1, "quarantined": -1})


def put_aside(db: Connection, receipt_ids: Collection[str]) -> int:
    """Take quarantined or dead receipts off their page for good; they stay counted where they were. How many were."""
    one_of, values = listed(db, sorted(receipt_ids))
    chosen = f"id IN {one_of} AND status IN ('quarantined', 'dead')"
    statement = text(f"UPDATE receipts SET note = 'discarded' WHERE {chosen}")
    return db.execute(statement, {"values": values}).rowcount


def correct_payload(db: Connection, receipt_id: str, payload: bytes, sealer: Sealer) -> None:
    """Replace a waiting receipt's payload by one that a person mended."""
    update(
        db,
        "UPDATE receipts SET payload = ? WHERE id = ?",
        [(sealer.seal(payload, f"receipt:{receipt_id}"), receipt_id)],
    )


def _row(one: Closed, shops: Mapping[str, int], sealer: Sealer, now: int) -> tuple[object, ...]:
    kept = one.status in KEPT
    problems = [{"code": p.code, "path": p.path, "details": p.details} for p in one.problems]
    return (
        one.receipt.id,
        shops.get(one.receipt.shop, 0),
        one.tid,
        one.order_id,
        one.status,
        one.note,
        orjson.dumps(problems, default=str).decode() if problems else None,
        sealer.seal(one.receipt.payload, f"receipt:{one.receipt.id}") if kept else None,
        one.receipt.received_at,
        now,
    )
