"""The top of a sheet looks as its author made it."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.colors import Color
from openpyxl.worksheet.worksheet import Worksheet

from app.intake import look
from app.intake.look import LOOKED_AT_ROWS, plain_look, workbook_look


def _book(make: Callable[[Worksheet], None], rows: int = 3) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "订单"
    sheet.append(["三月的订单", None, None])
    sheet.append(["订单号", "收货人", "实付"])
    for number in range(rows):
        sheet.append([f"A-{number}", "林", 12.5])
    make(sheet)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _painted(sheet: Worksheet) -> None:
    sheet.merge_cells("A1:C1")
    sheet.column_dimensions["A"].width = 20
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    sheet["A2"].fill = PatternFill("solid", fgColor="FFFFE699")
    sheet["B2"].fill = PatternFill("solid", fgColor=Color(theme=4, tint=0.6))
    sheet["C2"].fill = PatternFill("solid", fgColor=Color(indexed=10))


def test_titles_colours_bold_and_widths_are_kept() -> None:
    found = workbook_look(_book(_painted), "订单")
    (first, title), (second, headings), *rest = found.rows
    assert (first, second, len(rest)) == (1, 2, 3)
    assert [(cell.text, cell.columns) for cell in title] == [("三月的订单", 3)]
    assert all(cell.bold for cell in headings)
    # The theme's fourth accent of Office, by 60 % lighter; the tenth of the old palette is red.
    assert [cell.fill for cell in headings] == ["#ffe699", "#b9cde5", "#ff0000"]
    assert [cell.text for cell in rest[0][1]] == ["A-0", "林", "12.5"]
    assert found.widths == [20, 9, 9]


def test_only_the_top_is_looked_at() -> None:
    found = workbook_look(_book(lambda sheet: None, rows=200), "订单")
    assert len(found.rows) == LOOKED_AT_ROWS


def test_a_large_sheet_keeps_its_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look, "_WHOLE_BYTES", 0)
    found = workbook_look(_book(_painted), "订单")
    assert found.rows[1][1][0].fill == "#ffe699"
    assert found.rows[1][1][0].bold
    assert len(found.widths) == 3


def test_a_table_without_a_look_gets_widths_by_its_words() -> None:
    found = plain_look([(1, ["订单编号", "n"]), (2, ["1", "x" * 99])])
    assert [cell.text for cell in found.rows[0][1]] == ["订单编号", "n"]
    assert found.widths == [9, 36]
