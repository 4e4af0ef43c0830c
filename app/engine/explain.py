"""Why a rule holds or does not: every condition with its value, what it wanted, its result and near misses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.engine.conditions import Group, Leaf, Node, Quantified
from app.engine.trace import Step, Truth


class ConditionTrace(NamedTuple):
    """One condition's run.

    `path` such as `when/all/1`; `members` the places in the lists of the quantifiers around it, outermost first.
    `kind` is `comparison`, `group` or `quantifier`; `key` the field, `all`/`any`/`none`, or `any_line` and its like.
    `op`, `value`, `wanted` and `other` (the other field's value, when two are compared) are those of a comparison;
    values are JSON-ready, and None with `withheld` where the field is personal. `near`: the rule would be true if
    only this one comparison were the other way. `distance`: how far a number is from its bound when it failed.
    """

    path: str
    members: tuple[int, ...]
    kind: str
    key: str
    result: str
    op: str = ""
    value: Any = None
    wanted: Any = None
    other: Any = None
    withheld: bool = False
    near: bool = False
    distance: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """One rule's run. `result` is `true`, `false`, `unknown` or `error`; no conditions in the otherwise row."""

    index: int
    id: str
    result: str
    conditions: tuple[ConditionTrace, ...] = ()

    @property
    def near_misses(self) -> list[ConditionTrace]:
        """The comparisons that alone kept the rule from being true."""
        return [condition for condition in self.conditions if condition.near]


def trace_rule(index: int, rule_id: str, step: Step | None) -> RuleTrace:
    """The trace of one rule from its full run (None: a rule without conditions, which is always true)."""
    if step is None:
        return RuleTrace(index, rule_id, Truth.TRUE.value)
    near = {id(pivot) for pivot in _pivots(step, Truth.TRUE)} if step.truth is not Truth.TRUE else ()
    told = [
        _comparison(s, s.node, id(s) in near) if isinstance(s.node, Leaf) else _told(s, s.node) for s in _flat(step)
    ]
    return RuleTrace(index, rule_id, str(step.truth), tuple(told))


def _flat(step: Step) -> list[Step]:
    found = [step]
    for part in step.parts:
        if part.parts:
            found += _flat(part)
        else:
            found.append(part)
    return found


def _told(step: Step, node: Group | Quantified) -> ConditionTrace:
    kind, key = ("group", node.kind) if isinstance(node, Group) else ("quantifier", f"{node.word}_{node.scope}")
    return ConditionTrace(node.path, step.members, kind, key, str(step.truth), error=step.error)


def _comparison(step: Step, leaf: Leaf, near: bool) -> ConditionTrace:
    withheld = leaf.field.personal or (len(leaf.operands) > 1 and leaf.operands[1].personal)
    values = () if withheld else step.values
    failed = step.truth is Truth.FALSE and not withheld
    return ConditionTrace(
        leaf.path,
        step.members,
        "comparison",
        leaf.field.key,
        str(step.truth),
        leaf.operator.name,
        _plain(values[0]) if values else None,
        leaf.wanted,
        _plain(values[1]) if len(values) > 1 else None,
        withheld,
        near,
        _distance(leaf, step.values) if failed else None,
        step.error,
    )


def _plain(value: Any) -> Any:
    return sorted(value, key=str) if isinstance(value, frozenset | set | list | tuple) else value


def _distance(leaf: Leaf, values: tuple[Any, ...]) -> float | None:
    """How far a failed threshold comparison is from its bound, in the field's own unit; seconds for an age."""
    if leaf.operator.shape == "age":
        return float(abs(values[1] - values[0] - leaf.constant))
    if leaf.operator.indexable != "threshold":
        return None
    bounds = leaf.constant if isinstance(leaf.constant, tuple) else (leaf.constant,)
    return float(min(abs(bound - values[0]) for bound in (bounds if len(values) == 1 else values[1:])))


def _pivots(step: Step, wanted: Truth) -> Iterator[Step]:
    """The comparisons that, each alone turned round, would make `step` come to `wanted`."""
    if step.truth is wanted:
        return
    if isinstance(step.node, Leaf):
        yield step
        return
    kind = _kind(step.node)
    part_wanted = wanted if kind != "none" else _turned(wanted)
    everyone = (kind == "any") != (wanted is Truth.TRUE)
    if not everyone:
        for part in step.parts:
            yield from _pivots(part, part_wanted)
        return
    astray = [part for part in step.parts if part.truth is not part_wanted]
    if len(astray) == 1:
        yield from _pivots(astray[0], part_wanted)


def _kind(node: Node) -> str:
    if isinstance(node, Group):
        return node.kind
    assert isinstance(node, Quantified)  # noqa: S101
    return {"any": "any", "every": "all", "no": "none"}[node.word]


def _turned(truth: Truth) -> Truth:
    return Truth.FALSE if truth is Truth.TRUE else Truth.TRUE
