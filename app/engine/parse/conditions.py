"""Conditions out of a sentence: comparisons, groups, quantifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.engine.parse import sayings
from app.engine.parse.reader import Reader
from app.engine.parse.steps import Mark, Step, Steps, best
from app.engine.parse.words import Values
from app.engine.vocabulary import Field, Operator, Vocabulary

_LISTING = ("in", "not_in")
_STOPS = ",.;:()"

Inside = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Saying:
    """One way to say an operator: the words before the field, between it and the value, and after that."""

    operator: Operator
    before: str
    between: str
    after: str
    takes: bool
    loose: int


@lru_cache(maxsize=64)
def _cut(template: str) -> tuple[str, str, str, bool]:
    before, _, rest = template.partition("{field}")
    between, takes, after = rest.partition("{value}")
    return before, between, after, bool(takes)


class Conditions:
    """Reads the conditions of one sentence. `forgiving`: a part that is not understood is marked and passed over."""

    def __init__(self, reader: Reader, vocabulary: Vocabulary, language: str, *, forgiving: bool) -> None:
        self._reader = reader
        self._vocabulary = vocabulary
        self._language = language
        self._forgiving = forgiving
        self._values = Values(reader, vocabulary, language)
        self._sayings = self._gather()
        self._held: dict[tuple[str, int, Inside], Steps] = {}
        self._found: dict[int, list[tuple[Field, int, int]]] = {}

    def condition(self, at: int, inside: Inside = frozenset()) -> Steps:
        """Every condition that starts at `at`, within the quantifiers `inside`: parts joined by one kind of joint."""
        return self._remembered("condition", at, inside, self._condition)

    def _parts(self, at: int, inside: Inside) -> Steps:
        return self._remembered("part", at, inside, self._part)

    def _remembered(self, what: str, at: int, inside: Inside, read: Callable[[int, Inside], Iterator[Step]]) -> Steps:
        place = self._reader.skip(at)
        key = (what, place, inside)
        if key not in self._held:
            self._held[key] = {}
            self._held[key] = best(read(place, inside), place)
        return self._held[key]

    def _condition(self, at: int, inside: Inside) -> Iterator[Step]:
        yield from self._bare_none(at, inside)
        for step in self._parts(at, inside).values():
            yield step
            chains = {kind: {step.end: Step(step.end, [step.value], step.marks, step.loose)} for kind in sayings.JOINTS}
            for kind, chain in chains.items():
                yield from self._chained(at, kind, chain, inside)

    def _chained(self, at: int, kind: str, reached: Steps, inside: Inside) -> Iterator[Step]:
        other = "any" if kind == "all" else "all"
        while reached:
            reached = best(self._longer(kind, reached, inside), at)
            for step in reached.values():
                parts = [part for part in step.value if part is not None]
                whole: Any = {kind: parts} if len(parts) > 1 else (parts[0] if parts else None)
                yield Step(step.end, whole, step.marks, step.loose)
                yield from self._mixed(at, other, step, whole, inside)

    def _mixed(self, at: int, other: str, step: Step, whole: Any, inside: Inside) -> Iterator[Step]:
        """`a and b or c`: which of them belong together is not said, so it is marked."""
        for more in self._longer(other, {step.end: Step(step.end, [whole], step.marks, step.loose)}, inside):
            mark = Mark(at, more.end, "mixed-joints")
            yield Step(more.end, {other: more.value}, (*more.marks, mark), more.loose)

    def _longer(self, kind: str, reached: Steps, inside: Inside) -> Iterator[Step]:
        for step in list(reached.values()):
            for number, word in enumerate(sayings.JOINTS[kind][self._language]):
                end = self._reader.word(step.end, word, "" if number else "joint")
                if end is None:
                    continue
                for part in self._parts(end, inside).values():
                    loose = step.loose + part.loose + min(number, 1)
                    yield Step(part.end, [*step.value, part.value], (*step.marks, *part.marks), loose)

    def _part(self, at: int, inside: Inside) -> Iterator[Step]:
        yield from self._bracketed(at, inside)
        yield from self._quantified(at, inside)
        yield from self._constant(at)
        found = list(self._comparisons(at, inside))
        yield from found
        if self._forgiving and not found:
            yield from self._passed_over(at)

    def _bracketed(self, at: int, inside: Inside) -> Iterator[Step]:
        start = self._reader.word(at, "(")
        if start is None:
            return
        for inner in self.condition(start, inside).values():
            end = self._reader.word(inner.end, ")", "mark")
            if end is not None:
                yield Step(end, inner.value, inner.marks, inner.loose)

    def _bare_none(self, at: int, inside: Inside) -> Iterator[Step]:
        for number, opening in enumerate(sayings.NONE[self._language]):
            start = self._reader.word(at, opening, "" if number else "joint")
            if start is None:
                continue
            parts = self._parts(start, inside)
            reached = {s.end: Step(s.end, [s.value], s.marks, s.loose) for s in parts.values()}
            while reached:
                for step in reached.values():
                    yield Step(step.end, {"none": step.value}, step.marks, step.loose + number)
                reached = best(self._none_longer(reached, inside), at)

    def _none_longer(self, reached: Steps, inside: Inside) -> Iterator[Step]:
        for step in list(reached.values()):
            end = self._reader.word(step.end, ";")
            if end is not None:
                for part in self._parts(end, inside).values():
                    marks, loose = (*step.marks, *part.marks), step.loose + part.loose
                    yield Step(part.end, [*step.value, part.value], marks, loose)

    def _quantified(self, at: int, inside: Inside) -> Iterator[Step]:
        for scope in self._vocabulary.scopes.values():
            for word, said in sayings.QUANTIFIED.items():
                for number, template in enumerate(said[self._language] if scope.many else ()):
                    opening, _, closing = template.partition("{inner}")
                    opening = opening.format(scope=scope.label[self._language])
                    start = self._reader.word(at, opening, "" if number else "field")
                    for inner in self.condition(start, inside | {scope.name}).values() if start is not None else ():
                        end = self._reader.word(inner.end, closing, "mark")
                        if end is not None:
                            yield Step(end, {f"{word}_{scope.name}": inner.value}, inner.marks, inner.loose + number)

    def _constant(self, at: int) -> Iterator[Step]:
        for group, said in (("all", sayings.ALWAYS), ("any", sayings.NEVER)):
            for number, word in enumerate(said[self._language]):
                end = self._reader.word(at, word)
                if end is not None:
                    yield Step(end, {group: []}, loose=number)

    def _comparisons(self, at: int, inside: Inside) -> Iterator[Step]:
        for saying in self._sayings:
            start = self._reader.word(at, saying.before) if saying.before else at
            for field, end, loose in self._fields(start) if start is not None else ():
                if saying.operator.name in self._vocabulary.operators_of(field):
                    yield from (self._within(field, s, at, inside) for s in self._compared(field, end, saying, loose))
        yield from self._truths(at, inside)

    def _compared(self, field: Field, end: int, saying: _Saying, loose: int) -> Iterator[Step]:
        kind = "" if saying.loose else "operator"
        place = self._reader.word(end, saying.between, kind) if saying.between else end
        if place is None:
            return
        leaf: dict[str, Any] = {"field": field.key, "op": saying.operator.name}
        if not saying.takes:
            yield Step(place, leaf, loose=loose + saying.loose)
            return
        # “is A or B”: a list without the words that make it one has two members at least.
        least = 2 if saying.loose and saying.operator.name in _LISTING else 1
        for value in self._values.of(place, field, saying.operator.shape, least):
            last = self._reader.word(value.end, saying.after, "mark") if saying.after else value.end
            if last is not None:
                yield Step(last, {**leaf, "value": value.value}, value.marks, loose + saying.loose + value.loose)

    def _truths(self, at: int, inside: Inside) -> Iterator[Step]:
        """A field that is true or false by itself: “urgent”, “not urgent”."""
        plain = (("{field}",), *((t,) for t in sayings.TRUE[self._language]))
        for value, templates in ((True, plain), (False, tuple((t,) for t in sayings.FALSE[self._language]))):
            for number, (template,) in enumerate(templates):
                before, _, after = template.partition("{field}")
                start = self._reader.word(at, before) if before else at
                for field, end, loose in self._fields(start) if start is not None else ():
                    last = self._reader.word(end, after) if after else end
                    if field.type == "boolean" and last is not None:
                        leaf = {"field": field.key, "op": "is", "value": value}
                        yield self._within(field, Step(last, leaf, loose=loose + number), at, inside)
        yield from self._denials(at, inside)

    def _denials(self, at: int, inside: Inside) -> Iterator[Step]:
        """The opposite in words of its own: “short”, “past its cut-off”."""
        for field in self._vocabulary.fields.values():
            for number, words in enumerate(field.denied.get(self._language, ())):
                end = self._reader.word(at, words)
                if end is not None:
                    leaf = {"field": field.key, "op": "is", "value": False}
                    yield self._within(field, Step(end, leaf, loose=min(number, 1)), at, inside)

    def _within(self, field: Field, step: Step, at: int, inside: Inside) -> Step:
        """A field of which there are several says nothing until it is said which of them: any, every, none."""
        scope = self._vocabulary.scopes.get(field.scope)
        if scope is None or not scope.many or field.scope in inside:
            return step
        mark = Mark(at, step.end, "which-of-several", (("scope", field.scope),))
        return Step(step.end, None, (*step.marks, mark), step.loose)

    def _fields(self, at: int) -> list[tuple[Field, int, int]]:
        place = self._reader.skip(at)
        if place not in self._found:
            self._found[place] = list(self._look_for_fields(place))
        return self._found[place]

    def _look_for_fields(self, at: int) -> Iterator[tuple[Field, int, int]]:
        for field in self._vocabulary.fields.values():
            for number, label in enumerate((field.label[self._language], *field.also.get(self._language, ()))):
                end = self._reader.word(at, label, "" if number else "field")
                if end is not None:
                    yield field, end, min(number, 1)

    def _passed_over(self, at: int) -> Iterator[Step]:
        """Up to each sign or joint that could end the part."""
        joints: Sequence[str] = [w for said in sayings.JOINTS.values() for w in said[self._language] if len(w) > 1]
        ends = {place for place in range(at + 1, len(self._reader.folded)) if self._reader.folded[place] in _STOPS}
        for word in joints:
            place = self._reader.folded.find(word.strip("，, "), at + 1)
            if place > at:
                ends.add(place)
        for end in sorted({*ends, len(self._reader.folded)})[:6]:
            yield Step(end, None, (Mark(at, end, "not-understood"),))

    def _gather(self) -> list[_Saying]:
        found = []
        for operator in self._vocabulary.operators.values():
            more = sayings.OPERATORS.get(operator.name, {}).get(self._language, ())
            for number, template in enumerate((operator.phrase[self._language], *more)):
                found.append(_Saying(operator, *_cut(template), min(number, 1)))
        return found
