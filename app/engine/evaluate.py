"""Evaluating compiled rules: which hold, which are unknown, which fail, and for whom.

The environment is any object with attributes named as the vocabulary's scopes (a list for a `many` scope) and
`now`, epoch seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.engine.conditions import Node, Quantified
from app.engine.explain import RuleTrace, trace_rule
from app.engine.index import Index, listed
from app.engine.quick import Ordinary, Part, build_quick
from app.engine.trace import Step, Tests, Truth, run

Pick = tuple[Quantified, Callable[[Any], list[Any]]]
"""An `any_<scope>` condition of a rule, and the function that lists the members by which it holds."""
Picks = Sequence[Pick]


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that holds, or may (`unknown`), or whose evaluation failed: `error` says how and where, never values."""

    index: int
    id: str
    unknown: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """What `compile` makes of a table: see there. `space` holds the globals that all its code reaches."""

    space: dict[str, Any]
    matches: list[Match]
    walk: Callable[[Any], Iterator[Match]] | None
    checks: Mapping[int, Callable[[Any], Match | None]]
    index: Index | None
    tests: Tests
    picks: Callable[[int], Picks]


class CompiledRules:
    """One immutable table of rules, safe to share between threads. `rules` are the documents it was made from."""

    def __init__(self, rules: list[dict[str, Any]], trees: Sequence[Node | None], program: Program) -> None:
        self.rules = rules
        self._trees = trees
        self._program = program
        program.space.update(slow=self._slow, slowly=self._slowly)
        self.matches: Callable[[Any], Iterator[Match]] = (
            self._looked_up if program.index is not None else program.walk or self._slowly
        )
        """`matches(env)`: what `evaluate` gives, one at a time, so that a caller may stop at the first."""
        self._all: Callable[[Any], list[Match]] = self._every
        self.first: Callable[[Any], Match | None] = self._first
        """`first(env)`: the first that `evaluate` gives; None when there is none."""
        if program.index is not None:
            ordinary = Ordinary(self._first, self._every, self._among)
            whole = build_quick(program.index, program.matches, ordinary)
            self._quick, self.first, self._all = whole.quick, whole.first, whole.every

    def evaluate(self, env: Any) -> list[Match]:
        """Every rule that is true, unknown or failed, in order. A rule without `when` is always true. Never raises."""
        return self._all(env)

    def members(self, index: int, env: Any, scope: str) -> list[Any]:
        """The members of the list `scope` by which rule `index` holds.

        Those for which every true `any_<scope>` condition of the rule holds; where no member meets them all, those
        that meet one of them; all members when the rule has no such condition, or none of them is true.
        """
        everyone = list(getattr(env, scope) or ())
        found = [
            kept
            for node, pick in self._program.picks(index)
            if node.scope == scope and (kept := self._picked(node, pick, env, everyone))
        ]
        if not found:
            return everyone
        shared = [m for m in everyone if all(_holds(kept, m) for kept in found)]
        return shared or [m for m in everyone if any(_holds(kept, m) for kept in found)]

    def explain(self, env: Any, only: Iterable[int] | None = None) -> list[RuleTrace]:
        """Every rule (or those at the places `only`) with every condition: value, wanted, result. Never raises."""
        places = range(len(self.rules)) if only is None else only
        return [trace_rule(index, self.rules[index]["id"], self._step(env, index)) for index in places]

    def _picked(self, node: Quantified, pick: Callable[[Any], list[Any]], env: Any, everyone: list[Any]) -> list[Any]:
        try:
            return pick(env)
        except Exception:
            # One member's facts fail: the traced run judges each member by itself.
            return [m for m in everyone if self._judge(node, env, m) is Truth.TRUE]

    def _judge(self, node: Quantified, env: Any, member: Any) -> Truth:
        return run(node.part, env, self._program.tests, {node.scope: member}).truth

    def _looked_up(self, env: Any) -> Iterator[Match]:
        """The matches of an indexed table."""
        found = self._quick(env)
        bits, part = found if found is not None else self._candidates(env)
        return self._among(env, bits, part)

    def _among(self, env: Any, bits: int, part: Part) -> Iterator[Match]:
        """Those of the candidates that hold, in order."""
        for place in listed(bits):
            if part.decided >> place & 1:
                yield part.matches[place]
                continue
            number = place if part.numbers is None else part.numbers[place]
            match = self._program.checks[number](env)
            if match is not None:
                yield match

    def _candidates(self, env: Any) -> tuple[int, Part]:
        matches = self._program.matches
        try:
            bits, sure = self._program.index.candidates(env)  # type: ignore[union-attr]
        except Exception:
            # A field that cannot be read or compared: each rule finds that out for itself.
            bits, sure = (1 << len(matches)) - 1, 0
        return bits, Part(matches, None, sure)

    def _first(self, env: Any) -> Match | None:
        return next(self.matches(env), None)

    def _every(self, env: Any) -> list[Match]:
        return list(self.matches(env))

    def _slowly(self, env: Any) -> Iterator[Match]:
        for index in range(len(self.rules)):
            match = self._slow(env, index)
            if match is not None:
                yield match

    def _slow(self, env: Any, index: int) -> Match | None:
        """The answer for one rule by the traced run, where the fast code could not be certain."""
        step = self._step(env, index)
        match = self._program.matches[index]
        if step is None or step.truth is Truth.TRUE:
            return match
        if step.truth is Truth.FALSE:
            return None
        error = _first_error(step) if step.truth is Truth.ERROR else None
        return Match(index, match.id, unknown=error is None, error=error)

    def _step(self, env: Any, index: int) -> Step | None:
        tree = self._trees[index]
        return None if tree is None else run(tree, env, self._program.tests)


def _holds(kept: list[Any], member: Any) -> bool:
    return any(one is member for one in kept)


def _first_error(step: Step) -> str:
    """`TypeError at when/all/1`, of the first comparison or list that failed."""
    if step.error:
        return f"{step.error} at {step.node.path}"
    return next(filter(None, map(_first_error, step.parts)), "")
