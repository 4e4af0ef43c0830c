"""The error workbook: the clerk's own file with its wrong rows marked, or a new one; mended, it comes in once."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill

from app.intake import corrections
from app.intake.corrections import REASON_HEADING, ROW_HEADING, errors_name, harmless, write_corrections
from app.intake.workbook import Import, import_file
from tests.intake.test_workbook import Shelf

HEAD = ["订单编号", "订单状态", "收货人姓名", "商品编码", "数量", "买家实际支付金额", "卖家备注"]
ROWS: list[list[Any]] = [
    ["T1", "买家已付款", "张三", "A", 2, 10, "ok"],
    ["T2", "买家已付款", "李四", "B", "zwei", 10, "=1+1"],
    ["T3", "买家已付款", "王五", "C", 1, 10, None],
]


@pytest.fixture
def clerks_file(tmp_path: Path) -> Path:
    """A workbook with a look of its own, and a second sheet."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "订单"
    for cells in (HEAD, *ROWS):
        sheet.append(cells)
    for cell in sheet[1]:
        cell.fill = PatternFill("solid", fgColor="FF00B050")
    sheet["G3"].value, sheet["G3"].data_type = "=1+1", "s"
    sheet["C2"].font = Font(bold=True, color="FF0000FF")
    sheet["F2"].number_format = "0.00"
    sheet.column_dimensions["C"].width = 33
    sheet.row_dimensions[2].height = 44
    book.create_sheet("说明")["A1"] = "请勿改动"
    path = tmp_path / "day.xlsx"
    book.save(path)
    return path


def corrected(source: Path, shelf: Shelf) -> tuple[Import, Any]:
    result = import_file(source, shelf, live=True)
    out = io.BytesIO()
    write_corrections(out, source, result.place, result.rejected_rows)
    return result, openpyxl.load_workbook(io.BytesIO(out.getvalue()))


def saved(book: Any, path: Path) -> Path:
    book.save(path)
    return path


def test_the_clerks_workbook_comes_back_as_it_was_with_reasons(clerks_file: Path) -> None:
    result, book = corrected(clerks_file, Shelf())
    assert (result.accepted, result.rejected) == (2, 1)
    sheet = book["订单"]
    assert book["说明"]["A1"].value == "请勿改动"
    assert sheet["A1"].fill.fgColor.rgb == "FF00B050"
    assert (sheet["C2"].font.bold, sheet["C2"].font.color.rgb) == (True, "FF0000FF")
    assert sheet["F2"].number_format == "0.00"
    assert (sheet.column_dimensions["C"].width, sheet.row_dimensions[2].height) == (33, 44)
    assert [sheet["H1"].value, sheet["I1"].value] == [ROW_HEADING, REASON_HEADING]
    assert (sheet["H3"].value, "zwei" in sheet["I3"].value) == (3, True)
    assert sheet["E3"].fill.fgColor.rgb == "FFFFC7CE"  # the very cell
    assert sheet["D3"].fill.fgColor.rgb != "FFFFC7CE"
    assert [sheet.row_dimensions[line].hidden for line in (2, 3, 4)] == [True, False, True]
    assert (sheet["G3"].value, sheet["G3"].data_type) == ("'=1+1", "s")


def test_mended_it_brings_what_was_missing_and_doubles_nothing(clerks_file: Path, tmp_path: Path) -> None:
    shelf = Shelf()
    _, book = corrected(clerks_file, shelf)
    book["订单"]["E3"] = 2
    again = import_file(saved(book, tmp_path / "mended.xlsx"), shelf, live=True)
    assert (again.rows, again.accepted, again.duplicates, again.rejected) == (3, 1, 2, 0)
    assert b'"seller_memo":"=1+1"' in shelf.stored["T2"]


def test_mended_badly_it_comes_back_with_one_pair_of_columns(clerks_file: Path, tmp_path: Path) -> None:
    shelf = Shelf()
    _, book = corrected(clerks_file, shelf)
    book["订单"]["E3"] = "drei"
    again, book = corrected(saved(book, tmp_path / "mended.xlsx"), shelf)
    assert (again.duplicates, again.rejected) == (2, 1)
    headings = [cell.value for cell in book["订单"][1]]
    assert headings == [*HEAD, ROW_HEADING, REASON_HEADING]
    assert "drei" in book["订单"]["I3"].value
    assert "zwei" not in book["订单"]["I3"].value


@pytest.mark.parametrize("kind", ["csv", "large"])
def test_any_other_file_comes_back_as_a_new_one_of_the_wrong_orders(
    kind: str, clerks_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = clerks_file
    if kind == "csv":
        source = tmp_path / "day.csv"
        rows = [HEAD, *([str(cell or "") for cell in cells] for cells in ROWS)]
        source.write_text("\n".join(",".join(cells) for cells in rows), "gb18030")
    else:
        monkeypatch.setattr(corrections, "KEPT_BYTES", 10)
    shelf = Shelf()
    _, book = corrected(source, shelf)
    sheet = book.worksheets[0]
    shown = [[cell.value for cell in cells] for cells in sheet.iter_rows()]
    assert shown[0] == [*HEAD, ROW_HEADING, REASON_HEADING]
    assert [cells[0] for cells in shown[1:]] == ["T2"]
    assert (shown[1][6], shown[1][7]) == ("'=1+1", 3)
    assert sheet["E2"].fill.fgColor.rgb == "FFFFC7CE"
    sheet["E2"] = "2"
    again = import_file(saved(book, tmp_path / "mended.xlsx"), shelf, live=True)
    assert (again.rows, again.accepted) == (1, 1)
    assert b'"seller_memo":"=1+1"' in shelf.stored["T2"]


@pytest.mark.parametrize("cell", ["=1", "+SUM(A1)", "-1+2", "@x", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_is_quoted(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "-12.50", "+3", "a=b", "张三"])
def test_what_it_would_not_run_stays(cell: str) -> None:
    assert harmless(cell) == cell


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("a.csv", "a-errors.xlsx"),
        ("a.b.xls", "a.b-errors.xlsx"),
        ("订单", "订单-errors.xlsx"),
        ("a-errors.xlsx", "a-errors-2.xlsx"),
        ("a-errors-2.xlsx", "a-errors-3.xlsx"),
    ],
)
def test_its_name_says_what_it_is_and_never_that_of_the_file(name: str, after: str) -> None:
    assert errors_name(name) == after
