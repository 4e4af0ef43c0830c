"""Transfers: what arrives moves with its reservation, what does not is booked, and the orders go on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from app.domain.errors import Refused
from app.fulfilment.waybills import Said
from app.persistence.fulfilment.purchases import close_purchases, reopen_purchases
from app.persistence.fulfilment.transfers import LEFT, LOST, Arrival
from app.persistence.packs import publish
from tests.fulfilment.hands import Hands
from tests.line.house import NOW, House

Trade = Callable[..., dict[str, Any]]


@pytest.fixture
def moving(house: House, hands: Hands, trade: Trade) -> int:
    """An order for five A at HZ, where two are; three come from GZ. The transfer's number."""
    house.stock(("HZ", "A", 2))
    hands.write(lambda db: publish(db, moving_pack(), author="t", note="", now=NOW))
    house.pump.live.refresh(house.services.database)
    house.post(trade("1", ("A", 5)))
    rows = hands.rows("SELECT id, quantity, state FROM transfers")
    assert [(quantity, state) for _, quantity, state in rows] == [(3, "open")]
    return int(rows[0][0])


def moving_pack() -> dict[str, Any]:
    """The pack that ships, but what the target lacks comes to it from the nearest house."""
    pack: dict[str, Any] = orjson.loads((Path(__file__).parents[2] / "rule_packs/apparel-default.json").read_bytes())
    rules = pack["allocation"]["rules"]
    move = {"id": "move", "title": {"zh": "调拨", "en": "Transfer"}, "when": {"all": []}}
    move["then"] = [{"do": "transfer", "from": "nearest", "arrives": "T+1"}]
    pack["allocation"]["rules"] = [rules[0], move, rules[-1]]
    return pack


def test_an_order_that_waits_for_a_transfer_is_picked_once_it_arrived(house: House, hands: Hands, moving: int) -> None:
    with pytest.raises(Refused, match="nothing-to-pick"):
        hands.pick()
    assert hands.arrive(Arrival(moving)) == 1
    assert (hands.stock("GZ", "A"), hands.stock("HZ", "A")) == ((7, 0), (5, 5))
    hands.pick()
    hands.ship(Said(1, "1", "SF10001", "SF"))
    assert hands.stock("HZ", "A") == (0, 0)
    assert hands.arrive(Arrival(moving)) == 0
    house.check()


def test_while_goods_are_on_the_road_their_order_is_left_alone(house: House, hands: Hands, moving: int) -> None:
    assert hands.send(moving) == 1
    house.word("1", "cancel", {})
    house.drain()
    assert house.orders()["1"][0] == "allocated"
    hands.arrive(Arrival(moving))
    house.drain()
    assert house.orders()["1"][0] == "recorded"
    assert (hands.stock("GZ", "A"), hands.stock("HZ", "A")) == ((7, 0), (5, 0))
    house.check()


@pytest.mark.parametrize(("why", "at_source"), [(LOST, 7), (LEFT, 8)])
def test_what_is_missing_is_booked_and_the_order_decided_again(
    house: House, hands: Hands, moving: int, why: str, at_source: int
) -> None:
    with pytest.raises(Refused, match="transfer-missing-why"):
        hands.arrive(Arrival(moving, 2))
    with pytest.raises(Refused, match="transfer-units"):
        hands.arrive(Arrival(moving, 4))
    hands.arrive(Arrival(moving, 2, why))
    assert hands.stock("HZ", "A")[0] == 4
    assert hands.stock("GZ", "A")[0] == at_source
    house.check()
    house.drain()
    assert hands.rows("SELECT quantity FROM transfers WHERE state = 'open'") == [(1,)]
    house.check()


def test_an_arrival_is_taken_back_until_it_is_picked(house: House, hands: Hands, moving: int) -> None:
    hands.send(moving)
    hands.arrive(Arrival(moving))
    hands.unarrive(moving)
    assert hands.rows("SELECT state FROM transfers") == [("sent",)]
    assert (hands.stock("GZ", "A"), hands.stock("HZ", "A")) == ((10, 3), (2, 2))
    hands.unsend(moving)
    hands.arrive(Arrival(moving))
    hands.pick()
    with pytest.raises(Refused, match="transfer-used"):
        hands.unarrive(moving)
    house.check()


def test_purchases_are_done_and_undone(house: House, hands: Hands, trade: Trade) -> None:
    sql = (
        "INSERT INTO purchases (order_id, sku, quantity, rule, state, created_at) "
        "VALUES (1, 'B', 5, 'r', 'requested', 0)"
    )
    hands.write(lambda db: db.execute(text(sql)))
    (number,) = (row[0] for row in hands.rows("SELECT id FROM purchases"))
    assert hands.write(lambda db: close_purchases(db, [number], actor="w", now=1)) == 1
    assert hands.write(lambda db: close_purchases(db, [number], actor="w", now=1)) == 0
    assert hands.write(lambda db: reopen_purchases(db, [number])) == 1
    assert hands.rows("SELECT state, done_by FROM purchases") == [("requested", None)]
