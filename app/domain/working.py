"""Working hours in China: weekdays, opening hours, statutory holidays and the working weekends that make up for them.

Times are epoch seconds; a day is a calendar day in Asia/Shanghai. A year whose holidays nobody has published yet has
its weekdays only: `known_until` says from when on that is so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chinese_calendar.constants import holidays, workdays

from app.domain.calendar import DAY_SECONDS, OFFSET_SECONDS, local_date

_EPOCH = date(1970, 1, 1)
_KNOWN_YEARS = frozenset(day.year for day in holidays)
ALL_DAY = 1440
"""Minutes of a day: opening hours that end at midnight end here."""


def known_until() -> date:
    """The first day whose holidays are not known."""
    return date(max(_KNOWN_YEARS) + 1, 1, 1)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """When the house works: `days` of the week (1 Monday to 7 Sunday), from minute `opens` to minute `closes`.

    `holidays`: statutory holidays are off, and the weekend days that make up for them are worked.
    """

    days: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    opens: int = 9 * 60
    closes: int = 18 * 60
    holidays: bool = True

    def works(self, day: date) -> bool:
        """Whether anybody works on that day."""
        if self.holidays and day.year in _KNOWN_YEARS:
            if day in holidays:
                return False
            if day in workdays:
                return True
        return day.isoweekday() in self.days

    def after(self, at: int, seconds: int) -> int:
        """The moment when `seconds` of working time have passed since `at`; none: the next moment of work."""
        day = local_date(at)
        while True:
            opens, closes = self._hours(day)
            begins = max(at, opens)
            if begins < closes:
                if seconds <= closes - begins:
                    return begins + seconds
                seconds -= closes - begins
            day += timedelta(days=1)

    def before(self, at: int, seconds: int) -> int:
        """The moment from which `seconds` of working time are left until `at`."""
        day = local_date(at)
        while True:
            opens, closes = self._hours(day)
            ends = min(at, closes)
            if opens < ends:
                if seconds <= ends - opens:
                    return ends - seconds
                seconds -= ends - opens
            day -= timedelta(days=1)

    def _hours(self, day: date) -> tuple[int, int]:
        if not self.works(day):
            return 0, 0
        midnight = (day - _EPOCH).days * DAY_SECONDS - OFFSET_SECONDS
        return midnight + self.opens * 60, midnight + self.closes * 60


def read_calendar(section: Mapping[str, Any] | None) -> WorkingCalendar:
    """The calendar of a pack's section that was checked; the usual one when there is none."""
    if section is None:
        return WorkingCalendar()
    days = frozenset(section["days"])
    return WorkingCalendar(days, minute(section["from"]), minute(section["to"]), section.get("holidays") != "none")


def minute(clock: str) -> int:
    """`HH:MM` as minutes after midnight."""
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)
