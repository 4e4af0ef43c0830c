"""What is known of an uploaded file before it is read: its sheets, look, headings, samples, and the columns chosen."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path

from werkzeug.datastructures import MultiDict

from app.domain.errors import Refused
from app.domain.messages import Text
from app.intake.columns import HEADINGS, match_columns, missing, used
from app.intake.corrections import without_own
from app.intake.dayorder import DayOrder
from app.intake.layout import ColumnMatch, Layout
from app.intake.look import Look, plain_look, workbook_look
from app.intake.orderfile import open_orders
from app.intake.sheets import Preview, inspect, open_sheet

SAMPLES = 3
_PLANS_KEPT = 8
_DAY_FIRST = {"0": False, "1": True}
_EXAMPLE_BYTES = 2 * 1024 * 1024
KEY_FIELDS = ("buyer_id", "customer_name", "phone", "address", "created_at", "paid_at", "paid", "goods_amount")
"""What an order's number may be made of."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The top of one sheet: how it looks, which row holds the headings, what each column seems to hold.

    `sheets` are the names of all, with whether each looks like orders.
    """

    sheets: tuple[tuple[str, bool], ...]
    sheet: str
    header_row: int
    headings: list[str]
    samples: list[list[str]]
    matches: list[ColumnMatch]
    rows: list[list[str]]
    look: Look

    def columns(self, layout: Layout) -> dict[str, int]:
        """The place of each field's column: as chosen, else the automatic matches that are sure or likely."""
        return dict(layout.columns) or used(self.matches)

    def unclear_date(self, layout: Layout) -> str:
        """A date that may be read day first or month first, where the first rows do not tell which; else nothing."""
        dates = DayOrder.of(self.columns(layout))
        for number, cells in enumerate(self.rows):
            dates.see(number, cells)
        return dates.unclear

    def missing(self, layout: Layout, *, live: bool) -> list[Text]:
        """What an order file must have and no column holds."""
        return missing(self.columns(layout), live=live)

    def refuse_incomplete(self, layout: Layout, *, live: bool) -> None:
        """Raise `Refused("order-columns-missing")` when something is missing."""
        lacking = self.missing(layout, live=live)
        if lacking:
            zh, en = "、".join(one["zh"] for one in lacking), ", ".join(one["en"] for one in lacking)
            raise Refused("order-columns-missing", columns=zh, columns_en=en)


@lru_cache(maxsize=_PLANS_KEPT)
def plan_of(path: Path, sheet: str, header_row: int) -> Plan:
    """The plan of an uploaded file, whose content never changes. Raises `Refused` as `open_sheet` does."""
    previews = _previews(path)
    shown = _chosen(previews, sheet)
    table = without_own(open_sheet(path, Layout(sheet=shown.name, header_row=header_row or shown.header_row)))
    rows = [cells for _, cells in table.samples] or [cells for at, cells in shown.rows if at > table.header_row]
    return Plan(
        tuple((one.name, one.orders) for one in previews), shown.name, table.header_row, table.headings,
        [_samples(rows, place) for place in range(len(table.headings))], match_columns(table.headings, rows),
        rows, _look(path, shown),
    )  # fmt: skip


@lru_cache(maxsize=_PLANS_KEPT)
def _previews(path: Path) -> list[Preview]:
    return inspect(path)


def _chosen(previews: list[Preview], sheet: str) -> Preview:
    named = next((one for one in previews if one.name == sheet), None)
    return named or next((one for one in previews if one.orders), previews[0])


def _look(path: Path, shown: Preview) -> Look:
    data = path.read_bytes()
    if data.startswith(b"PK"):
        # A workbook whose look cannot be told may still be read; what is in it is all that matters then.
        with suppress(Exception):
            return workbook_look(data, shown.name)
    return plain_look(shown.rows)


def key_of(path: Path, layout: Layout, *, live: bool) -> tuple[tuple[str, ...], str]:
    """The fields that order numbers are made of where the file has none, and the first number made of them.

    Both are empty where the file has its own; the number also where a file is too large to look for it.
    """
    file = open_orders(path, layout, live=live)
    if "id" in file.layout.columns:
        return (), ""
    first = None
    if path.stat().st_size <= _EXAMPLE_BYTES:
        # What is wrong with its dates is told when all rows are checked.
        with suppress(Refused):
            first = next(file.orders(), None)
    return file.layout.key, first.id if first else ""


def with_change(plan: Plan, layout: Layout, form: MultiDict[str, str]) -> Layout:
    """The layout with one change of the columns page in it."""
    if "sheet" in form:
        return Layout(sheet=form["sheet"])
    if form.get("header_row", "").isdigit():
        return Layout(sheet=layout.sheet, header_row=int(form["header_row"]))
    if form.get("column", "").isdigit():
        return replace(layout, columns=_placed(plan.columns(layout), form.get("field", ""), int(form["column"])))
    if "day_first" in form:
        return replace(layout, day_first=_DAY_FIRST.get(form["day_first"]))
    if "key_chosen" in form:
        return replace(layout, key=tuple(key for key in form.getlist("key") if key in KEY_FIELDS))
    return layout


def _placed(columns: dict[str, int], field: str, place: int) -> dict[str, int]:
    rest = {key: at for key, at in columns.items() if key != field and at != place}
    return {**rest, field: place} if field in HEADINGS else rest


def _samples(rows: list[list[str]], place: int) -> list[str]:
    values = (cells[place] for cells in rows if place < len(cells) and cells[place])
    return list(islice(dict.fromkeys(values), SAMPLES))
