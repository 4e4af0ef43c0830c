"""Everything wrong with a table of rules, each with its path: shapes, names, types, values, caps.

`known` holds lists of names that `refers_to` points at (roles, reasons, SKUs); a list that is not given is not
checked. Problems of severity `warning` do not keep rules from being compiled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from app.engine.actions import action_problems
from app.engine.conditions import GROUPS
from app.engine.diagnostics import Problem, suggest
from app.engine.values import BadValueError, comparable_types, constant, shown
from app.engine.vocabulary import Field, Operator, Vocabulary

MAX_RULES = 20_000
MAX_DEPTH = 8
MAX_CONDITIONS = 200
MAX_ACTIONS = 20
MAX_ID = 100
_RULE_KEYS = ("id", "title", "when", "then", "accepts", "muted", "group")
_LEAF_KEYS = ("field", "op", "value")

Known = Mapping[str, Collection[str]]


def validate_rules(
    rules: Any, path: str, vocabulary: Vocabulary, known: Known | None = None, *, ordered: bool = False
) -> list[Problem]:
    """All problems of the rules listed at `path`, in document order.

    `ordered` (first match wins): the table must end with the otherwise row, the only one without `when`.
    """
    if not isinstance(rules, list):
        return [Problem("not-a-list", path, {"got": shown(rules)})]
    if len(rules) > MAX_RULES:
        return [Problem("too-many-rules", path, {"limit": MAX_RULES, "count": len(rules)})]
    found = [p for n, rule in enumerate(rules) for p in _rule(rule, f"{path}/{n}", vocabulary, known or {})]
    found += _repeated_ids(rules, path)
    return [*found, *_ending(rules, path)] if ordered else found


def condition_problems(document: Any, path: str, vocabulary: Vocabulary) -> list[Problem]:
    """All problems of one condition at `path`."""
    return list(_Conditions(vocabulary).problems(document, path, frozenset(), 1))


def _ending(rules: list[Any], path: str) -> Iterator[Problem]:
    bare = [n for n, rule in enumerate(rules) if isinstance(rule, Mapping) and "when" not in rule]
    last = len(rules) - 1
    yield from (Problem("otherwise-early", f"{path}/{n}") for n in bare if n != last)
    if last >= 0 and isinstance(rules[last], Mapping) and rules[last].get("id") == "otherwise" and last not in bare:
        yield Problem("otherwise-with-condition", f"{path}/{last}/when")
    elif last not in bare:
        yield Problem("otherwise-missing", path)


def _repeated_ids(rules: list[Any], path: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, rule in enumerate(rules):
        name = rule.get("id") if isinstance(rule, Mapping) else None
        if isinstance(name, str) and name in seen:
            yield Problem("rule-id-repeated", f"{path}/{number}/id", {"id": shown(name)})
        elif isinstance(name, str):
            seen.add(name)


def _rule(rule: Any, path: str, vocabulary: Vocabulary, known: Known) -> Iterator[Problem]:
    if not isinstance(rule, Mapping):
        yield Problem("not-an-object", path, {"got": shown(rule)})
        return
    yield from _unknown_keys(rule, _RULE_KEYS, path)
    yield from _identity(rule, path)
    if "when" in rule:
        yield from condition_problems(rule["when"], f"{path}/when", vocabulary)
    if rule.get("accepts") is not None:
        yield from _acceptance(rule, path, vocabulary)
    yield from _actions(rule.get("then"), f"{path}/then", vocabulary, known)


def _identity(rule: Mapping[str, Any], path: str) -> Iterator[Problem]:
    name = rule.get("id")
    if not isinstance(name, str) or not name.strip() or len(name) > MAX_ID:
        yield Problem("rule-id-missing", f"{path}/id", {"got": shown(name), "limit": MAX_ID})
    if "muted" in rule and not isinstance(rule["muted"], bool):
        yield Problem("value-type", f"{path}/muted", {"wanted": "boolean", "got": shown(rule["muted"])})
    elif rule.get("muted") and "when" not in rule:
        yield Problem("otherwise-muted", f"{path}/muted")
    # A group only gathers neighbours for the eye: order is position alone.
    for key in ("title", "group"):
        text = rule.get(key)
        if text is not None and not _is_text(text):
            yield Problem("text-not-bilingual", f"{path}/{key}", {"got": shown(text)})


def _is_text(title: Any) -> bool:
    return (
        isinstance(title, Mapping) and title.keys() == {"zh", "en"} and all(isinstance(t, str) for t in title.values())
    )


def _acceptance(rule: Mapping[str, Any], path: str, vocabulary: Vocabulary) -> Iterator[Problem]:
    if "when" in rule:
        yield Problem("accepts-with-condition", f"{path}/accepts")
    yield from condition_problems(rule["accepts"], f"{path}/accepts", vocabulary)


def _actions(then: Any, path: str, vocabulary: Vocabulary, known: Known) -> Iterator[Problem]:
    if not isinstance(then, list):
        yield Problem("not-a-list", path, {"got": shown(then)})
        return
    if len(then) > MAX_ACTIONS:
        yield Problem("too-many-actions", path, {"limit": MAX_ACTIONS, "count": len(then)})
        return
    yield from action_problems(then, path, vocabulary, known)


def _unknown_keys(document: Mapping[str, Any], allowed: Collection[str], path: str) -> Iterator[Problem]:
    for key in document:
        if key not in allowed:
            yield Problem("unknown-key", f"{path}/{key}", {"key": shown(key), "did_you_mean": suggest(key, allowed)})


class _Conditions:
    """Walks one rule's condition, counting as it goes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._count = 0

    def problems(self, document: Any, path: str, inside: frozenset[str], depth: int) -> Iterator[Problem]:
        """`inside` are the `many` scopes whose members the condition is asked of."""
        self._count += 1
        if self._count == MAX_CONDITIONS + 1:
            yield Problem("too-many-conditions", path, {"limit": MAX_CONDITIONS})
        if self._count > MAX_CONDITIONS:
            return
        if depth > MAX_DEPTH:
            yield Problem("too-deep", path, {"limit": MAX_DEPTH})
        elif not isinstance(document, Mapping):
            yield Problem("not-an-object", path, {"got": shown(document)})
        elif "field" in document or "op" in document:
            yield from self._comparison(document, path, inside)
        else:
            yield from self._compound(document, path, inside, depth)

    def _compound(
        self, document: Mapping[str, Any], path: str, inside: frozenset[str], depth: int
    ) -> Iterator[Problem]:
        possible = [*GROUPS, *self._vocabulary.quantifiers()]
        if len(document) != 1:
            yield Problem("condition-shape", path, {"keys": ", ".join(map(shown, document))})
            return
        ((key, inner),) = document.items()
        if key in GROUPS:
            yield from self._group(inner, f"{path}/{key}", inside, depth)
        elif key in possible:
            yield from self._quantified(key, inner, path, inside, depth)
        else:
            details = {"key": shown(key), "did_you_mean": suggest(key, [*possible, "field"])}
            yield Problem("unknown-condition", f"{path}/{key}", details)

    def _group(self, parts: Any, path: str, inside: frozenset[str], depth: int) -> Iterator[Problem]:
        if not isinstance(parts, list):
            yield Problem("not-a-list", path, {"got": shown(parts)})
            return
        if not parts:
            yield Problem("empty-group", path, severity="warning")
        for number, part in enumerate(parts):
            yield from self.problems(part, f"{path}/{number}", inside, depth + 1)

    def _quantified(self, key: str, inner: Any, path: str, inside: frozenset[str], depth: int) -> Iterator[Problem]:
        name = key.partition("_")[2]
        if name in inside:
            yield Problem("quantifier-in-itself", f"{path}/{key}", {"key": key})
            return
        yield from self.problems(inner, f"{path}/{key}", inside | {name}, depth + 1)

    def _comparison(self, document: Mapping[str, Any], path: str, inside: frozenset[str]) -> Iterator[Problem]:
        yield from _unknown_keys(document, _LEAF_KEYS, path)
        field = self._vocabulary.fields.get(_hashable(document.get("field")))
        if field is None:
            yield self._unknown_field(document.get("field"), f"{path}/field")
            return
        yield from self._out_of_reach(field, f"{path}/field", inside)
        operators = self._vocabulary.operators_of(field)
        operator = operators.get(_hashable(document.get("op")))
        if operator is None:
            yield self._unknown_operator(document.get("op"), field, operators, f"{path}/op")
        else:
            yield from self._value(document, field, operator, f"{path}/value", inside)

    def _unknown_field(self, key: Any, path: str) -> Problem:
        details = {"field": shown(key), "did_you_mean": suggest(key, self._vocabulary.fields)}
        return Problem("unknown-field", path, details)

    def _unknown_operator(self, name: Any, field: Field, operators: dict[str, Operator], path: str) -> Problem:
        if _hashable(name) in self._vocabulary.operators:
            details = {"op": shown(name), "field": field.key, "type": field.type, "allowed": ", ".join(operators)}
            return Problem("operator-unfit", path, details)
        return Problem("unknown-operator", path, {"op": shown(name), "did_you_mean": suggest(name, operators)})

    def _out_of_reach(self, field: Field, path: str, inside: frozenset[str]) -> Iterator[Problem]:
        scope = self._vocabulary.scopes.get(field.scope)
        if scope is not None and scope.many and scope.name not in inside:
            yield Problem("field-needs-quantifier", path, {"field": field.key, "quantifier": f"any_{scope.name}"})

    def _value(
        self, document: Mapping[str, Any], field: Field, operator: Operator, path: str, inside: frozenset[str]
    ) -> Iterator[Problem]:
        raw = document.get("value")
        if "value" not in document and operator.shape != "none":
            yield Problem("value-missing", path, {"op": operator.name})
        elif isinstance(raw, Mapping) and operator.shape == "value":
            yield from self._other(raw, field, path, inside)
        else:
            try:
                constant(field, operator, raw)
            except BadValueError as error:
                yield Problem(error.code, f"{path}/{error.at}" if error.at else path, error.details)

    def _other(self, raw: Mapping[str, Any], field: Field, path: str, inside: frozenset[str]) -> Iterator[Problem]:
        yield from _unknown_keys(raw, ("field",), path)
        other = self._vocabulary.fields.get(_hashable(raw.get("field")))
        if other is None:
            yield self._unknown_field(raw.get("field"), f"{path}/field")
            return
        yield from self._out_of_reach(other, f"{path}/field", inside)
        if other.type not in comparable_types(field):
            details = {"field": field.key, "type": field.type, "other": other.key, "other_type": other.type}
            yield Problem("fields-incomparable", f"{path}/field", details)


def _hashable(key: Any) -> str:
    return key if isinstance(key, str) else ""
