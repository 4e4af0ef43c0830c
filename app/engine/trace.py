"""The traced run: every comparison evaluated and kept, with four results: true, false, unknown, error.

`all` is false when a part is false, else an error when one is, else unknown when one is, else true; `any` is its
mirror. The fast code (`app.engine.compile`) stops as soon as the result is certain and comes here for the rest, so
both give the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.engine.conditions import Group, Leaf, Node, Quantified
from app.engine.vocabulary import Field

Tests = Mapping[Leaf, Callable[..., bool]]
"""The compiled test of every comparison; takes the operands' values."""


class Truth(StrEnum):
    """What a condition comes to."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    ERROR = "error"


@dataclass(slots=True, eq=False)
class Step:
    """One condition's run, never changed once made.

    `members` are the places in the lists of the quantifiers around it, outermost first.

    `values` are the operands' values; `error` is the kind of exception that a comparison raised.
    """

    node: Node
    members: tuple[int, ...]
    truth: Truth
    values: tuple[Any, ...] = ()
    error: str = ""
    parts: tuple[Step, ...] = ()


def run(node: Node, env: Any, tests: Tests, frame: Mapping[str, Any] | None = None) -> Step:
    """Evaluate `node` in full; `frame` holds the current member of each quantified scope. Never raises."""
    return _Run(env, tests).step(node, frame or {}, ())


class _Run:
    def __init__(self, env: Any, tests: Tests) -> None:
        self._env = env
        self._tests = tests

    def step(self, node: Node, frame: Mapping[str, Any], members: tuple[int, ...]) -> Step:
        if isinstance(node, Leaf):
            return self._leaf(node, frame, members)
        if isinstance(node, Group):
            leaf, step = self._leaf, self.step
            made = [leaf(p, frame, members) if isinstance(p, Leaf) else step(p, frame, members) for p in node.parts]
            return Step(node, members, combine(node.kind, [p.truth for p in made]), parts=tuple(made))
        return self._quantified(node, frame, members)

    def _leaf(self, leaf: Leaf, frame: Mapping[str, Any], members: tuple[int, ...]) -> Step:
        values: tuple[Any, ...] = ()
        try:
            values = (self._read(leaf.operands[0], frame),)
            if len(leaf.operands) > 1:
                values = (values[0], self._read(leaf.operands[1], frame))
            # By identity: a value may compare in ways of its own.
            if (values[0] is None or values[-1] is None) and not leaf.operator.total:
                return Step(leaf, members, Truth.UNKNOWN, values)
            truth = Truth.TRUE if self._tests[leaf](*values) else Truth.FALSE
            return Step(leaf, members, truth, values)
        except Exception as error:
            return Step(leaf, members, Truth.ERROR, values, type(error).__name__)

    def _read(self, field: Field, frame: Mapping[str, Any]) -> Any:
        scope, _, attr = field.key.rpartition(".")
        if not scope:
            return getattr(self._env, attr)
        owner = frame[scope] if scope in frame else getattr(self._env, scope)
        return None if owner is None else getattr(owner, attr)

    def _quantified(self, node: Quantified, frame: Mapping[str, Any], members: tuple[int, ...]) -> Step:
        try:
            found = getattr(self._env, node.scope)
            everyone = None if found is None else list(found)
        except Exception as error:
            return Step(node, members, Truth.ERROR, error=type(error).__name__)
        if everyone is None:
            return Step(node, members, Truth.UNKNOWN)
        parts = tuple(
            self.step(node.part, {**frame, node.scope: member}, (*members, place))
            for place, member in enumerate(everyone)
        )
        return Step(node, members, _over(node.word, [p.truth for p in parts]), parts=parts)


def combine(kind: str, parts: Iterable[Truth]) -> Truth:
    """The truth of a group of kind `all`, `any` or `none`."""
    every = list(parts)
    if every and every.count(Truth.TRUE) == len(every):
        return Truth.FALSE if kind == "none" else Truth.TRUE
    found = set(every)
    if kind == "all":
        return _first(found, (Truth.FALSE, Truth.ERROR, Truth.UNKNOWN), Truth.TRUE)
    either = _first(found, (Truth.TRUE, Truth.ERROR, Truth.UNKNOWN), Truth.FALSE)
    return either if kind == "any" else _OPPOSITE[either]


def _over(word: str, parts: list[Truth]) -> Truth:
    if word == "every":
        return combine("all", parts) if parts else Truth.FALSE
    return combine("any" if word == "any" else "none", parts)


def _first(found: set[Truth], ranked: tuple[Truth, ...], otherwise: Truth) -> Truth:
    return next((truth for truth in ranked if truth in found), otherwise)


_OPPOSITE = {
    Truth.TRUE: Truth.FALSE,
    Truth.FALSE: Truth.TRUE,
    Truth.UNKNOWN: Truth.UNKNOWN,
    Truth.ERROR: Truth.ERROR,
}
