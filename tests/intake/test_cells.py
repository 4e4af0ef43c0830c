"""What cells mean, as people and marketplaces write them."""

from __future__ import annotations

import pytest

from app.intake import cells
from app.intake.written import cell_text, clean


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1052,75元", 105275), ("1.2万元", 1200000), ("￥1,299.00", 129900), ("1,052.75", 105275), ("-3.50", -350),
        ("RMB 12", 1200), ("1,052", 105200), ("0", 0), ("1052.0", 105200), ("12.345", 1234), ("many", None),
        ("1e400", None), ("nan", None),
    ],
)  # fmt: skip
def test_amounts_are_fen(text: str, fen: int | None) -> None:
    assert cells.fen(text) == fen


@pytest.mark.parametrize("text", ["2010-12-01 08:26:00", "2010/12/1 8:26", "12/1/2010 8:26", "40513.3513888889"])
def test_a_time_is_one_however_it_is_written(text: str) -> None:
    assert cells.Clock().epoch(text) == cells.Clock().epoch("2010年12月1日 8:26")


@pytest.mark.parametrize(
    ("text", "meant"), [("13800000001.0", "13800000001"), ("1.38E+10", None), ("8E5", "8E5"), ("1.0", "1.0")]
)
def test_long_numbers_are_as_they_were_meant_or_have_lost_digits(text: str, meant: str | None) -> None:
    assert cells.intact(text) == meant


def test_cells_are_text_as_a_person_sees_them() -> None:
    assert [cell_text(value) for value in (13800000001.0, 4.12e18, 1203.1799999999996, None, True, "'null")] == [
        "13800000001", "4.12e+18", "1203.18", "", "true", "null",
    ]  # fmt: skip
    assert cells.order_number(cell_text(4.12345678901234e18)) is None
    assert (clean('="0012"'), clean("\t690123\t"), cells.is_empty(clean("'null"))) == ("0012", "690123", True)
