"""Whether the day or the month comes first in a file's dates: told by all of them, not by the first few."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.errors import Refused
from app.intake.cells import MONTHS, Clock, slashed
from app.intake.rows import TIMES

Seen = tuple[int, str]
"""(row number, date as written)."""


@dataclass(slots=True)
class DayOrder:
    """What a file's dates tell, as far as it was read: the first that only reads day first, month first, either way."""

    places: Sequence[int]
    day_first: Seen | None = None
    month_first: Seen | None = None
    either: Seen | None = None

    @classmethod
    def of(cls, columns: Mapping[str, int]) -> DayOrder:
        """For a file with these columns; nothing is read yet."""
        return cls([columns[field] for field in TIMES if field in columns])

    def passing(self, rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        """The same rows, looked at as they go by."""
        for number, cells in rows:
            self.see(number, cells)
            yield number, cells

    def see(self, number: int, cells: Sequence[str]) -> None:
        """Look at one row."""
        for place in self.places:
            pair = slashed(cells[place]) if place < len(cells) else None
            if pair is None:
                continue
            first, second = pair
            if first > MONTHS:
                self.day_first = self.day_first or (number, cells[place])
            elif second > MONTHS:
                self.month_first = self.month_first or (number, cells[place])
            elif first != second:
                self.either = self.either or (number, cells[place])

    @property
    def unclear(self) -> str:
        """A date that reads either way where none tells which it is; else nothing."""
        return self.either[1] if self.either and not (self.day_first or self.month_first) else ""

    def clock(self, chosen: bool | None) -> Clock:
        """How to read the file's times; `chosen` is what a person said (day first or not), or nothing.

        Raises `Refused`: `dates-both-orders` when the dates are written both ways and nobody has chosen one, and
        `dates-other-order` when they are all written the other way than was chosen.
        """
        if chosen is None:
            if self.day_first and self.month_first:
                (row, value), (other_row, other) = self.day_first, self.month_first
                raise Refused("dates-both-orders", row=row, value=value, other_row=other_row, other=other)
            return Clock(self.day_first is not None, sure=not self.unclear)
        against, with_it = (self.month_first, self.day_first) if chosen else (self.day_first, self.month_first)
        if against and not with_it:
            raise Refused("dates-other-order", row=against[0], value=against[1], day_first=chosen)
        return Clock(chosen)
