"""Opening the tables people send: CSV in the encodings China uses, .xlsx and the old binary .xls.

Every cell comes out as text, as a person sees it; row numbers are the spreadsheet's own. What a file may cost is
limited before it is read: its size, and for a zip its members, unpacked size and ratio.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from python_calamine import CalamineError, CalamineWorkbook

from app.domain.errors import Refused
from app.intake.layout import AS_FOUND, Layout

Rows = Iterator[tuple[int, list[str]]]

_PREVIEW_ROWS = 40
_EXACT_INTEGER = 10**15


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a file may hold; bytes, members of the zip, times it unpacks to, rows, columns."""

    file_bytes: int = 64 * 1024 * 1024
    members: int = 1_000
    unpacked_bytes: int = 512 * 1024 * 1024
    ratio: int = 200
    rows: int = 600_000
    columns: int = 300


Source = bytes | Path
"""A file: its content or where it lies."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its headings, the row they stand in (from 1), and the rows below as (row number, cells).

    `samples` are some of those rows, which `rows` gives again; `name` and `names` are empty for a CSV.
    """

    headings: list[str]
    rows: Rows
    name: str = ""
    names: tuple[str, ...] = ()
    header_row: int = 1
    samples: tuple[tuple[int, list[str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """The top of one sheet: rows as (row number, cells), where its headings seem to stand (0: nowhere), and whether
    it looks like orders."""

    name: str
    rows: list[tuple[int, list[str]]]
    header_row: int
    orders: bool


def open_sheet(data: Source, layout: Layout = AS_FOUND, *, limits: Limits | None = None) -> Sheet:
    """The table of orders in a CSV, .xlsx or .xls file, as the layout says; found where it does not say.

    The kind is told from the content, not the name. Raises `Refused` with `file-empty`, `file-too-large`,
    `file-corrupt`, `file-not-a-table`, `file-encoding`, `zip-suspicious`, `sheet-missing` or `no-headings`; while
    the rows are read, `too-many-rows` or `too-many-columns`.
    """
    return _first_filled(data, layout.sheet or None, limits or Limits())


def open_table(data: bytes, *, limits: Limits | None = None) -> Sheet:
    """The first sheet of a file, whose headings are its first row that holds anything. Raises as `open_sheet`."""
    return _first_filled(data, None, limits or Limits())


def inspect(data: Source, *, limits: Limits | None = None) -> list[Preview]:
    """The top of every sheet; one for a CSV. Raises as `open_sheet`."""
    sheet = open_table(data if isinstance(data, bytes) else data.read_bytes(), limits=limits)
    top = [(sheet.header_row, sheet.headings), *islice(sheet.rows, _PREVIEW_ROWS)]
    return [Preview(sheet.name, top, sheet.header_row, orders=True)]


def _first_filled(data: Source, sheet: str | None, limits: Limits) -> Sheet:
    if isinstance(data, Path):
        data = data.read_bytes()
    if not data:
        raise Refused("file-empty")
    if len(data) > limits.file_bytes:
        raise Refused("file-too-large", megabytes=limits.file_bytes // 1024**2)
    rows = _limited(_rows(data, sheet, limits), limits)
    for number, cells in rows:
        if any(cells):
            return Sheet(_trimmed(cells), _filled(rows), header_row=number)
    raise Refused("no-headings")


def decode(data: bytes) -> str:
    """Text of a CSV: by its byte order mark, else UTF-8 if all of it is, else GB18030.

    Raises `Refused("file-encoding")`.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decoded(data, (encoding,))
    return _decoded(data, ("utf-8", "gb18030"))


def _decoded(data: bytes, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("file-encoding")


def _rows(data: bytes, sheet: str | None, limits: Limits) -> Rows:
    if data.startswith(b"PK"):
        return _xlsx(data, sheet, limits)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _xls(data, sheet)
    if data.lstrip()[:1] == b"<" or (b"\x00" in data[:1024] and data[:2] not in (b"\xff\xfe", b"\xfe\xff")):
        raise Refused("file-not-a-table")
    return _csv(decode(data))


def _csv(text: str) -> Rows:
    delimiter = "\t" if "\t" in text.partition("\n")[0] and "," not in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, 1):
            yield number, [_clean(cell) for cell in cells]
    except csv.Error as error:
        raise Refused("file-corrupt", detail=str(error)) from error


def _xlsx(data: bytes, sheet: str | None, limits: Limits) -> Rows:
    _check_zip(data, limits)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        table = book[_chosen(book.sheetnames, sheet)]
        table.reset_dimensions()
        for number, cells in enumerate(table.iter_rows(values_only=True), 1):
            yield number, [cell_text(cell) for cell in cells]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, SyntaxError, OSError, EOFError) as error:
        raise Refused("file-corrupt", detail=type(error).__name__) from error


def _check_zip(data: bytes, limits: Limits) -> None:
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Refused("file-corrupt", detail=type(error).__name__) from error
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members) or 1
    if len(members) > limits.members or unpacked > limits.unpacked_bytes or unpacked > packed * limits.ratio:
        raise Refused("zip-suspicious")
    if not any(member.filename.startswith("xl/") for member in members):
        raise Refused("file-not-a-table")


def _xls(data: bytes, sheet: str | None) -> Rows:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        table = book.get_sheet_by_name(_chosen(book.sheet_names, sheet))
        every = table.to_python(skip_empty_area=False)
    except CalamineError as error:
        raise Refused("file-corrupt", detail=type(error).__name__) from error
    for number, cells in enumerate(every, 1):
        yield number, [cell_text(cell) for cell in cells]


def _chosen(names: list[str], sheet: str | None) -> str:
    if sheet is None and names:
        return names[0]
    if sheet not in names:
        raise Refused("sheet-missing", sheet=sheet or "", sheets="、".join(names))
    return sheet


def cell_text(value: Any) -> str:
    """A spreadsheet's value as a person reads it: `2026-01-02 03:04:05`, `13800138000`, `9.9`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return _clean(str(value))


def _number_text(value: float) -> str:
    # From 10^15 on a spreadsheet has lost digits; the exponent stays visible so that a number column can refuse it.
    if value.is_integer() and abs(value) < _EXACT_INTEGER:
        return str(int(value))
    return f"{value:.15g}"


def _clean(cell: str) -> str:
    # Exports put a tab or a quote before long numbers so that spreadsheets keep them as text.
    cell = cell.strip("\ufeff \t\r\n\u3000")
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1]
    return cell[1:] if cell.startswith("'") else cell


def _limited(rows: Rows, limits: Limits) -> Rows:
    for number, cells in rows:
        if number > limits.rows + 1:
            raise Refused("too-many-rows", rows=limits.rows)
        if len(cells) > limits.columns and len(_trimmed(cells)) > limits.columns:
            raise Refused("too-many-columns", columns=limits.columns)
        yield number, cells


def _filled(rows: Rows) -> Rows:
    return ((number, cells) for number, cells in rows if any(cells))


def _trimmed(cells: list[str]) -> list[str]:
    last = max((place for place, cell in enumerate(cells, 1) if cell), default=0)
    return cells[:last]
