"""Where the platform speaks across what a person said: the person's word stands, and somebody is asked."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.words import Word
from tests.line.house import House
from tests.line.test_words import Trade, parcels, put_together, tasks, tell, undo

LATER = "2026-07-15 19:00:00"
LATEST = "2026-07-15 20:00:00"
SAME = {"receiver_mobile": "13900001111", "receiver_address": "文三路9号"}


def test_other_goods_of_a_cancelled_order_ask_whether_it_stays_cancelled(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 1)))
    tell(house, "1", Word("cancel"))
    house.post(trade("1", ("A", 2), modified=LATER))
    assert tasks(house) == ["cancel-crossed"]
    assert house.orders()["1"][0] == "recorded"
    assert parcels(house) == []
    # A later decision does not answer for the person.
    house.stock(("HZ", "A", 50))
    assert tasks(house) == ["cancel-crossed"]
    undo(house, "cancel")
    assert tasks(house) == []
    assert house.reserved() == {(1, "A"): 2}


@pytest.mark.parametrize(
    "later",
    [{"receiver_address": "文三路5号"}, {"status": "TRADE_CLOSED"}, {"status": "WAIT_BUYER_CONFIRM_GOODS"}],
)
def test_of_a_cancelled_order_nothing_else_is_asked(house: House, trade: Trade, later: dict[str, Any]) -> None:
    house.post(trade("1", ("A", 1)))
    tell(house, "1", Word("cancel"))
    house.post(trade("1", ("A", 1), modified=LATER, **later))
    assert tasks(house) == []


@pytest.mark.parametrize(
    "word",
    [
        Word("split", {"parts": [{"10": 2}]}),
        Word("address", {"fields": ["address"]}, {"address": "体育西路77号"}),
    ],
)
@pytest.mark.parametrize("refund", [False, True])
def test_an_order_that_people_worked_on_and_the_platform_stops_is_shown_to_somebody(
    house: House, trade: Trade, word: Word, refund: bool
) -> None:
    house.post(trade("1", ("A", 4)))
    tell(house, "1", word)
    stopped = trade("1", ("A", 4), modified=LATER)
    if refund:
        stopped["orders"]["order"][0]["refund_status"] = "SUCCESS"
    else:
        stopped["status"] = "TRADE_CLOSED"
    house.post(stopped)
    assert tasks(house) == ["stopped-by-platform"]
    assert parcels(house) == []
    assert house.reserved() == {}
    house.post({**stopped, "modified": LATEST})
    assert tasks(house) == ["stopped-by-platform"]


def test_so_it_is_for_the_guest_and_for_the_host_of_a_shared_parcel(house: House, trade: Trade) -> None:
    day = "2026-07-14 09:00:00"
    house.post(trade("1", ("A", 1), created=day, **SAME), trade("2", ("B", 1), **SAME))
    put_together(house, "1", "2")
    house.post(trade("2", ("B", 1), modified=LATER, status="TRADE_CLOSED", **SAME))
    assert tasks(house) == ["stopped-by-platform"]
    assert house.orders() == {"1": ("allocated", ""), "2": ("recorded", "")}
    house.post(trade("1", ("A", 1), created=day, modified=LATER, status="TRADE_CLOSED", **SAME))
    assert tasks(house) == ["stopped-by-platform", "stopped-by-platform"]


def test_an_order_that_nobody_worked_on_stops_without_a_word(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 4)))
    tell(house, "1", Word("urgent", {"urgent": True}))
    house.post(trade("1", ("A", 4), modified=LATER, status="TRADE_CLOSED"))
    assert tasks(house) == []
