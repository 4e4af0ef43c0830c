"""Pick lists: what goes on one, what does not, and taking one back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.domain.errors import Refused
from app.fulfilment.waybills import Said
from tests.fulfilment.hands import Hands
from tests.line.house import House

Trade = Callable[..., dict[str, Any]]


def test_a_list_takes_what_is_open_and_the_line_leaves_it_alone(house: House, hands: Hands, trade: Trade) -> None:
    house.post(trade("1", ("A", 2), ("B", 1)), trade("2", ("A", 1)))
    list_id = hands.pick()
    parcels = hands.parcels(list_id)
    assert [(p.orders, p.units, p.state) for p in parcels] == [(["1"], 3, "picked"), (["2"], 1, "picked")]
    assert hands.rows("SELECT parcels, units FROM pick_lists") == [(2, 4)]
    house.word("1", "warehouse", {"warehouse": "GZ"})
    house.drain()
    assert hands.parcel("1").state == "picked"
    house.check()


def test_held_waiting_and_recorded_orders_are_on_no_list(house: House, hands: Hands, trade: Trade) -> None:
    house.post(trade("1"), trade("2"), trade("3", ("B", 99)), trade("4", status="WAIT_BUYER_PAY", pay_time=None))
    house.word("1", "hold", {"reason": "by-hand"})  # said, and not decided yet
    list_id = hands.pick()
    assert [p.orders for p in hands.parcels(list_id)] == [["2"]]
    house.drain()
    with pytest.raises(Refused, match="nothing-to-pick"):
        hands.pick()
    house.check()


def test_carrier_size_and_number_choose_what_goes_on(house: House, hands: Hands, trade: Trade) -> None:
    house.post(trade("1", ("A", 1)), trade("2", ("A", 2)), trade("3", ("A", 1), ("B", 1)), trade("4", ("A", 1)))
    house.word("4", "carrier", {"carrier": "SF"})
    house.drain()
    assert [p.orders for p in hands.parcels(hands.pick(carrier="SF"))] == [["4"]]
    assert [p.orders for p in hands.parcels(hands.pick(size="multi", limit=1))] == [["2"]]
    assert [p.orders for p in hands.parcels(hands.pick(size="single", carrier=""))] == [["1"]]
    assert [p.orders for p in hands.parcels(hands.pick())] == [["3"]]


def test_the_urgent_come_first(house: House, hands: Hands, trade: Trade) -> None:
    house.post(trade("1"), trade("2", minute=5), trade("3", minute=9))
    house.word("3", "priority", {"priority": 50})
    house.drain()
    assert hands.parcels(hands.pick(limit=1))[0].orders == ["3"]
    assert hands.parcels(hands.pick(limit=1, urgent_first=False))[0].orders == ["1"]


def test_consolidated_orders_are_one_parcel_with_all_the_lines(house: House, hands: Hands, trade: Trade) -> None:
    same = {"oaid": "o", "buyer_open_uid": "u", "receiver_mobile": "13800001234", "receiver_address": "文三路1号"}
    house.post(trade("1", ("A", 1), **same), trade("2", ("B", 1), minute=20, **same))
    assert house.orders() == {"1": ("allocated", ""), "2": ("consolidated", "")}
    (parcel,) = hands.parcels(hands.pick())
    assert parcel.orders == ["1", "2"]
    assert sorted(goods.sku for goods in parcel.goods) == ["A", "B"]
    hands.ship(Said(1, parcel.number, "SF10001", "SF"))
    assert [one["tid"] for one in hands.told()] == ["1", "2"]
    assert hands.parcel("2").state == "shipped"
    house.check()


def test_a_list_taken_back_is_open_again_and_what_changed_is_decided_again(
    house: House, hands: Hands, trade: Trade
) -> None:
    house.post(trade("1"), trade("2"))
    list_id = hands.pick()
    house.word("1", "warehouse", {"warehouse": "GZ"})
    house.drain()
    assert hands.take_back(list_id) == 2
    assert hands.parcel("2").state == "open"
    house.drain()
    assert hands.parcel("1").warehouse_id == hands.warehouse("GZ")
    assert [p.orders for p in hands.parcels(hands.pick())] == [["2"]]
    with pytest.raises(Refused, match="list-taken-back"):
        hands.take_back(list_id)
    house.check()


def test_a_list_of_which_something_left_gives_single_parcels_back_only(
    house: House, hands: Hands, trade: Trade
) -> None:
    house.post(trade("1"), trade("2"))
    list_id = hands.pick()
    hands.ship(Said(1, hands.parcel("1").number, "SF10001", "SF"))
    with pytest.raises(Refused, match="list-shipped"):
        hands.take_back(list_id)
    assert hands.take_back(list_id, hands.parcel("2").id) == 1
    assert hands.parcel("2").state == "open"
    house.check()


def test_a_revision_after_the_pick_is_not_lost(house: House, hands: Hands, trade: Trade) -> None:
    house.post(trade("1", ("A", 1)))
    list_id = hands.pick()
    house.post(trade("1", ("A", 3), modified="2026-07-15 19:00:00"))
    assert hands.tasks() == [("changed-after-pick", "supervisor")]
    hands.take_back(list_id)
    house.drain()
    assert hands.parcel("1").units == 3
    house.check()
