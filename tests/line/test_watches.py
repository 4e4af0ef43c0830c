"""Watches on the line: a window fires once with all that follows from it, and further orders are held until it ends."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import select, text

from app.bootstrap import Services
from app.insight.rete import Answer
from app.jobs.watches import look
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.packs import publish, read_document
from app.persistence.protections import end_due, release
from app.rulebook.pack import load_pack
from tests.line.house import NOW, House, a_trade

BURST = {
    "id": "fast", "kind": "burst", "window_seconds": 300, "units": 5,
    "then": [{"do": "hold", "for_seconds": 3600, "owner": "supervisor"}, {"do": "open_task", "owner": "supervisor"}],
}  # fmt: skip
REPEAT = {
    "id": "again", "kind": "repeat", "of": "orders", "window_seconds": 600, "times": 3,
    "then": [
        {"do": "tag", "tag": "看一看", "for_seconds": 3600},
        {"do": "hold", "for_seconds": 3600, "owner": "supervisor"},
        {"do": "open_task", "owner": "clerk"},
    ],
}  # fmt: skip


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> int:
        return self.at


@pytest.fixture
def clock(services: Services) -> Clock:
    made = Clock(NOW + 600)
    services.clock = made  # type: ignore[assignment]
    return made


def watching(house: House, *watches: dict[str, Any]) -> None:
    """Publish the shipped pack with these watches instead of its own."""
    with writing(house.services.database) as db:
        document = {**read_document(db, 1), "watches": list(watches)}
        load_pack(document)
        publish(db, document, author="t", note="", now=NOW)


def rows(house: House, table: Any) -> list[Any]:
    with reading(house.services.database) as db:
        return list(db.execute(select(table)).all())


def by_correlator(_: Any) -> Answer:
    return Answer(failure="library-missing")


def burst_of_a(house: House, first: int = 1) -> None:
    """Five units of A within two minutes."""
    house.post(*(a_trade(str(first + n), ("A", 1), minute=n % 3) for n in range(5)))


def test_a_burst_opens_a_task_and_holds_further_orders_until_a_person_releases_them(house: House, clock: Clock) -> None:
    watching(house, BURST)
    burst_of_a(house)
    assert look(house.services) == 1
    (firing,) = rows(house, t.watch_firings)
    assert (firing.subject, firing.amount, firing.ends - firing.anchor) == ("A", 5, 120)
    assert len(rows(house, t.watch_facts)) == 5
    (task,) = rows(house, t.tasks)
    assert (task.kind, task.owner, orjson.loads(task.details)["sku"]) == ("watch-burst", "supervisor", "A")
    house.post(a_trade("90", ("A", 1), minute=3), a_trade("91", ("B", 1), minute=3))
    assert house.orders()["90"] == ("held", "protected-sku")
    assert house.orders()["91"][0] == "allocated"
    (protection,) = rows(house, t.protections)
    assert release(house.services.database, protection.id, actor="w", now=clock.now()) == 1
    house.drain()
    assert house.orders()["90"][0] == "allocated"
    assert look(house.services) == 0
    house.check()


def test_a_protection_whose_time_is_over_lets_go_by_itself(house: House, clock: Clock) -> None:
    watching(house, BURST)
    burst_of_a(house)
    look(house.services)
    house.post(a_trade("90", ("A", 1), minute=3))
    clock.at += 3599
    assert end_due(house.services.database, now=clock.now()) == 0
    clock.at += 1
    assert end_due(house.services.database, now=clock.now()) == 1
    house.drain()
    assert house.orders()["90"][0] == "allocated"


def test_a_window_fires_once_however_often_it_is_looked_at(house: House, clock: Clock) -> None:
    watching(house, BURST)
    burst_of_a(house)
    assert look(house.services) == 1
    with writing(house.services.database) as db:
        db.execute(text("DELETE FROM watch_states"))
    assert look(house.services) == 0
    assert len(rows(house, t.tasks)) == len(rows(house, t.protections)) == 1


def test_one_buyer_who_orders_again_and_again_is_tagged_and_held_under_a_keyed_hash(house: House, clock: Clock) -> None:
    watching(house, REPEAT)
    same = {"receiver_mobile": "13800001111", "oaid": "same", "buyer_open_uid": "u-same"}
    house.post(*(a_trade(str(n), (sku, 1), minute=4 * n, **same) for n, sku in ((0, "A"), (1, "B"), (2, "A"))))
    assert look(house.services) == 1
    protections = rows(house, t.protections)
    assert [(one.kind, one.action, one.tag) for one in protections] == [
        ("buyer", "tag", "看一看"),
        ("buyer", "hold", ""),
    ]
    assert "13800001111" not in str(rows(house, t.watch_firings)) + str(protections) + str(rows(house, t.tasks))
    house.post(a_trade("7", ("B", 1), minute=9, **same), a_trade("8", ("B", 1), minute=9))
    assert house.orders()["7"] == ("held", "protected-buyer")
    assert house.orders()["8"][0] == "allocated"
    hold = protections[1].id
    assert release(house.services.database, hold, actor="w", now=clock.now()) == 1
    house.drain()
    assert house.orders()["7"][0] == "consolidated"


GAP = {
    "id": "apart", "kind": "price-gap", "window_seconds": 3600, "percent": 30, "least": 500,
    "then": [{"do": "open_task", "owner": "supervisor", "within_hours": 4}],
}  # fmt: skip


def priced(tid: str, yuan: str, quantity: int = 1) -> dict[str, Any]:
    made = a_trade(tid, ("B", quantity), minute=5)
    made["orders"]["order"][0]["payment"] = yuan
    return made


def test_one_sku_sold_at_two_prices_in_two_shops_opens_a_task(house: House, clock: Clock) -> None:
    watching(house, GAP)
    house.shop("tb2", "taobao")
    house.post(priced("1", "20.00", 2))
    house.post(priced("2", "13.00"), shop="tb2")
    assert look(house.services) == 0
    house.post(priced("3", "15.01"), shop="tb2")
    assert look(house.services) == 1
    (task,) = rows(house, t.tasks)
    assert orjson.loads(task.details)["high"] == "15.01"
    assert task.due_at == clock.now() + 4 * 3600
    assert rows(house, t.protections) == []
    assert look(house.services) == 0


def test_a_buyer_who_gives_back_again_and_again_is_found_by_when_the_platform_changed_the_order(
    house: House, clock: Clock
) -> None:
    watching(house, {**REPEAT, "of": "cancellations", "times": 2, "then": [{"do": "open_task", "owner": "clerk"}]})
    same = {"receiver_mobile": "13800001111", "oaid": "same", "buyer_open_uid": "u-same"}
    house.post(*(a_trade(str(n), ("A", 1), minute=3 * n, **same) for n in (1, 2, 3)))
    assert look(house.services) == 0
    for n in (1, 2):
        closed = a_trade(str(n), ("A", 1), minute=3 * n, **same, modified=f"2026-07-15 18:{8 + n:02}:00")
        closed["status"] = closed["orders"]["order"][0]["status"] = "TRADE_CLOSED"
        house.post(closed)
    assert look(house.services) == 1
    assert rows(house, t.watch_firings)[0].amount == 2
