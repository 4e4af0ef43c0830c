"""The finite space that conditions are asked over: variables with a few values each, and what holds at a point.

A list is a row of slots, each taken by a member or not. Enough slots are made for every demand that some member be
there; where that would be too many, the space is not `exact`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import prod
from typing import Any

from app.engine.analyse.cells import Cells, cells_of
from app.engine.analyse.domain import Domain, Json, Point
from app.engine.compile import leaf_tests
from app.engine.conditions import GROUPS, NOW, Leaf, read_leaf
from app.engine.trace import Truth, combine
from app.engine.vocabulary import Field, Vocabulary

MOST_SLOTS = 20
MOST_PAIRS = 250_000

Key = tuple[str, int]
"""A field and the slot it is read in; slot -1 for single fields."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One comparison: the fields it reads and its truth for each combination of their values."""

    leaf: Leaf
    operands: tuple[Field, ...]
    test: Any

    def truth(self, values: Sequence[Any]) -> Truth:
        """What the comparison comes to for these values."""
        if not self.leaf.total and None in values:
            return Truth.UNKNOWN
        return Truth.TRUE if self.test(*values) else Truth.FALSE


class Space:
    """All that a set of conditions can tell apart."""

    def __init__(self, conditions: Iterable[Json], vocabulary: Vocabulary, domain: Domain) -> None:
        self.vocabulary = vocabulary
        self.domain = domain
        self._conditions = list(conditions)
        patterns: dict[str, Any] = {}
        documents = {name_of(d): d for c in (*self._conditions, *domain.axioms, *domain.likely) for d in comparisons(c)}
        leaves = {name: read_leaf(d, "", vocabulary, patterns) for name, d in documents.items()}
        tests = leaf_tests(leaves, patterns)
        self._asked = {name: Asked(leaf, leaf.operands, tests[name]) for name, leaf in leaves.items()}
        self.fields = {operand.key: operand for leaf in leaves.values() for operand in leaf.operands}
        self.cells = self._all_cells()
        self.slots = {scope: self._slots_of(scope) for scope, row in vocabulary.scopes.items() if row.many}

    def asked(self, document: Json) -> Asked:
        """The comparison that the document states."""
        return self._asked[name_of(document)]

    def variables(self) -> Iterator[Key]:
        """Every variable."""
        for key, field in self.fields.items():
            count = self.slots.get(field.scope)
            yield from ((key, slot) for slot in (range(count) if count is not None else (-1,)))

    @cached_property
    def exact(self) -> bool:
        """Whether a condition that holds nowhere in this space holds nowhere at all."""
        enough = all(self._wanted(scope) <= MOST_SLOTS for scope in self.slots)
        return enough and all(cells.exact for cells in self.cells.values())

    def truth(self, document: Json, point: Point) -> Truth:
        """What a condition comes to at a point."""
        return self._truth(document, point, {})

    def _truth(self, document: Json, point: Point, frame: Mapping[str, Mapping[str, Any]]) -> Truth:
        if "field" in document:
            asked = self.asked(document)
            return asked.truth([_read(operand, point, frame) for operand in asked.operands])
        ((key, inner),) = document.items()
        if key in GROUPS:
            return combine(key, [self._truth(part, point, frame) for part in inner])
        word, _, scope = key.partition("_")
        found = [self._truth(inner, point, {**frame, scope: member}) for member in point.members.get(scope, ())]
        return over(word, found)

    def _all_cells(self) -> dict[str, Cells]:
        found: dict[str, Cells] = {}
        for group, crossed in self._groups():
            members = set(group)
            asked = [a.leaf for a in self._asked.values() if members & {o.key for o in a.operands}]
            for key in group:
                others = [self.domain.of(other) for other in group]
                found[key] = cells_of(self.fields[key], self.domain.of(key), asked, crossed, others)
        return found

    def _groups(self) -> Iterator[tuple[list[str], int]]:
        """Fields that need the same values, being compared with each other or being one thing; how many of each."""
        heads = {key: key for key in self.fields}

        def head(key: str) -> str:
            while heads[key] != key:
                key = heads[key]
            return key

        crossed: set[str] = set()
        for asked in self._asked.values():
            if len(asked.operands) == 2 and asked.leaf.operator.shape == "value":
                heads[head(asked.operands[0].key)] = head(asked.operands[1].key)
                crossed.update(operand.key for operand in asked.operands)
        for key, field in self.fields.items():
            twin = f"{self.domain.member_of.get(field.scope, '')}.{field.attribute}"
            if twin in self.fields:
                heads[head(key)] = head(twin)
        groups: dict[str, list[str]] = defaultdict(list)
        for key in self.fields:
            groups[head(key)].append(key)
        for group in groups.values():
            yield group, min(len(group) + 1, 4) if crossed & set(group) else 1

    def _slots_of(self, scope: str) -> int:
        read = any(field.scope == scope for field in self.fields.values())
        wanted = self._wanted(scope)
        return max(min(wanted, MOST_SLOTS), self.domain.least.get(scope, 0)) if read or wanted else 0

    @cache  # noqa: B019
    def _wanted(self, scope: str) -> int:
        """Members that are enough: what holds with more of them holds with so many.

        A chain of demands, each asking more than the one before, needs one member for the last that is met and one
        for the last that is unknown; "at least two" needs two; being a single scope needs one.
        """
        asked = [
            (word, frozenset(map(name_of, conjuncts(d)))) for c in self._conditions for word, d in quantified(c, scope)
        ]
        asked += [each for axiom in self.domain.axioms for each in _demands(axiom, scope)]
        twos = {body for word, body in asked if word == "two"}
        single = sum(1 for owner, name in self.domain.member_of.items() if name == scope and self._reads(owner))
        demanded = 2 * _chains({body for word, body in asked if word != "two"}) + 2 * len(twos)
        return min(demanded, self._kinds(scope) * (2 if twos else 1)) + single

    def _kinds(self, scope: str) -> int:
        """How many kinds of members conditions can tell apart: more than one (or two) of each change nothing."""
        return prod(len(self.cells[key].values) for key, field in self.fields.items() if field.scope == scope)

    def _reads(self, scope: str) -> bool:
        return any(field.scope == scope for field in self.fields.values())


def _read(field: Field, point: Point, frame: Mapping[str, Mapping[str, Any]]) -> Any:
    if field.scope in frame:
        return frame[field.scope].get(field.key)
    return point.values.get(field.key)


def over(word: str, found: Sequence[Truth]) -> Truth:
    """The truth of a condition on a list, from that on each member."""
    if word == "two":
        return Truth.TRUE if found.count(Truth.TRUE) >= 2 else Truth.FALSE
    if word == "every":
        return combine("all", found) if found else Truth.FALSE
    return combine("any" if word == "any" else "none", found)


def name_of(document: Json) -> str:
    """One name for all conditions that are written alike."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False)


def comparisons(document: Json) -> Iterator[Json]:
    """Every comparison in a condition."""
    if "field" in document:
        yield document
        return
    ((key, inner),) = document.items()
    for part in inner if key in GROUPS else (inner,):
        yield from comparisons(part)


def quantified(document: Json, scope: str, times: int = 1) -> Iterator[tuple[str, Json]]:
    """Every condition on the members of a list, with its word."""
    if "field" in document:
        return
    ((key, inner),) = document.items()
    if key in GROUPS:
        for part in inner:
            yield from quantified(part, scope, times)
        return
    word, _, name = key.partition("_")
    if name == scope:
        yield word, inner
    yield from quantified(inner, scope, times)


def _demands(axiom: Json, scope: str, wanted: bool = True) -> Iterator[tuple[str, frozenset[str]]]:
    """What an axiom demands of some member; what it forbids all members needs none."""
    if "field" in axiom:
        return
    ((key, inner),) = axiom.items()
    if key in GROUPS:
        for part in inner:
            yield from _demands(part, scope, wanted != (key == "none"))
        return
    word, _, name = key.partition("_")
    if name == scope and (word in ("any", "two")) == wanted:
        yield word, frozenset(map(name_of, conjuncts(inner)))


def _chains(bodies: Iterable[frozenset[str]]) -> int:
    """Into how few chains of more and more demanding conditions these fall (found greedily)."""
    ends: list[frozenset[str]] = []
    for body in sorted(bodies, key=len, reverse=True):
        place = next((n for n, end in enumerate(ends) if body <= end), None)
        if place is None:
            ends.append(body)
        else:
            ends[place] = body
    return len(ends)


def conjuncts(document: Json) -> Iterator[Json]:
    """What must all hold for a condition to hold: nested `all` groups laid flat."""
    if "all" in document:
        for part in document["all"]:
            yield from conjuncts(part)
    else:
        yield document


__all__ = ["NOW", "Asked", "Key", "Space", "comparisons", "conjuncts", "name_of", "over", "quantified"]
