"""The demo's goods and shops: put in, and told apart by their mark; `demo_removal` takes them out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from app.domain.goods import Sku, Warehouse
from app.persistence import tables as t
from app.persistence.goods import add_shop, set_skus, set_warehouses
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
