"""China's clock: epoch seconds to local dates and minutes (Asia/Shanghai, UTC+8 all year)."""

from __future__ import annotations

from datetime import date, timedelta

OFFSET_SECONDS = 8 * 3600
DAY_SECONDS = 86_400
_EPOCH = date(1970, 1, 1)


def local_date(at: int) -> date:
    """The calendar day in Asia/Shanghai at epoch second `at`."""
    return _EPOCH + timedelta(days=(at + OFFSET_SECONDS) // DAY_SECONDS)


def minute_of_day(at: int) -> int:
    """Minutes after midnight in Asia/Shanghai, 0 to 1439."""
    return (at + OFFSET_SECONDS) % DAY_SECONDS // 60


def local_text(at: int) -> str:
    """Epoch second `at` in Asia/Shanghai, to the minute: `2026-11-11 20:05`."""
    minute = minute_of_day(at)
    return f"{local_date(at).isoformat()} {minute // 60:02}:{minute % 60:02}"


def arrival_date(at: int, promise: str) -> str:
    """The ISO date that `T+n` days after `at` names; raises ValueError for another form."""
    head, plus, days = promise.partition("+")
    if head != "T" or not plus:
        raise ValueError(f"not of the form T+n: {promise!r}")
    return (local_date(at) + timedelta(days=int(days))).isoformat()
