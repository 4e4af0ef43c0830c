"""The demo's goods and shops: put in, told apart by their mark, taken out in one step."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, text

from app.domain.goods import Sku, Warehouse
from app.persistence import tables as t
from app.persistence.goods import add_shop, set_skus, set_warehouses
from app.persistence.keys import keep_ids
from app.persistence.stock import StockCount, set_stock
from app.rulebook.order_fields import FIELDS

_WAREHOUSES = (
    Warehouse(
        "DEMO-HZ",
        "演示·杭州仓",
        "浙江省",
        "杭州市",
        "余杭区",
        30.27,
        119.98,
        provinces_served=("浙江省", "上海市", "江苏省"),
    ),
    Warehouse("DEMO-GZ", "演示·广州仓", "广东省", "广州市", "白云区", 23.16, 113.27, provinces_served=("广东省",)),
    Warehouse(
        "DEMO-TJ", "演示·天津仓", "天津市", "天津市", "武清区", 39.38, 117.04, provinces_served=("北京市", "天津市")
    ),
)
_UNITS = 400
_BY_ORDER = (
    "assignments", "decisions", "fulfilments", "identities", "imported_orders", "interventions", "notes", "order_lines",
    "purchases", "redecisions", "reservations", "shipment_lines", "shipments", "source_orders", "tasks", "transfers",
)  # fmt: skip
_MARK = "demo"


def is_new(db: Connection) -> bool:
    """Whether nobody has set up a shop, and the demo was never here."""
    marked = db.execute(select(t.facts.c.key).where(t.facts.c.key == _MARK)).first()
    return marked is None and db.execute(select(t.shops.c.id)).first() is None


def is_there(db: Connection) -> bool:
    """Whether demo shops are there."""
    return db.execute(select(t.shops.c.id).where(t.shops.c.demo)).first() is not None


def put_in(db: Connection, platforms: Sequence[str], skus: Sequence[tuple[str, str, int]], *, now: int) -> None:
    """Add simulated shops, warehouses, SKUs and stock, marked as demo."""
    db.execute(insert(t.facts).values(key=_MARK, value=str(now)))
    names = next(field.choices for field in FIELDS if field.key == "order.platform")
    for platform in platforms:
        add_shop(db, f"demo-{platform}", platform, name=f"演示·{names[platform]['zh']}", now=now, demo=True)
    set_warehouses(db, _WAREHOUSES, demo=True)
    set_skus(db, [Sku(code, name, 400, price // 2) for code, name, price in skus], demo=True)
    counts = [StockCount(w.code, code, _UNITS) for w in _WAREHOUSES for code, _, _ in skus]
    set_stock(db, counts, doc="demo", now=now)


def take_out(db: Connection) -> int:
    """Remove everything the demo brought, its orders included; how many orders. Receipts stay: they were accepted."""
    shops = "SELECT id FROM shops WHERE demo"
    orders = f"SELECT id FROM orders WHERE shop_id IN ({shops})"
    count = int(db.execute(text(f"SELECT COUNT(*) FROM orders WHERE shop_id IN ({shops})")).scalar() or 0)
    keep_ids(db)
    told = (
        f"SELECT 'shipped:' || l.shipment_id || ':' || l.order_id FROM shipment_lines l WHERE l.order_id IN ({orders})"
    )
    db.execute(text(f"DELETE FROM outbox WHERE topic = 'order.shipped' AND key IN ({told})"))
    for name in _BY_ORDER:
        db.execute(text(f"DELETE FROM {name} WHERE order_id IN ({orders})"))
    db.execute(text(f"DELETE FROM verdicts WHERE order_a IN ({orders}) OR order_b IN ({orders})"))
    db.execute(text("DELETE FROM deeds WHERE id NOT IN (SELECT deed_id FROM interventions WHERE deed_id IS NOT NULL)"))
    db.execute(text(f"DELETE FROM orders WHERE shop_id IN ({shops})"))
    places = "SELECT id FROM warehouses WHERE demo"
    for name in ("balances", "ledger", "warehouse_days", "freight", "pick_lists"):
        db.execute(text(f"DELETE FROM {name} WHERE warehouse_id IN ({places})"))
    for name in ("listings", "unmatched_items", "minute_stats"):
        db.execute(text(f"DELETE FROM {name} WHERE shop_id IN ({shops})"))
    db.execute(text("DELETE FROM skus WHERE demo AND sku NOT IN (SELECT sku FROM balances)"))
    db.execute(text("DELETE FROM warehouses WHERE demo"))
    db.execute(text("DELETE FROM shops WHERE demo"))
    return count
