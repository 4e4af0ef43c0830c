"""An order file, opened and laid out: its columns known, its rows grouped into orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.domain.errors import Refused
from app.intake.cells import is_empty
from app.intake.columns import match_columns, missing, used
from app.intake.corrections import without_own
from app.intake.layout import AS_FOUND, ColumnMatch, Layout
from app.intake.rows import FileOrder, FileRow, OrderReader
from app.intake.sheets import Limits, Sheet, Source, open_sheet


@dataclass(slots=True)
class OrderFile:
    """An order file as it will be read.

    `layout` is complete (sheet, row of the headings, columns, key): kept and given back, it reads the file alike.
    `rows` is the number of rows below the headings, known once `orders` has given its first.
    """

    sheet: Sheet
    matches: list[ColumnMatch]
    layout: Layout
    reader: OrderReader
    rows: int = 0

    @property
    def names(self) -> dict[str, str]:
        """The headings by field."""
        return {field: self.sheet.headings[place] for field, place in self.layout.columns.items()}

    def orders(self) -> Iterator[FileOrder]:
        """The orders, each once its last row was met, in the order of those rows; to be asked for once.

        What is in memory: the orders that are not complete yet, by row. Rows of no order (no number) come as an
        order of their own without an id.
        """
        grouped: dict[str, FileOrder] = {}
        for number, cells in self.sheet.rows:
            self.rows += 1
            row = FileRow(number, _values(cells, self.layout.columns), cells)
            written = row.values.get("id", "")
            key = f"#{number}" if is_empty(written) else written
            grouped.setdefault(key, FileOrder("" if is_empty(written) else written)).rows.append(row)
        yield from grouped.values()


def open_orders(
    data: Source,
    layout: Layout = AS_FOUND,
    *,
    live: bool,
    limits: Limits | None = None,
) -> OrderFile:
    """The file's orders, laid out as `layout` says and found where it does not say.

    Raises `Refused` as `open_sheet`, or `order-columns-missing`, naming what is missing.
    """
    sheet = without_own(open_sheet(data, layout, limits=limits))
    matches = match_columns(sheet.headings, [cells for _, cells in sheet.samples])
    columns = dict(layout.columns) or used(matches)
    lacking = missing(columns, live=live)
    if lacking:
        raise Refused(
            "order-columns-missing",
            columns="、".join(each["zh"] for each in lacking),
            columns_en=", ".join(each["en"] for each in lacking),
        )
    names = {field: sheet.headings[place] for field, place in columns.items()}
    complete = Layout(sheet.name, sheet.header_row, columns, layout.key)
    return OrderFile(sheet, matches, complete, OrderReader(names, live=live))


def _values(cells: list[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {field: cells[place] for field, place in columns.items() if place < len(cells)}
