"""What the analysis finds in random rule sets is what going through every point finds: nothing missed, nothing false.

PANDAN_TEST_EXAMPLES=10000 is the long run; without it a few sets are tried.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import Any

import pytest

from app.engine.analyse import Finding, Rule, analysis, believe
from app.engine.analyse.analysis import ordered, unordered
from app.engine.analyse.table import Table
from app.engine.trace import Truth
from app.rulebook.order_vocabulary import VOCABULARY
from tests.engine.enumeration import DOMAIN, Case, World, make_case, plain, worlds

EXAMPLES = int(os.environ.get("PANDAN_TEST_EXAMPLES", "40"))
SEED = random.SystemRandom().randrange(1 << 40) if "PANDAN_TEST_EXAMPLES" in os.environ else 0
PARTS = ("then", "done", "unsure")
WORDS = {True: Truth.TRUE, False: Truth.FALSE, None: Truth.UNKNOWN}


def state(rule: Rule, world: World) -> str:
    """What a rule does when it is asked: acts, passes, or ends unknown."""
    when = True if rule.when is None else plain(rule.when, world)
    if when is not True:
        return "passes" if when is False else "unknown"
    if rule.unsure is not None and plain(rule.unsure, world) is True:
        return "unknown"
    return "passes" if rule.done is not None and plain(rule.done, world) is not True else "acts"


def contradicts(one: Sequence[Any], other: Sequence[Any]) -> str:
    return "priority" if one != other else ""


class Expected:
    """What is to be found, by going through every point."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.worlds = list(worlds(case))
        rules = case.rules
        self.states = [[state(rule, world) for rule in rules] for world in self.worlds]
        self.holds = [
            [True if rule.when is None else plain(rule.when, world) for rule in rules] for world in self.worlds
        ]
        self.accepted = [case.accepts is not None and plain(case.accepts, w) is True for w in self.worlds]

    def gaps(self) -> dict[int, list[World]]:
        """The points that fall through, by the rule at which they end."""
        found: dict[int, list[World]] = {}
        for world, states, accepted in zip(self.worlds, self.states, self.accepted, strict=True):
            end = next(n for n, s in enumerate(states) if s != "passes")
            if not accepted and (states[end] == "unknown" or end == len(states) - 1):
                found.setdefault(end, []).append(world)
        return found

    def truths(self, number: int) -> set[bool | None]:
        return {holds[number] for holds in self.holds}

    def alone(self) -> set[tuple[str, int]]:
        found = set()
        for number, rule in enumerate(self.case.rules):
            if rule.when is None:
                continue
            if self.truths(number) == {True} and any(states[number] == "acts" for states in self.states):
                found.add(("always-true", number))
            if True not in self.truths(number):
                found.add(("always-false", number))
            elif not any(states[number] == "acts" for states in self.states):
                found.add(("never-carried-out", number))
        return found

    def unreachable(self) -> set[int]:
        able = {n for n in range(len(self.case.rules) - 1) if any(states[n] == "acts" for states in self.states)}
        reached = {next(n for n, s in enumerate(states) if s != "passes") for states in self.acting()}
        return able - reached

    def acting(self) -> list[list[str]]:
        return [s for s in self.states if s[next(n for n, x in enumerate(s) if x != "passes")] == "acts"]

    def alike(self, one: int, other: int) -> bool:
        return all((holds[one] is True) == (holds[other] is True) for holds in self.holds)

    def twins(self, *, ordered_: bool) -> set[tuple[str, int, int]]:
        rules, found = self.case.rules, set()
        for one in range(len(rules)):
            for other in range(one + 1, len(rules)):
                if rules[one].when is None or rules[other].when is None or not self.alike(one, other):
                    continue
                same = rules[one].then == rules[other].then
                if True in self.truths(other) and (same or ordered_):
                    found.add(("duplicate" if same else "conflict", one, other))
        return found

    def spare(self) -> set[int]:
        """Rules that act, and whose orders a later rule treats just the same."""
        rules, gone, found = self.case.rules, self.unreachable(), set()
        able = {n for n in range(len(rules)) if any(states[n] == "acts" for states in self.states)} - gone
        for one in sorted(able - {len(rules) - 1}):
            same = [
                n
                for n in sorted(able)
                if n > one and all(getattr(rules[n], part) == getattr(rules[one], part) for part in PARTS)
            ]
            taken = [
                s for s in self.states if next(n for n, x in enumerate(s) if x != "passes") == one and s[one] == "acts"
            ]
            if same and all(
                next((n for n in range(one + 1, len(s)) if s[n] != "passes"), -1) == same[0] and s[same[0]] == "acts"
                for s in taken
            ):
                found.add(one)
        return found

    def conflicts(self) -> set[tuple[int, int]]:
        rules = self.case.rules
        return {
            (one, other)
            for one in range(len(rules))
            for other in range(one + 1, len(rules))
            if contradicts(rules[one].then, rules[other].then)
            and any(holds[one] is True and holds[other] is True for holds in self.holds)
        }

    def within(self) -> set[int]:
        rules, found = self.case.rules, set()
        for one in range(len(rules)):
            for other in range(len(rules)):
                if one == other or rules[one].then != rules[other].then or True not in self.truths(one):
                    continue
                inside = all(holds[other] is True for holds in self.holds if holds[one] is True)
                if inside and not self.alike(one, other):
                    found.add(one)
        return found


def found_in(case: Case, *, ordered_: bool) -> list[Finding]:
    table = Table(case.rules, VOCABULARY, DOMAIN, accepts=case.accepts, ordered=ordered_, confirm=believe)
    assert table.space.exact
    return list(ordered(table) if ordered_ else unordered(table, contradicts))


def pairs(findings: list[Finding], code: str) -> set[tuple[int, ...]]:
    return {(*f.others, f.rule) for f in findings if f.code == code}


def world_of(finding: Finding, case: Case) -> World:
    """The witness as the plain reading wants it."""
    point = finding.witness
    blank = dict.fromkeys(case.singles)
    return {**blank, **point.values, **{scope: tuple(point.members.get(scope, ())) for scope in case.many}}


def check_gaps(findings: list[Finding], expected: Expected) -> None:
    gaps, told = expected.gaps(), [f for f in findings if f.code == "gap"]
    assert {f.rule for f in told} == set(gaps)
    for finding in told:
        ends = [state(rule, world_of(finding, expected.case)) for rule in expected.case.rules]
        assert next(n for n, s in enumerate(ends) if s != "passes") == finding.rule
    if len(told) < 20:
        for end, ways in gaps.items():
            kinds = [f.parts for f in told if f.rule == end]
            for world in ways:
                assert any(all(WORDS[plain(d, world)] in truths for d, truths in parts) for parts in kinds)


def check_ordered(seed: int) -> None:
    case = make_case(seed, ordered=True)
    expected, findings = Expected(case), found_in(case, ordered_=True)
    assert [f for f in findings if f.code == "undecided"] == []
    check_gaps(findings, expected)
    codes = ("always-true", "always-false", "never-carried-out")
    assert {(f.code, f.rule) for f in findings if f.code in codes} == expected.alone()
    assert {f.rule for f in findings if f.code == "unreachable"} == expected.unreachable()
    for finding in findings:
        if finding.code == "unreachable":
            assert all(
                any(states[n] != "passes" for n in finding.others)
                for states in expected.states
                if states[finding.rule] == "acts"
            )
    told = {(code, *pair) for code in ("duplicate", "conflict") for pair in pairs(findings, code)}
    assert told == expected.twins(ordered_=True)
    assert {f.rule for f in findings if f.code == "subsumed"} == expected.spare()


def check_unordered(seed: int) -> None:
    case = make_case(seed, ordered=False)
    expected, findings = Expected(case), found_in(case, ordered_=False)
    assert [f for f in findings if f.code == "undecided"] == []
    unknown = {n for n in range(len(case.rules)) if None in expected.truths(n)}
    assert {f.rule for f in findings if f.code == "gap"} == unknown
    assert pairs(findings, "conflict") == expected.conflicts()
    assert {(code, *pair) for code in ("duplicate",) for pair in pairs(findings, code)} == expected.twins(
        ordered_=False
    )
    assert {f.rule for f in findings if f.code == "subsumed"} == expected.within()
    codes = ("always-true", "always-false")
    assert {(f.code, f.rule) for f in findings if f.code in codes} == expected.alone()


def test_findings_in_ordered_tables_are_those_of_enumeration() -> None:
    for seed in range(SEED, SEED + EXAMPLES):
        try:
            check_ordered(seed)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}") from error


def test_findings_in_tables_of_which_all_act_are_those_of_enumeration() -> None:
    for seed in range(SEED, SEED + EXAMPLES // 2):
        try:
            check_unordered(seed)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}") from error


def test_boxes_find_what_one_formula_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "LARGE", 0)
    for seed in range(SEED, SEED + EXAMPLES):
        try:
            check_ordered(seed)
            check_unordered(seed)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}") from error
