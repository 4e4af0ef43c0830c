"""A split order of which a part waits: picked or gone the rest may be, the part gets its goods once they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from app.domain.words import Word
from app.fulfilment.waybills import Said
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.redecisions import ask_again
from app.processing.replay import is_identical
from tests.fulfilment.hands import Hands
from tests.line.house import House
from tests.line.test_words import tell

Trade = Callable[..., dict[str, Any]]


@pytest.fixture
def waiting(house: House, trade: Trade) -> House:
    """One A is picked in Hangzhou; of B, split off, twenty are wanted and ten are there."""
    house.post(trade("1", ("A", 1), ("B", 20)))
    tell(house, "1", Word("split", {"parts": [{"11": 20}]}))
    Hands(house).pick()
    return house


def parcels(house: House) -> list[tuple[str, list[tuple[str, int]]]]:
    return [
        (parcel.state, [(goods.sku, goods.quantity) for goods in parcel.goods])
        for parcel in Hands(house).parcels_of("1")
    ]


def decisions(house: House) -> list[dict[str, Any]]:
    with reading(house.services.database) as db:
        return [orjson.loads(row[0]) for row in db.execute(select(t.decisions.c.record).order_by(t.decisions.c.seq))]


def test_it_gets_a_parcel_of_its_own_and_the_picked_one_stays(waiting: House) -> None:
    assert parcels(waiting) == [("picked", [("A", 1)])]
    waiting.stock(("GZ", "B", 30))
    assert parcels(waiting) == [("picked", [("A", 1)]), ("open", [("B", 20)])]
    assert Hands(waiting).tasks() == []
    assert waiting.orders()["1"] == ("allocated", "")
    waiting.check()
    pack = waiting.pump.live.pack
    assert pack is not None
    assert all(is_identical(record, pack) for record in decisions(waiting))
    list_id = Hands(waiting).pick("GZ")
    assert [goods.sku for parcel in Hands(waiting).parcels(list_id) for goods in parcel.goods] == ["B"]


def test_too_little_stock_changes_nothing(waiting: House) -> None:
    before = waiting.state(), len(decisions(waiting))
    waiting.stock(("GZ", "B", 5))
    after = waiting.state(), len(decisions(waiting))
    del before[0]["balances"], after[0]["balances"]
    assert after == before
    assert Hands(waiting).tasks() == [("part-waits", "clerk")]


def test_it_goes_on_once_the_rest_has_left_and_the_platform_calls_it_shipped(waiting: House, trade: Trade) -> None:
    hands = Hands(waiting)
    (parcel,) = hands.parcels_of("1")
    hands.ship(Said(1, parcel.number, "SF1234567890", "sf"))
    shipped = trade("1", ("A", 1), ("B", 20), status="WAIT_BUYER_CONFIRM_GOODS", modified="2026-07-16 09:00:00")
    waiting.post(shipped)
    waiting.stock(("GZ", "B", 30))
    assert parcels(waiting) == [("shipped", [("A", 1)]), ("open", [("B", 20)])]
    list_id = hands.pick("GZ")
    (second,) = hands.parcels(list_id)
    hands.ship(Said(1, second.number, "SF1234567891", "sf"))
    assert [told["waybill"] for told in hands.told()] == ["SF1234567890", "SF1234567891"]
    waiting.check()


def test_it_gets_nothing_once_the_order_is_not_wanted(waiting: House, trade: Trade) -> None:
    closed = trade("1", ("A", 1), ("B", 20), status="TRADE_CLOSED", modified="2026-07-16 09:00:00")
    waiting.post(closed)
    waiting.stock(("GZ", "B", 30))
    assert parcels(waiting) == [("stopped", [("A", 1)])]
    waiting.check()


def test_a_change_of_the_platform_in_the_same_batch_comes_first(waiting: House, trade: Trade) -> None:
    waiting.put(trade("1", ("A", 1), ("B", 20), modified="2026-07-16 09:00:00"))
    waiting.stock(("GZ", "B", 30))
    assert parcels(waiting) == [("picked", [("A", 1)]), ("open", [("B", 20)])]
    waiting.check()


def test_what_the_platform_made_something_else_of_is_left_to_people(waiting: House, trade: Trade) -> None:
    waiting.post(trade("1", ("A", 2), ("B", 20), modified="2026-07-16 09:00:00"))
    waiting.stock(("GZ", "B", 30))
    assert parcels(waiting) == [("picked", [("A", 1)])]
    assert ("changed-after-pick", "supervisor") in Hands(waiting).tasks()


def test_taken_off_the_list_it_is_decided_as_a_whole_again(waiting: House) -> None:
    waiting.stock(("GZ", "B", 30))
    hands = Hands(waiting)
    hands.take_back(1)
    with writing(waiting.services.database) as db:
        ask_again(db, [waiting.order_id("1")], "stock", now=1)
    waiting.drain()
    assert parcels(waiting) == [("open", [("A", 1)]), ("open", [("B", 20)])]
    waiting.check()
