"""Watches on the line: a window fires once with all that follows from it, and further orders are held until it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import select, text

from app.bootstrap import Services
from app.domain.goods import Sku
from app.insight.rete import Answer
from app.jobs.watches import look
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.goods import set_listings, set_skus
from app.persistence.packs import publish, read_document
from app.persistence.protections import end_due, release
from app.processing.replay import is_identical
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


def test_what_is_held_by_a_protection_replays_identically(house: House, clock: Clock) -> None:
    watching(house, BURST)
    burst_of_a(house)
    look(house.services)
    house.post(a_trade("90", ("A", 1), minute=3))
    with reading(house.services.database) as db:
        record = db.execute(
            select(t.decisions.c.record).where(t.decisions.c.order_id == house.order_id("90"))
        ).scalar_one()
        pack = load_pack(read_document(db, 2))
    read = orjson.loads(record)
    assert read["protections"][0][1:4] == ["fast", "sku", "A"]
    assert read["decision"]["rules"][0] == "watches/fast"
    assert is_identical(read, pack)


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


def test_what_has_goods_keeps_them_while_its_sku_is_protected(house: House, clock: Clock) -> None:
    watching(house, BURST)
    burst_of_a(house)
    look(house.services)
    house.word("1", "priority", {"priority": 7})
    house.drain()
    assert house.orders()["1"][0] == "allocated"


def test_a_window_fires_once_however_often_it_is_looked_at(house: House, clock: Clock) -> None:
    watching(house, BURST)
    burst_of_a(house)
    assert look(house.services) == 1
    with writing(house.services.database) as db:
        db.execute(text("DELETE FROM watch_states"))
    assert look(house.services) == 0
    assert len(rows(house, t.tasks)) == len(rows(house, t.protections)) == 1


@pytest.mark.parametrize("how", [None, by_correlator], ids=["durable-rules", "correlator"])
@pytest.mark.parametrize(("second", "fires"), [(300, 1), (301, 0)])
def test_a_window_holds_both_its_ends(
    house: House, clock: Clock, how: Callable[..., Any] | None, second: int, fires: int
) -> None:
    watching(house, BURST)
    at = f"2026-07-15 18:{second // 60:02}:{second % 60:02}"
    house.post(a_trade("1", ("A", 4)), a_trade("2", ("A", 1), created=at))
    assert (look(house.services, how) if how else look(house.services)) == fires


def test_an_order_that_comes_late_completes_a_window_and_one_before_it_does_not_fire_it_again(
    house: House, clock: Clock
) -> None:
    watching(house, BURST)
    house.post(a_trade("1", ("A", 2), minute=1), a_trade("2", ("A", 2), minute=4))
    assert look(house.services) == 0
    house.post(a_trade("3", ("A", 1), minute=2))
    assert look(house.services) == 1
    house.post(a_trade("4", ("A", 3), minute=0))
    assert look(house.services) == 0


def test_the_same_order_sent_twice_counts_once(house: House, clock: Clock) -> None:
    watching(house, BURST)
    one = a_trade("1", ("A", 3))
    house.post(one, one)
    house.post(one)
    assert look(house.services) == 0


def test_history_and_refunded_lines_do_not_burst(house: House, clock: Clock) -> None:
    watching(house, BURST)
    house.post(a_trade("1", ("A", 9)), live=False)
    given_back = a_trade("2", ("A", 9))
    given_back["orders"]["order"][0]["refund_status"] = "SUCCESS"
    house.post(given_back)
    assert look(house.services) == 0


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


def test_a_listing_offered_far_above_what_is_sold_elsewhere_opens_a_task(house: House, clock: Clock) -> None:
    watching(house, GAP)
    house.shop("tb2", "taobao")
    with writing(house.services.database) as db:
        set_listings(db, [("tb2", "item-1", "B", 2000)], now=NOW)
    house.post(priced("1", "10.00"))
    assert look(house.services) == 1
    (firing,) = rows(house, t.watch_firings)
    assert orjson.loads(firing.details)["prices"] == [[1000, "tb"], [2000, "tb2"]]


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


def test_what_was_sent_while_nobody_looked_fires_once_afterwards(house: House, clock: Clock) -> None:
    watching(house, BURST)
    burst_of_a(house)
    clock.at += 20 * 3600
    assert look(house.services) == 1
    assert look(house.services) == 0


def test_a_burst_that_goes_on_fires_for_the_next_window_and_holds_longer(house: House, clock: Clock) -> None:
    watching(house, BURST)
    burst_of_a(house)
    assert look(house.services) == 1
    clock.at += 600
    house.post(a_trade("50", ("A", 3), minute=10), a_trade("51", ("A", 3), minute=11))
    assert look(house.services) == 1
    (protection,) = rows(house, t.protections)
    assert protection.until == clock.now() + 3600
    assert len(rows(house, t.tasks)) == 1


def test_what_a_person_released_does_not_fire_again_for_what_was_before(house: House, clock: Clock) -> None:
    watching(house, BURST)
    burst_of_a(house)
    look(house.services)
    (protection,) = rows(house, t.protections)
    release(house.services.database, protection.id, actor="w", now=clock.now())
    house.post(a_trade("50", ("A", 5), minute=9))
    assert look(house.services) == 0


def test_a_bundle_counts_for_what_is_in_it(house: House, clock: Clock) -> None:
    watching(house, BURST)
    with writing(house.services.database) as db:
        set_skus(db, [Sku("SET", "套装", components=(("A", 3),))])
    house.post(a_trade("1", ("SET", 1)), a_trade("2", ("A", 2), minute=1))
    assert look(house.services) == 1
    house.post(a_trade("3", ("SET", 1), minute=2))
    assert house.orders()["3"] == ("held", "protected-sku")


def test_shops_that_count_on_their_own_are_protected_on_their_own(house: House, clock: Clock) -> None:
    watching(house, {**BURST, "each_shop": True})
    house.shop("tb2", "taobao")
    house.post(a_trade("1", ("A", 4)))
    house.post(a_trade("2", ("A", 4)), shop="tb2")
    assert look(house.services) == 0
    house.post(a_trade("3", ("A", 1), minute=1), shop="tb2")
    assert look(house.services) == 1
    house.post(a_trade("4", ("B", 1), minute=2))
    house.post(a_trade("5", ("A", 1), minute=2), shop="tb2")
    assert house.orders()["5"] == ("held", "protected-sku")
    house.post(a_trade("6", ("A", 1), minute=2))
    assert house.orders()["6"][0] == "allocated"


def test_a_difference_between_the_engines_becomes_a_task_and_a_figure(house: House, clock: Clock) -> None:
    watching(house, BURST)
    burst_of_a(house)
    assert look(house.services, lambda _: Answer([(0, "pair", {"a": "0", "b": "1"})])) == 1
    assert {row.kind for row in rows(house, t.tasks)} == {"watch-burst", "watch-disagrees"}
    (state,) = rows(house, t.watch_states)
    assert (state.compared, state.differed) == (1, 1)
