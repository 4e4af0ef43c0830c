"""Day or month first: told by all dates of a file; where they contradict each other or a choice, it is asked."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from app.domain.errors import Refused
from app.domain.messages import say
from app.intake.cells import SHANGHAI
from app.intake.layout import Layout
from app.intake.orderfile import open_orders

HEAD = "订单号,SKU,下单时间\n"
EITHER = ["1/2/2026 10:00", "3/4/2026 10:00"] * 60


def months(*dates: str, day_first: bool | None = None) -> list[int]:
    """The months in which the orders of a file with these dates were made."""
    rows = "".join(f"T{n},A,{date}\n" for n, date in enumerate(dates))
    file = open_orders((HEAD + rows).encode(), Layout(day_first=day_first), live=True)
    found = []
    for order in file.orders():
        payload = file.reader.read(order).payload
        if payload:
            found.append(datetime.fromtimestamp(json.loads(payload)["created_at"], SHANGHAI).month)
    return found


def test_a_date_far_down_tells_how_the_first_ones_are_read() -> None:
    assert months(*EITHER, "13/5/2026 10:00") == [2, 4] * 60 + [5]
    assert months(*EITHER, "5/13/2026 10:00") == [1, 3] * 60 + [5]


def test_where_none_tells_the_month_comes_first_unless_a_person_says_otherwise() -> None:
    assert months("1/2/2026", "3/4/2026") == [1, 3]
    assert months("1/2/2026", "3/4/2026", day_first=True) == [2, 4]


def test_dates_in_both_orders_stop_the_file_before_its_first_order_and_name_both_rows() -> None:
    with pytest.raises(Refused) as refused:
        months(*EITHER, "13/5/2026", "5/13/2026")
    assert refused.value.code == "dates-both-orders"
    assert refused.value.details == {"row": 122, "value": "13/5/2026", "other_row": 123, "other": "5/13/2026"}
    assert "第 122 行「13/5/2026」是日在前" in say(refused.value.code, "zh", **refused.value.details)


def test_a_choice_that_all_dates_contradict_stops_it_too() -> None:
    with pytest.raises(Refused, match="dates-other-order"):
        months(*EITHER, "13/5/2026", day_first=False)
    with pytest.raises(Refused, match="dates-other-order"):
        months(*EITHER, "5/13/2026", day_first=True)


def test_in_a_mixed_file_a_choice_is_kept_and_what_does_not_fit_it_is_left_out() -> None:
    assert months("1/2/2026", "13/5/2026", "5/13/2026", day_first=True) == [2, 5]


@pytest.mark.parametrize("written", ["2026-05-13 10:00", "2026/5/13", "20260513", "46155.4"])
def test_dates_with_the_year_first_tell_nothing_about_it(written: str) -> None:
    assert months(written, "13/6/2026") == [5, 6]
