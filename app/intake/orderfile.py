"""An order file, opened and laid out: its columns known, its rows grouped into orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile

from app.domain.errors import Refused
from app.intake.columns import match_columns, missing, used
from app.intake.corrections import without_own
from app.intake.dayorder import DayOrder
from app.intake.grouping import Numbering, gathered, proposed_key
from app.intake.layout import AS_FOUND, ColumnMatch, Layout
from app.intake.rows import FileOrder, OrderReader
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
        """The orders, each once its last row was met; to be asked for once.

        Rows of no order (no number) come as an order of their own without an id. Raises `Refused` as `DayOrder.clock`
        does, before the first order.
        """
        numbering, dates = Numbering(self.layout.columns, self.layout.key), DayOrder.of(self.layout.columns)
        with TemporaryFile() as spool:
            for each in gathered(dates.passing(self.sheet.rows), numbering, spool):
                if isinstance(each, int):
                    self.rows = each
                    # All rows have gone by, and no order is read yet.
                    self.reader.clock = dates.clock(self.layout.day_first)
                else:
                    yield each


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
    key = layout.key or (() if "id" in columns else proposed_key(columns))
    complete = Layout(sheet.name, sheet.header_row, columns, key, layout.day_first)
    return OrderFile(sheet, matches, complete, OrderReader(names, live=live))
