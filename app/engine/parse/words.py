"""Values as people write them in a sentence: amounts, names, lists, times of day, ages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.engine.parse import sayings
from app.engine.parse.reader import Reader
from app.engine.parse.steps import Step
from app.engine.values import comparable_types, epoch_of
from app.engine.vocabulary import Field, Text, Vocabulary

_BARE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-/]*")
_BARE_CHINESE = re.compile(r"[\u3400-\u9fffA-Za-z0-9_.\-]+")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_WAN = Decimal(10_000)
_NO_NAME = ("并且", "而且", "或者", "同时", "那么", "时", "则", "或", "且", "是", "当", "如果")
"""A bare Chinese name that holds one of these may be more than a name: it must be quoted."""


def read_value(text: str, field: Field, language: str) -> Any:
    """One value of the field as people type it (`1.2万`, `￥500`, `3 天`); None when it is none."""
    reader = Reader(text)
    values = Values(reader, Vocabulary({}, {}, {}, {}), language)
    return next((step.value for step in values.one(0, field) if reader.ends(step.end)), None)


@dataclass(frozen=True, slots=True)
class Values:
    """Reads values out of one sentence in one language."""

    reader: Reader
    vocabulary: Vocabulary
    language: str

    def of(self, at: int, field: Field, shape: str, least: int = 1) -> Iterator[Step]:
        """Every value of the operator's `shape` that may stand at `at`; `least` items in a list."""
        if shape == "list":
            yield from self._several(at, lambda place: self.one(place, field), sayings.LIST, least)
        elif shape == "weekdays":
            yield from self._several(at, self._weekday, sayings.LIST, 1)
        elif shape == "pair":
            yield from self._pair(at, lambda place: self.one(place, field))
        elif shape == "clock":
            yield from self._pair(at, self._clock)
        elif shape == "age":
            yield from self._age(at)
        elif shape == "pattern":
            yield from self._quoted(at)
        else:
            yield from self.one(at, field)
            yield from self._other(at, field)

    def one(self, at: int, field: Field) -> Iterator[Step]:
        """One value of the field's type."""
        if field.type == "money":
            yield from self._money(at)
        elif field.type in ("integer", "number"):
            yield from self.number(at, field.type == "integer", field.unit)
        elif field.type == "time":
            yield from self._moment(at)
        elif field.type != "boolean":
            yield from self.text(at, field.choices, closed=bool(field.choices) and not field.open)

    def text(self, at: int, words: Mapping[str, Text], *, closed: bool | None = None) -> Iterator[Step]:
        """A word of `words` (its code is the value), or where these do not close the values any text."""
        for code, text in words.items():
            label = text[self.language]
            for form in {label, code}:
                end = self.reader.word(at, form, "value" if form == label else "")
                if end is not None:
                    yield Step(end, code, loose=1)
        closed = bool(words) if closed is None else closed
        by_label = {text[self.language]: code for code, text in words.items()}
        for step in self._quoted(at):
            if step.value in by_label:
                yield Step(step.end, by_label[step.value])
            elif not closed or step.value in words:
                yield step
        if not closed:
            yield from self._bare(at)

    def number(self, at: int, whole: bool, unit: Text | None) -> Iterator[Step]:
        """A number with or without its unit."""
        found = self.reader.number(at)
        if found is None:
            return
        end, digits = found
        plain = digits.lstrip("-").isdigit()
        if whole and not plain:
            return
        value = int(digits) if plain else float(digits)
        yield Step(end, value, loose=bool(unit))
        told = unit and self.reader.word(end, unit[self.language], "value")
        if told:
            yield Step(told, value)

    def weights(self, at: int, words: Mapping[str, Text]) -> Iterator[Step]:
        """`near 3, cheap 1`: a number for each of some words."""
        yield from (
            Step(s.end, dict(s.value), s.marks, s.loose)
            for s in self._several(at, lambda place: self._weight(place, words), sayings.LIST, 1)
        )

    def _weight(self, at: int, words: Mapping[str, Text]) -> Iterator[Step]:
        for code, text in words.items():
            end = self.reader.word(at, text[self.language], "value")
            if end is not None:
                yield from (Step(s.end, (code, s.value)) for s in self.number(end, False, None))

    def _several(
        self, at: int, read: Callable[[int], Iterator[Step]], between: Mapping[str, Sequence[str]], least: int
    ) -> Iterator[Step]:
        reached = [Step(s.end, [s.value], loose=s.loose) for s in read(at)]
        while reached:
            yield from (step for step in reached if len(step.value) >= least)
            reached = list(self._longer(reached, read, between[self.language]))

    def _longer(
        self, reached: list[Step], read: Callable[[int], Iterator[Step]], between: Sequence[str]
    ) -> Iterator[Step]:
        seen: set[int] = set()
        for step in reached:
            for number, word in enumerate(between):
                end = self.reader.word(step.end, word)
                for more in read(end) if end is not None else ():
                    if more.end not in seen:
                        seen.add(more.end)
                        yield Step(more.end, [*step.value, more.value], loose=step.loose + more.loose + (number > 0))

    def _pair(self, at: int, read: Callable[[int], Iterator[Step]]) -> Iterator[Step]:
        for low in read(at):
            for word in sayings.TO[self.language]:
                end = self.reader.word(low.end, word)
                for high in read(end) if end is not None else ():
                    yield Step(high.end, [low.value, high.value], loose=low.loose + high.loose)

    def _money(self, at: int) -> Iterator[Step]:
        signed = next((e for sign in "¥￥" if (e := self.reader.word(at, sign)) is not None), at)
        found = self.reader.number(signed)
        if found is None:
            return
        end, digits = found
        amounts = [(end, Decimal(digits))]
        if (tens := self.reader.word(end, "万")) is not None:
            amounts = [(tens, Decimal(digits) * _WAN)]
        for place, yuan in amounts:
            fen = yuan * 100
            if fen == fen.to_integral_value():
                yield Step(place, int(fen), loose=2)
                for number, unit in enumerate(self._units()):
                    told = self.reader.word(place, unit, "" if number else "value")
                    if told is not None:
                        yield Step(told, int(fen), loose=min(number, 1))

    def _units(self) -> Sequence[str]:
        first = "元" if self.language == "zh" else "yuan"
        return (first, *(unit for unit in sayings.MONEY if unit != first))

    def _moment(self, at: int) -> Iterator[Step]:
        yield from (step for step in self._quoted(at) if _MOMENT.fullmatch(step.value))
        start = self.reader.skip(at)
        if (bare := _MOMENT.match(self.reader.folded, start)) is not None:
            yield Step(bare.end(), epoch_of(bare[0].upper()))
        elif (found := self.reader.number(start)) is not None and found[1].lstrip("-").isdigit():
            yield Step(found[0], int(found[1]))

    def _clock(self, at: int) -> Iterator[Step]:
        yield from (step for step in self._quoted(at) if _CLOCK.fullmatch(step.value))
        bare = _CLOCK.match(self.reader.folded, self.reader.skip(at))
        if bare is not None:
            yield Step(bare.end(), f"{int(bare[1]):02}:{bare[2]}", loose=1)

    def _weekday(self, at: int) -> Iterator[Step]:
        for day, names in sayings.WEEKDAYS.items():
            for number, name in enumerate(names[self.language]):
                end = self.reader.word(at, name, "" if number else "value")
                if end is not None:
                    yield Step(end, day, loose=min(number, 1))

    def _age(self, at: int) -> Iterator[Step]:
        reached = list(self._one_age(at))
        while reached:
            yield from reached
            reached = [
                Step(more.end, {**step.value, **more.value}, loose=step.loose + more.loose)
                for step in reached
                for more in self._one_age(step.end)
                if not step.value.keys() & more.value.keys()
            ]

    def _one_age(self, at: int) -> Iterator[Step]:
        for number in self.number(at, False, None):
            for unit, names in sayings.AGES.items():
                for place, name in enumerate(names[self.language]):
                    end = self.reader.word(number.end, name, "" if place else "value")
                    if end is not None:
                        yield Step(end, {unit: number.value}, loose=min(place, 1))

    def _quoted(self, at: int) -> Iterator[Step]:
        found = self.reader.quoted(at)
        if found is not None:
            yield Step(*found)

    def _bare(self, at: int) -> Iterator[Step]:
        start = self.reader.skip(at)
        for form in (_BARE, _BARE_CHINESE):
            found = form.match(self.reader.text, start)
            if found is not None and not any(word in found[0] for word in _NO_NAME):
                yield Step(found.end(), found[0], loose=3)
                return

    def _other(self, at: int, field: Field) -> Iterator[Step]:
        for other in self.vocabulary.fields.values():
            if other.type in comparable_types(field):
                end = self.reader.word(at, other.label[self.language], "value")
                if end is not None:
                    yield Step(end, {"field": other.key})
