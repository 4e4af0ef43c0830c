"""What a hand does to one rule in the configurator: pure changes of its conditions and actions.

A condition that is being written may lack its value; the validator says so, and nothing incomplete is published.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.errors import Refused
from app.engine.conditions import GROUPS
from app.engine.vocabulary import ActionKind, Field, Vocabulary
from app.rulebook.drafts import free_id

Node = dict[str, Any]

DEEPEST = 2
"""Groups within groups that the configurator makes; deeper ones from elsewhere are shown as they are."""
BLANK = "…"
USUAL_OWNER = "supervisor"
_DEFAULT_OPERATOR = {
    "choice": "in", "text": "is", "texts": "contains", "boolean": "is", "integer": ">=", "number": "<", "money": ">=",
    "time": "older_than",
}  # fmt: skip


def new_condition(field: Field, vocabulary: Vocabulary) -> Node:
    """A comparison of this field with the operator that is wanted most often; a true-or-false one is complete."""
    operators = vocabulary.operators_of(field)
    usual = _DEFAULT_OPERATOR[field.type]
    found: Node = {"field": field.key, "op": usual if usual in operators else next(iter(operators))}
    return {**found, "value": True} if field.type == "boolean" else found


def with_field(leaf: Node, field: Field, vocabulary: Vocabulary) -> Node:
    """The comparison about another field; operator and value stay where they still fit."""
    before = vocabulary.fields.get(str(leaf.get("field")))
    alike = before is not None and (before.type, before.choices) == (field.type, field.choices)
    if alike and leaf.get("op") in vocabulary.operators_of(field):
        return {**leaf, "field": field.key}
    return new_condition(field, vocabulary)


def with_operator(leaf: Node, name: str, vocabulary: Vocabulary) -> Node:
    """The comparison by another operator; the value is carried over where it can be."""
    if name not in vocabulary.operators:
        raise Refused("unknown-operator", operator=name, did_you_mean="")
    before, after = vocabulary.operators.get(str(leaf.get("op"))), vocabulary.operators[name]
    made: Node = {"field": leaf["field"], "op": name}
    if after.shape == "none" or "value" not in leaf or before is None:
        return made
    value = leaf["value"]
    if before.shape == after.shape:
        return {**made, "value": value}
    if (before.shape, after.shape) == ("value", "list") and not isinstance(value, Mapping):
        return {**made, "value": [value]}
    if (before.shape, after.shape) == ("list", "value") and len(value) == 1:
        return {**made, "value": value[0]}
    return made


def new_group(kind: str, inside: str = "all") -> Node:
    """An empty group, or a quantifier over one: `all`, `any`, `none`, `any_line`, …"""
    return {kind: []} if kind in GROUPS else {kind: {inside: []}}


def with_kind(node: Node, kind: str) -> Node:
    """A group of another kind, or another word of a quantifier, with the same parts."""
    ((_, inner),) = node.items()
    return {kind: inner}


def moved_part(root: Node, path: Sequence[str], into: Sequence[str], place: int | None = None) -> Node:
    """The condition with its part at `path` in the group at `into` instead, before its member `place` (None: last).

    Paths are steps from the root. Raises `Refused("part-not-there")`: into itself, into no group, or too deep.
    """
    made, steps = copy.deepcopy(root), list(path)
    if not steps or list(into[: len(steps)]) == steps:
        raise Refused("part-not-there")
    home, home_place = _inside(made, steps[:-1]), int(steps[-1])
    part = home[home_place]
    group = _inside(made, into)
    word = next(iter(group)) if isinstance(group, dict) else ""
    if word not in GROUPS:
        raise Refused("part-not-there")
    depth = 1 + sum(step in GROUPS for step in into)
    if next(iter(part)) in GROUPS and depth >= DEEPEST:
        raise Refused("part-not-there")
    members = group[word]
    # Within one list the places behind it move up when it is taken out.
    shift = members is home and place is not None and place > home_place
    del home[home_place]
    members.insert(len(members) if place is None else place - int(shift), part)
    return made


def _inside(node: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        node = node[int(step)] if isinstance(node, list) else node[step]
    return node


def as_group(when: Node | None) -> Node:
    """A rule's condition with a group outermost, so that parts can be added to it."""
    if when is None:
        return {"all": []}
    return when if next(iter(when)) in GROUPS else {"all": [when]}


def new_action(kind: ActionKind) -> dict[str, Any]:
    """An action with what is fixed about it; what a person must choose is left open."""
    needed = [row for row in kind.parameters if row.required and row.choices and not row.open]
    chosen = {row.name: USUAL_OWNER if USUAL_OWNER in row.choices else next(iter(row.choices)) for row in needed}
    usual = {row.name: row.usual for row in kind.parameters if row.usual is not None}
    return {"do": kind.name, **chosen, **usual}


def new_rule(rules: list[Any], title: Mapping[str, str], then: list[dict[str, Any]]) -> dict[str, Any]:
    """An empty rule under a free id: it holds for every order until it is given a condition."""
    return {"id": free_id(rules, "rule"), "title": dict(title), "when": {"all": []}, "then": then}


def with_blanks(rule: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    """The rule with `…` wherever a value is still missing, so that it can be told while it is written."""
    made = {**rule, "then": [_blank_action(action, vocabulary) for action in rule["then"]]}
    return made if rule.get("when") is None else {**made, "when": _blank_condition(rule["when"], vocabulary)}


def _blank_action(action: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    rows = vocabulary.actions[action["do"]].parameters
    return {**{row.name: BLANK for row in rows if row.required}, **action}


def _blank_condition(node: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    if "field" in node:
        return {**node, **_blank_value(node, vocabulary)}
    ((key, inner),) = node.items()
    if isinstance(inner, list):
        return {key: [_blank_condition(part, vocabulary) for part in inner]}
    return {key: _blank_condition(inner, vocabulary)}


def _blank_value(leaf: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    shape = vocabulary.operators[leaf["op"]].shape
    blanks = {"pair": [BLANK, BLANK], "clock": [BLANK, BLANK], "list": [BLANK], "weekdays": [], "age": {"hours": BLANK}}
    return {} if "value" in leaf or shape == "none" else {"value": blanks.get(shape, BLANK)}
