"""The warehouse picks while the line decides the same orders again: each parcel is the newest one or left alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from app.domain.errors import PandanError
from app.persistence.database import writing
from app.persistence.redecisions import ask_again
from tests.fulfilment.hands import Hands
from tests.line.house import NOW, House

ROUNDS = 12


def test_no_order_is_picked_with_a_parcel_that_was_decided_anew(
    house: House, hands: Hands, trade: Callable[..., dict[str, Any]]
) -> None:
    house.post(*(trade(str(number)) for number in range(1, 9)))
    orders = [row[0] for row in hands.rows("SELECT id FROM orders")]
    faults: list[BaseException] = []

    def decide() -> None:
        try:
            for _ in range(ROUNDS):
                with writing(house.services.database) as db:
                    ask_again(db, orders, "stock", now=NOW)
                house.drain()
        except BaseException as error:
            faults.append(error)

    line = threading.Thread(target=decide)
    line.start()
    while line.is_alive():
        try:
            list_id = hands.pick(limit=3)
            if line.is_alive():
                hands.take_back(list_id)
        except PandanError:
            continue
    line.join()
    house.drain()
    assert faults == []
    twice = hands.rows(
        "SELECT order_id FROM fulfilments WHERE state IN ('open', 'picked') GROUP BY order_id HAVING COUNT(*) > 1"
    )
    assert twice == []
    stale = hands.rows("SELECT f.id FROM fulfilments f JOIN orders o ON o.id = f.order_id "
                       "WHERE f.state IN ('open', 'picked') AND f.decision_seq <> o.decision_seq")  # fmt: skip
    assert stale == []
    house.check()
