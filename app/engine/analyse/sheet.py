"""A table laid out in columns of values, for tables of many rows; what it finds of boxes is asked of the prover."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, reduce
from operator import or_

from app.engine.analyse.boxes import Box, Choice, Cover, Row, TooHardError, both, either, to_boxes
from app.engine.analyse.domain import Json, Rule
from app.engine.analyse.findings import Part
from app.engine.analyse.prover import Formula
from app.engine.analyse.space import comparisons, name_of
from app.engine.analyse.spoken import condition_of
from app.engine.analyse.table import Table
from app.engine.conditions import GROUPS
from app.engine.trace import Truth
from app.engine.vocabulary import NUMERIC_TYPES

MOST_BOXES = 24
MOST_DOUBTS = 400
_ORDERED = (*NUMERIC_TYPES, "time")
_THREE = (Truth.TRUE, Truth.FALSE, Truth.UNKNOWN)
_TURNED = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}
Truths = frozenset[Truth]
TRUE: Truths = frozenset({Truth.TRUE})
HELD: Truths = frozenset({Truth.TRUE, Truth.UNKNOWN})
NOT_TRUE: Truths = frozenset({Truth.FALSE, Truth.UNKNOWN})


class Sheet:
    """All rows of a table as boxes; raises TooHardError where conditions come to too many of them."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._columns: dict[str, int] = {}
        self._documents: list[Json | None] = []
        self._widths: list[int] = []
        choices = [self._choices(rule) for rule in table.rules]
        self.everything: Box = tuple((1 << width) - 1 for width in self._widths)
        self.rows = [self._row(*each) for each in choices]
        self.holds = [to_boxes(when, self.everything) for when, _, _ in choices]
        self.taken = self.cover([row.taken for row in self.rows])

    def cover(self, boxes: Sequence[Sequence[Box]]) -> Cover:
        """A cover of rows of boxes, in order."""
        flat = [(box, owner) for owner, own in enumerate(boxes) for box in own]
        return Cover([box for box, _ in flat], [owner for _, owner in flat], self._widths, self._ordered)

    def left(self, boxes: Sequence[Box], row: int) -> Iterator[Box]:
        """What of the boxes no row before `row` takes, and can really be."""
        for box in boxes:
            yield from self._real(self.taken.uncovered(box, self.taken.before(row)))

    def minus(self, boxes: Sequence[Box], others: Sequence[Box]) -> list[Box]:
        """What of the boxes is in none of the others."""
        cover = self.cover([others])
        return [part for box in boxes for part in cover.uncovered(box, (1 << len(others)) - 1)]

    def boxes_of(self, document: Json) -> tuple[Box, ...]:
        """Where a condition holds; one that speaks of what no row does is taken to hold anywhere."""
        widths = len(self._widths)
        choices = self._where(document, TRUE)
        kept = [{column: bits for column, bits in choice.items() if column < widths} for choice in choices]
        del self._widths[widths:], self._documents[widths:]
        self._columns = {name: column for name, column in self._columns.items() if column < widths}
        return to_boxes(kept, self.everything)

    def hull(self, boxes: Sequence[Box]) -> Box:
        """For each column all values of the boxes."""
        return tuple(reduce(or_, column) for column in zip(*boxes, strict=True)) if boxes else ()

    def beside(self, boxes: Sequence[Box]) -> Iterator[Box]:
        """Boxes wholly outside, for each column of which the given ones leave values out."""
        for column, bits in enumerate(self.hull(boxes)):
            missing = self.everything[column] & ~bits
            if missing:
                yield (*self.everything[:column], missing, *self.everything[column + 1 :])

    def can_be(self, box: Box) -> bool:
        """Whether there is a point in the box; raises UndecidedError."""
        return self.is_free(box) or self.table.possible(self.formula(box))

    def formula(self, box: Box) -> Formula:
        """That everything is as in the box."""
        prover = self.table.prover
        parts = []
        for key, column in self._columns.items():
            bits, document = box[column], self._documents[column]
            if bits == self.everything[column]:
                continue
            if document is None:
                parts.append(prover.within((key, -1), [n for n in range(self._widths[column]) if bits >> n & 1]))
            else:
                parts.append(prover.either(prover.says(document, t) for n, t in enumerate(_THREE) if bits >> n & 1))
        return prover.all_of(parts)

    def parts(self, box: Box) -> tuple[Part, ...]:
        """The box in conditions, column by column."""
        found: list[Part] = []
        for key, column in self._columns.items():
            bits, document = box[column], self._documents[column]
            if bits == self.everything[column]:
                continue
            if document is not None:
                found.append((document, frozenset(t for n, t in enumerate(_THREE) if bits >> n & 1)))
                continue
            places = [n for n in range(self._widths[column]) if bits >> n & 1]
            said = condition_of(self.table.space.fields[key], self.table.space.cells[key], places)
            if said is not None:
                found.append((said, TRUE))
        return tuple(found)

    def _real(self, boxes: Iterator[Box]) -> Iterator[Box]:
        doubts = 0
        for box in boxes:
            if self.can_be(box):
                yield box
            else:
                doubts += 1
                if doubts > MOST_DOUBTS:
                    raise TooHardError

    def is_free(self, box: Box) -> bool:
        """Whether the box asks only for single fields of which no axiom speaks, each by itself."""
        asked = {key for key, column in self._columns.items() if box[column] != self.everything[column]}
        return asked <= self._independent

    @cached_property
    def _ordered(self) -> frozenset[int]:
        fields = self.table.space.fields
        return frozenset(n for key, n in self._columns.items() if key in fields and fields[key].type in _ORDERED)

    @cached_property
    def _independent(self) -> set[str]:
        space = self.table.space
        bound = {d["field"] for axiom in space.domain.axioms for d in comparisons(axiom)}
        bound |= {
            o.key for d in self._documents if d is not None for c in comparisons(d) for o in space.asked(c).operands
        }
        owners = set(space.domain.member_of)
        plain = {key for key, column in self._columns.items() if self._documents[column] is None}
        return {key for key in plain if key not in bound and space.fields[key].scope not in owners}

    # ---- rows

    def _choices(self, rule: Rule) -> tuple[list[Choice], list[Choice], list[Choice]]:
        """Where the rule's condition holds, where it does or may, and where its action can be carried out."""
        if rule.when is None:
            whole: list[Choice] = [{}]
            when, held = whole, whole
        else:
            when, held = self._where(rule.when, TRUE), self._where(rule.when, HELD)
        done = [] if rule.done is None else [self._whole(rule.done, TRUE)]
        sure = [] if rule.unsure is None else [self._whole(rule.unsure, NOT_TRUE)]
        return when, held, both([*done, *sure], MOST_BOXES)

    def _row(self, when: list[Choice], held: list[Choice], able: list[Choice]) -> Row:
        everything = self.everything
        holds, may = to_boxes(when, everything), to_boxes(held, everything)
        if able == [{}]:
            return Row(holds, may)
        acts = to_boxes(both([when, able], MOST_BOXES), everything)
        unknown = self.minus(may, holds)
        unsure = self._unsure(when, able)
        return Row(acts, tuple(dict.fromkeys((*unknown, *acts, *unsure))))

    def _unsure(self, when: list[Choice], able: list[Choice]) -> tuple[Box, ...]:
        """Where the condition holds and the action's choice hangs on what is not known."""
        found = []
        for key, column in self._columns.items():
            if key.startswith("?unsure") and any(column in choice for choice in able):
                found += both([when, [{column: 1}]], MOST_BOXES)
        return to_boxes(found, self.everything)

    def _where(self, document: Json, truths: Truths) -> list[Choice]:
        """Where a condition comes to one of these truths, which are true or false with or without unknown."""
        if "field" in document and len(self.table.space.asked(document).operands) == 1:
            return self._field(document, truths)
        key = next(iter(document))
        if "field" in document or key not in GROUPS:
            return self._whole(document, truths)
        if key == "none":
            return self._grouped(document[key], frozenset(_TURNED[t] for t in truths), every=Truth.TRUE in truths)
        return self._grouped(document[key], truths, every=(key == "all") == (Truth.TRUE in truths))

    def _grouped(self, parts: Sequence[Json], truths: Truths, *, every: bool) -> list[Choice]:
        found = [self._where(part, truths) for part in parts]
        made = both(found, MOST_BOXES) if every else either(found)
        if len(made) > MOST_BOXES:
            raise TooHardError
        return made

    def _field(self, document: Json, truths: Truths) -> list[Choice]:
        asked = self.table.space.asked(document)
        key = asked.operands[0].key
        values = self.table.space.cells[key].values
        column = self._column(key, None, len(values))
        cached = self._bits.get((id(asked), truths))
        if cached is None:
            cached = sum(1 << n for n, value in enumerate(values) if asked.truth((value,)) in truths)
            self._bits[id(asked), truths] = cached
        return [{column: cached}]

    @cached_property
    def _bits(self) -> dict[tuple[int, Truths], int]:
        return {}

    def _whole(self, document: Json, truths: Truths) -> list[Choice]:
        name = f"?unsure {name_of(document)}" if self._is_unsure(document) else f"?{name_of(document)}"
        column = self._column(name, document, 3)
        return [{column: sum(1 << n for n, truth in enumerate(_THREE) if truth in truths)}]

    @cached_property
    def _unsures(self) -> set[str]:
        return {name_of(rule.unsure) for rule in self.table.rules if rule.unsure is not None}

    def _is_unsure(self, document: Json) -> bool:
        return name_of(document) in self._unsures

    def _column(self, name: str, document: Json | None, width: int) -> int:
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = len(self._widths)
            self._documents.append(document)
            self._widths.append(width)
        return column
