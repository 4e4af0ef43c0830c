"""Writing shops, warehouses, SKUs, listings and freight. Each file's rows together or not at all."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, text

from app.domain.errors import NotFound, Problem, Refused
from app.domain.goods import FreightRate, Sku, Warehouse
from app.persistence import tables as t
from app.persistence.redecisions import ask_for_item
from app.persistence.rows import upsert
from app.rulebook.order_fields import PLATFORM, PLATFORMS


def key_hash(key: str) -> str:
    """What is stored of an API key: its sha256 (the key is random, so no salt is needed)."""
    return hashlib.sha256(key.encode()).hexdigest()


def add_shop(
    db: Connection, code: str, platform: str, *, name: str = "", now: int, demo: bool = False, new: bool = False
) -> str:
    """Add a shop; its API key, shown this once.

    `new`: the platform may be one that nobody has heard of; its orders wait in the quarantine until its fields are
    mapped. Raises `Refused` for a code in use, an unknown platform, or a name that no platform can have.
    """
    if platform not in PLATFORMS and not new:
        raise Refused("platform-unknown", platform=platform)
    if not re.fullmatch(PLATFORM, platform):
        raise Refused("platform-name", platform=platform)
    if db.execute(select(t.shops.c.id).where(t.shops.c.code == code)).first():
        raise Refused("shop-exists", shop=code)
    key = f"pk_{secrets.token_urlsafe(24)}"
    row = {"code": code, "name": name or code, "platform": platform, "created_at": now, "demo": demo}
    db.execute(insert(t.shops).values(**row, key_hash=key_hash(key), key_tail=key[-4:]))
    return key


def set_warehouses(db: Connection, rows: Sequence[Warehouse], *, demo: bool = False) -> int:
    """Add or replace warehouses by code; how many."""
    known = {row.code: row.id for row in db.execute(select(t.warehouses.c.code, t.warehouses.c.id))}
    for row in rows:
        values = {
            "name": row.name or row.code,
            "province": row.province,
            "city": row.city,
            "district": row.district,
            "latitude": row.latitude,
            "longitude": row.longitude,
            "kind": row.kind,
            "provinces_served": "|".join(row.provinces_served),
            "daily_capacity": row.daily_capacity,
            "cut_off": row.cut_off,
        }
        if row.code in known:
            db.execute(t.warehouses.update().where(t.warehouses.c.id == known[row.code]).values(**values))
        else:
            db.execute(insert(t.warehouses).values(code=row.code, demo=demo, **values))
    return len(rows)


def set_skus(db: Connection, rows: Sequence[Sku], *, demo: bool = False) -> int:
    """Add or replace SKUs with their components; how many."""
    values = [(row.sku, row.name or row.sku, row.weight_g, row.cost, demo) for row in rows]
    change = (
        "(sku) DO UPDATE SET name = excluded.name, weight_g = excluded.weight_g, cost = excluded.cost, "
        "demo = skus.demo AND excluded.demo"
    )
    upsert(db, t.skus, ("sku", "name", "weight_g", "cost", "demo"), values, change)
    for row in rows:
        db.execute(t.components.delete().where(t.components.c.bundle == row.sku))
        for sku, quantity in row.components:
            db.execute(insert(t.components).values(bundle=row.sku, sku=sku, quantity=quantity))
    return len(rows)


def match_item(db: Connection, shop_id: int, item: str, sku: str, *, now: int) -> int:
    """Say which SKU a shop's item is; how many waiting orders go on."""
    change = "(shop_id, item) DO UPDATE SET sku = excluded.sku"
    upsert(db, t.listings, ("shop_id", "item", "sku"), [(shop_id, item, sku)], change)
    chosen = (t.unmatched_items.c.shop_id == shop_id) & (t.unmatched_items.c.item == item)
    db.execute(t.unmatched_items.delete().where(chosen))
    return ask_for_item(db, shop_id, item, now=now)


def set_listings(db: Connection, rows: Sequence[tuple[str, str, str, int | None]], *, now: int) -> int:
    """Match items by `(shop code, item, sku, price in fen or None)`; how many. A price that is not told stays.

    Raises `Refused` with each unknown shop or SKU.
    """
    shops = {row.code: row.id for row in db.execute(select(t.shops.c.code, t.shops.c.id))}
    skus = {row[0] for row in db.execute(select(t.skus.c.sku))}
    problems = [
        Problem("shop-unknown", f"row {i + 1}", {"shop": s}) for i, (s, *_) in enumerate(rows) if s not in shops
    ]
    problems += [
        Problem("sku-unknown", f"row {i + 1}", {"sku": k}) for i, (_, _, k, _) in enumerate(rows) if k not in skus
    ]
    if problems:
        raise Refused("rows-refused", problems=tuple(problems))
    for shop, item, sku, price in rows:
        match_item(db, shops[shop], item, sku, now=now)
        if price is not None:
            chosen = (t.listings.c.shop_id == shops[shop]) & (t.listings.c.item == item)
            db.execute(t.listings.update().where(chosen).values(price=price))
    return len(rows)


def set_freight(db: Connection, rows: Sequence[tuple[str, str, FreightRate]]) -> int:
    """Set rates by `(warehouse code, province, rate)`; how many. Raises `Refused` with each unknown warehouse."""
    places = {row.code: row.id for row in db.execute(select(t.warehouses.c.code, t.warehouses.c.id))}
    problems = [
        Problem("warehouse-unknown", f"row {i + 1}", {"warehouse": w})
        for i, (w, _, _) in enumerate(rows)
        if w not in places
    ]
    if problems:
        raise Refused("rows-refused", problems=tuple(problems))
    values = [(places[w], province, r.first_weight_g, r.first_price, r.step_g, r.step_price) for w, province, r in rows]
    columns = ("warehouse_id", "province", "first_weight_g", "first_price", "step_g", "step_price")
    change = "(warehouse_id, province) DO UPDATE SET " + ", ".join(f"{c} = excluded.{c}" for c in columns[2:])
    upsert(db, t.freight, columns, values, change)
    return len(rows)


def find_order(db: Connection, name: str) -> tuple[int, str]:
    """`(id, shop code)` of an order by its platform id, or `shop:id`. Raises `NotFound` or `Refused`."""
    shop, _, tid = name.rpartition(":")
    rows = db.execute(
        text(
            "SELECT o.id, s.code FROM orders o JOIN shops s ON s.id = o.shop_id "
            "WHERE (o.tid = :name) OR (o.tid = :tid AND s.code = :shop)"
        ),
        {"name": name, "tid": tid, "shop": shop},
    ).all()
    if not rows:
        raise NotFound("order-unknown", order=name)
    if len(rows) > 1:
        raise Refused("order-ambiguous", order=name)
    return int(rows[0][0]), str(rows[0][1])
