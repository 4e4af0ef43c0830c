"""Reading workbooks. Only the child process (`app.intake.child`) does: a workbook is other people's zip and XML.

python-calamine is fast and holds the whole sheet; openpyxl streams it. Which one reads depends on what it would cost.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO, Protocol
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from app.domain.errors import Refused
from app.intake.guard import Kind, Limits, check_xls, check_xlsx, kind_of
from app.intake.headings import TOP_ROWS, Row, headings_at, holds_orders
from app.intake.written import cell_text

STREAMED_FROM = 48 * 1024 * 1024
"""Bytes of unpacked sheets from which on a workbook is streamed."""
_DAMAGED = (
    InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, ParseError, CalamineError,
    TypeError, AttributeError, IndexError,
)  # fmt: skip


class Book(Protocol):
    """A workbook's sheets by name; each one's rows, numbered as the spreadsheet does."""

    names: Sequence[str]

    def rows(self, name: str) -> Iterator[Row]: ...


class HeldBook:
    """A workbook read by calamine, one sheet at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._book = CalamineWorkbook.from_filelike(file)
        self.names: Sequence[str] = self._book.sheet_names

    def rows(self, name: str) -> Iterator[Row]:
        """The rows; the whole sheet is in memory."""
        sheet = self._book.get_sheet_by_name(name)
        first = sheet.start[0] + 1 if sheet.start else 1
        for number, cells in enumerate(sheet.to_python(skip_empty_area=True), first):
            yield number, _beside(sheet.start, cells)


class StreamedBook:
    """An .xlsx read by openpyxl as it streams."""

    def __init__(self, file: BinaryIO) -> None:
        self._book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        self.names: Sequence[str] = [sheet.title for sheet in self._book.worksheets]

    def rows(self, name: str) -> Iterator[Row]:
        """The rows."""
        sheet = self._book[name]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [cell_text(cell) for cell in cells]


def open_book(file: BinaryIO, limits: Limits) -> Book:
    """The workbook, checked before it is read.

    Raises `Refused` as the checks do, or with `file-corrupt` or `file-has-password`.
    """
    try:
        if kind_of(file) is Kind.XLS:
            check_xls(file)
            file.seek(0)
            return HeldBook(file)
        members = check_xlsx(file, limits)
        sheets = sum(member.file_size for member in members if member.filename.startswith("xl/"))
        file.seek(0)
        return StreamedBook(file) if sheets >= STREAMED_FROM else HeldBook(file)
    except PasswordError as error:
        raise Refused("file-has-password") from error
    except _DAMAGED as error:
        raise Refused("file-corrupt", detail=type(error).__name__) from error


def choose(book: Book, wanted: str) -> str:
    """The sheet that is named, else the first that holds orders, else the first that holds anything.

    Raises `Refused` with `sheet-missing` or `no-headings`.
    """
    if wanted:
        if wanted not in book.names:
            raise Refused("sheet-missing", sheet=wanted, sheets="、".join(book.names))
        return wanted
    filled = ""
    for name in book.names:
        top = _top(book, name)
        if holds_orders(top):
            return name
        if not filled and headings_at(top) >= 0:
            filled = name
    if not filled:
        raise Refused("no-headings")
    return filled


def read_book(file: BinaryIO, wanted: str, limits: Limits) -> Iterator[Any]:
    """First the chosen sheet's name and all names, then its rows that hold anything.

    Raises as `open_book` and `choose` do.
    """
    book = open_book(file, limits)
    try:
        name = choose(book, wanted)
        yield name, list(book.names)
        for number, cells in book.rows(name):
            if any(cells):
                yield number, cells
    except _DAMAGED as error:
        raise Refused("file-corrupt", detail=type(error).__name__) from error


def look_into(file: BinaryIO, limits: Limits) -> Iterator[Any]:
    """Each sheet's name and its top rows. Raises as `open_book`."""
    book = open_book(file, limits)
    try:
        for name in book.names:
            yield name, _top(book, name)
    except _DAMAGED as error:
        raise Refused("file-corrupt", detail=type(error).__name__) from error


def _top(book: Book, name: str) -> list[Row]:
    return [(number, cells) for number, cells in islice(book.rows(name), TOP_ROWS) if any(cells)]


def _beside(start: tuple[int, int] | None, cells: list[Any]) -> list[str]:
    left = start[1] if start else 0
    return [""] * left + [cell_text(cell) for cell in cells]
