"""Tables too large for one formula, as boxes: each row the values it takes in every column; exact, in Python integers.

A column is a field, or a condition that is asked as a whole (on a list, or whether an action can be carried out) with
its three truths for values. A set of values is an int, bit n for the n-th value; so is a set of rows. A row acts in
its `sure` boxes, and acts or ends unknown in its `taken` boxes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import or_

Box = tuple[int, ...]
"""For every column the values that are in it."""

MOST_STEPS = 200_000


class TooHardError(Exception):
    """The search took more steps than it may."""


@dataclass(frozen=True, slots=True)
class Row:
    """Where a rule surely acts, and where it acts or ends unknown."""

    sure: tuple[Box, ...]
    taken: tuple[Box, ...]


class Cover:
    """What a list of boxes covers, taken from the first on; `owners` says whose each is."""

    def __init__(self, boxes: Sequence[Box], owners: Sequence[int], widths: Sequence[int]) -> None:
        self.boxes = boxes
        self.owners = owners
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
            cut = self._cut(here, meeting)
            if cut is not None:
                column, inside = cut
                for bits in (here[column] & inside, here[column] & ~inside):
                    part = (*here[:column], bits, *here[column + 1 :])
                    stack.append((part, meeting & self._either(column, bits)))

    def _cut(self, box: Box, among: int) -> tuple[int, int] | None:
        """Where to cut: along a side of the box that would cover most; None when one covers all of it."""
        best: tuple[int, tuple[int, int]] | None = None
        tried = 0
        while among and tried < 12:
            low = among & -among
            among ^= low
            tried += 1
            other = self.boxes[low.bit_length() - 1]
            sides = [(column, bits & other[column]) for column, bits in enumerate(box) if bits & ~other[column]]
            if not sides:
                return None
            cut = min(sides, key=lambda side: (side[1].bit_count() * 2 - box[side[0]].bit_count()) ** 2)
            if best is None or len(sides) < best[0]:
                best = (len(sides), cut)
        return best[1] if best is not None else None


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
