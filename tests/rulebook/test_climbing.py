"""How far things would have climbed: by the ladder's own hours, once each, and only where the condition holds."""

from __future__ import annotations

from typing import Any

from app.rulebook.climbing import Climb, Span, climb
from app.rulebook.escalation import compile_escalation

HOUR = 3600
NOW = 1_784_109_600
LADDER = [{"do": "remind", "times": 2, "every_hours": 4}, {"do": "supervisor", "after_hours": 12}]


def climbed(*spans: Span, when: Any = None, wants: Any = lambda _: True, timer: str = "held") -> Climb:
    """Of a rule that begins after ten hours."""
    rule = {"id": "r", "title": {}, "on": {"timer": timer, "hours": 10}, "ladder": LADDER}
    rule |= {"when": when} if when else {}
    return climb(compile_escalation({"escalation": [rule]}).rules["r"], spans, NOW, wants)


def test_a_step_counts_when_it_came_before_the_end() -> None:
    began = NOW - 100 * HOUR
    ends = [began + hours * HOUR for hours in (9, 10, 13, 14, 26, 60)]
    found = climbed(*(Span(number, number, began, end) for number, end in enumerate(ends, 1)))
    assert found.looked_at == 6
    assert found.steps == [5, 3, 2]
    assert found.samples == [6, 5, 4, 3, 2]


def test_what_lasts_still_has_climbed_as_far_as_it_is_now() -> None:
    assert climbed(Span(1, 1, NOW - 9 * HOUR, None)).steps == [0, 0, 0]
    assert climbed(Span(1, 1, NOW - 14 * HOUR, None)).steps == [1, 1, 0]


def test_a_thing_counts_once_by_its_furthest_climb() -> None:
    began = NOW - 100 * HOUR
    found = climbed(Span(1, 1, began, began + 11 * HOUR), Span(1, 1, began + 12 * HOUR, began + 90 * HOUR))
    assert (found.looked_at, found.steps) == (1, [1, 1, 1])


def test_before_a_ship_by_time_the_clock_runs_backwards() -> None:
    assert climbed(Span(1, 1, NOW + 11 * HOUR, None), timer="ship_by").steps == [0, 0, 0]
    assert climbed(Span(1, 1, NOW + 9 * HOUR, None), timer="ship_by").steps == [1, 0, 0]


def test_an_order_that_nothing_is_known_of_is_not_looked_at() -> None:
    spans = [Span(number, number, NOW - 11 * HOUR, None) for number in (1, 2, 3)]
    known = {1: True, 2: False}
    found = climbed(*spans, when={"all": []}, wants=known.get)
    assert (found.looked_at, found.steps, found.samples) == (2, [1, 0, 0], [1])
