"""Whatever happens in whatever order, the clock does what a simulation without timers does that looks all the time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.alarms import Alarm
from app.domain.working import WorkingCalendar
from app.rulebook.alarms import OrderFacts, order_alarms
from app.rulebook.escalation import Escalation, compile_escalation
from tests.clock.tower import HOUR, NOW, rule

OUTCOMES = ("held", "backordered", "allocated", "recorded")
waits = st.sampled_from(["held", "unallocated", "ship_by"])
steps = st.lists(st.integers(0, 6).map(lambda hours: {"do": "remind", "after_hours": hours}), min_size=1, max_size=3)
rules = st.lists(st.tuples(waits, st.integers(0, 30), steps, st.booleans()), min_size=1, max_size=4)
happenings = st.lists(
    st.tuples(st.integers(0, 40), st.one_of(st.sampled_from(OUTCOMES), st.integers(-10, 80), st.just("strike"))),
    min_size=1, max_size=12,
)  # fmt: skip
CALENDAR = {"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "18:00", "holidays": "none"}
WORKING = WorkingCalendar(holidays=False)


@dataclass
class Running:
    """Timers as the database keeps them: set anew only when what they wait for began anew."""

    escalation: Escalation
    timers: dict[str, tuple[int, int, int | None]] = field(default_factory=dict)
    fired: list[tuple[int, str, int]] = field(default_factory=list)

    def decided(self, facts: OrderFacts, now: int) -> None:
        wanted: dict[str, Alarm] = {alarm.rule: alarm for alarm in order_alarms(self.escalation, facts, now)}
        self.timers = {name: timer for name, timer in self.timers.items() if name in wanted}
        for name, alarm in wanted.items():
            there = self.timers.get(name)
            if there is None or (there[0] != alarm.since and not alarm.lasting):
                self.timers[name] = (alarm.since, 0, alarm.due_at)

    def strike(self, now: int) -> None:
        while True:
            due = sorted((at, name) for name, (_, _, at) in self.timers.items() if at is not None and at <= now)
            if not due:
                return
            name = due[0][1]
            since, step, _ = self.timers[name]
            self.fired.append((now, name, step))
            self.timers[name] = (since, step + 1, self.escalation.rules[name].next_due(step, now))


def passed(since: int, now: int, *, working: bool) -> int:
    """Seconds of working time, or of any, between two times; counted minute by minute."""
    if not working:
        return now - since
    minutes = range(since, now, 60)
    return sum(60 for at in minutes if WORKING.after(at, 0) == at and WORKING.after(at + 59, 0) == at + 59)


@settings(max_examples=60)
@given(rules, happenings)
def test_the_timers_fire_what_looking_all_the_time_would(
    made: list[tuple[str, int, list[dict[str, object]], bool]], story: list[tuple[int, str | int]]
) -> None:
    documents = [
        rule(f"r{place}", wait, hours, *ladder, clock="working" if working and wait != "ship_by" else "always")
        for place, (wait, hours, ladder, working) in enumerate(made)
    ]
    running = Running(compile_escalation({"escalation": documents, "calendar": CALENDAR}))
    expected: list[tuple[int, str, int]] = []
    begun: dict[str, int | None] = defaultdict(lambda: None)
    climbed: dict[str, tuple[int, int]] = {}
    now, outcome, ship_by, held_since = NOW, "recorded", None, NOW
    for hours, what in story:
        now += hours * HOUR
        if what == "strike":
            running.strike(now)
            _look(documents, begun, climbed, now, expected)
            continue
        if isinstance(what, int):
            ship_by = NOW + what * HOUR
        elif what != outcome:
            outcome, held_since = what, now
        running.decided(OrderFacts(1, "paid", outcome, NOW, ship_by, held_since), now)
        for document in documents:
            name, wait = document["id"], document["on"]["timer"]
            lasts = {
                "held": held_since if outcome == "held" else None,
                "unallocated": NOW if outcome in ("held", "backordered") else None,
                "ship_by": ship_by if outcome != "recorded" else None,
            }[wait]
            if begun[name] != lasts:
                climbed.pop(name, None)
                begun[name] = lasts
    assert sorted(running.fired) == sorted(expected)


def _look(
    documents: list[dict[str, object]], begun: dict[str, int | None], climbed: dict[str, tuple[int, int]], now: int,
    expected: list[tuple[int, str, int]],
) -> None:  # fmt: skip
    """Look at everything that lasts, and do the next step of whatever has lasted long enough."""
    for document in documents:
        name: str = document["id"]  # type: ignore[assignment]
        on: dict[str, object] = document["on"]  # type: ignore[assignment]
        ladder: list[dict[str, int]] = document["ladder"]  # type: ignore[assignment]
        working = document["clock"] == "working"
        while (since := begun[name]) is not None and climbed.get(name, (0, 0))[0] < len(ladder):
            step, last = climbed.get(name, (0, 0))
            after, hours = ladder[step]["after_hours"] * HOUR, int(on["hours"]) * HOUR  # type: ignore[call-overload]
            if on["timer"] == "ship_by" and not step:
                ripe = now >= since - hours + after
            else:
                wanted = after if step else hours + after
                open_now = not working or WORKING.after(now, 0) == now
                ripe = passed(last if step else since, now, working=working) >= wanted and (open_now or wanted > 0)
            if not ripe:
                break
            expected.append((now, name, step))
            climbed[name] = (step + 1, now)
