"""A table put together from rules that were compiled one by one: for trying edits, where most rules stay the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from app.engine.compile import compile_rules
from app.engine.evaluate import CompiledRules, Match
from app.engine.explain import RuleTrace
from app.engine.vocabulary import Vocabulary


class Joiner:
    """Joins tables of one vocabulary; a rule that was seen before is not compiled again."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[str, CompiledRules] = {}

    def join(self, rules: Sequence[dict[str, Any]]) -> Joined:
        """The table of these rules; raises RulesInvalidError."""
        return Joined(list(rules), [self._one(rule) for rule in rules])

    def _one(self, rule: dict[str, Any]) -> CompiledRules:
        name = repr((rule["id"], rule.get("when", "")))
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = compile_rules([rule], self._vocabulary)
        return found


class Joined(CompiledRules):
    """Answers as the same rules compiled as one table do; slower for many orders, made at once."""

    def __init__(self, rules: list[dict[str, Any]], parts: Sequence[CompiledRules]) -> None:
        self.rules = rules
        self._parts = parts
        self.matches = self._each
        self.first = self._first

    def evaluate(self, env: Any) -> list[Match]:
        """As of the table."""
        return list(self.matches(env))

    def members(self, index: int, env: Any, scope: str) -> list[Any]:
        """As of the table."""
        return self._parts[index].members(0, env, scope)

    def explain(self, env: Any, only: Iterable[int] | None = None) -> list[RuleTrace]:
        """As of the table."""
        places = range(len(self.rules)) if only is None else only
        return [replace(self._parts[index].explain(env)[0], index=index) for index in places]

    def _each(self, env: Any) -> Iterator[Match]:
        for index, part in enumerate(self._parts):
            yield from (replace(match, index=index) for match in part.matches(env))
