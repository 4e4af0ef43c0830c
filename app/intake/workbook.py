"""Importing orders from a file: read, group by order number, check all of it, send what is right.

Counts are of rows: every row of the file is accepted, a duplicate or rejected. An order with one wrong row is
rejected whole, for half an order is a wrong order.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from app.domain.errors import Problem, Refused
from app.domain.messages import say
from app.intake.cells import is_empty, order_number
from app.intake.columns import HEADINGS, NEEDED, chosen_columns
from app.intake.layout import Layout
from app.intake.rows import FileOrder, FileRow, OrderReader
from app.intake.sheets import open_sheet

CHUNK_ORDERS = 500
PROBLEMS_KEPT = 1_000


class Destination(Protocol):
    """Where an import's orders go, and what is known there."""

    def check(self, payload: bytes) -> list[Problem]:
        """What the shop's mapping finds wrong with the payload."""
        ...

    def known(self, payloads: Mapping[str, bytes]) -> set[str]:
        """Which of these orders (number → payload) are already stored just so."""
        ...

    def send(self, payloads: Sequence[bytes]) -> list[str]:
        """Hand the payloads to intake, durably; their receipts."""
        ...


@dataclass(slots=True)
class Import:
    """An import as far as it has come. Everything but `orders` and `receipts` counts rows.

    `rejected_rows` are the original cells with their row number and reasons, for the file of errors.
    """

    rows: int = 0
    orders: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    rejected_rows: list[tuple[int, list[str], list[Problem]]] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Rows whose fate is known."""
        return self.accepted + self.duplicates + self.rejected


Progress = Callable[[Import], None]


def import_file(
    data: bytes,
    to: Destination,
    *,
    live: bool,
    dry_run: bool = False,
    sheet: str | None = None,
    columns: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Import:
    """Import a CSV, .xlsx or .xls of orders; `columns` chooses headings by field over the automatic matching.

    A dry run does all but send. Raises `Refused` as `open_sheet` does, or `columns-missing`. What `to.send` raises
    comes through: what was sent until then is accepted, and the same file may be imported again.
    """
    result, orders = _read(data, sheet, columns or {})
    reader = OrderReader(result.columns, live=live)
    remaining = iter(orders.values())
    while chunk := list(islice(remaining, CHUNK_ORDERS)):
        _take(chunk, reader, to, result, dry_run=dry_run)
        if progress is not None:
            progress(result)
    return result


def as_json(result: Import, errors_file: str | None = None) -> dict[str, Any]:
    """The import in the words of `pandan import --json`."""
    counts = {key: getattr(result, key) for key in ("rows", "orders", "accepted", "duplicates", "rejected")}
    problems = [
        {
            "row": problem.details.get("row"),
            "column": problem.details.get("column", ""),
            "code": problem.code,
            "message": say(problem.code, "zh", **problem.details),
            "message_en": say(problem.code, "en", **problem.details),
        }
        for problem in result.problems[:PROBLEMS_KEPT]
    ]
    return {**counts, "columns": result.columns, "problems": problems, "errors_file": errors_file}


def errors_csv(result: Import) -> bytes:
    """The rejected rows with their own columns, row number and reasons, ready to be mended and imported again."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*result.headings, "原行号 Row", "错误原因 Reason"])
    width = len(result.headings)
    for number, cells, problems in result.rejected_rows:
        padded = [*cells, *[""] * width][:width]
        reasons = " ".join(say(problem.code, "zh", **problem.details) for problem in problems)
        writer.writerow([*(_harmless(cell) for cell in padded), number, reasons])
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    # A spreadsheet would run a cell that begins like a formula; the import takes the quote off again.
    return f"'{cell}" if cell[:1] in {"=", "+", "@", "-"} and not cell[1:].replace(".", "").isdigit() else cell


def _read(data: bytes, sheet: str | None, choice: Mapping[str, str]) -> tuple[Import, dict[str, FileOrder]]:
    table = open_sheet(data, Layout(sheet=sheet or ""))
    places = chosen_columns(table.headings, choice)
    missing = [HEADINGS[field][0] for field in NEEDED if field not in places]
    if missing:
        raise Refused("columns-missing", columns="、".join(missing))
    names = {field: table.headings[place] for field, place in places.items()}
    result = Import(headings=table.headings, columns=names)
    orders: dict[str, FileOrder] = {}
    for row in _continued(_file_rows(table.rows, places)):
        result.rows += 1
        _group(row, orders, result)
    result.orders = len(orders)
    return result, orders


def _file_rows(rows: Iterator[tuple[int, list[str]]], places: Mapping[str, int]) -> Iterator[FileRow]:
    for number, cells in rows:
        values = {field: cells[place] for field, place in places.items() if place < len(cells)}
        yield FileRow(number, values, cells)


def _continued(rows: Iterator[FileRow]) -> Iterator[FileRow]:
    """Rows under a merged cell, which hold goods only, get the order number of the row above."""
    above = ""
    for row in rows:
        number = row.values.get("id", "")
        goods_only = all(is_empty(text) or field.startswith("line.") for field, text in row.values.items())
        if is_empty(number) and above and goods_only:
            row.values = {**row.values, "id": above}
        above = row.values.get("id", "")
        yield row


def _group(row: FileRow, orders: dict[str, FileOrder], result: Import) -> None:
    written = row.values.get("id", "")
    number = None if is_empty(written) else order_number(written)
    if number is None:
        code = "order-number-missing" if is_empty(written) else "number-lost-digits"
        column = result.columns["id"]
        details = {"row": row.number, "column": column, "value": written}
        _reject(result, row, [Problem(code, f"row {row.number}/{column}", details)])
        return
    order = orders.setdefault(number, FileOrder(number))
    repeats = any(row.original == other.original for other in order.rows)
    (order.duplicates if repeats else order.rows).append(row)


def _take(chunk: list[FileOrder], reader: OrderReader, to: Destination, result: Import, *, dry_run: bool) -> None:
    right: dict[str, bytes] = {}
    rows = {order.id: order for order in chunk}
    for order in chunk:
        payload, problems = reader.payload(order)
        problems = problems or to.check(payload)
        if problems:
            _reject_order(result, order, problems)
        else:
            right[order.id] = payload
    known = to.known(right)
    wanted = {number: payload for number, payload in right.items() if number not in known}
    if wanted and not dry_run:
        result.receipts += to.send(list(wanted.values()))
    for number in right:
        _count(result, rows[number], known=number in known)


def _count(result: Import, order: FileOrder, *, known: bool) -> None:
    result.duplicates += len(order.duplicates) + (len(order.rows) if known else 0)
    result.accepted += 0 if known else len(order.rows)


def _reject_order(result: Import, order: FileOrder, problems: list[Problem]) -> None:
    result.duplicates += len(order.duplicates)
    first = order.rows[0].number
    placed = [
        problem
        if "row" in problem.details
        else Problem(problem.code, problem.path, {"row": first, "column": problem.path, **problem.details})
        for problem in problems
    ]
    for row in order.rows:
        own = [problem for problem in placed if problem.details["row"] == row.number]
        _reject(result, row, own or [Problem("order-row-rejected", "", {"row": row.number, "order": order.id})])


def _reject(result: Import, row: FileRow, problems: list[Problem]) -> None:
    result.rejected += 1
    result.problems += problems
    result.rejected_rows.append((row.number, row.original, problems))
