"""What reading at a place can come to: for each end the best reading, and what is not certain about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the sentence that is not certain: `not-understood`, `ambiguous`, `mixed-joints`, `value-missing`.

    `details` fill its sentence.
    """

    start: int
    end: int
    code: str
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A reading up to `end`. `loose` counts the words in it that sentences are not printed with."""

    end: int
    value: Any
    marks: tuple[Mark, ...] = ()
    loose: int = 0

    @property
    def rank(self) -> tuple[int, int, int]:
        """The smaller the better: nothing left open first, then the printed words."""
        open_letters = sum(mark.end - mark.start for mark in self.marks)
        return len(self.marks), open_letters, self.loose


Steps = dict[int, Step]


def best(steps: Iterable[Step], start: int) -> Steps:
    """One reading for each end; two that are as good and differ leave an `ambiguous` one."""
    found: Steps = {}
    for step in steps:
        held = found.get(step.end)
        if held is None or step.rank < held.rank:
            found[step.end] = step
        elif step.rank == held.rank and step.value != held.value and not held.marks:
            found[step.end] = Step(step.end, held.value, (Mark(start, step.end, "ambiguous"),), held.loose)
    return found


def longest(steps: Steps) -> Iterator[Step]:
    """The readings, the one that reaches farthest first."""
    return iter(sorted(steps.values(), key=lambda step: -step.end))
