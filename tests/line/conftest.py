"""A small house: one shop, two warehouses, the pack that ships, and a pump."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import insert, select

from app.bootstrap import Services
from app.jobs.pump import Pump
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.packs import LivePack, publish_shipped
from app.persistence.reads.numbers import read_numbers
from app.persistence.stock import StockCount, set_stock

NOW = 1_784_109_600


class House:
    """What the line's tests do and look at."""

    def __init__(self, services: Services, pump: Pump) -> None:
        self.services = services
        self.pump = pump

    def post(self, *payloads: dict[str, Any], live: bool = True) -> list[str]:
        """Accept payloads and decide them."""
        bodies = [orjson.dumps(payload) for payload in payloads]
        receipts = self.services.stream.append("tb", bodies, at=NOW, live=live)
        self.pump.drain(5, until_empty=True)
        return receipts

    def orders(self) -> dict[str, tuple[str, str]]:
        """Platform id → (outcome, reason)."""
        with reading(self.services.database) as db:
            rows = db.execute(select(t.orders.c.tid, t.orders.c.outcome, t.orders.c.reason))
            return {row.tid: (row.outcome, row.reason) for row in rows}

    def receipts(self) -> list[tuple[str, str]]:
        """(status, note) of every receipt, in the order of arrival."""
        with reading(self.services.database) as db:
            rows = db.execute(select(t.receipts.c.status, t.receipts.c.note).order_by(t.receipts.c.id))
            return [(row.status, row.note) for row in rows]

    def reserved(self) -> dict[tuple[int, str], int]:
        """Units reserved by (warehouse, SKU)."""
        with reading(self.services.database) as db:
            return {(row.warehouse_id, row.sku): row.reserved for row in db.execute(select(t.balances)) if row.reserved}

    def stock(self, *counts: tuple[str, str, int]) -> None:
        """Set stock on hand and decide what waited for it."""
        with writing(self.services.database) as db:
            set_stock(db, [StockCount(*one) for one in counts], doc="test", now=NOW)
        self.pump.drain(5, until_empty=True)

    def check(self) -> None:
        """Both invariants hold."""
        accepted, waiting = self.services.stream.census()
        with reading(self.services.database) as db:
            numbers = read_numbers(db, accepted, waiting)
        assert numbers.nothing_lost, numbers
        assert numbers.stock_adds_up, numbers


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
    pump = Pump(services, "test:0", LivePack())
    pump.live.refresh(services.database)
    return House(services, pump)


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
