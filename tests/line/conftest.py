"""A small house on both databases: one shop, two warehouses, the pack that ships, and a pump."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from app.bootstrap import Services, assemble
from app.persistence import tables as t
from app.persistence.database import writing
from app.persistence.packs import publish_shipped
from app.persistence.stock import StockCount, set_stock
from app.settings import Settings
from tests.line.house import NOW, House, pump_of


@pytest.fixture
def services(settings: Settings, database: Engine) -> Iterator[Services]:
    """Everything joined, on a new database of each kind and an empty Valkey."""
    joined = assemble(settings)
    joined.database = database
    client: Any = joined.redis
    client.flushall()
    yield joined
    joined.redis.close()


@pytest.fixture
def house(services: Services) -> House:
    publish_shipped(services.database, now=NOW)
    with writing(services.database) as db:
        db.execute(insert(t.shops).values(code="tb", name="淘宝店", platform="taobao", created_at=NOW))
        for code, name, province, city, lat, lng in (
            ("HZ", "杭州仓", "浙江省", "杭州市", 30.27, 120.0),
            ("GZ", "广州仓", "广东省", "广州市", 23.16, 113.27),
        ):
            row = {"code": code, "name": name, "province": province, "city": city, "latitude": lat, "longitude": lng}
            db.execute(insert(t.warehouses).values(**row, provinces_served=province))
        set_stock(
            db, [StockCount("HZ", "A", 10), StockCount("GZ", "A", 10), StockCount("HZ", "B", 10)], doc="t", now=NOW
        )
    return House(services, pump_of(services, "test:0"))


@pytest.fixture
def trade() -> Callable[..., dict[str, Any]]:
    """Makes a Taobao trade with one line for each (SKU, quantity)."""

    def make(tid: str, *lines: tuple[str, int], minute: int = 0, **fields: Any) -> dict[str, Any]:
        orders = [
            {
                "oid": f"{tid}{place}", "num_iid": 1, "sku_id": f"9{place}{sku}", "outer_sku_id": sku, "title": sku,
                "price": "10.00", "num": quantity, "payment": "10.00", "status": "WAIT_SELLER_SEND_GOODS",
                "refund_status": "NO_REFUND",
            }
            for place, (sku, quantity) in enumerate(lines or (("A", 1),))
        ]  # fmt: skip
        trade = {
            "tid": tid, "status": "WAIT_SELLER_SEND_GOODS", "created": f"2026-07-15 18:{minute:02}:00",
            "pay_time": f"2026-07-15 18:{minute:02}:30", "modified": f"2026-07-15 18:{minute:02}:40",
            "total_fee": "20.00", "post_fee": "0.00", "discount_fee": "0.00", "payment": "20.00",
            "receiver_name": "林**", "receiver_mobile": f"1380000{int(tid) % 10_000:04}", "receiver_state": "浙江省",
            "receiver_city": "杭州市", "receiver_district": "西湖区", "receiver_address": f"文三路{tid}号",
            "oaid": f"oaid-{tid}", "buyer_open_uid": f"u{tid}", "orders": {"order": orders},
        }  # fmt: skip
        trade.update(fields)
        return trade

    return make
