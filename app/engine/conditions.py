"""Conditions as a tree: groups, quantifiers and comparisons, each with its path in the rule.

`read_condition` takes a document that the validator accepts; one that it would refuse raises KeyError, TypeError
or `values.BadValueError`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.leaves import Build, build_test
from app.engine.values import constant
from app.engine.vocabulary import Field, Operator, Vocabulary

GROUPS = ("all", "any", "none")
NOW = Field("now", "time", {"zh": "现在", "en": "now"})


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """One comparison. `operands` are the fields it reads (with `now` for an age); `constant` what it compares with.

    `build` makes the test's syntax tree from expressions for the operands, which are known unless `total`.
    """

    path: str
    field: Field
    operator: Operator
    operands: tuple[Field, ...]
    constant: Any
    wanted: Any
    build: Build

    @property
    def total(self) -> bool:
        return self.operator.total


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """`kind` is `all`, `any` or `none`."""

    path: str
    kind: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Quantified:
    """`word` is `any`, `every` or `no`; `part` is asked of each member of the list `scope`."""

    path: str
    word: str
    scope: str
    part: Node


Node = Leaf | Group | Quantified


def read_condition(document: dict[str, Any], path: str, vocabulary: Vocabulary, patterns: dict[str, Any]) -> Node:
    """The tree of one condition; `patterns` gathers what compiled code reaches by name (re2 patterns)."""
    if "field" in document:
        return read_leaf(document, path, vocabulary, patterns)
    ((key, inner),) = document.items()
    if key in GROUPS:
        parts = (read_condition(p, f"{path}/{key}/{i}", vocabulary, patterns) for i, p in enumerate(inner))
        return Group(path, key, tuple(parts))
    quantifier = vocabulary.quantifier(key)
    if quantifier is None:
        raise KeyError(key)
    word, scope = quantifier
    return Quantified(path, word, scope.name, read_condition(inner, f"{path}/{key}", vocabulary, patterns))


def leaves_of(node: Node) -> Iterator[Leaf]:
    """Every comparison beneath a node, in order."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Group):
        for part in node.parts:
            yield from leaves_of(part)
    else:
        yield from leaves_of(node.part)


def conjuncts_of(node: Node) -> Iterator[Node]:
    """What must all hold for `node` to hold: nested `all` groups laid flat."""
    if isinstance(node, Group) and node.kind == "all":
        for part in node.parts:
            yield from conjuncts_of(part)
    else:
        yield node


def read_leaf(document: Mapping[str, Any], path: str, vocabulary: Vocabulary, patterns: dict[str, Any]) -> Leaf:
    """One comparison, as `read_condition` reads it."""
    field = vocabulary.fields[document["field"]]
    operator = vocabulary.operators[document["op"]]
    raw = document.get("value")
    operands, fixed = _operands(field, operator, raw, vocabulary)
    name = f"p{len(patterns)}"
    if operator.shape == "pattern":
        patterns[name] = fixed
    build = build_test(operator.name, fixed, name, two_fields=len(operands) == 2 and operator.shape == "value")
    return Leaf(path, field, operator, operands, fixed, raw, build)


def _operands(field: Field, operator: Operator, raw: Any, vocabulary: Vocabulary) -> tuple[tuple[Field, ...], Any]:
    if operator.shape == "age":
        return (field, NOW), constant(field, operator, raw)
    if isinstance(raw, dict):
        return (field, vocabulary.fields[raw["field"]]), None
    return (field,), constant(field, operator, raw)
