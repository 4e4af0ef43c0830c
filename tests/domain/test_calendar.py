"""China's calendar day changes at 16:00 UTC."""

from __future__ import annotations

import pytest

from app.domain.calendar import arrival_date, local_date, minute_of_day

MIDNIGHT_IN_SHANGHAI = 1_795_449_600  # 2026-11-24 00:00 +08:00


def test_the_day_changes_at_midnight_in_shanghai() -> None:
    assert local_date(MIDNIGHT_IN_SHANGHAI).isoformat() == "2026-11-24"
    assert local_date(MIDNIGHT_IN_SHANGHAI - 1).isoformat() == "2026-11-23"
    assert minute_of_day(MIDNIGHT_IN_SHANGHAI) == 0
    assert minute_of_day(MIDNIGHT_IN_SHANGHAI - 1) == 23 * 60 + 59


def test_t_plus_one_is_the_next_day_in_shanghai() -> None:
    assert arrival_date(MIDNIGHT_IN_SHANGHAI - 1, "T+1") == "2026-11-24"
    assert arrival_date(MIDNIGHT_IN_SHANGHAI, "T+1") == "2026-11-25"


@pytest.mark.parametrize("promise", ["1", "T-1", "T+", "tomorrow"])
def test_another_promise_is_refused(promise: str) -> None:
    with pytest.raises(ValueError, match=r"T\+n|invalid literal"):
        arrival_date(0, promise)
