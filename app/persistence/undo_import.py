"""Taking out the orders that an import alone brought and nobody has touched since; a few hundred in a transaction.

Receipts stay: they were accepted. What an order reserved goes back through the ledger, and the orders that were
held for it or share its parcel are decided again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Connection, text

from app.persistence import tables as t
from app.persistence.keys import keep_ids, lock_orders
from app.persistence.redecisions import ask_again, ask_for_sku
from app.persistence.rows import insert, listed, update

MADE_BY_THE_LINE = (
    "decisions", "fulfilments", "identities", "imported_orders", "order_lines", "purchases", "redecisions",
    "reservations", "source_orders", "tasks", "timers", "transfers", "watch_facts",
)  # fmt: skip
"""What goes with an order. Rows of any other table that names it mean that somebody has touched it."""
_UNTOUCHING = ("receipts",)
_AT_ONCE = 500


@dataclass(slots=True)
class Undoing:
    """What an undoing takes out (`goes`, orders) and leaves, by reason.

    Reasons: `older` (was there before this import), `revised` (changed since), `picked`, `said` (somebody said or did
    something about it).
    """

    goes: int = 0
    stays: Counter[str] = field(default_factory=Counter)


def foresee_undo(db: Connection, import_id: str) -> Undoing:
    """What undoing the import would do now."""
    found = Undoing()
    for reason, count in db.execute(
        text(f"SELECT why, COUNT(*) FROM ({_fates()}) f GROUP BY why"), {"import_id": import_id, "after": 0}
    ):
        if reason:
            found.stays[reason] = count
        else:
            found.goes = count
    return found


def take_out(db: Connection, import_id: str, *, now: int, after: int = 0) -> tuple[int, int]:
    """Take out the next few hundred of its orders beyond the id `after`; how many, and the id to go on from.

    The id is 0 when there are no more.
    """
    chosen = text(f"SELECT order_id FROM ({_fates()}) f WHERE why = '' ORDER BY order_id LIMIT :most")
    given = {"import_id": import_id, "after": after, "most": _AT_ONCE}
    found = list(db.execute(chosen, given).scalars())
    if not found:
        return 0, 0
    lock_orders(db, found)
    # Somebody may have touched one until we had the lock.
    still = set(db.execute(chosen, given).scalars())
    gone = [order_id for order_id in found if order_id in still]
    _remove(db, gone, import_id, now=now)
    return len(gone), found[-1]


def _remove(db: Connection, order_ids: Sequence[int], import_id: str, *, now: int) -> None:
    if not order_ids:
        return
    keep_ids(db)
    one_of, values = listed(db, order_ids, "bigint")
    freed = _release(db, one_of, values, import_id, now=now)
    left = db.execute(
        text(f"SELECT id FROM orders WHERE (anchor_id IN {one_of} OR joins_id IN {one_of}) AND id NOT IN {one_of}"),
        {"values": values},
    )
    left_ids = set(left.scalars())
    for statement in _statements(one_of):
        db.execute(text(statement), {"values": values})
    ask_again(db, left_ids, "cluster", now=now)
    ask_for_sku(db, freed, now=now)


def _statements(one_of: str) -> Iterator[str]:
    made = f"SELECT receipt_id FROM source_orders WHERE order_id IN {one_of}"
    yield f"UPDATE receipts SET order_id = NULL, note = 'undone' WHERE id IN ({made})"
    for name in ("anchor_id", "joins_id"):
        yield f"UPDATE orders SET {name} = NULL WHERE {name} IN {one_of}"
    for name in MADE_BY_THE_LINE:
        yield f"DELETE FROM {name} WHERE order_id IN {one_of}"
    yield f"DELETE FROM orders WHERE id IN {one_of}"


def _release(db: Connection, one_of: str, values: object, import_id: str, *, now: int) -> set[str]:
    """Give back what these orders reserved; the SKUs that are freer now."""
    rows = db.execute(
        text(
            "SELECT warehouse_id, sku, SUM(quantity) FROM reservations "
            f"WHERE state = 'live' AND order_id IN {one_of} GROUP BY warehouse_id, sku ORDER BY sku, warehouse_id"
        ),
        {"values": values},
    )
    freed = [(row[0], row[1], int(row[2])) for row in rows]
    update(
        db,
        "UPDATE balances SET reserved = reserved - ? WHERE warehouse_id = ? AND sku = ?",
        [(units, place, sku) for place, sku, units in freed],
    )
    columns = ("warehouse_id", "sku", "on_hand_delta", "reserved_delta", "reason", "doc", "at")
    ledger = [(place, sku, 0, -units, "undo", f"import:{import_id}", now) for place, sku, units in freed]
    insert(db, t.ledger, columns, ledger)
    return {sku for _, sku, _ in freed}


@cache
def _fates() -> str:
    """SQL: (order_id, why) of each of the import's orders; why is empty for those that go."""
    said = " OR ".join(
        f"EXISTS (SELECT 1 FROM {name} x WHERE x.{column} = o.id)" for name, column in sorted(_naming_an_order())
    )
    return (
        "SELECT o.id AS order_id, CASE "
        "WHEN MIN(i.revision) > 1 THEN 'older' "
        "WHEN o.revision > 1 THEN 'revised' "
        "WHEN o.picked_at IS NOT NULL OR EXISTS (SELECT 1 FROM fulfilments f WHERE f.order_id = o.id "
        "AND f.state NOT IN ('open', 'cancelled')) OR EXISTS (SELECT 1 FROM reservations r WHERE r.order_id = o.id "
        "AND r.state = 'consumed') OR EXISTS (SELECT 1 FROM transfers m WHERE m.order_id = o.id "
        "AND m.state = 'arrived') THEN 'picked' "
        "WHEN EXISTS (SELECT 1 FROM tasks k WHERE k.order_id = o.id AND k.closed_by IS NOT NULL "
        f"AND k.closed_by <> 'decision') OR {said} THEN 'said' ELSE '' END AS why "
        "FROM imported_orders i JOIN orders o ON o.id = i.order_id WHERE i.import_id = :import_id "
        "AND i.order_id > :after GROUP BY o.id, o.revision, o.picked_at"
    )


def _naming_an_order() -> Iterator[tuple[str, str]]:
    """(table, column) of everything outside the line that names an order."""
    for table in t.metadata.tables.values():
        if table.name not in (*MADE_BY_THE_LINE, *_UNTOUCHING, "orders"):
            for column in table.columns:
                if column.name in ("order_id", "order_a", "order_b"):
                    yield table.name, column.name
