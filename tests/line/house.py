"""What the line's tests do and look at: orders posted, people's words, and the state it all ends in."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import insert, select, text

from app.bootstrap import Services
from app.jobs.pump import Pump
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.packs import LivePack, publish_shipped
from app.persistence.people_words import intervene, undo_intervention
from app.persistence.reads.numbers import read_numbers
from app.persistence.redecisions import ask_again
from app.persistence.stock import StockCount, set_stock

NOW = 1_784_109_600
_WORK = (
    "receipts", "receipt_totals", "order_lines", "identities", "source_orders", "reservations", "fulfilments",
    "decisions", "transfers", "purchases", "tasks", "interventions", "deeds", "verdicts", "redecisions", "outbox",
    "minute_stats", "unmatched_items", "warehouse_days", "timers", "orders",
)  # fmt: skip


def pump_of(services: Services, consumer: str, **options: Any) -> Pump:
    """A pump that waits for nothing."""
    pump = Pump(services, consumer, LivePack(), block_ms=1, **options)
    pump.live.refresh(services.database)
    return pump


class House:
    """One installation: its services and its pump."""

    def __init__(self, services: Services, pump: Pump) -> None:
        self.services = services
        self.pump = pump

    def put(self, *payloads: dict[str, Any], shop: str = "tb", live: bool = True) -> list[str]:
        """Accept payloads and leave them in the stream."""
        return self.services.stream.append(shop, [orjson.dumps(one) for one in payloads], at=NOW, live=live)

    def post(self, *payloads: dict[str, Any], shop: str = "tb", live: bool = True) -> list[str]:
        """Accept payloads and decide them."""
        receipts = self.put(*payloads, shop=shop, live=live)
        self.drain()
        return receipts

    def drain(self) -> None:
        """Decide everything that is there to be decided."""
        self.pump.drain(5, until_empty=True)

    def step(self, count: int) -> bool:
        """Decide at most `count` entries in one batch, or what waits to be decided again; whether there was any."""
        entries = self.services.stream.read(self.pump.consumer, count, 1)
        if entries:
            self.pump.run(entries)
        return bool(entries) or self.pump.again()

    def word(self, tid: str, kind: str, value: dict[str, Any], other: str = "") -> int:
        """A person says something of an order, perhaps with another one; the intervention's number."""
        order_id, named = self.order_id(tid), self.order_id(other) if other else None
        with writing(self.services.database) as db:
            number = intervene(db, order_id, kind, value, actor="w", now=NOW, other=named)
            ask_again(db, [order_id], "intervention", now=NOW)
        return number

    def take_back(self, number: int) -> None:
        """A person takes a word back."""
        with writing(self.services.database) as db:
            order_id = undo_intervention(db, number, actor="w", now=NOW)
            if order_id is not None:
                ask_again(db, [order_id], "intervention", now=NOW)

    def order_id(self, tid: str) -> int:
        """The order's own number."""
        with reading(self.services.database) as db:
            return int(db.execute(select(t.orders.c.id).where(t.orders.c.tid == tid)).scalar_one())

    def orders(self) -> dict[str, tuple[str, str]]:
        """Platform id → (outcome, reason)."""
        with reading(self.services.database) as db:
            rows = db.execute(select(t.orders.c.tid, t.orders.c.outcome, t.orders.c.reason))
            return {row.tid: (row.outcome, row.reason) for row in rows}

    def receipts(self) -> list[tuple[str, str]]:
        """(status, note) of every receipt, in the order of arrival."""
        with reading(self.services.database) as db:
            rows = db.execute(select(t.receipts.c.id, t.receipts.c.status, t.receipts.c.note)).all()
        # By number, not by text: the second part has no leading zeros.
        return [(row.status, row.note) for row in sorted(rows, key=lambda row: [int(n) for n in row.id.split("-")])]

    def reserved(self) -> dict[tuple[int, str], int]:
        """Units reserved by (warehouse, SKU)."""
        with reading(self.services.database) as db:
            return {(row.warehouse_id, row.sku): row.reserved for row in db.execute(select(t.balances)) if row.reserved}

    def stock(self, *counts: tuple[str, str, int]) -> None:
        """Set stock on hand and decide what waited for it."""
        with writing(self.services.database) as db:
            set_stock(db, [StockCount(*one) for one in counts], doc="test", now=NOW)
        self.drain()

    def shop(self, code: str, platform: str) -> None:
        """Add a shop."""
        with writing(self.services.database) as db:
            db.execute(insert(t.shops).values(code=code, name=code, platform=platform, created_at=NOW))

    def shops(self) -> set[str]:
        """Codes of all shops."""
        with reading(self.services.database) as db:
            return set(db.execute(select(t.shops.c.code)).scalars())

    def check(self) -> None:
        """Nothing is lost, nothing is oversold, and every balance is the sum of what is reserved from it."""
        accepted, waiting = self.services.stream.census()
        with reading(self.services.database) as db:
            numbers = read_numbers(db, accepted, waiting)
            off = db.execute(text(_RESERVED_OFF)).all()
        assert numbers.nothing_lost, numbers
        assert numbers.stock_adds_up, numbers
        assert not off

    def state(self) -> dict[str, Any]:
        """Everything that matters of what is decided now, in plain values without numbers of rows."""
        with reading(self.services.database) as db:
            found: dict[str, Any] = {
                name: sorted(tuple(row) for row in db.execute(text(sql))) for name, sql in _STATE.items()
            }
            records = db.execute(text(_NEWEST)).all()
        found["decisions"] = {row.tid: orjson.loads(row.record)["decision"] for row in records}
        return found

    def forget(self) -> None:
        """Forget all orders; shops, warehouses, stock on hand and the pack stay."""
        client: Any = self.services.redis
        client.flushall()
        self.services.stream.prepare()
        with writing(self.services.database) as db:
            for name in _WORK:
                db.execute(text(f"DELETE FROM {name}"))
            db.execute(text("DELETE FROM ledger WHERE reason = 'reserve'"))
            db.execute(text("UPDATE balances SET reserved = 0"))


_RESERVED_OFF = (
    "SELECT b.warehouse_id, b.sku, b.reserved, r.n FROM balances b LEFT JOIN (SELECT warehouse_id, sku, "
    "SUM(quantity) AS n FROM reservations WHERE state = 'live' GROUP BY warehouse_id, sku) r "
    "ON r.warehouse_id = b.warehouse_id AND r.sku = b.sku WHERE b.reserved <> COALESCE(r.n, 0)"
)
_STATE = {
    "orders": "SELECT o.tid, o.state, o.outcome, o.reason, o.owner, o.priority, o.modified_at, o.history, "
    "COALESCE(a.tid, '') AS anchor, COALESCE(j.tid, '') AS joins, o.doc FROM orders o "
    "LEFT JOIN orders a ON a.id = o.anchor_id LEFT JOIN orders j ON j.id = o.joins_id",
    "lines": "SELECT o.tid, l.line, l.sku, l.quantity, l.refund FROM order_lines l JOIN orders o ON o.id = l.order_id",
    "parcels": "SELECT o.tid, f.warehouse_id, COALESCE(f.carrier, '') FROM fulfilments f "
    "JOIN orders o ON o.id = f.order_id WHERE f.state = 'open'",
    "reservations": "SELECT o.tid, r.line, r.sku, r.warehouse_id, r.quantity FROM reservations r "
    "JOIN orders o ON o.id = r.order_id WHERE r.state = 'live'",
    "balances": "SELECT warehouse_id, sku, on_hand, reserved FROM balances",
    "tasks": "SELECT o.tid, k.kind, k.owner, k.details FROM tasks k JOIN orders o ON o.id = k.order_id "
    # What people and platform said across each other depends on who spoke first, and should.
    "WHERE k.open_key IS NOT NULL AND k.kind NOT IN ('address-crossed', 'cancel-crossed', "
    "'stopped-by-platform')",
    "purchases": "SELECT o.tid, p.sku, p.quantity, p.rule FROM purchases p JOIN orders o ON o.id = p.order_id "
    "WHERE p.state = 'requested'",
}
_NEWEST = "SELECT o.tid, d.record FROM decisions d JOIN orders o ON o.id = d.order_id AND o.decision_seq = d.seq"


def furnish(services: Services) -> None:
    """Put in one shop, two warehouses with stock, and the pack that ships."""
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


def a_trade(tid: str, *lines: tuple[str, int], minute: int = 0, **fields: Any) -> dict[str, Any]:
    """A Taobao trade with one line for each (SKU, quantity)."""
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
