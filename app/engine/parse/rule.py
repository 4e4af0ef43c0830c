"""A whole sentence read as one rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.parse import sayings
from app.engine.parse.actions import Actions, Names
from app.engine.parse.conditions import Conditions
from app.engine.parse.reader import Reader
from app.engine.parse.steps import Mark, Step, best
from app.engine.vocabulary import Vocabulary

MAX_SENTENCE = 4_000

Rule = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sentence says. `rule` has `when` (absent for “otherwise”) and `then`, without what is marked.

    Only a reading without marks is certain; `rule` is None when nothing was understood.
    """

    rule: Rule | None
    marks: tuple[Mark, ...]
    language: str

    @property
    def certain(self) -> bool:
        """Whether the rule is all that the sentence says, and nothing else."""
        return self.rule is not None and not self.marks


def parse_rule(sentence: str, vocabulary: Vocabulary, language: str = "", names: Names | None = None) -> Reading:
    """Read a sentence in `zh` or `en` (found by its letters when not given); `names` as for `phrase_rule`.

    Never raises for what people write; a sentence of more than `MAX_SENTENCE` letters is not read.
    """
    language = language or language_of(sentence)
    everything = Mark(0, len(sentence), "not-understood")
    if len(sentence) > MAX_SENTENCE or not sentence.strip():
        return Reading(None, (everything,), language)
    for forgiving in (False, True):
        reader = Reader(sentence)
        whole = best(read_whole(reader, vocabulary, language, names or {}, forgiving=forgiving), 0)
        if whole:
            ((_, step),) = whole.items()
            return Reading(_tidy(step.value), step.marks, language)
    return Reading(None, (everything,), language)


def language_of(sentence: str) -> str:
    """`zh` when there are Chinese letters outside of quotes, else `en`."""
    outside = "".join(sentence.replace("”", "“").split("“")[::2])
    return "zh" if any("\u3400" <= letter <= "\u9fff" for letter in outside) else "en"


def normal_rule(rule: Mapping[str, Any]) -> Rule:
    """The `when` and `then` of a rule in the form that reading gives: no group of one, an outermost group always."""
    found: Rule = {"then": [{k: v for k, v in action.items() if v is not None} for action in rule["then"]]}
    return found if rule.get("when") is None else {"when": _outer(_normal(rule["when"])), **found}


def _normal(node: Mapping[str, Any]) -> dict[str, Any]:
    if "field" in node:
        return _leaf(node)
    ((key, inner),) = node.items()
    if key not in ("all", "any", "none"):
        return {key: _normal(inner)}
    parts = [_normal(part) for part in inner]
    if not parts:
        return {"any" if key == "any" else "all": []}
    return parts[0] if len(parts) == 1 and key != "none" else {key: parts}


def _leaf(node: Mapping[str, Any]) -> dict[str, Any]:
    if node["op"] == "is_not" and isinstance(node.get("value"), bool):
        return {"field": node["field"], "op": "is", "value": not node["value"]}
    return {key: node[key] for key in ("field", "op", "value") if node.get(key) is not None}


def _outer(node: dict[str, Any]) -> dict[str, Any]:
    return node if next(iter(node)) in ("all", "any", "none") else {"all": [node]}


def _tidy(rule: Rule) -> Rule | None:
    then = [action for action in rule["then"] if action is not None]
    when = rule.get("when")
    if "when" not in rule:
        return {"then": then} if then else None
    return {**({"when": _outer(when)} if when is not None else {}), "then": then}


def read_whole(
    reader: Reader, vocabulary: Vocabulary, language: str, names: Names, *, forgiving: bool
) -> Iterator[Step]:
    """Every reading of the whole sentence."""
    conditions = Conditions(reader, vocabulary, language, forgiving=forgiving)
    actions = Actions(reader, vocabulary, language, names, forgiving)
    sentence = _Sentence(reader, conditions, actions, language)
    for step in (*sentence.otherwise(), *sentence.condition_first(), *sentence.condition_last()):
        for word in ("", *sayings.END[language]):
            end = reader.word(step.end, word) if word else step.end
            if end is not None and reader.ends(end):
                yield Step(len(reader.folded), step.value, step.marks, step.loose)
                break


@dataclass(frozen=True, slots=True)
class _Sentence:
    reader: Reader
    conditions: Conditions
    actions: Actions
    language: str

    def otherwise(self) -> Iterator[Step]:
        """Actions without a condition, with or without the word for it."""
        for number, word in enumerate((*sayings.OTHERWISE[self.language], "")):
            start = self.reader.word(0, word, "" if number else "mark") if word else 0
            for step in self.actions.all(start).values() if start is not None else ():
                yield Step(step.end, {"then": step.value}, step.marks, step.loose)

    def condition_first(self) -> Iterator[Step]:
        """When …: do …"""
        for number, word in enumerate((*sayings.WHEN[self.language], "")):
            start = self.reader.word(0, word, "mark" if number < 2 else "") if word else 0
            for condition in self.conditions.condition(start).values() if start is not None else ():
                yield from self._then(condition, number)

    def _then(self, condition: Step, loose: int) -> Iterator[Step]:
        for number, word in enumerate(sayings.THEN[self.language]):
            end = self.reader.word(condition.end, word, "" if number > 1 else "mark")
            for step in self.actions.all(end).values() if end is not None else ():
                more = condition.loose + step.loose + min(loose + number, 1)
                rule = {"when": condition.value, "then": step.value}
                yield Step(step.end, rule, (*condition.marks, *step.marks), more)

    def condition_last(self) -> Iterator[Step]:
        """Do … when …"""
        for step in self.actions.all(0).values():
            comma = self.reader.word(step.end, ",")
            for word in sayings.WHEN[self.language]:
                start = self.reader.word(step.end if comma is None else comma, word, "mark")
                for condition in self.conditions.condition(start).values() if start is not None else ():
                    last = self.reader.word(condition.end, "时") if self.language == "zh" else None
                    rule = {"when": condition.value, "then": step.value}
                    marks, loose = (*condition.marks, *step.marks), condition.loose + step.loose + 1
                    yield Step(condition.end if last is None else last, rule, marks, loose)
