"""Rows that are no goods of an order, and rows that are several: told before an order is made of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.domain.errors import Problem
from app.intake import cells

GOODS = frozenset({"line.sku", "line.item", "line.title", "line.spec", "line.spec_more"})

_CHARGE_CODES = frozenset(
    {
        "POST", "DOT", "CRUK", "BANK CHARGES", "AMAZONFEE", "PADS", "SAMPLES", "POSTAGE", "FREIGHT", "DISCOUNT", "C2",
        "邮费", "运费", "差价", "补差价", "邮费补差",
    }
)  # fmt: skip
_CHARGE_TITLES = frozenset(
    {
        "discount", "manual", "samples", "postage", "dotcom postage", "carriage", "next day carriage", "bank charges",
        "amazon fee", "cruk commission", "adjust bad debt", "邮费", "运费", "补差价", "邮费补差",
    }
)  # fmt: skip
"""What files call charges, as codes and as titles: postage, discounts, fees, samples, differences."""
_CANCELLED = re.compile(r"[Cc]\d{5,}")
_ADJUSTED = re.compile(r"[Aa]\d{5,}")
_TITLES = re.compile(r"[，\n]")
_SHORTEST_TITLE = 4


@dataclass(slots=True)
class FileRow:
    """One row by field (`id`, `paid`, `line.sku`, …); `number` is the spreadsheet's, `original` its cells."""

    number: int
    values: Mapping[str, str]
    original: list[str]


def worthless(row: FileRow, order: str, names: Mapping[str, str]) -> Problem | None:
    """Why the row is no goods that somebody bought; None when it may be.

    Cancellations (`C536379`) and bad debt (`A563185`) are booked under numbers of their own, charges under codes
    that are no SKU; a price below zero or a quantity that is not above it takes something back. A price of zero is a
    gift.
    """
    if _CANCELLED.fullmatch(order):
        return _problem("row-cancels", row, names, "id")
    if _ADJUSTED.fullmatch(order):
        return _problem("row-adjusts", row, names, "id")
    code, title = row.values.get("line.sku", ""), row.values.get("line.title", "")
    if code.strip().upper() in _CHARGE_CODES or title.strip().casefold() in _CHARGE_TITLES:
        return _problem("row-is-a-charge", row, names, "line.sku" if code else "line.title")
    quantity = cells.whole(row.values.get("line.quantity", ""))
    if quantity is not None and quantity <= 0 and names_goods(row):
        return _problem("quantity-not-positive", row, names, "line.quantity")
    price = cells.fen(row.values.get("line.price", ""))
    if price is not None and price < 0:
        return _problem("price-below-zero", row, names, "line.price")
    return None


def names_goods(row: FileRow) -> bool:
    """Whether the row says what was bought; exports of unpaid orders often do not."""
    for field in GOODS:
        text = row.values.get(field)
        if text and not cells.is_empty(text):
            return True
    return False


def split_titles(row: FileRow) -> Iterator[FileRow]:
    """The row for each title of several in one cell, when it counts one of each; else the row as it is."""
    written = row.values.get("line.title", "")
    if not _TITLES.search(written):
        yield row
        return
    titles = [title.strip() for title in _TITLES.split(written) if title.strip()]
    quantity = cells.whole(row.values.get("line.quantity", ""))
    alone = row.values.get("line.sku", "") or row.values.get("line.item", "")
    if len(titles) < 2 or quantity != len(titles) or alone or min(map(len, titles)) < _SHORTEST_TITLE:
        yield row
        return
    for title in titles:
        yield replace(row, values={**row.values, "line.title": title, "line.quantity": "1"})


def _problem(code: str, row: FileRow, names: Mapping[str, str], field: str) -> Problem:
    column = names.get(field, "")
    details = {"row": row.number, "column": column, "value": row.values.get(field, ""), "least": 1}
    return Problem(code, f"row {row.number}/{column}", details)
