"""What counts as a window and what follows from one: edges, late orders, repeats, shops, bundles, listed prices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from app.bootstrap import Services
from app.domain.goods import Sku
from app.insight.rete import Answer
from app.jobs.watches import look
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.goods import set_listings, set_skus
from app.persistence.packs import read_document
from app.persistence.protections import release
from app.processing.replay import is_identical
from app.rulebook.pack import load_pack
from tests.line.house import NOW, House, a_trade, furnish, pump_of
from tests.line.test_watches import BURST, GAP, Clock, burst_of_a, by_correlator, clock, priced, rows, watching

__all__ = ["clock"]


@pytest.fixture
def house(services: Services) -> House:
    furnish(services)
    return House(services, pump_of(services, "test:0"))


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


def test_what_has_goods_keeps_them_while_its_sku_is_protected(house: House, clock: Clock) -> None:
    watching(house, BURST)
    burst_of_a(house)
    look(house.services)
    house.word("1", "priority", {"priority": 7})
    house.drain()
    assert house.orders()["1"][0] == "allocated"


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


def test_a_listing_offered_far_above_what_is_sold_elsewhere_opens_a_task(house: House, clock: Clock) -> None:
    watching(house, GAP)
    house.shop("tb2", "taobao")
    with writing(house.services.database) as db:
        set_listings(db, [("tb2", "item-1", "B", 2000)], now=NOW)
    house.post(priced("1", "10.00"))
    assert look(house.services) == 1
    (firing,) = rows(house, t.watch_firings)
    assert orjson.loads(firing.details)["prices"] == [[1000, "tb"], [2000, "tb2"]]


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
