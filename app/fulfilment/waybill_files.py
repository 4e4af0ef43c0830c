"""Files in which carriers or the warehouse give waybills back: their columns found by their headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from app.domain.errors import Problem, Refused
from app.fulfilment.waybills import Said

MOST_ROWS = 3_000
_TITLE_ROWS = 10
_NAMES = {
    "parcel": (
        "包裹号", "包裹编号", "parcel", "parcelnumber", "parcelno", "用户订单号", "商家单号", "客户订单号",
        "商家订单号", "订单号", "订单编号", "平台订单号", "order", "orderno", "ordernumber", "orderid",
        "客户单号", "参考号",
    ),
    "waybill": (
        "运单号", "快递单号", "物流单号", "运单编号", "快递编号", "面单号", "waybill", "waybillno", "waybillnumber",
        "trackingno", "trackingnumber", "tracking", "母单号",
    ),
    "carrier": ("快递公司", "物流公司", "快递", "承运商", "物流", "carrier", "courier"),
    "sku": ("sku", "商品编码", "商家编码", "规格编码", "货号"),
    "quantity": ("发货数量", "发货件数", "quantity", "qty", "units"),
    # Carriers count boxes under these names; they count units only beside a SKU.
    "count": ("数量", "件数"),
}  # fmt: skip
Numbered = tuple[int, list[str]]
"""(row number, cells)."""
_ORDER_NAMES = frozenset({"订单号", "订单编号", "平台订单号", "order", "orderno", "ordernumber", "orderid"})


@dataclass(slots=True)
class Given:
    """What a file says, and the rows that cannot be read; `columns` are the headings that were used."""

    said: list[Said] = field(default_factory=list)
    problems: list[tuple[int, Problem]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)


def find_columns(headings: list[str]) -> dict[str, list[int]]:
    """Which columns mean what; a parcel's own number comes before an order's, when both are there."""
    plain = [re.sub(r"[\s_()（）:：*]+", "", heading).casefold() for heading in headings]
    found = {what: [i for i, one in enumerate(plain) if one in names] for what, names in _NAMES.items()}
    found["parcel"].sort(key=lambda place: (plain[place] in _ORDER_NAMES, place))
    return {what: places for what, places in found.items() if places}


def below_titles(headings: list[str], rows: list[Numbered]) -> tuple[list[str], list[Numbered]]:
    """The headings and the rows below them, when titles and notes stand above."""
    for place, (_, cells) in enumerate([(0, headings), *rows[:_TITLE_ROWS]]):
        if {"parcel", "waybill"} <= find_columns(cells).keys():
            return cells, rows[place:]
    return headings, rows


def read_waybills(headings: list[str], rows: list[Numbered], carrier: str = "") -> Given:
    """What the table says; `carrier` stands where a row names none.

    Rows without a waybill say nothing yet and are passed over. Raises `Refused("waybill-columns")` when a needed
    column is missing, and `Refused("waybill-too-many")`.
    """
    columns = find_columns(headings)
    missing = {"parcel", "waybill"} - columns.keys()
    if missing:
        raise Refused("waybill-columns", missing="、".join(_WANTED[one] for one in sorted(missing)))
    if len(rows) > MOST_ROWS:
        raise Refused("waybill-too-many", most=MOST_ROWS)
    given = Given(columns={what: headings[places[0]] for what, places in columns.items()})
    for number, cells in rows:
        _read_row(given, number, _Row(cells, columns), carrier)
    return given


_WANTED = {"parcel": "包裹号 / parcel number", "waybill": "运单号 / waybill"}


class _Row:
    def __init__(self, cells: list[str], columns: dict[str, list[int]]) -> None:
        self._cells = cells
        self._columns = columns

    def text(self, what: str) -> str:
        """The first of the columns of this meaning that is filled."""
        places = self._columns.get(what, ())
        return next((self._cells[p].strip() for p in places if p < len(self._cells) and self._cells[p].strip()), "")


def _read_row(given: Given, number: int, row: _Row, carrier: str) -> None:
    waybill, sku = row.text("waybill"), row.text("sku")
    quantity = (row.text("quantity") or (row.text("count") if sku else "")).replace(",", "")
    if not waybill:
        return
    if quantity and not re.fullmatch(r"\d{1,6}(\.0+)?", quantity):
        given.problems.append((number, Problem("waybill-quantity")))
        return
    units = int(float(quantity)) if quantity else None
    given.said.append(Said(number, row.text("parcel"), waybill, row.text("carrier") or carrier, sku, units))
