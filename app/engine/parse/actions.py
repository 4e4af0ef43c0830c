"""Actions out of a sentence, by the phrases that the vocabulary prints them with and the others it knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from app.engine.parse import sayings
from app.engine.parse.reader import Reader
from app.engine.parse.steps import Mark, Step, Steps, best
from app.engine.parse.words import Values
from app.engine.vocabulary import ActionKind, Parameter, Text, Vocabulary

Names = Mapping[str, Mapping[str, Text]]
_STOPS = ".;"


@lru_cache(maxsize=512)
def _variants(template: str) -> tuple[tuple[str, ...], ...]:
    """A phrase with and without each of its bracketed parts; words and `{parameters}` in turn, the fullest first."""
    head, bracket, rest = template.partition("[")
    if not bracket:
        return (tuple(part for part in re.split(r"(\{\w+\})", template) if part.strip()),)
    optional, _, tail = rest.partition("]")
    return (*_variants(head + optional + tail), *_variants(head + tail))


@lru_cache(maxsize=512)
def _hint(template: str) -> str:
    return re.sub(r"\{\w+\}", "…", re.sub(r"\[[^\]]*\]", "", template))


@dataclass(frozen=True, slots=True)
class Actions:
    """Reads the actions of one sentence. `names` gives the words of what parameters refer to."""

    reader: Reader
    vocabulary: Vocabulary
    language: str
    names: Names
    forgiving: bool

    def all(self, at: int) -> Steps:
        """Every list of actions that starts at `at`."""
        reached = {s.end: Step(s.end, [s.value], s.marks, s.loose) for s in self.one(at).values()}
        found: list[Step] = []
        while reached:
            found += reached.values()
            reached = best(self._longer(reached), at)
        return best(found, at)

    def one(self, at: int) -> Steps:
        """Every single action that starts at `at`."""
        return best(self._one(self.reader.skip(at)), at)

    def _longer(self, reached: Steps) -> Iterator[Step]:
        for step in list(reached.values()):
            for number, word in enumerate(sayings.NEXT[self.language]):
                end = self.reader.word(step.end, word, "" if number else "joint")
                for more in self.one(end).values() if end is not None else ():
                    loose = step.loose + more.loose + min(number, 1)
                    yield Step(more.end, [*step.value, more.value], (*step.marks, *more.marks), loose)

    def _one(self, at: int) -> Iterator[Step]:
        found = [
            self._complete(kind, step, at)
            for kind in self.vocabulary.actions.values()
            for number, template in enumerate((kind.phrase[self.language], *kind.also.get(self.language, ())))
            for variant in _variants(template)
            for step in self._filled(kind, variant, Step(at, {}, loose=min(number, 1)), shown=not number)
        ]
        yield from found
        if self.forgiving and not found:
            folded = self.reader.folded
            end = next((p for p in range(at + 1, len(folded)) if folded[p] in _STOPS), len(folded))
            if end > at:
                yield Step(end, None, (Mark(at, end, "not-understood"),))

    def _filled(self, kind: ActionKind, variant: tuple[str, ...], step: Step, *, shown: bool) -> Iterator[Step]:
        if not variant:
            yield step
            return
        part, rest = variant[0], variant[1:]
        if not part.startswith("{"):
            end = self.reader.word(step.end, part, "action" if shown else "", _hint(kind.phrase[self.language]))
            if end is not None:
                yield from self._filled(kind, rest, Step(end, step.value, step.marks, step.loose), shown=shown)
            return
        row = next(row for row in kind.parameters if row.name == part[1:-1])
        for value in self._value(step.end, row, shown=shown):
            more = Step(value.end, {**step.value, row.name: value.value}, step.marks, step.loose + value.loose)
            yield from self._filled(kind, rest, more, shown=shown)

    def _value(self, at: int, row: Parameter, *, shown: bool) -> Iterator[Step]:
        values = Values(self.reader, self.vocabulary, self.language)
        words = {**row.choices, **self.names.get(row.refers_to, {})}
        if row.type in ("integer", "number"):
            yield from values.number(at, row.type == "integer", None)
        elif row.type == "weights":
            yield from values.weights(at, row.choices)
        elif row.pattern:
            yield from self._printed(at, words, shown=shown)
            yield from self._patterned(at, row.pattern)
        elif row.type == "choice":
            yield from self._printed(at, words, shown=shown)
        else:
            yield from self._printed(at, words, shown=shown)
            yield from values.text(at, {}, closed=False)

    def _printed(self, at: int, words: Mapping[str, Text], *, shown: bool) -> Iterator[Step]:
        for code, text in words.items():
            label = text[self.language]
            for number, form in enumerate((label, f"“{label}”", label.removeprefix("the "))):
                end = self.reader.word(at, form, "value" if shown and not number else "")
                if end is not None:
                    yield Step(end, code, loose=number)

    def _patterned(self, at: int, pattern: str) -> Iterator[Step]:
        start = self.reader.skip(at)
        ends = range(min(len(self.reader.text), start + 64), start, -1)
        yield from (
            Step(end, self.reader.text[start:end])
            for end in ends
            if re2.fullmatch(pattern, self.reader.text[start:end]) is not None
        )

    def _complete(self, kind: ActionKind, step: Step, at: int) -> Step:
        action: dict[str, Any] = {"do": kind.name, **step.value}
        missing = [row for row in kind.parameters if row.required and row.name not in step.value]
        marks = tuple(
            Mark(at, step.end, "value-missing", (("action", kind.name), ("parameter", row.name))) for row in missing
        )
        return Step(step.end, action, (*step.marks, *marks), step.loose)
