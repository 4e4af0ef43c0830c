"""The error workbook: a file's wrong rows with their reasons, to be mended and imported again.

An .xlsx comes back as the clerk made it, every row in its place, wrong rows shown and their cells marked; so what was
imported counts as a repeat and what was mended is taken. Any other file, and a very large one, comes back as a new
.xlsx of the orders that have wrong rows, whole: an order is replaced by what the file says of it.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, cast

import openpyxl
import orjson
import xlsxwriter
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from app.domain.errors import Problem
from app.domain.messages import say
from app.intake.sheets import Sheet

ROW_HEADING = "原行号 Row"
REASON_HEADING = "错误原因 Reason"
OWN_HEADINGS = frozenset({ROW_HEADING, REASON_HEADING})
"""Columns that this module adds, and that an import passes over."""

KEPT_BYTES, KEPT_UNPACKED_BYTES = 3 * 1024 * 1024, 24 * 1024 * 1024
"""The largest .xlsx that comes back as it was: openpyxl takes many times as much memory."""
_IN_MEMORY_BYTES = 1024 * 1024
_WRONG, _REASON = "FFFFC7CE", "FF9C0006"
_WIDE = 60


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row of an order that has wrong rows: its number, its cells, what is wrong with it (nothing, perhaps)."""

    number: int
    cells: list[str]
    problems: list[Problem]


class RejectedRows:
    """All such rows of an import, laid aside on disk; they come out by row number."""

    def __init__(self) -> None:
        self._file = cast("BinaryIO", tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES))  # noqa: SIM115 - lives as long as this
        self._numbers, self._places = array("q"), array("q")
        self._end = 0

    def __len__(self) -> int:
        return len(self._places)

    def add(self, number: int, cells: Sequence[str], problems: Sequence[Problem]) -> None:
        """Lay a row aside."""
        told = [[one.code, one.path, one.details] for one in problems]
        line = orjson.dumps([number, cells, told], default=str) + b"\n"
        self._file.seek(self._end)
        self._file.write(line)
        self._numbers.append(number)
        self._places.append(self._end)
        self._end += len(line)

    def __iter__(self) -> Iterator[RejectedRow]:
        for _, place in sorted(zip(self._numbers, self._places, strict=True)):
            self._file.seek(place)
            number, cells, told = orjson.loads(self._file.readline())
            yield RejectedRow(number, cells, [Problem(*one) for one in told])


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a workbook the orders stand, and under which headings, ours left blank."""

    sheet: str = ""
    header_row: int = 1
    headings: Sequence[str] = ()


def without_own(sheet: Sheet) -> Sheet:
    """The sheet with the columns that an error workbook adds left blank: they are no part of any order."""
    own = frozenset(at for at, heading in enumerate(sheet.headings) if heading in OWN_HEADINGS)
    if not own:
        return sheet
    samples = tuple((number, _blanked(cells, own)) for number, cells in sheet.samples)
    rows = ((number, blanked) for number, cells in sheet.rows if any(blanked := _blanked(cells, own)))
    return replace(sheet, headings=_blanked(sheet.headings, own), rows=rows, samples=samples)


def _blanked(cells: Sequence[str], own: frozenset[int]) -> list[str]:
    return ["" if at in own else cell for at, cell in enumerate(cells)]


def errors_name(name: str) -> str:
    """The error workbook's name, after the file's: `a.csv` → `a-errors.xlsx` → `a-errors-2.xlsx`."""
    stem = name.rsplit(".", 1)[0] if "." in name[1:] else name
    again = re.fullmatch(r"(.*)-errors(?:-(\d+))?", stem)
    return f"{again[1]}-errors-{int(again[2] or 1) + 1}.xlsx" if again else f"{stem}-errors.xlsx"


def write_corrections(out: BinaryIO, source: Path, place: Place, rows: RejectedRows) -> None:
    """Write the error workbook of `source` to `out`."""
    if _may_be_kept(source):
        _mark(out, source, place, rows)
    else:
        _write_anew(out, place, rows)


def _may_be_kept(source: Path) -> bool:
    if source.stat().st_size > KEPT_BYTES or not zipfile.is_zipfile(source):
        return False
    with zipfile.ZipFile(source) as members:
        return sum(member.file_size for member in members.infolist()) <= KEPT_UNPACKED_BYTES


def harmless(cell: str) -> str:
    """The cell, quoted when a spreadsheet would run it as a formula; an import takes the quote off again."""
    number = cell[1:].replace(".", "", 1).isdigit() and cell[:1] in "+-"
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not number else cell


def reasons_of(problems: Sequence[Problem]) -> str:
    """What is wrong with a row, in a cell."""
    return " ".join(say(one.code, "zh", **one.details) for one in problems)


def _write_anew(out: BinaryIO, place: Place, rows: RejectedRows) -> None:
    shown = [at for at, heading in enumerate(place.headings) if heading]
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet((place.sheet or "订单")[:31])
    bold = book.add_format({"bold": True})
    wrong = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
    sheet.freeze_panes(1, 0)
    sheet.set_column(len(shown) + 1, len(shown) + 1, _WIDE)
    for column, heading in enumerate([*(place.headings[at] for at in shown), ROW_HEADING, REASON_HEADING]):
        sheet.write_string(0, column, harmless(heading), bold)
    for line, row in enumerate(rows, 1):
        bad = {problem.details.get("column") for problem in row.problems}
        for column, at in enumerate(shown):
            text = row.cells[at] if at < len(row.cells) else ""
            mark = wrong if place.headings[at] in bad else None
            if text or mark:
                sheet.write_string(line, column, harmless(text), mark)
        sheet.write_number(line, len(shown), row.number)
        sheet.write_string(line, len(shown) + 1, reasons_of(row.problems), wrong if row.problems else None)
    book.close()


def _mark(out: BinaryIO, source: Path, place: Place, rows: RejectedRows) -> None:
    with source.open("rb") as file:
        book = openpyxl.load_workbook(file)
    sheet: Worksheet = book[place.sheet] if place.sheet in book.sheetnames else book.worksheets[0]
    numbers, reasons = _own_columns(sheet, place.header_row)
    _quote(sheet)
    wrong = {row.number: row for row in rows if row.problems}
    last = max(sheet.max_row, place.header_row)
    for line in range(place.header_row + 1, last + 1):
        found = wrong.get(line)
        sheet.cell(line, numbers).value = line if found else None
        _write(sheet, line, reasons, reasons_of(found.problems) if found else None)
        if found:
            _mark_row(sheet, line, found, place, reasons)
        elif wrong:
            # Out of sight as a filter would have it: one press shows all again.
            sheet.row_dimensions[line].hidden = True
    sheet.column_dimensions[get_column_letter(reasons)].width = _WIDE
    _filter(sheet, place.header_row, reasons, last)
    book.save(out)


def _own_columns(sheet: Worksheet, header_row: int) -> tuple[int, int]:
    """The columns of the row numbers and the reasons: those of an earlier error workbook, else new ones at the end."""
    there = {cell.value: cell.column for cell in sheet[header_row] if cell.value in OWN_HEADINGS}
    if len(there) == len(OWN_HEADINGS):
        return there[ROW_HEADING], there[REASON_HEADING]
    numbers = sheet.max_column + 1
    for column, heading in ((numbers, ROW_HEADING), (numbers + 1, REASON_HEADING)):
        cell = sheet.cell(header_row, column, heading)
        cell.font = Font(bold=True)
    return numbers, numbers + 1


def _mark_row(sheet: Worksheet, line: int, row: RejectedRow, place: Place, reasons: int) -> None:
    bad = {problem.details.get("column") for problem in row.problems} - {"", None}
    columns = [at for at, heading in enumerate(place.headings, 1) if heading and heading in bad]
    for column in (*columns, reasons):
        cell = sheet.cell(line, column)
        # Of merged cells only the first can be marked.
        if type(cell).__name__ != "MergedCell":
            cell.fill = PatternFill("solid", fgColor=_WRONG)
            cell.font = Font(name=cell.font.name, size=cell.font.size, bold=cell.font.bold, color=_REASON)


def _quote(sheet: Worksheet) -> None:
    for cells in sheet.iter_rows():
        for cell in cells:
            if cell.data_type == "s" and harmless(str(cell.value)) != cell.value:
                _write(sheet, cell.row, cell.column, str(cell.value))


def _write(sheet: Worksheet, line: int, column: int, text: str | None) -> None:
    cell: Any = sheet.cell(line, column)
    if type(cell).__name__ == "MergedCell":
        return
    cell.value = None if text is None else harmless(text)
    if text is not None:
        cell.data_type = "s"


def _filter(sheet: Worksheet, header_row: int, reasons: int, last: int) -> None:
    sheet.auto_filter.ref = f"A{header_row}:{get_column_letter(reasons)}{last}"
