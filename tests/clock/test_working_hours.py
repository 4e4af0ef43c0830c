"""Working hours in China, and what a pack says about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.working import WorkingCalendar, known_until
from app.rulebook.escalation import calendar_warnings
from tests.clock.tower import pack, rule

CHINA = timezone(timedelta(hours=8))
OFFICE = WorkingCalendar()


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp())


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-07-15 10:00", 2, "2026-07-15 12:00"),
        ("2026-07-15 17:00", 2, "2026-07-16 10:00"),
        ("2026-07-17 17:30", 1, "2026-07-20 09:30"),  # over a weekend
        ("2026-09-30 17:00", 2, "2026-10-08 10:00"),  # over the National Day week
        ("2026-02-13 17:00", 2, "2026-02-14 10:00"),  # a Saturday that makes up for the Spring Festival
        ("2026-07-15 03:00", 0, "2026-07-15 09:00"),
        ("2026-07-15 09:00", 9, "2026-07-15 18:00"),
    ],
)
def test_working_hours_pass_on_working_days_only(start: str, hours: int, end: str) -> None:
    assert OFFICE.after(at(start), hours * 3600) == at(end)


@given(st.integers(at("2026-01-05 00:00"), at("2026-09-20 00:00")), st.integers(1, 200 * 3600))
def test_going_on_and_back_again_comes_to_the_same_moment(start: int, seconds: int) -> None:
    begun = OFFICE.after(start, 0)
    assert OFFICE.before(OFFICE.after(start, seconds), seconds) == begun


def test_without_known_holidays_weekdays_count_and_it_is_said() -> None:
    unknown = known_until()
    new_year = int(datetime(unknown.year, 1, 1, tzinfo=UTC).timestamp())
    assert OFFICE.works(unknown) == (unknown.isoweekday() <= 5)
    working = pack(rule("held", "held", 1, clock="working"))
    assert [one.code for one in calendar_warnings(working, new_year)] == ["calendar-year-unknown"]
    assert calendar_warnings(working, at("2026-07-15 10:00")) == []
    assert calendar_warnings(pack(rule("held", "held", 1)), new_year) == []
