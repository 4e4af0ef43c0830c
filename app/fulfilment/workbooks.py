"""Excel files as people print and fill them: a title, a frozen heading, widths, print set-up; every text stays text."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import xlsxwriter
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_INK, _LINE, _HEAD, _STOP = "FF13201A", "FFC5D0CA", "FFE3F3EA", "FFFCE8E6"
_FONT = "Microsoft YaHei"
_EDGE = Border(bottom=Side("thin", color=_LINE))
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CELL = 32_767


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: headings with widths in characters, rows of text or whole numbers. `stops` are rows to paint red."""

    name: str
    title: str
    headings: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[str | int]]
    note: str = ""
    stops: frozenset[int] = field(default_factory=frozenset)
    landscape: bool = False


def workbook(tables: Sequence[Table]) -> bytes:
    """An .xlsx with a sheet for each table."""
    book = Workbook()
    book.remove(book.active)
    for table in tables:
        _sheet(book.create_sheet(table.name[:31]), table)
    return _bytes(book)


def plain_workbook(name: str, rows: Sequence[Sequence[str]]) -> bytes:
    """An .xlsx that another program reads: the headings in the first row, text in every cell."""
    book = Workbook()
    book.remove(book.active)
    sheet = book.create_sheet(name[:31])
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = _put(sheet, number, column, value)
            if number == 1:
                cell.font = Font(name=_FONT, size=10, bold=True)
    for column, heading in enumerate(rows[0] if rows else (), 1):
        longest = max((_width(row[column - 1]) for row in rows[:200]), default=0)
        sheet.column_dimensions[get_column_letter(column)].width = min(60, max(_width(heading), longest) + 3)
    sheet.freeze_panes = "A2"
    return _bytes(book)


def long_workbook(name: str, rows: Sequence[Sequence[str]]) -> bytes:
    """An .xlsx of very many rows, written as it goes: a frozen heading with a filter, text in every cell."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    sheet = book.add_worksheet(name[:31])
    plain = {"font_name": _FONT, "font_size": 10, "num_format": "@", "valign": "top"}
    text, head = book.add_format(plain), book.add_format({**plain, "bold": True, "bg_color": f"#{_HEAD[2:]}"})
    quoted = book.add_format({**plain, "quote_prefix": True})
    for column, values in enumerate(zip(*rows[:200], strict=True)):
        sheet.set_column(column, column, min(60, max(map(_width, values)) + 3))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows) - 1, len(rows[0]) - 1)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            kind = head if number == 0 else quoted if value.startswith(_FORMULA) else text
            sheet.write_string(number, column, ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL], kind)
    book.close()
    return out.getvalue()


def csv_file(rows: Sequence[Sequence[str]]) -> bytes:
    """A CSV (UTF-8 with its mark, as Excel wants it) in which nothing is taken for a formula."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[_tame(value) for value in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def _sheet(sheet: Worksheet, table: Table) -> None:
    columns = len(table.headings)
    title = _put(sheet, 1, 1, table.title)
    title.font = Font(name=_FONT, size=14, bold=True, color=_INK)
    note = _put(sheet, 2, 1, table.note)
    note.font = Font(name=_FONT, size=9, color="FF506059")
    for column, (heading, width) in enumerate(table.headings, 1):
        cell = _put(sheet, 3, column, heading)
        cell.font = Font(name=_FONT, size=10, bold=True, color=_INK)
        cell.fill = PatternFill("solid", fgColor=_HEAD)
        cell.border = _EDGE
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for place, row in enumerate(table.rows):
        _row(sheet, place + 4, row, stop=place in table.stops)
    sheet.freeze_panes = "A4"
    sheet.auto_filter.ref = f"A3:{get_column_letter(columns)}{max(3, len(table.rows) + 3)}"
    _print_set_up(sheet, table)


def _row(sheet: Worksheet, number: int, row: Sequence[str | int], *, stop: bool) -> None:
    for column, value in enumerate(row, 1):
        cell = _put(sheet, number, column, value)
        cell.font = Font(name=_FONT, size=10, color=_INK)
        cell.border = _EDGE
        cell.alignment = Alignment(
            vertical="top", wrap_text=isinstance(value, str), horizontal="right" if isinstance(value, int) else None
        )
        if stop:
            cell.fill = PatternFill("solid", fgColor=_STOP)


def _print_set_up(sheet: Worksheet, table: Table) -> None:
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if table.landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "3:3"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
    sheet.oddFooter.center.text = "&P / &N"
    sheet.oddFooter.left.text = table.title.replace("&", "&&")


def _put(sheet: Worksheet, row: int, column: int, value: str | int) -> Cell:
    """A cell with a number, or with text that no spreadsheet reads as a number or a formula."""
    cell: Cell = sheet.cell(row, column)
    if isinstance(value, int):
        cell.value = value
        return cell
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL]
    cell.data_type = "s"
    cell.number_format = "@"
    if value.startswith(_FORMULA):
        cell.quotePrefix = True
    return cell


def _tame(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _width(text: str) -> int:
    """How wide a text is in columns; a Chinese character takes two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def _bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
