"""Taking the demo out in one step: all it brought goes, and nothing that is real.

Where real work leans on it, the demo gives way: what its orders reserved in a real warehouse goes back through the
ledger; real orders that were held for its orders are decided again; a warehouse or SKU that real work uses stays.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection, text

from app.persistence import tables as t
from app.persistence.keys import keep_ids
from app.persistence.redecisions import ask_again, ask_for_sku
from app.persistence.rows import insert, update

BY_ORDER = (
    "assignments", "decisions", "fulfilments", "identities", "imported_orders", "interventions", "notes", "order_lines",
    "purchases", "redecisions", "reservations", "shipment_lines", "shipments", "source_orders", "tasks", "timers",
    "tracking_events", "transfers", "webhook_deliveries",
)  # fmt: skip
_SHOPS = "SELECT id FROM shops WHERE demo"
_ORDERS = f"SELECT id FROM orders WHERE shop_id IN ({_SHOPS})"
_PLACES = "SELECT id FROM warehouses WHERE demo"
_IN_USE = (
    "SELECT warehouse_id FROM fulfilments UNION SELECT warehouse_id FROM reservations "
    "UNION SELECT warehouse_id FROM shipments UNION SELECT source_id FROM transfers "
    "UNION SELECT destination_id FROM transfers"
)
_SKUS_IN_USE = (
    "SELECT sku FROM balances UNION SELECT sku FROM listings UNION SELECT sku FROM components "
    "UNION SELECT sku FROM order_lines WHERE sku IS NOT NULL"
)
_STEPS_OF = {"word": "interventions", "task": "tasks", "whose": "orders", "task-whose": "tasks", "arrived": "transfers"}
"""What a step of a desk deed names by its number, by kind of step."""


def take_out(db: Connection, *, now: int) -> int:
    """Remove everything the demo brought, its orders included; how many orders. Receipts stay: they were accepted."""
    count = int(db.execute(text(f"SELECT COUNT(*) FROM orders WHERE shop_id IN ({_SHOPS})")).scalar() or 0)
    keep_ids(db)
    freed = _give_back(db, now)
    left = _let_go(db, now)
    _forget_deeds(db)
    _remove_firings(db)
    _remove_orders(db)
    _remove_places(db)
    _remove_shops(db)
    ask_again(db, left, "cluster", now=now)
    ask_for_sku(db, freed, now=now)
    return count


def _give_back(db: Connection, now: int) -> set[str]:
    """What demo orders hold of the stock goes back through the ledger; the SKUs that are freer now."""
    rows = db.execute(
        text(
            "SELECT warehouse_id, sku, SUM(quantity) FROM reservations "
            f"WHERE state = 'live' AND order_id IN ({_ORDERS}) GROUP BY warehouse_id, sku ORDER BY sku, warehouse_id"
        )
    )
    held = [(row[0], row[1], int(row[2])) for row in rows]
    less = "UPDATE balances SET reserved = reserved - ? WHERE warehouse_id = ? AND sku = ?"
    update(db, less, [(units, place, sku) for place, sku, units in held])
    columns = ("warehouse_id", "sku", "on_hand_delta", "reserved_delta", "reason", "doc", "at")
    insert(db, t.ledger, columns, [(place, sku, 0, -units, "undo", "demo", now) for place, sku, units in held])
    return {sku for _, sku, _ in held}


def _let_go(db: Connection, now: int) -> set[int]:
    """Real orders point to demo orders no more; those that did."""
    left = set(
        db.execute(
            text(
                f"SELECT id FROM orders WHERE (anchor_id IN ({_ORDERS}) OR joins_id IN ({_ORDERS})) "
                f"AND shop_id NOT IN ({_SHOPS})"
            )
        ).scalars()
    )
    for name in ("anchor_id", "joins_id"):
        db.execute(text(f"UPDATE orders SET {name} = NULL WHERE {name} IN ({_ORDERS})"))
    said = f"other_id IN ({_ORDERS}) AND order_id NOT IN ({_ORDERS}) AND undone_at IS NULL"
    left |= set(db.execute(text(f"SELECT order_id FROM interventions WHERE {said}")).scalars())
    db.execute(text(f"UPDATE interventions SET undone_at = :now WHERE {said}"), {"now": now})
    db.execute(text(f"UPDATE typed_orders SET source_id = NULL WHERE source_id IN ({_ORDERS})"))
    return left


def _forget_deeds(db: Connection) -> None:
    """Deeds to several orders lose their demo orders, and go when no other is left."""
    gone = set(db.execute(text(_ORDERS)).scalars())
    for row in db.execute(text("SELECT id, results FROM deeds")).all():
        results = orjson.loads(row.results)
        _keep(db, "deeds", "results", row.id, results, [one for one in results if one[0] not in gone])
    named = {kind: _numbers(db, table) for kind, table in _STEPS_OF.items()}
    for row in db.execute(text("SELECT id, steps FROM desk_deeds")).all():
        steps = orjson.loads(row.steps)
        _keep(db, "desk_deeds", "steps", row.id, steps, [step for step in steps if step[1] not in named[step[0]]])


def _numbers(db: Connection, table: str) -> set[int]:
    """The demo's rows of a table."""
    of = "id" if table == "orders" else "order_id"
    return set(db.execute(text(f"SELECT id FROM {table} WHERE {of} IN ({_ORDERS})")).scalars())


def _keep(db: Connection, table: str, column: str, number: int, were: list[Any], kept: list[Any]) -> None:
    if were and not kept:
        db.execute(text(f"DELETE FROM {table} WHERE id = :id"), {"id": number})
    elif len(kept) < len(were):
        row = {"id": number, "kept": orjson.dumps(kept).decode()}
        db.execute(text(f"UPDATE {table} SET {column} = :kept WHERE id = :id"), row)


def _remove_orders(db: Connection) -> None:
    lists = db.execute(
        text(f"SELECT DISTINCT list_id FROM fulfilments WHERE list_id IS NOT NULL AND order_id IN ({_ORDERS})")
    )
    emptied = [{"id": number} for number in lists.scalars()]
    told = (
        f"SELECT 'shipped:' || l.shipment_id || ':' || l.order_id FROM shipment_lines l WHERE l.order_id IN ({_ORDERS})"
    )
    db.execute(text(f"DELETE FROM outbox WHERE topic = 'order.shipped' AND key IN ({told})"))
    db.execute(text(f"DELETE FROM notes WHERE task_id IN (SELECT id FROM tasks WHERE order_id IN ({_ORDERS}))"))
    for name in BY_ORDER:
        db.execute(text(f"DELETE FROM {name} WHERE order_id IN ({_ORDERS})"))
    db.execute(text(f"DELETE FROM verdicts WHERE order_a IN ({_ORDERS}) OR order_b IN ({_ORDERS})"))
    db.execute(text(f"UPDATE receipts SET order_id = NULL WHERE order_id IN ({_ORDERS})"))
    db.execute(text(f"DELETE FROM orders WHERE shop_id IN ({_SHOPS})"))
    if emptied:
        unused = "NOT EXISTS (SELECT 1 FROM fulfilments f WHERE f.list_id = pick_lists.id)"
        db.execute(text(f"DELETE FROM pick_lists WHERE id = :id AND {unused}"), emptied)


def _remove_firings(db: Connection) -> None:
    """What watches found in demo orders alone goes, with what it protects and asks for; what else they found stays."""
    had = f"SELECT firing_id FROM watch_facts WHERE order_id IN ({_ORDERS})"
    gone = (
        f"SELECT id FROM watch_firings WHERE shop IN (SELECT code FROM shops WHERE demo) OR (id IN ({had}) AND NOT "
        f"EXISTS (SELECT 1 FROM watch_facts f WHERE f.firing_id = watch_firings.id AND f.order_id NOT IN ({_ORDERS})))"
    )
    numbers = set(db.execute(text(gone)).scalars())
    for number in numbers:
        for name in ("protections", "watch_facts"):
            db.execute(text(f"DELETE FROM {name} WHERE firing_id = :number"), {"number": number})
        db.execute(text("DELETE FROM watch_firings WHERE id = :number"), {"number": number})
    for row in db.execute(text("SELECT id, details FROM tasks WHERE kind LIKE 'watch-%' AND order_id IS NULL")).all():
        if orjson.loads(row.details).get("firing") in numbers:
            db.execute(text("DELETE FROM notes WHERE task_id = :id"), {"id": row.id})
            db.execute(text("DELETE FROM tasks WHERE id = :id"), {"id": row.id})
    db.execute(text(f"DELETE FROM watch_facts WHERE order_id IN ({_ORDERS})"))
    db.execute(text(f"DELETE FROM divergences WHERE order_id IN ({_ORDERS})"))


def _remove_places(db: Connection) -> None:
    """Demo warehouses and SKUs go; one that real work names stays, as a real one."""
    db.execute(text(f"UPDATE warehouses SET demo = FALSE WHERE demo AND id IN ({_IN_USE})"))
    for name in ("balances", "ledger", "warehouse_days", "freight", "pick_lists"):
        db.execute(text(f"DELETE FROM {name} WHERE warehouse_id IN ({_PLACES})"))
    db.execute(text("DELETE FROM warehouses WHERE demo"))
    db.execute(text(f"DELETE FROM listings WHERE shop_id IN ({_SHOPS})"))
    db.execute(text(f"DELETE FROM skus WHERE demo AND sku NOT IN ({_SKUS_IN_USE})"))
    db.execute(text("UPDATE skus SET demo = FALSE WHERE demo"))


def _remove_shops(db: Connection) -> None:
    # Nobody mends what a shop sent that is gone; it stays counted where it was.
    db.execute(
        text(
            "UPDATE receipts SET note = 'discarded', status = CASE status WHEN 'retry' THEN 'quarantined' "
            f"ELSE status END WHERE status IN ('quarantined', 'dead', 'retry') AND shop_id IN ({_SHOPS})"
        )
    )
    for name in ("unmatched_items", "minute_stats", "typed_orders"):
        db.execute(text(f"DELETE FROM {name} WHERE shop_id IN ({_SHOPS})"))
    db.execute(text("DELETE FROM shops WHERE demo"))
