"""Opening the tables people send: CSV, .xlsx and the old binary .xls.

Every cell comes out as text, as a person sees it; row numbers are the spreadsheet's own. What a file may cost is
limited before it is read (`intake.guard`), and workbooks are read by a child process (`intake.isolation`).
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.errors import Refused
from app.intake.csvfile import csv_rows
from app.intake.guard import Kind, Limits, kind_of
from app.intake.headings import TOP_ROWS, Row, headings_at, holds_orders, trimmed
from app.intake.isolation import ask_child
from app.intake.layout import AS_FOUND, Layout
from app.intake.written import cell_text

__all__ = ["Limits", "Preview", "Sheet", "Source", "cell_text", "inspect", "open_sheet", "open_table"]

Rows = Iterator[Row]
Source = bytes | Path
"""A file: its content or where it lies."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its headings, the row they stand in (from 1), and the rows below as (row number, cells).

    `samples` are the first of those rows, which `rows` gives again; `name` and `names` are empty for a CSV.
    """

    headings: list[str]
    rows: Rows
    name: str = ""
    names: tuple[str, ...] = ()
    header_row: int = 1
    samples: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """The top of one sheet: rows as (row number, cells), where its headings seem to stand (0: nowhere), and whether
    it looks like orders."""

    name: str
    rows: list[Row]
    header_row: int
    orders: bool


def open_sheet(data: Source, layout: Layout = AS_FOUND, *, limits: Limits | None = None) -> Sheet:
    """The table of orders in a CSV, .xlsx or .xls file, as the layout says; found where it does not say.

    The kind is told from the content, not the name. The file is read on while the rows are asked for. Raises
    `Refused` with `file-empty`, `file-too-large`, `file-corrupt`, `file-not-a-table`, `file-web-page`,
    `file-encoding`, `file-has-password`, `file-has-macros`, `zip-suspicious`, `xml-suspicious`, `file-too-costly`,
    `sheet-missing` or `no-headings`; while the rows are read, also `too-many-rows` or `too-many-columns`.
    """
    name, names, rows = _opened(data, layout.sheet, limits or Limits())
    top = list(islice(rows, max(TOP_ROWS, layout.header_row)))
    place = _place_of(layout.header_row, top) if layout.header_row else headings_at(top)
    if place < 0:
        raise Refused("no-headings")
    return _sheet(top, place, rows, name, names)


def open_table(data: Source, *, limits: Limits | None = None) -> Sheet:
    """The first sheet with anything in it, whose first such row are the headings. Raises as `open_sheet` does."""
    name, names, rows = _opened(data, "", limits or Limits())
    first = next(rows, None)
    if first is None:
        raise Refused("no-headings")
    return _sheet([first], 0, rows, name, names)


def inspect(data: Source, *, limits: Limits | None = None) -> list[Preview]:
    """The top of every sheet; one without a name for a CSV. Raises as `open_sheet` does."""
    limits = limits or Limits()
    with _file(data, limits) as file:
        if kind_of(file) is Kind.CSV:
            return [_preview("", list(islice(_limited(csv_rows(file), limits), TOP_ROWS)))]
        told = ask_child(file, "look", limits)
        return [_preview(name, [(number, cells) for number, cells in rows]) for name, rows in told]


def _sheet(top: list[Row], place: int, rows: Rows, name: str, names: tuple[str, ...]) -> Sheet:
    number, cells = top[place]
    below = top[place + 1 :]
    return Sheet(trimmed(cells), chain(below, rows), name, names, number, tuple(below))


def _place_of(header_row: int, top: Sequence[Row]) -> int:
    return next((place for place, (number, _) in enumerate(top) if number == header_row), -1)


def _preview(name: str, rows: list[Row]) -> Preview:
    filled = [row for row in rows if any(row[1])]
    place = headings_at(filled)
    return Preview(name, filled, filled[place][0] if place >= 0 else 0, holds_orders(filled))


def _opened(data: Source, sheet: str, limits: Limits) -> tuple[str, tuple[str, ...], Rows]:
    """The chosen sheet's name, all names, and its rows that hold anything."""
    told = _told(data, sheet, limits)
    name, names = next(told)
    return name, tuple(names), _limited(told, limits)


def _told(data: Source, sheet: str, limits: Limits) -> Iterator[Any]:
    with _file(data, limits) as file:
        if kind_of(file) is Kind.CSV:
            yield "", []
            yield from csv_rows(file)
        else:
            yield from ask_child(file, "read", limits, sheet=sheet)


@contextmanager
def _file(data: Source, limits: Limits) -> Iterator[BinaryIO]:
    size = len(data) if isinstance(data, bytes) else data.stat().st_size
    if not size:
        raise Refused("file-empty")
    if size > limits.file_bytes:
        raise Refused("file-too-large", megabytes=limits.file_bytes // 1024**2)
    with io.BytesIO(data) if isinstance(data, bytes) else data.open("rb") as file:
        yield file


def _limited(rows: Iterator[Row], limits: Limits) -> Rows:
    filled = 0
    for number, cells in rows:
        if not any(cells):
            continue
        filled += 1
        if filled > limits.rows + 1:
            raise Refused("too-many-rows", rows=limits.rows)
        if len(cells) > limits.columns and len(trimmed(cells)) > limits.columns:
            raise Refused("too-many-columns", columns=limits.columns)
        yield number, cells
