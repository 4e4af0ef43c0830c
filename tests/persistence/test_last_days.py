"""What the configurator reads of the last days, on either database."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, insert

from app.domain.alarms import Wait
from app.domain.goods import Catalogue
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.keys import evidence_key
from app.persistence.reads.lasting import lasting
from app.persistence.reads.near import address_keys, past_orders, shown_orders
from app.persistence.sealing import Sealer
from app.persistence.watch_facts import load_past
from app.rulebook.alarm_editing import STARTS, new_watch
from app.rulebook.watches import read_watches

NOW = 1_784_109_600
HOUR, DAY = 3600, 86_400


def an_order(number: int, created_at: int, outcome: str = "allocated", **more: Any) -> dict[str, Any]:
    document = {
        "platform": "taobao", "state": "paid", "created_at": created_at, "paid_at": created_at, "modified_at": None,
        "ship_by": more.get("ship_by"), "currency": "CNY", "goods_amount": 1000, "postage": 0, "discount": 0,
        "paid": 1000, "province": "浙江省", "city": "杭州市", "district": None, "town": None, "seller_flag": None,
        "carrier_wish": None, "urgent": False, "flags": [], "identity": [["phone", "p1", "", "strong"]],
        "lines": [["1", "A", 3, None, "A", "", 500, 900, "none", False]],
    }  # fmt: skip
    return {
        "id": number, "shop_id": 1, "tid": f"T{number}", "state": "paid", "outcome": outcome, "created_at": created_at,
        "doc": orjson.dumps(document), "decided_at": created_at, "history": False, "ship_by": None, **more,
    }  # fmt: skip


def decided(number: int, *steps: tuple[int, str]) -> list[dict[str, Any]]:
    return [
        {"order_id": number, "seq": seq, "at": at, "outcome": outcome, "cause": "", "pack_version": 1, "record": b"{}"}
        for seq, (at, outcome) in enumerate(steps, 1)
    ]


@pytest.fixture
def house(database: Engine) -> Engine:
    """Four orders of one buyer: allocated at once, held and let go, given up, and one long ago."""
    day = NOW - DAY
    with writing(database) as db:
        db.execute(insert(t.shops).values(code="tb", name="tb", platform="taobao", created_at=NOW))
        orders = [
            an_order(1, day, ship_by=day + 40 * HOUR), an_order(2, day + HOUR), an_order(3, day + 2 * HOUR, "recorded"),
            an_order(4, NOW - 20 * DAY), an_order(5, day + 3 * HOUR, "recorded"),
        ]  # fmt: skip
        for row in orders:
            db.execute(insert(t.orders).values(**row))
            db.execute(insert(t.order_lines).values(order_id=row["id"], line="1", sku="A", quantity=3, refund="none"))
            key = evidence_key("phone", "", "p1")
            db.execute(insert(t.identities).values(key=key, created_at=row["created_at"], order_id=row["id"]))
        rows = [
            *decided(1, (day, "allocated")),
            *decided(
                2, (day, "held"), (day + 2 * HOUR, "held"), (day + 5 * HOUR, "allocated"), (day + 9 * HOUR, "held")
            ),
            *decided(3, (day, "backordered"), (day + 4 * HOUR, "recorded")),
            *decided(5, (day, "recorded")),
        ]
        db.execute(insert(t.decisions), rows)
    return database


def spans(house: Engine, wait: Wait) -> list[tuple[int, int, int | None]]:
    with reading(house) as db:
        return sorted((one.order_id, one.since - NOW + DAY, one.until and one.until - NOW + DAY) for one in lasting(
            db, wait, NOW - 7 * DAY))  # fmt: skip


def test_holds_last_until_they_are_let_go_and_may_come_again(house: Engine) -> None:
    assert spans(house, Wait.HELD) == [(2, 0, 5 * HOUR), (2, 9 * HOUR, None)]


def test_an_order_is_unallocated_until_it_has_goods_or_is_given_up(house: Engine) -> None:
    assert spans(house, Wait.UNALLOCATED) == [(1, 0, 0), (2, HOUR, 5 * HOUR), (3, 2 * HOUR, 4 * HOUR)]


def test_ship_by_tasks_and_waybills_are_told_from_their_own_rows(house: Engine) -> None:
    day = NOW - DAY
    waybill = {"parcel_id": 1, "order_id": 1, "warehouse_id": 1, "carrier": "SF", "waybill": "W", "shipped_by": "w"}
    task = {"kind": "k", "owner": "clerk", "opened_at": day, "due_at": day + HOUR, "order_id": 2, "waits_by": 0}
    with writing(house) as db:
        db.execute(insert(t.shipments).values(**waybill, id=7, shipped_at=day + 8 * HOUR))
        for hour in (10, 20):
            event = {"shipment_id": 7, "at": day + hour * HOUR, "kind": "moving", "place": "", "order_id": 1}
            db.execute(insert(t.tracking_events).values(**event, received_at=NOW))
        db.execute(insert(t.tasks).values(**task))
    assert spans(house, Wait.SHIP_BY) == [(1, 40 * HOUR, 8 * HOUR)]
    assert spans(house, Wait.TASK_DUE) == [(2, HOUR, None)]
    assert spans(house, Wait.NO_TRACKING) == [(1, 8 * HOUR, 10 * HOUR), (1, 10 * HOUR, 20 * HOUR), (1, 20 * HOUR, None)]


def test_orders_that_were_ever_to_leave_are_compared_the_latest_first_to_be_read(house: Engine) -> None:
    sealer = Sealer(b"k" * 32)
    with reading(house) as db:
        found, cut = past_orders(db, Catalogue(trusting=True), NOW - 7 * DAY, 10)
        assert ([one.order.key[1] for one in found], cut) == (["T1", "T2", "T3"], False)
        latest, cut = past_orders(db, Catalogue(trusting=True), NOW - 7 * DAY, 2)
        assert ([one.order.key[1] for one in latest], cut) == (["T2", "T3"], True)
        assert found[0].order.skus == {"A"}
        assert address_keys(db, sealer, [1, 2]) == {1: None, 2: None}
        assert shown_orders(db, [3])[3].tid == "T3"


def test_a_watch_of_each_kind_finds_its_facts_of_the_last_days(house: Engine) -> None:
    amounts = {}
    for start in STARTS:
        (watch,) = read_watches([new_watch([], start)])
        with reading(house) as db:
            loaded = load_past(db, watch, NOW - 7 * DAY, Sealer(b"k" * 32), NOW)
        amounts[start] = sum(fact.amount for fact in loaded.facts)
    assert amounts == {"burst": 12, "price-gap": 1200, "repeat-orders": 4, "repeat-cancellations": 0}
