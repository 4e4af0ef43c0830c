"""What is wrong with one escalation rule, one watch or the working hours of a draft, in words at each place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.domain.errors import Problem
from app.mapping.strict import problems_of
from app.rulebook.escalation import escalation_problems
from app.rulebook.escalation_schema import CalendarSchema
from app.rulebook.pack_schema import EscalationRuleSchema
from app.rulebook.part_words import PART_WORDS
from app.rulebook.watches_schema import watch_problems
from app.web.configurator.tree import Faults
from app.web.language import language
from app.web.rules_words import fault_text

_RULE = EscalationRuleSchema()
"""Made once: a page asks for every rule."""


def alarm_faults(document: Mapping[str, Any], section: str, place: int) -> Faults:
    """The sentences by path; of the section `calendar` whatever `place` is."""
    if section == "calendar":
        return told_faults(_calendar_problems(document.get("calendar")))
    rule, path = document[section][place], f"{section}/{place}"
    if section == "watches":
        found = [_moved(one, "watches/0", path) for one in watch_problems([rule])]
    else:
        found = problems_of(_RULE, rule, path)
        if not found:
            found = [_moved(one, "escalation/0", path) for one in escalation_problems({"escalation": [rule]})]
    return told_faults(found)


def told_faults(problems: list[Problem]) -> Faults:
    """The problems as sentences, parts called by their words."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in problems:
        found[one.path].append(fault_text(replace(one, details={**one.details, **_named(one)})))
    return found


def _named(problem: Problem) -> dict[str, str]:
    part = str(problem.details.get("part"))
    schema = "WatchRepeatSchema" if problem.path.startswith("watches") else "StepSchema"
    known = PART_WORDS.get(f"{schema}.{part}") or PART_WORDS.get(part)
    return {"part": known[language()]} if known else {}


def _moved(problem: Problem, was: str, now: str) -> Problem:
    return replace(problem, path=now + problem.path.removeprefix(was))


def _calendar_problems(calendar: Any) -> list[Problem]:
    if calendar is None:
        return []
    return problems_of(CalendarSchema(), calendar, "calendar") or escalation_problems({"calendar": calendar})
