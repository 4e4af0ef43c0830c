"""A pack's order rules told again, for durable-rules: as flat facts, and as plain conjunctions of tests on them.

Each rule becomes two sets of conjunctions, one under which it is certainly true and one under which it is certainly
false; negation moves inwards to the comparisons. A fact that is not known is left out, and what is not there matches
no test, so that a rule of which neither set matches is unknown: the engine's own logic, arrived at another way.

What the other engine's operators cannot express is asked beforehand and handed in as a fact (`asked`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from app.engine import CompiledRules, compile_rules
from app.engine.values import constant
from app.engine.vocabulary import Field, Vocabulary

Json = dict[str, Any]
Conjunction = tuple[Json, ...]
TAG: Json = {"t": "order"}
TRUE, FALSE = "true", "false"

MOST_CONJUNCTIONS = 24
"""Of one rule, each way; a rule with more is asked beforehand as a whole."""
MOST_TESTS = 40
"""Distinct tests, and rules, of one rule set: the library takes 64 tests for a message (H4), 512 at a node (H5)."""
_MOST_VALUES = 12
_MOST_TEXT = 200
_MOST_INTEGER = 2**62
_COMPARED = {"<": ("$lt", "$gte"), "<=": ("$lte", "$gt"), ">": ("$gt", "$lte"), ">=": ("$gte", "$lt")}
_SCALAR = frozenset({"integer", "money", "number", "time", "text", "choice", "boolean"})


class UnfitError(ValueError):
    """A value that must not be handed to durable-rules (H7, H8, H18)."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One rule, one way: `wanted` is `true` or `false`; any of the conjunctions makes it so."""

    rule: int
    wanted: str
    conjunctions: tuple[Conjunction, ...]


@dataclass(slots=True)
class Retelling:
    """A section's rules, told again. `facts` name → how to read it; `asked` name → (rule's path, condition).

    `rules_without` are those without a condition: there is nothing to tell of them.
    """

    tellings: list[Telling] = field(default_factory=list)
    facts: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    asked: dict[str, tuple[str, Json]] = field(default_factory=dict)
    vocabulary: Vocabulary | None = None
    _compiled: CompiledRules | None = None

    def facts_of(self, environment: Any) -> Json:
        """What is known in this environment, as flat values. Raises `UnfitError` for a value that is out of bounds."""
        found = {name: read(environment) for name, read in self.facts.items()}
        for match in self._ask(environment):
            if not match.unknown:
                found[match.id] = "yes"
        return {name: value for name, value in found.items() if value is not None}

    def _ask(self, environment: Any) -> list[Any]:
        if not self.asked or self.vocabulary is None:
            return []
        if self._compiled is None:
            both: list[Json] = [
                {"id": f"{name}{end}", "when": one, "then": []}
                for name, (_, condition) in self.asked.items()
                for end, one in (("y", condition), ("n", {"none": [condition]}))
            ]
            self._compiled = compile_rules(both, self.vocabulary)
        return self._compiled.evaluate(environment)


def retell(rules: Sequence[Mapping[str, Any]], vocabulary: Vocabulary) -> Retelling:
    """The rules of a valid section, told again."""
    teller = _Teller(vocabulary)
    for place, rule in enumerate(rules):
        if "when" in rule:
            teller.tell(place, rule["when"])
    return teller.told


def rule_sets(tellings: Sequence[Telling]) -> Iterator[dict[str, Json]]:
    """The conjunctions as rules named `rule:wanted:number`, in sets that stay within the library's limits.

    Each set ends with a rule that matches everything (H1, H13).
    """
    chunk: dict[str, Json] = {}
    tests: set[str] = set()
    for one in tellings:
        for number, conjunction in enumerate(one.conjunctions):
            new = {str(test) for test in conjunction} - tests
            if chunk and (len(tests) + len(new) > MOST_TESTS or len(chunk) >= MOST_TESTS):
                yield {**chunk, "seen": _rule((), 99)}
                chunk, tests = {}, set()
                new = {str(test) for test in conjunction}
            tests |= new
            chunk[f"{one.rule}:{one.wanted}:{number}"] = _rule(conjunction, len(chunk))
    if chunk:
        yield {**chunk, "seen": _rule((), 99)}


def _rule(conjunction: Conjunction, priority: int) -> Json:
    # Equality first: it is looked up, the others are tried one after the other.
    tests = sorted(conjunction, key=lambda test: next(iter(test)).startswith("$"))
    return {"all": [{"m": {"$and": [TAG, *tests]} if tests else TAG}], "pri": priority}


class _TooManyError(Exception):
    """A rule that makes too many conjunctions."""


class _Teller:
    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._names: dict[str, str] = {}
        self._path = ""
        self.told = Retelling(vocabulary=vocabulary)

    def tell(self, place: int, condition: Json) -> None:
        """Add one rule, both ways."""
        self._path = f"{place}/when"
        for wanted in (TRUE, FALSE):
            try:
                conjunctions = tuple(dict.fromkeys(self._cases(condition, wanted == TRUE)))
            except _TooManyError:
                conjunctions = tuple(self._asked(condition, wanted == TRUE))
            self.told.tellings.append(Telling(place, wanted, tuple(_plain(one) for one in conjunctions)))

    def _cases(self, node: Json, wanted: bool) -> list[Any]:
        """Conjunctions (as sorted texts of tests) of which any makes the node what is wanted."""
        if "field" in node:
            return self._comparison(node, wanted)
        ((key, inner),) = node.items()
        if key not in ("all", "any", "none"):
            return self._asked(node, wanted)
        if key == "none":
            # None of them: every one is false. Not none: one is true.
            parts = [self._cases(part, not wanted) for part in inner]
        else:
            parts = [self._cases(part, wanted) for part in inner]
        together = (key == "any") != wanted
        return _product(parts) if together else _union(parts)

    def _comparison(self, node: Json, wanted: bool) -> list[Any]:
        row, operator = self._vocabulary.fields[node["field"]], node["op"]
        if not self._is_plain(row, node):
            return self._asked(node, wanted)
        if operator in ("is_known", "is_unknown"):
            there = (operator == "is_known") == wanted
            return _one({"$ex" if there else "$nex": {self._fact(row): 1}})
        fixed = constant(row, self._vocabulary.operators[operator], node["value"])
        if operator in ("contains", "not_contains"):
            name = self._held(row, fixed)
            return _one({name: "yes" if (operator == "contains") == wanted else "no"})
        if not _fits(fixed):
            return self._asked(node, wanted)
        return _tests(operator, self._fact(row), fixed, wanted=wanted)

    def _is_plain(self, row: Field, node: Json) -> bool:
        """Whether the comparison can be made by the other engine on one flat value."""
        scope = self._vocabulary.scopes.get(row.scope)
        if row.personal or (scope is not None and scope.many) or isinstance(node.get("value"), Mapping):
            return False
        if row.type == "texts":
            return node["op"] in ("contains", "not_contains")
        plain = ("is", "is_not", "in", "not_in", "between", "is_known", "is_unknown", *_COMPARED)
        return row.type in _SCALAR and node["op"] in plain

    def _fact(self, row: Field) -> str:
        name = self._names.setdefault(row.key, f"f{len(self._names)}")
        self.told.facts[name] = _reader(row)
        return name

    def _held(self, row: Field, value: Any) -> str:
        name = self._names.setdefault(f"{row.key}\x1f{value}", f"f{len(self._names)}")
        read = _raw_reader(row)

        def holds(environment: Any) -> str | None:
            texts = read(environment)
            return None if texts is None else "yes" if value in texts else "no"

        self.told.facts[name] = holds
        return name

    def _asked(self, node: Json, wanted: bool) -> list[Any]:
        name = self._names.setdefault(f"?{node!r}", f"q{len(self._names)}")
        self.told.asked.setdefault(name, (self._path, node))
        return _one({f"{name}{'y' if wanted else 'n'}": "yes"})


def _one(*tests: Json) -> list[Any]:
    return [frozenset(_frozen(test) for test in tests)]


def _frozen(test: Json) -> tuple[str, Any]:
    ((key, value),) = test.items()
    return key, next(iter(value.items())) if isinstance(value, dict) else value


def _plain(conjunction: Any) -> Conjunction:
    plain = ({key: dict([value]) if isinstance(value, tuple) else value} for key, value in conjunction)
    return tuple(sorted(plain, key=str))


def _product(parts: Sequence[list[Any]]) -> list[Any]:
    count = 1
    for part in parts:
        count *= len(part)
        if count > MOST_CONJUNCTIONS:
            raise _TooManyError
    made = [frozenset[Any]().union(*choice) for choice in product(*parts)]
    if any(len(one) > MOST_TESTS // 2 for one in made):
        raise _TooManyError
    return made


def _union(parts: Sequence[list[Any]]) -> list[Any]:
    found = [one for part in parts for one in part]
    if len(found) > MOST_CONJUNCTIONS:
        raise _TooManyError
    return found


def _tests(operator: str, name: str, fixed: Any, *, wanted: bool) -> list[Any]:
    def equal(value: Any) -> Json:
        return {name: value}

    def unequal(value: Any) -> Json:
        return {"$neq": {name: value}}

    if operator in ("is", "is_not"):
        return _one((equal if (operator == "is") == wanted else unequal)(_value(fixed)))
    if operator in ("in", "not_in"):
        values = sorted(map(_value, fixed), key=str)
        if (operator == "in") == wanted:
            return [one for value in values for one in _one(equal(value))]
        return _one(*(unequal(value) for value in values))
    if operator == "between":
        low, high = map(_value, fixed)
        if wanted:
            return _one({"$gte": {name: low}}, {"$lte": {name: high}})
        return [*_one({"$lt": {name: low}}), *_one({"$gt": {name: high}})]
    return _one({_COMPARED[operator][0 if wanted else 1]: {name: _value(fixed)}})


def _fits(fixed: Any) -> bool:
    values = fixed if isinstance(fixed, tuple | frozenset) else (fixed,)
    if len(values) > _MOST_VALUES:
        return False
    try:
        for value in values:
            _value(value)
    except UnfitError:
        return False
    return True


def _raw_reader(row: Field) -> Callable[[Any], Any]:
    scope, attribute = row.scope, row.attribute

    def read(environment: Any) -> Any:
        owner = getattr(environment, scope) if scope else environment
        return None if owner is None else getattr(owner, attribute)

    return read


def _reader(row: Field) -> Callable[[Any], Any]:
    raw = _raw_reader(row)

    def read(environment: Any) -> Any:
        value = raw(environment)
        return None if value is None else _value(value)

    return read


def _value(value: Any) -> Any:
    """The value as durable-rules takes it exactly: no booleans, no exponents, no large integers, no long texts."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        if abs(value) > _MOST_INTEGER:
            raise UnfitError(str(value))
        return value
    if isinstance(value, float):
        if "e" in repr(value) or "n" in repr(value):
            raise UnfitError(repr(value))
        return value
    text = str(value)
    if len(text) > _MOST_TEXT:
        raise UnfitError(text[:20])
    return text
