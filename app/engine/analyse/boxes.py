"""Tables too large for one formula, as boxes: each row the values it takes in every column; exact, in Python integers.

A column is a field, or a condition that is asked as a whole (on a list, or whether an action can be carried out) with
its three truths for values. A set of values is an int, bit n for the n-th value; so is a set of rows. A row acts in
its `sure` boxes, and acts or ends unknown in its `taken` boxes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice, product
from operator import and_, or_

Box = tuple[int, ...]
"""For every column the values that are in it."""

MOST_STEPS = 200_000
_CANDIDATES = 12


class TooHardError(Exception):
    """The search took more steps than it may."""


@dataclass(frozen=True, slots=True)
class Row:
    """Where a rule surely acts, and where it acts or ends unknown."""

    sure: tuple[Box, ...]
    taken: tuple[Box, ...]


class Cover:
    """What a list of boxes covers, taken from the first on; `owners` says whose each is."""

    def __init__(
        self, boxes: Sequence[Box], owners: Sequence[int], widths: Sequence[int], ordered: Collection[int] = ()
    ) -> None:
        """`ordered` are the columns whose values are numbers, to be cut between neighbours only."""
        self.boxes = boxes
        self.owners = owners
        self._ordered = ordered
        self.everything: Box = tuple((1 << width) - 1 for width in widths)
        self._by_value = [self._column(n, width) for n, width in enumerate(widths)]

    def _column(self, column: int, width: int) -> list[int]:
        """For each value of a column the boxes that hold it."""
        found = [0] * width
        for number, box in enumerate(self.boxes):
            bits = box[column]
            while bits:
                low = bits & -bits
                found[low.bit_length() - 1] |= 1 << number
                bits ^= low
        return found

    def before(self, row: int) -> int:
        """The boxes of the rows before this one."""
        return (1 << bisect_left(self.owners, row)) - 1

    def meeting(self, box: Box, among: int) -> int:
        """Those of `among` that have something in common with the box."""
        for column, bits in enumerate(box):
            if bits != self.everything[column]:
                among &= self._either(column, bits)
                if not among:
                    break
        return among

    def _either(self, column: int, bits: int) -> int:
        values, found = self._by_value[column], 0
        while bits:
            low = bits & -bits
            found |= values[low.bit_length() - 1]
            bits ^= low
        return found

    def uncovered(self, box: Box, among: int) -> Iterator[Box]:
        """Boxes that together are what of `box` is in none of `among`; raises TooHardError."""
        stack = [(box, self.meeting(box, among))]
        steps = 0
        while stack:
            here, meeting = stack.pop()
            steps += 1
            if steps > MOST_STEPS:
                raise TooHardError
            if not meeting:
                yield here
                continue
            stack += self._parts(here, meeting)

    def _parts(self, box: Box, among: int) -> Iterator[tuple[Box, int]]:
        """What is left of a box without the values that one of the boxes covers alone, cut in two."""
        columns = [[(low, self._by_value[c][low.bit_length() - 1] & among) for low in _singles(bits)]
                   for c, bits in enumerate(box)]  # fmt: skip
        covering = [reduce(and_, (meeting for _, meeting in here)) for here in columns]
        kept = list(box)
        for column, here in enumerate(columns):
            others = reduce(and_, (each for c, each in enumerate(covering) if c != column), among)
            if others:
                kept[column] = sum(low for low, meeting in here if not meeting & others)
                if not kept[column]:
                    return
        if tuple(kept) != box:
            smaller = tuple(kept)
            yield smaller, self.meeting(smaller, among)
            return
        sides = ((column, here) for column, here in enumerate(columns) if len(here) > 1)
        *_, column, inside = min(cut for column, here in sides for cut in self._cuts(column, here, among))
        for bits in (box[column] & inside, box[column] & ~inside):
            yield (*box[:column], bits, *box[column + 1 :]), among & self._either(column, bits)

    def _cuts(self, column: int, here: list[tuple[int, int]], among: int) -> Iterator[tuple[int, int, int, int]]:
        """Ways to cut a column: boxes met in all, boxes met on the fuller side, the column, the values of one side."""
        if column not in self._ordered and len(here) > 2:
            yield from self._grouped(column, here, among)
            return
        after = [0]
        for _, meeting in reversed(here):
            after.append(after[-1] | meeting)
        inside = before = 0
        for place, (bit, meeting) in enumerate(here[:-1], 1):
            inside |= bit
            before |= meeting
            if meeting != here[place][1]:
                yield _cost(before, after[len(here) - place], column, inside)

    def _grouped(self, column: int, here: list[tuple[int, int]], among: int) -> Iterator[tuple[int, int, int, int]]:
        """The same where values have no order: between values that no box has together, else along the boxes' sides."""
        groups: list[tuple[int, int]] = []
        for bit, meeting in here:
            apart = []
            for own, met in groups:
                if met & meeting:
                    bit, meeting = bit | own, meeting | met
                else:
                    apart.append((own, met))
            groups = [*apart, (bit, meeting)]
        if len(groups) > 1:
            values, met = max(groups, key=lambda group: group[1].bit_count())
            yield _cost(met, reduce(or_, (other for _, other in groups if other != met), 0), column, values)
            return
        for low in islice(_singles(among), _CANDIDATES):
            chosen = self.boxes[low.bit_length() - 1][column]
            within = reduce(or_, (meeting for bit, meeting in here if bit & chosen), 0)
            beyond = reduce(or_, (meeting for bit, meeting in here if not bit & chosen), 0)
            if beyond:
                yield _cost(within, beyond, column, chosen)


def _cost(one: int, other: int, column: int, bits: int) -> tuple[int, int, int, int]:
    first, second = one.bit_count(), other.bit_count()
    return first + second, max(first, second), column, bits


def common(one: Box, other: Box) -> Box | None:
    """What two boxes have in common."""
    found = tuple(a & b for a, b in zip(one, other, strict=True))
    return found if all(found) else None


def lies_in(one: Box, other: Box) -> bool:
    """Whether a box lies wholly in another."""
    return not any(a & ~b for a, b in zip(one, other, strict=True))


def widened(cover: Cover, box: Box, among: int) -> Box:
    """The box grown, column by column and value by value, as long as it meets none of `among`."""
    grown = list(box)
    for column, everything in enumerate(cover.everything):
        for bits in (everything, *_singles(everything & ~grown[column])):
            tried = (*grown[:column], grown[column] | bits, *grown[column + 1 :])
            if not cover.meeting(tried, among):
                grown[column] |= bits
    return tuple(grown)


def _singles(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low
        bits ^= low


Choice = Mapping[int, int]
"""Columns with the values that are meant; the others may be anything."""


def to_boxes(choices: Sequence[Choice], everything: Box) -> tuple[Box, ...]:
    """The boxes of these choices; one without values in some column is none."""
    boxes = (tuple(choice.get(n, bits) for n, bits in enumerate(everything)) for choice in choices)
    return tuple(dict.fromkeys(box for box in boxes if all(box)))


def both(parts: Sequence[Sequence[Choice]], most: int) -> list[Choice]:
    """All of these: every combination of one choice of each; raises TooHardError beyond `most`."""
    found: list[Choice] = []
    for chosen in product(*parts):
        merged: dict[int, int] = {}
        for choice in chosen:
            for column, bits in choice.items():
                merged[column] = merged.get(column, bits) & bits
        found.append(merged)
        if len(found) > most:
            raise TooHardError
    return found


def either(parts: Sequence[Sequence[Choice]]) -> list[Choice]:
    """Some of these; single columns that are the same are put together."""
    found: list[Choice] = []
    single: dict[int, int] = {}
    for choice in (each for part in parts for each in part):
        if len(choice) == 1:
            ((column, bits),) = choice.items()
            single[column] = reduce(or_, (single.get(column, 0), bits))
        else:
            found.append(choice)
    return [*found, *({column: bits} for column, bits in single.items())]
