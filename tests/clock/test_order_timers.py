"""Timers of orders: held, not allocated, to ship soon; fired once, looked at again, cleared when it is settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.clock.tower import HOUR, NOW, Tower, rule

Trade = Callable[..., dict[str, Any]]
BIG = [("A", 1)]
HELD = {"buyer_message": "", "payment": "9999.00"}


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
    tower.house.post(trade("1"), trade("2"))
    tower.run("UPDATE orders SET ship_by = :at", at=NOW + 48 * HOUR)
    tower.house.word("1", "priority", {"priority": 1})
    tower.house.drain()
