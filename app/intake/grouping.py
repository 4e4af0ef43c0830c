"""Rows of a file brought together into orders, however far apart they stand, in little memory."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

import orjson

from app.intake.cells import is_empty, order_number
from app.intake.fates import FileRow
from app.intake.rows import FileOrder

_WHO = ("buyer_id", "phone", "customer_name")
_WHEN = ("created_at", "paid_at")
_HOW_MUCH = ("paid", "goods_amount", "line.paid")
_DIGEST_BYTES = 8


def proposed_key(columns: Collection[str]) -> tuple[str, ...]:
    """The fields to make an order's number of where a file has none: who ordered, and when, else for how much."""
    who = [field for field in _WHO if field in columns][:1]
    when = [field for field in _WHEN if field in columns][:1]
    how_much = [field for field in _HOW_MUCH if field in columns][:1]
    return tuple(who + (when or how_much))


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a row tells its order: by the file's own number, or by one made of `key` fields."""

    columns: Mapping[str, int]
    key: tuple[str, ...] = ()

    def of(self, cells: Sequence[str]) -> str:
        """The number of the order that these cells name, as written or as made; empty when they name none."""
        if not self.key:
            place = self.columns.get("id", len(cells))
            written = cells[place] if place < len(cells) else ""
            return "" if is_empty(written) else written
        values = self.values(cells)
        parts = [values.get(field, "") for field in self.key]
        if all(is_empty(part) for part in parts):
            return ""
        digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=_DIGEST_BYTES).hexdigest()
        return f"F-{digest}"

    def values(self, cells: Sequence[str]) -> dict[str, str]:
        """The row's cells by field."""
        return {field: cells[place] for field, place in self.columns.items() if place < len(cells)}


def gathered(
    rows: Iterable[tuple[int, list[str]]], numbering: Numbering, spool: IO[bytes]
) -> Iterator[int | FileOrder]:
    """First how many rows there are, then the orders, each as soon as its last row is met.

    The rows wait in `spool` while the last one of each order is looked for: in memory are the orders' numbers and the
    rows of the orders that are not complete yet. A row that names no order is an order of its own without an id.
    """
    last = _spooled(rows, numbering, spool)
    yield max(last.values(), default=-1) + 1
    spool.seek(0)
    begun: dict[str, FileOrder] = {}
    for place, line in enumerate(spool):
        number, key, cells = orjson.loads(line)
        order = begun.setdefault(key, FileOrder("" if key.startswith("#") else key))
        order.rows.append(FileRow(number, numbering.values(cells), cells))
        if last[key] == place:
            yield _without_repeats(begun.pop(key), numbering)


def _spooled(rows: Iterable[tuple[int, list[str]]], numbering: Numbering, spool: IO[bytes]) -> dict[str, int]:
    """Write the rows down with their orders; each order's last place."""
    last: dict[str, int] = {}
    above = ""
    for place, (number, cells) in enumerate(rows):
        key = numbering.of(cells)
        if not key and above and _goods_only(numbering.values(cells)):
            # A row under a merged cell belongs to the order above.
            key = above
        if not key or (not numbering.key and order_number(key) is None):
            key = f"#{number}"
        else:
            above = key
        last[key] = place
        spool.write(orjson.dumps([number, key, cells]) + b"\n")
    spool.flush()
    return last


def _goods_only(values: Mapping[str, str]) -> bool:
    filled = [field for field, text in values.items() if not is_empty(text)]
    return bool(filled) and all(field.startswith("line.") for field in filled)


def _without_repeats(order: FileOrder, numbering: Numbering) -> FileOrder:
    """The order with rows that only repeat another set aside, and its number as it is used."""
    if order.id and not numbering.key:
        order.id = order_number(order.id) or ""
    if len(order.rows) == 1:
        return order
    seen: set[tuple[str, ...]] = set()
    for row in order.rows:
        content = tuple(row.original)
        if content in seen:
            order.duplicates.append(row)
        seen.add(content)
    repeats = {row.number for row in order.duplicates}
    order.rows = [row for row in order.rows if row.number not in repeats]
    return order
