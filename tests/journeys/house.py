"""The house the journeys walk through: goods, people, and payloads as the platform words them."""

from __future__ import annotations

import copy
import itertools
import json
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.bootstrap import Services, assemble
from app.domain.goods import Sku, Warehouse
from app.persistence.database import reading, writing
from app.persistence.goods import add_shop, set_skus, set_warehouses
from app.persistence.people import ROLES, add_user
from app.persistence.stock import StockCount, set_stock
from app.settings import load_settings

PASSWORD = "a long enough phrase"
TENT, LAMP, MUG = "YS-TENT-2P-GRN", "YS-LAMP-01-WHT", "YS-MUG-01"
PLACE = ("浙江省", "杭州市", "西湖区")
_SAMPLE = Path(__file__).parents[1] / "samples" / "taobao" / "order_detail.json"
_WAIT_SECONDS = 60.0


@dataclass
class Site:
    """A running pandan: where it listens, the shop's key, and a way to look behind the pages."""

    address: str
    services: Services
    key: str
    password: str = PASSWORD
    shop: str = "tb"
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def order(self, **other: Any) -> dict[str, Any]:
        """A paid order for one tent that nothing holds; `other` replaces fields, `sku` and `quantity` the goods."""
        trade = copy.deepcopy(json.loads(_SAMPLE.read_text("utf-8"))["trade_fullinfo_get_response"]["trade"])
        number = next(self.numbers)
        tid = 3_000_000_000_000_000_000 + number * 10
        line = trade["orders"]["order"][0]
        line |= {"oid": tid + 1, "oid_str": str(tid + 1), "title": "Tent", "sku_properties_name": ""}
        line |= {"outer_sku_id": other.pop("sku", TENT), "num": other.pop("quantity", 1)}
        line["sku_id"] = f"item-{line['outer_sku_id']}"
        trade["orders"]["order"] = [line]
        trade |= {
            "tid": tid, "tid_str": str(tid), "oaid": f"oaid-{number}", "buyer_open_uid": f"buyer-{number}",
            "receiver_name": "Lin", "receiver_mobile": f"*******{number:04d}", "receiver_address": "Road 1",
            "receiver_state": PLACE[0], "receiver_city": PLACE[1], "receiver_district": PLACE[2], "receiver_town": "",
            "buyer_message": "", "seller_memo": "", "title": "Shop", "seller_nick": "Shop", "promotion_details": {},
        }  # fmt: skip
        return {**trade, **other}

    def send(self, *orders: dict[str, Any]) -> None:
        """Post the orders as the shop's system would."""
        asked = urllib.request.Request(
            f"{self.address}/api/v1/shops/{self.shop}/orders",
            json.dumps(orders).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"},
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert answer.status == 202

    def outcome(self, tid: str) -> str:
        """How the order is decided now; empty while it is not."""
        with reading(self.services.database) as db:
            return str(db.scalar(text("SELECT outcome FROM orders WHERE tid = :tid"), {"tid": tid}) or "")

    def becomes(self, tid: str, outcome: str) -> str:
        """Wait until the order is decided so; the path of its page."""
        until(lambda: self.outcome(tid) == outcome, lambda: f"{tid} is {self.outcome(tid) or 'nothing'}, not {outcome}")
        with reading(self.services.database) as db:
            order_id = db.scalar(text("SELECT id FROM orders WHERE tid = :tid"), {"tid": tid})
        return f"/orders/{order_id}"


def until(true: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Wait until it is true, and fail with `otherwise` when it does not become so."""
    ends = time.monotonic() + _WAIT_SECONDS
    while not true():
        assert time.monotonic() < ends, otherwise()
        time.sleep(0.1)


def put_house_in(home: Path, address: str) -> Site:
    """Fill a new home: a shop, one for files, one for typed orders, two warehouses, three SKUs and people."""
    services = assemble(load_settings({"PANDAN_HOME": str(home)}))
    now = services.clock.now()
    east = Warehouse("EAST", "East", *PLACE, 30.27, 120.13, provinces_served=(PLACE[0],))
    south = Warehouse("SOUTH", "South", "广东省", "广州市", "天河区", 23.12, 113.36, provinces_served=("广东省",))
    with writing(services.database) as db:
        key = add_shop(db, "tb", "taobao", name="Camp", now=now)
        add_shop(db, "sheet", "excel", name="Sheets", now=now)
        add_shop(db, "hand", "manual", name="By hand", now=now)
        set_warehouses(db, [east, south])
        set_skus(db, [Sku(TENT, "Tent", 2000, 9000), Sku(LAMP, "Lamp", 300, 1500), Sku(MUG, "Mug", 200, 900)])
        counts = [StockCount(place, sku, 500) for place in ("EAST", "SOUTH") for sku in (TENT, LAMP)]
        set_stock(db, counts, doc="test", now=now)
        for role in ROLES:
            add_user(db, role, PASSWORD, role, now=now)
    return Site(address, services, key)
