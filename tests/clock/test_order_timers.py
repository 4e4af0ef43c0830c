"""Timers of orders: held, not allocated, to ship soon; fired once, looked at again, cleared when it is settled."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from app.fulfilment.waybills import Said
from app.jobs.clock import walk
from tests.clock.tower import HOUR, NOW, Tower, rule

Trade = Callable[..., dict[str, Any]]
BIG = [("A", 1)]


def held(trade: Trade, tid: str = "1", **more: Any) -> dict[str, Any]:
    """A trade of so high a value that the shipped rules hold it."""
    made = trade(tid, *BIG, **more)
    made["payment"] = "9999.00"
    return made


def test_an_order_held_too_long_opens_one_task_and_only_once(tower: Tower, trade: Trade) -> None:
    tower.rules(rule("held", "held", 24))
    tower.house.post(held(trade))
    assert tower.house.orders()["1"][0] == "held"
    assert tower.timers() == [("held", 24)]
    assert tower.strike(23.9) == []
    assert tower.strike(0.2) == [("held", 0)]
    assert tower.strike(48) == []
    assert tower.tasks("kind", "owner", "raised") == [("escalation-held", "supervisor", 1)]


def test_a_release_in_time_clears_the_timer(tower: Tower, trade: Trade) -> None:
    tower.rules(rule("held", "held", 24))
    tower.house.post(held(trade))
    tower.house.word("1", "release", {"reasons": ["big-value"]})
    tower.house.drain()
    assert (tower.house.orders()["1"][0], tower.timers(), tower.strike(48)) == ("allocated", [], [])


def test_a_release_after_it_fired_closes_its_task(tower: Tower, trade: Trade) -> None:
    tower.rules(rule("held", "held", 1))
    tower.house.post(held(trade))
    tower.strike(2)
    tower.house.word("1", "release", {"reasons": ["big-value"]})
    tower.house.drain()
    assert tower.tasks("kind") == []
    assert tower.tasks("closed_by", open_only=False) == [("decision",)]


def test_being_decided_again_does_not_start_a_hold_anew(tower: Tower, trade: Trade) -> None:
    tower.rules(rule("held", "held", 24))
    tower.house.post(held(trade))
    tower.clock.at += 20 * HOUR
    tower.house.word("1", "priority", {"priority": 9})
    tower.house.drain()
    assert tower.timers() == [("held", 24)]
    assert tower.strike(5) == [("held", 0)]


def test_the_ladder_raises_the_same_task_and_ends(tower: Tower, trade: Trade) -> None:
    ladder = (
        {"do": "remind", "owner": "clerk"},
        {"do": "supervisor", "after_hours": 4},
        {"do": "ticket", "kind": "big-value", "owner": "administrator", "after_hours": 4, "within_hours": 2},
    )
    tower.rules(rule("held", "held", 24, *ladder))
    tower.house.post(held(trade))
    seen = []
    for hours in (24, 4, 4, 4, 400):
        seen += tower.strike(hours)
    assert seen == [("held", 0), ("held", 1), ("held", 2)]
    assert tower.tasks("kind", "owner", "raised", "due_at") == [
        ("big-value", "administrator", 3, NOW + 34 * HOUR),
    ]
    assert tower.timers() == [("held", None)]


def test_what_a_person_has_closed_is_not_raised(tower: Tower, trade: Trade) -> None:
    tower.rules(rule("held", "held", 1, {"do": "remind"}, {"do": "supervisor", "after_hours": 1}))
    tower.house.post(held(trade))
    tower.strike(1)
    tower.run("UPDATE tasks SET open_key = NULL, closed_at = 1, closed_by = 'anna'")
    assert tower.strike(5) == []
    assert tower.tasks("kind") == []


def test_an_order_that_waits_for_stock_is_paid_and_not_allocated(tower: Tower, trade: Trade) -> None:
    tower.rules(rule("late", "unallocated", 24))
    tower.house.post(trade("1", ("A", 2)), trade("2", ("A", 99)))
    assert tower.house.orders()["2"][0] == "backordered"
    assert [name for name, _ in tower.timers()] == ["late"]
    assert tower.strike(30) == [("late", 0)]


def test_what_has_left_needs_no_reminder_to_be_shipped(tower: Tower, trade: Trade) -> None:
    tower.rules(rule("soon", "ship_by", 6))
    tower.house.post(*(trade(tid, send_time="2026-07-17 18:00:00") for tid in ("1", "2", "3")))
    assert tower.timers() == [("soon", 42)] * 3
    tower.house.post(trade("3", send_time="2026-07-19 18:00:00", modified="2026-07-15 19:00:00"))
    tower.hands.pick()
    tower.hands.ship(Said(1, tower.hands.parcel("1").number, "SF10001", "SF"))
    assert tower.timers() == [("soon", 42), ("soon", 90)]
    assert tower.strike(45) == [("soon", 0)]
    assert tower.tasks("order_id", "owner") == [(tower.house.order_id("2"), "warehouse")]


def test_history_starts_no_timer(tower: Tower, trade: Trade) -> None:
    tower.rules(rule("held", "held", 1), rule("soon", "ship_by", 6), rule("late", "unallocated", 1))
    tower.house.post(held(trade, send_time="2026-07-17 18:00:00"), live=False)
    assert tower.timers() == []


def test_a_condition_is_asked_when_the_time_has_come(tower: Tower, trade: Trade) -> None:
    has_b = {"any_line": {"field": "line.sku", "op": "is", "value": "B"}}
    tower.rules(rule("held", "held", 1, when=has_b), rule("other", "held", 1, when={"none": [has_b]}))
    tower.house.post(held(trade))
    assert tower.strike(2) == [("other", 0)]


def test_after_a_standstill_what_is_overdue_fires_once_and_in_order(tower: Tower, trade: Trade) -> None:
    ladder = [{"do": "remind"}, *({"do": "supervisor", "after_hours": 1} for _ in range(3))]
    tower.rules(rule("b", "held", 3, *ladder), rule("a", "held", 5, *ladder), rule("late", "unallocated", 1))
    tower.house.post(held(trade))
    assert tower.strike(240) == [("late", 0), ("b", 0), ("a", 0)]
    assert tower.strike(0.5) == []
    assert tower.strike(0.5) == [("a", 1), ("b", 1)]


def test_two_clocks_fire_each_timer_once(tower: Tower, trade: Trade) -> None:
    tower.rules(rule("held", "held", 1))
    tower.house.post(*(held(trade, str(n)) for n in range(1, 31)))
    tower.clock.at += 2 * HOUR
    with ThreadPoolExecutor(4) as clocks:
        found = [one for several in clocks.map(lambda _: tower.fire(), range(4)) for one in several]
    found += tower.fire()
    assert sorted(one.target_id for one in found) == sorted({one.target_id for one in found})
    assert len(found) == len(tower.tasks("id")) == 30


def test_a_task_that_is_overdue_is_raised_itself_whoever_opened_it(tower: Tower) -> None:
    ladder = [{"do": "remind"}, {"do": "supervisor", "after_hours": 2}]
    tower.rules(rule("overdue", "task_due", 0, *ladder))
    task = (
        "INSERT INTO tasks (open_key, kind, order_id, owner, details, opened_at, due_at, waits_by) "
        "VALUES ('x', 'count-stock', NULL, 'warehouse', '{}', 0, :due, :due)"
    )
    tower.run(task, due=NOW + 4 * HOUR)
    assert [tower.strike(hours) for hours in (3, 2, 1, 1, 9)] == [[], [("overdue", 0)], [], [("overdue", 1)], []]
    assert tower.tasks("kind", "owner", "raised") == [("count-stock", "supervisor", 2)]


def test_a_task_done_in_time_is_not_raised(tower: Tower) -> None:
    tower.rules(rule("overdue", "task_due", 1))
    task = (
        "INSERT INTO tasks (open_key, kind, owner, details, opened_at, due_at, waits_by) "
        "VALUES ('x', 'count-stock', 'warehouse', '{}', 0, :due, :due)"
    )
    tower.run(task, due=NOW)
    assert tower.strike(0.5) == []
    tower.run("UPDATE tasks SET open_key = NULL")
    assert (tower.strike(3), tower.timers()) == ([], [])


def test_working_hours_only(tower: Tower, trade: Trade) -> None:
    """NOW is a Wednesday at 18:00; the house works from 9 to 17 on weekdays."""
    calendar = {"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "17:00"}
    tower.rules(rule("held", "held", 20, clock="working"), calendar=calendar)
    tower.house.post(held(trade))
    assert tower.timers() == [("held", 115)]


def test_changed_rules_set_anew_what_is_there(tower: Tower, trade: Trade) -> None:
    tower.rules(rule("held", "held", 24), rule("gone", "held", 1))
    tower.house.post(held(trade))
    tower.rules(rule("held", "held", 48), rule("new", "unallocated", 12))
    walk(tower.services)
    assert tower.timers() == [("held", 48), ("new", 12)]


def test_a_timer_of_a_changed_rule_does_not_fire_by_the_old_one(tower: Tower, trade: Trade) -> None:
    """The clock may strike before the timers have been set anew."""
    tower.rules(rule("held", "held", 24))
    tower.house.post(held(trade))
    tower.rules(rule("held", "held", 48))
    assert (tower.strike(25), tower.timers()) == ([], [("held", 48)])
    tower.rules()
    assert (tower.strike(25), tower.timers()) == ([], [])
