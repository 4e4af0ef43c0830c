"""Orders that wait to be decided again: asked for here, taken by the pump."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select, text

from app.domain.work import PART_WAITS, breach_at
from app.persistence import tables as t
from app.persistence.database import is_sqlite
from app.persistence.rows import listed, upsert


def ask_again(connection: Connection, order_ids: Collection[int], cause: str, *, now: int) -> int:
    """Ask for these orders to be decided again; one that waits already keeps its first cause. How many were new."""
    if not order_ids:
        return 0
    one_of, values = listed(connection, sorted(order_ids), "bigint")
    statement = (
        "INSERT INTO redecisions (order_id, cause, priority, ship_by, queued_at) "
        f"SELECT id, :cause, priority, ship_by, :now FROM orders WHERE id IN {one_of} "
        "ON CONFLICT (order_id) DO NOTHING"
    )
    return connection.execute(text(statement), {"values": values, "cause": cause, "now": now}).rowcount


def ask_for_sku(connection: Connection, skus: Collection[str], *, now: int) -> int:
    """Ask for every order that waits for stock of these SKUs, bundles that contain them included.

    A split order waits with a part of it, others of its parcels picked or not.
    """
    if not skus:
        return 0
    one_of, values = listed(connection, sorted(skus))
    statement = text(
        "SELECT DISTINCT o.id FROM order_lines l JOIN orders o ON o.id = l.order_id "
        "WHERE ((o.outcome IN ('backordered', 'held') AND o.picked_at IS NULL) OR EXISTS (SELECT 1 FROM tasks k "
        f"WHERE k.order_id = o.id AND k.kind = '{PART_WAITS}' AND k.open_key IS NOT NULL)) AND NOT o.history "
        f"AND (l.sku IN {one_of} OR l.sku IN (SELECT bundle FROM components WHERE sku IN {one_of}))"
    )
    return ask_again(
        connection, [row[0] for row in connection.execute(statement, {"values": values})], "stock", now=now
    )


def ask_for_item(connection: Connection, shop_id: int, item: str, *, now: int) -> int:
    """Ask for every order of the shop that was held because this item had no SKU."""
    statement = text(
        "SELECT DISTINCT o.id FROM order_lines l JOIN orders o ON o.id = l.order_id "
        "WHERE o.shop_id = :shop_id AND (l.item = :item OR l.sku = :item) "
        "AND o.outcome = 'held' AND o.reason = 'unmatched-item'"
    )
    found = connection.execute(statement, {"shop_id": shop_id, "item": item})
    return ask_again(connection, [row[0] for row in found], "listing", now=now)


def take_waiting(connection: Connection, limit: int) -> dict[int, str]:
    """Take up to `limit` waiting orders, by priority and then ship-by time: order id → cause."""
    mine = "" if is_sqlite(connection) else " FOR UPDATE SKIP LOCKED"
    chosen = connection.execute(
        text(
            "SELECT order_id, cause FROM redecisions "
            f"ORDER BY priority DESC, COALESCE(ship_by, 9223372036854775807), order_id LIMIT :limit{mine}"
        ),
        {"limit": limit},
    ).all()
    if chosen:
        one_of, values = listed(connection, [row.order_id for row in chosen], "bigint")
        connection.execute(text(f"DELETE FROM redecisions WHERE order_id IN {one_of}"), {"values": values})
    return {row.order_id: row.cause for row in chosen}


def put_first_aside(connection: Connection, *, now: int) -> None:
    """Make the first waiting order, whose decision broke again and again, a person's task."""
    for order_id in take_waiting(connection, 1):
        ship_by = connection.execute(select(t.orders.c.ship_by).where(t.orders.c.id == order_id)).scalar()
        waits_by = breach_at(now, ship_by)
        row = (f"decision-broke:{order_id}:", "decision-broke", order_id, "supervisor", "{}", now, waits_by)
        columns = ("open_key", "kind", "order_id", "owner", "details", "opened_at", "waits_by")
        upsert(connection, t.tasks, columns, [row], "(open_key) DO NOTHING")


def is_waiting(connection: Connection) -> bool:
    """Whether any order waits to be decided again, or any receipt to be read again."""
    return (
        connection.execute(text("SELECT 1 FROM redecisions LIMIT 1")).first() is not None
        or connection.execute(text("SELECT 1 FROM receipts WHERE status = 'retry' LIMIT 1")).first() is not None
    )
