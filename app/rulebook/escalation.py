"""Escalation rules, compiled, and everything wrong with them. Pure: nothing here knows what time it is.

A rule's timer is set `since` some moment. Its ladder is finite: steps that come again are written out one by one, and
the next step comes its hours after the step before was carried out, so that a house that was down for a week does
not climb a whole ladder at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.domain.alarms import Wait
from app.domain.calendar import local_date
from app.domain.errors import Problem
from app.domain.working import WorkingCalendar, known_until, minute, read_calendar
from app.engine import CompiledRules, compile_rules
from app.engine.validate import condition_problems
from app.rulebook.escalation_schema import MAY_NAME, MOST_STEPS, MUST_NAME
from app.rulebook.order_vocabulary import ESCALATION

Json = Mapping[str, Any]
HOUR_SECONDS = 3600
_AHEAD = timedelta(days=60)
"""Timers reach this far ahead, and the next year's holidays are published about then."""
_EXTRAS = ("owner", "kind", "within_hours")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done once. `after` and `within` in seconds of the rule's clock; `owner` a role or empty."""

    do: str
    after: int
    owner: str = ""
    kind: str = ""
    within: int | None = None


@dataclass(frozen=True, slots=True)
class EscalationRule:
    """What may last too long and what is done about it. `seconds` is how long it may; `calendar` None: all hours.

    `digest` changes with everything but the title: timers of another digest are set anew.
    """

    id: str
    title: Mapping[str, str]
    wait: Wait
    seconds: int
    steps: tuple[Step, ...]
    digest: str
    when: CompiledRules | None = None
    calendar: WorkingCalendar | None = None

    def first_due(self, since: int) -> int:
        """When the first step is due; `since` is the ship-by time itself for a rule on that."""
        after = self.steps[0].after
        if self.wait is not Wait.SHIP_BY:
            return self._later(since, self.seconds + after)
        near = since - self.seconds if self.calendar is None else self.calendar.before(since, self.seconds)
        return self._later(near, after) if after else near

    def next_due(self, step: int, done_at: int) -> int | None:
        """When the step after `step`, which was carried out at `done_at`, is due; None when the ladder ends there."""
        if step + 1 >= len(self.steps):
            return None
        return self._later(done_at, self.steps[step + 1].after)

    def due_of(self, step: Step, now: int) -> int | None:
        """When what the step opens must be done; None when it sets no time."""
        return None if step.within is None else self._later(now, step.within)

    def wants(self, env: Any) -> bool:
        """Whether the rule's condition holds for an order; one that is unknown is worth a person's look."""
        return self.when is None or bool(self.when.evaluate(env))

    def _later(self, at: int, seconds: int) -> int:
        return at + seconds if self.calendar is None else self.calendar.after(at, seconds)


@dataclass(frozen=True, slots=True)
class Escalation:
    """All rules of a pack, by id, and by what they wait for."""

    rules: Mapping[str, EscalationRule] = field(default_factory=dict)
    unallocated: tuple[EscalationRule, ...] = ()
    ship_by: tuple[EscalationRule, ...] = ()
    held: tuple[EscalationRule, ...] = ()
    task_due: tuple[EscalationRule, ...] = ()
    no_tracking: tuple[EscalationRule, ...] = ()


def compile_escalation(document: Json) -> Escalation:
    """The escalation rules of a checked pack that have effect: all but the muted ones."""
    calendar = document.get("calendar")
    rules = [_compiled(rule, calendar) for rule in document.get("escalation", ()) if not rule.get("muted")]
    by_wait = {wait.value: tuple(rule for rule in rules if rule.wait is wait) for wait in Wait}
    return Escalation({rule.id: rule for rule in rules}, **by_wait)


def _compiled(rule: Json, calendar: Json | None) -> EscalationRule:
    working = rule.get("clock") == "working"
    heart = {key: rule[key] for key in ("on", "when", "ladder") if key in rule}
    plain = json.dumps([heart, working, calendar if working else None], sort_keys=True)
    when = rule.get("when")
    return EscalationRule(
        id=rule["id"],
        title=rule["title"],
        wait=Wait(rule["on"]["timer"]),
        seconds=rule["on"]["hours"] * HOUR_SECONDS,
        steps=tuple(written_out(rule["ladder"])),
        digest=hashlib.sha256(plain.encode()).hexdigest()[:16],
        when=compile_rules([{"id": rule["id"], "when": when, "then": []}], ESCALATION) if when is not None else None,
        calendar=read_calendar(calendar) if working else None,
    )


def written_out(ladder: Sequence[Json]) -> Iterator[Step]:
    """Every step of a ladder in turn, one that comes several times as often as it comes."""
    for step in ladder:
        within = step.get("within_hours")
        named = step.get("owner", ""), step.get("kind", ""), within * HOUR_SECONDS if within else None
        yield Step(step["do"], step.get("after_hours", 0) * HOUR_SECONDS, *named)
        again = step.get("every_hours", 0) * HOUR_SECONDS
        yield from (Step(step["do"], again, *named) for _ in range(step.get("times", 1) - 1))


def escalation_problems(document: Json) -> list[Problem]:
    """Everything wrong with the rules and the calendar of a pack whose shape is right."""
    problems = list(_calendar_problems(document.get("calendar")))
    seen: set[str] = set()
    for place, rule in enumerate(document.get("escalation", ())):
        path = f"escalation/{place}"
        if rule["id"] in seen:
            problems.append(Problem("rule-id-repeated", f"{path}/id", {"id": rule["id"]}))
        seen.add(rule["id"])
        if "when" in rule:
            found = condition_problems(rule["when"], f"{path}/when", ESCALATION)
            problems += [Problem(p.code, p.path, p.details, p.severity) for p in found]
        problems += _ladder_problems(rule["ladder"], f"{path}/ladder")
    return problems


def calendar_warnings(document: Json, now: int) -> list[Problem]:
    """A warning when working hours are counted that reach into a year whose holidays are not known."""
    rules = [rule for rule in document.get("escalation", ()) if not rule.get("muted")]
    counted = any(rule.get("clock") == "working" for rule in rules)
    holidays = (document.get("calendar") or {}).get("holidays") != "none"
    unknown = known_until()
    if not (counted and holidays) or local_date(now) + _AHEAD < unknown:
        return []
    return [Problem("calendar-year-unknown", "calendar/holidays", {"since": unknown.isoformat()}, "warning")]


def _calendar_problems(calendar: Json | None) -> Iterator[Problem]:
    if calendar is None:
        return
    if not calendar["days"]:
        yield Problem("calendar-no-day", "calendar/days")
    if minute(calendar["to"]) - minute(calendar["from"]) < 60:
        yield Problem("calendar-too-short", "calendar/to", {"from": calendar["from"], "to": calendar["to"]})


def _ladder_problems(ladder: Sequence[Json], path: str) -> Iterator[Problem]:
    if not ladder:
        yield Problem("ladder-empty", path)
    for place, step in enumerate(ladder):
        here, do = f"{path}/{place}", step["do"]
        if "every_hours" in step and "times" not in step:
            yield Problem("unbounded-escalation", f"{here}/every_hours")
        elif step.get("times", 1) > 1 and "every_hours" not in step:
            yield Problem("part-missing", f"{here}/every_hours", {"part": "every_hours"})
        for part in MUST_NAME.get(do, ()):
            if part not in step:
                yield Problem("part-missing", f"{here}/{part}", {"part": part})
        for part in _EXTRAS:
            if part in step and part not in MAY_NAME[do]:
                yield Problem("step-part-unfit", f"{here}/{part}", {"part": part})
    if sum(step.get("times", 1) for step in ladder) > MOST_STEPS:
        yield Problem("ladder-too-long", path, {"most": MOST_STEPS})
