"""What the typing page asks: a buyer's recent orders, what goods last cost and where they lie, and ties of orders."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select, text

from app.domain.order import Order
from app.persistence.database import is_sqlite
from app.persistence.keys import identity_keys
from app.persistence.order_rows import decode
from app.persistence.rows import listed
from app.persistence.tables import balances, components, order_lines, orders, shops, typed_orders, warehouses

MOST_BUYERS_ORDERS = 50
_LATEST_LINES = 3


@dataclass(frozen=True, slots=True)
class BuyersOrder:
    """An order that may be the same buyer's, without its personal part; `skus` are those that still want goods."""

    id: int
    tid: str
    shop: str
    shop_name: str
    created_at: int
    outcome: str
    order: Order
    skus: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tie:
    """An order tied to another by copying or re-shipping; `order_id` is None until it is decided."""

    kind: str
    reason: str
    tid: str
    order_id: int | None
    actor: str
    at: int


def buyers_orders(db: Connection, order: Order, since: int) -> list[BuyersOrder]:
    """Orders since `since` that share a piece of evidence with `order`, the latest first; at most 50."""
    keys = sorted(identity_keys(order))
    if not keys:
        return []
    one_of, values = listed(db, keys, "bigint")
    found = db.execute(
        text(
            f"SELECT DISTINCT order_id, created_at FROM identities WHERE key IN {one_of} AND created_at >= :since "
            f"ORDER BY created_at DESC LIMIT {MOST_BUYERS_ORDERS}"
        ),
        {"values": values, "since": since},
    )
    ids = [row.order_id for row in found]
    goods: dict[int, set[str]] = {}
    wanted = order_lines.c.order_id.in_(ids) & (order_lines.c.refund == "none")
    for line in db.execute(select(order_lines).where(wanted)):
        goods.setdefault(line.order_id, set()).add(line.sku or f"?{line.item or line.line}")
    columns = (shops.c.code.label("shop"), shops.c.name.label("shop_name"))
    heads = select(orders, *columns).join(shops, shops.c.id == orders.c.shop_id).where(orders.c.id.in_(ids))
    rows = db.execute(heads.order_by(orders.c.created_at.desc(), orders.c.id.desc()))
    return [_buyers_order(row, frozenset(goods.get(row.id, ()))) for row in rows]


def last_prices(db: Connection, skus: Collection[str]) -> dict[str, int]:
    """What a unit of each SKU last cost, in fen; SKUs never sold, or given away only, are left out."""
    found = {}
    for sku in skus:
        price = _last_price(db, sku)
        if price:
            found[sku] = price
    return found


def free_units(db: Connection, skus: Collection[str]) -> dict[str, dict[str, int]]:
    """Free units of each SKU by warehouse code; of a bundle, as many as its parts make."""
    parts: dict[str, dict[str, int]] = {}
    for row in db.execute(select(components).where(components.c.bundle.in_(list(skus)))):
        parts.setdefault(row.bundle, {})[row.sku] = row.quantity
    asked = {sku for sku in skus if sku not in parts} | {part for made_of in parts.values() for part in made_of}
    statement = (
        select(warehouses.c.code, balances.c.sku, (balances.c.on_hand - balances.c.reserved).label("free"))
        .join(warehouses, warehouses.c.id == balances.c.warehouse_id)
        .where(balances.c.sku.in_(asked), warehouses.c.active)
    )
    held: dict[str, dict[str, int]] = {}
    for row in db.execute(statement):
        held.setdefault(row.sku, {})[row.code] = row.free
    for bundle, made_of in parts.items():
        places = set().union(*(held.get(part, {}) for part in made_of))
        held[bundle] = {
            place: min(held.get(part, {}).get(place, 0) // count for part, count in made_of.items()) for place in places
        }
    return {sku: held.get(sku, {}) for sku in skus}


def shop_order(db: Connection, tid: str) -> Row[Any] | None:
    """The typed order with this number: its shop, and its id and outcome once it is decided."""
    columns = (orders.c.id, orders.c.outcome, orders.c.reason.label("held_for"))
    return db.execute(
        select(typed_orders, *columns, shops.c.code.label("shop"))
        .join(shops, shops.c.id == typed_orders.c.shop_id)
        .join(orders, (orders.c.shop_id == typed_orders.c.shop_id) & (orders.c.tid == typed_orders.c.tid), isouter=True)
        .where(typed_orders.c.tid == tid)
    ).first()


def last_typed(db: Connection, actor: str) -> Row[Any] | None:
    """The number and the shop of the order that this person typed last."""
    mine = (typed_orders.c.actor == actor) & typed_orders.c.receipt.is_not(None)
    newest = select(typed_orders).where(mine).order_by(typed_orders.c.at.desc(), typed_orders.c.seq.desc()).limit(1)
    return db.execute(newest).first()


def source_of(db: Connection, shop_id: int, tid: str) -> Tie | None:
    """The order that this one copies or ships again."""
    made = (typed_orders.c.tid == tid) & (typed_orders.c.shop_id == shop_id) & typed_orders.c.source_id.is_not(None)
    row = db.execute(
        select(typed_orders, orders.c.id.label("order_id"), orders.c.tid.label("source_tid"))
        .join(orders, orders.c.id == typed_orders.c.source_id)
        .where(made)
    ).first()
    return Tie(row.kind, row.reason, row.source_tid, row.order_id, row.actor, row.at) if row else None


def made_from(db: Connection, order_id: int) -> list[Tie]:
    """The orders that copy this one or ship it again, the latest first."""
    theirs = (orders.c.shop_id == typed_orders.c.shop_id) & (orders.c.tid == typed_orders.c.tid)
    rows = db.execute(
        select(typed_orders, orders.c.id.label("order_id"))
        .join(orders, theirs, isouter=True)
        .where(typed_orders.c.source_id == order_id, typed_orders.c.receipt.is_not(None))
        .order_by(typed_orders.c.at.desc())
        .limit(20)
    )
    return [Tie(row.kind, row.reason, row.tid, row.order_id, row.actor, row.at) for row in rows]


def _buyers_order(row: Any, skus: frozenset[str]) -> BuyersOrder:
    order = decode(row.shop, row.tid, row.doc, None)
    return BuyersOrder(row.id, row.tid, row.shop, row.shop_name, row.created_at, row.outcome, order, skus)


def _last_price(db: Connection, sku: str) -> int | None:
    # The index holds (sku, order): the latest few are read from its end.
    limited = "CROSS JOIN" if is_sqlite(db) else "JOIN"
    on = "" if is_sqlite(db) else " ON o.id = l.order_id"
    where = " WHERE o.id = l.order_id" if is_sqlite(db) else ""
    rows = db.execute(
        text(
            "SELECT o.doc, l.line FROM (SELECT order_id, line FROM order_lines WHERE sku = :sku "
            f"ORDER BY order_id DESC LIMIT {_LATEST_LINES}) l {limited} orders o{on}{where} ORDER BY o.id DESC"
        ),
        {"sku": sku},
    )
    for row in rows:
        for line in orjson.loads(row.doc)["lines"]:
            # As `order_rows` keeps a line: its id first, its price seventh.
            if line[0] == row.line and line[6]:
                return int(line[6])
    return None
