"""Waybills come back: parcels leave whole or in part, once, and only when they may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.domain.errors import Refused
from app.fulfilment.waybills import Said, Step
from tests.fulfilment.hands import Hands
from tests.line.house import House

Trade = Callable[..., dict[str, Any]]


def kinds(steps: list[Step]) -> list[str]:
    return [step.problem.code if step.problem else step.kind for step in steps]


def test_a_waybill_consumes_the_stock_and_the_platform_is_to_be_told(house: House, hands: Hands, trade: Trade) -> None:
    house.post(trade("1", ("A", 2), ("B", 1)))
    hands.pick()
    said = Said(1, hands.parcel("1").number, "sf 10001", "顺丰速运")
    assert kinds(hands.ship(said, code="HZ")) == ["ship"]
    assert hands.parcel("1").state == "shipped"
    assert (hands.stock("HZ", "A"), hands.stock("HZ", "B")) == ((8, 0), (9, 0))
    (told,) = hands.told()
    assert (told["tid"], told["carrier"], told["waybill"]) == ("1", "SF", "SF10001")
    assert sorted((line["sku"], line["quantity"]) for line in told["lines"]) == [("A", 2), ("B", 1)]
    assert kinds(hands.ship(said, code="HZ")) == ["known"]
    assert len(hands.told()) == 1
    house.check()


def test_a_part_leaves_and_the_rest_stays_and_says_so(house: House, hands: Hands, trade: Trade) -> None:
    house.post(trade("1", ("A", 3), ("B", 2)))
    hands.pick()
    number = hands.parcel("1").number
    assert kinds(hands.ship(Said(1, number, "ZT00001", "ZTO", "A", 2))) == ["part"]
    parcel = hands.parcel("1")
    assert (parcel.state, parcel.units_here) == ("part", 3)
    assert kinds(hands.ship(Said(1, number, "ZT00002", "ZTO", quantity=1))) == ["waybill-which-sku"]
    assert kinds(hands.ship(Said(1, number, "ZT00002", "ZTO", "A", 9))) == ["waybill-more-than-here"]
    assert kinds(hands.ship(Said(1, number, "ZT00002", "ZTO"), Said(2, number, "ZT00003", "ZTO"))) == ["ship", "extra"]
    assert [sent.units for sent in hands.parcel("1").shipments] == [2, 3, 0]
    assert (hands.stock("HZ", "A"), hands.stock("HZ", "B")) == ((7, 0), (8, 0))
    house.check()


def test_every_wrong_row_says_why_and_the_right_ones_leave(house: House, hands: Hands, trade: Trade) -> None:
    house.post(trade("1"), trade("2"), trade("3"), trade("4"))
    hands.pick(limit=3)
    one, two, three, four = (hands.parcel(tid).number for tid in "1234")
    hands.ship(Said(0, one, "SF10001", "SF"))
    house.post(trade("2", status="TRADE_CLOSED", modified="2026-07-15 19:00:00"))
    steps = hands.ship(
        Said(1, "P0099999", "SF20000", "SF"), Said(2, two, "SF20001", "SF"), Said(3, "3", "SF10001", "SF"),
        Said(4, four, "SF20004", "SF"), Said(5, three, "??", "SF"), Said(6, three, "SF20006", ""),
        Said(7, "3", "SF20007", "SF"), Said(8, "", "SF20008", "SF"),
    )  # fmt: skip
    assert kinds(steps) == [
        "waybill-parcel-unknown", "waybill-parcel-stopped", "waybill-used", "waybill-not-picked", "waybill-odd",
        "waybill-carrier-missing", "ship", "waybill-parcel-missing",
    ]  # fmt: skip
    assert kinds(hands.ship(Said(1, one, "SF30001", "SF"), code="GZ")) == ["waybill-other-warehouse"]
    house.check()


def test_an_order_refunded_after_the_pick_stops_and_putting_it_back_frees_its_stock(
    house: House, hands: Hands, trade: Trade
) -> None:
    house.post(trade("1", ("A", 2)), trade("2"))
    hands.pick()
    closed = trade("1", ("A", 2), modified="2026-07-15 19:00:00")
    closed["orders"]["order"][0]["refund_status"] = "WAIT_SELLER_AGREE"
    house.post(closed)
    parcel = hands.parcel("1")
    assert (parcel.state, parcel.stop) == ("stopped", "stop-line-refund")
    assert ("stop-parcel", "warehouse") in hands.tasks()
    assert hands.put_back(parcel.id) == (["1"], 2)
    assert hands.tasks() == []
    house.drain()
    assert house.orders()["1"][0] == "recorded"
    assert hands.stock("HZ", "A") == (10, 1)
    with pytest.raises(Refused, match="parcel-not-stopped"):
        hands.put_back(hands.parcel("2").id)
    house.check()


def test_a_person_cancels_after_the_pick_and_may_take_it_back(house: House, hands: Hands, trade: Trade) -> None:
    house.post(trade("1"))
    hands.pick()
    word = house.word("1", "cancel", {})
    house.drain()
    assert hands.parcel("1").stop == "stop-cancelled"
    assert "stop-parcel" in {kind for kind, _ in hands.tasks()}
    house.take_back(word)
    house.drain()
    assert hands.parcel("1").state == "picked"
    assert "stop-parcel" not in {kind for kind, _ in hands.tasks()}
    house.check()


def test_one_order_of_a_shared_parcel_stops_and_the_rest_leaves(house: House, hands: Hands, trade: Trade) -> None:
    same = {"oaid": "o", "buyer_open_uid": "u", "receiver_mobile": "13800001234", "receiver_address": "文三路1号"}
    house.post(trade("1", ("A", 1), **same), trade("2", ("B", 1), minute=20, **same))
    hands.pick()
    number = hands.parcel("1").number
    house.post(trade("2", ("B", 1), minute=20, **same, status="TRADE_CLOSED", modified="2026-07-15 19:00:00"))
    assert kinds(hands.ship(Said(1, number, "SF10001", "SF"))) == ["waybill-parcel-stopped"]
    assert hands.put_back(hands.parcel("1").id) == (["2"], 1)
    assert kinds(hands.ship(Said(1, number, "SF10001", "SF"))) == ["ship"]
    house.drain()
    assert house.orders()["2"][0] == "recorded"
    house.check()


def test_a_waybill_taken_back_puts_everything_where_it_was(house: House, hands: Hands, trade: Trade) -> None:
    house.post(trade("1", ("A", 3)))
    list_id = hands.pick()
    hands.ship(Said(1, hands.parcel("1").number, "SF10001", "SF", "A", 1))
    (sent,) = hands.parcel("1").shipments
    assert hands.unship(sent.id).state == "picked"
    assert (hands.stock("HZ", "A"), hands.told()) == ((10, 3), [])
    assert hands.take_back(list_id) == 1
    house.check()


def test_the_platform_saying_shipped_after_we_shipped_is_no_news(house: House, hands: Hands, trade: Trade) -> None:
    house.post(trade("1"))
    hands.pick()
    hands.ship(Said(1, "1", "SF10001", "SF"))
    house.post(trade("1", status="WAIT_BUYER_CONFIRM_GOODS", modified="2026-07-15 19:00:00"))
    assert hands.tasks() == []
    assert hands.rows("SELECT state FROM orders") == [("shipped",)]
    house.check()
