"""Importing orders from a file: check every order, send what is right.

Counts are of rows: every row of the file is accepted, a duplicate or rejected.

Orders go in chunks, each written into a journal before it is sent and marked after. An import that died goes on
with the same file: marked chunks are passed over, one that was noted only is sent again with what was known then,
and the line takes an order once; so the counts come out the same whatever died when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from app.domain.errors import Problem
from app.domain.messages import say
from app.domain.order import Order
from app.intake.corrections import Place, RejectedRows
from app.intake.journal import Chunk, Journal, NoJournal
from app.intake.layout import Layout
from app.intake.notes import notes_of
from app.intake.orderfile import OrderFile, open_orders
from app.intake.preview import PREVIEWED, preview_of
from app.intake.rows import FileOrder, OrderReading
from app.intake.sheets import Source

CHUNK_ORDERS = 200
PROBLEMS_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Checked:
    """An order of the file as its shop reads it: the order, or everything wrong with it."""

    payload: bytes
    problems: Sequence[Problem] = ()
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Of some orders the numbers of those that are stored: just so (`same`), or saying something else (`other`)."""

    same: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()


class Destination(Protocol):
    """Where an import's orders go, and what is known there."""

    def check(self, payload: bytes) -> Checked:
        """What the shop makes of the payload."""
        ...

    def known(self, orders: Mapping[str, Checked]) -> Known:
        """Which of these orders (number → as it was read) are stored already."""
        ...

    def send(self, payloads: Sequence[bytes]) -> None:
        """Hand the payloads to intake, durably."""
        ...


@dataclass(slots=True)
class Import:
    """An import as far as it has come.

    `rows`, `accepted`, `duplicates`, `rejected` and `reasons` (by code) count rows; `orders`, `added` and `changed`
    orders. `problems` are the first of `problem_count`; `rejected_rows` has all, for the error workbook.
    """

    rows: int = 0
    orders: int = 0
    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    added: int = 0
    changed: int = 0
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    columns: dict[str, str] = field(default_factory=dict)
    layout: Layout = field(default_factory=Layout)
    place: Place = field(default_factory=Place)
    preview: list[dict[str, Any]] = field(default_factory=list)
    rejected_rows: RejectedRows = field(default_factory=RejectedRows)

    @property
    def done(self) -> int:
        """Rows whose fate is known."""
        return self.accepted + self.duplicates + self.rejected


Progress = Callable[[Import], None]


def import_file(
    data: Source,
    to: Destination,
    *,
    live: bool,
    dry_run: bool = False,
    layout: Layout | None = None,
    journal: Journal | None = None,
    progress: Progress | None = None,
) -> Import:
    """Import a CSV, .xlsx or .xls of orders, read as `layout` says; what it leaves open is found.

    A dry run does all but send. Raises `Refused` as `open_orders` does. What `to.send` raises comes through: what
    was sent until then is accepted, and with the same journal the import goes on from there.
    """
    file = open_orders(data, layout or Layout(), live=live)
    result = _begun(file)
    run = _Run(file, to, result, NoJournal() if dry_run or journal is None else journal, dry_run=dry_run)
    if progress is not None:
        progress(result)
    orders = file.orders()
    number = 0
    while chunk := list(islice(orders, CHUNK_ORDERS)):
        result.rows = file.rows
        run.take(number, chunk)
        number += 1
        if progress is not None:
            progress(result)
    result.rows = file.rows
    return result


def as_json(result: Import, errors_file: str | None = None, most: int = PROBLEMS_KEPT) -> dict[str, Any]:
    """The import in the words of `pandan import --json`, with at most so many problems."""
    names = ("rows", "orders", "accepted", "duplicates", "rejected", "added", "changed", "problem_count")
    problems = [
        {
            "row": problem.details.get("row"),
            "column": problem.details.get("column", ""),
            "value": problem.details.get("value", ""),
            "code": problem.code,
            "message": say(problem.code, "zh", **problem.details),
            "message_en": say(problem.code, "en", **problem.details),
        }
        for problem in result.problems[:most]
    ]
    return {
        **{name: getattr(result, name) for name in names},
        "columns": result.columns,
        "reasons": dict(result.reasons.most_common()),
        "problems": problems,
        "errors_file": errors_file,
    }


def _begun(file: OrderFile) -> Import:
    sheet = file.sheet
    place = Place(sheet.name, sheet.header_row, tuple(sheet.headings))
    return Import(columns=file.names, layout=file.layout, place=place)


@dataclass(slots=True)
class _Run:
    file: OrderFile
    to: Destination
    result: Import
    journal: Journal
    dry_run: bool

    def take(self, number: int, orders: Sequence[FileOrder]) -> None:
        """Take one chunk of orders as far as it has not been taken before."""
        self.result.orders += sum(1 for order in orders if order.id)
        noted = self.journal.find(number)
        if noted is not None and noted.sent and not noted.rejected and len(self.result.preview) == PREVIEWED:
            self._count(noted)
            return
        readings, right = self._read(orders)
        chunk = noted or self._chunk(number, readings, right)
        if noted is None:
            self.journal.note(chunk)
        if not chunk.sent:
            wanted = [one.payload for order, one in right.items() if order not in chunk.known]
            if wanted and not self.dry_run:
                self.to.send(wanted)
            self.journal.mark(number)
        self._count(chunk)

    def _read(self, orders: Sequence[FileOrder]) -> tuple[list[OrderReading], dict[str, Checked]]:
        """What became of each order, and those of which something is left; what is wrong goes to the result."""
        readings: list[OrderReading] = []
        right: dict[str, Checked] = {}
        for order in orders:
            reading = self.file.reader.read(order)
            if reading.payload is not None:
                checked = self.to.check(reading.payload)
                if checked.problems:
                    reading.refuse(list(checked.problems))
                else:
                    right[reading.id] = checked
                    self._show(reading)
            readings.append(reading)
            if reading.rejected:
                self._reject(reading)
        return readings, right

    def _show(self, reading: OrderReading) -> None:
        if len(self.result.preview) < PREVIEWED:
            self.result.preview.append(preview_of(reading, notes_of(reading, self.file.reader)))

    def _reject(self, reading: OrderReading) -> None:
        result = self.result
        for row, problems in reading.rejected:
            result.problem_count += len(problems)
            result.problems += problems[: PROBLEMS_KEPT - len(result.problems)]
            result.reasons.update({problem.code for problem in problems})
            result.rejected_rows.add(row.number, row.original, problems)
        # The file says what an order is: one without the rows that were right would lose them.
        for row in reading.accepted:
            result.rejected_rows.add(row.number, row.original, ())

    def _chunk(self, number: int, readings: Sequence[OrderReading], right: Mapping[str, Checked]) -> Chunk:
        known = self.to.known(right) if right else Known()
        good = {reading.id: len(reading.accepted) for reading in readings if reading.id in right}
        found = sum(good[order] for order in known.same)
        return Chunk(
            number,
            accepted=sum(good.values()) - found,
            duplicates=sum(len(reading.duplicates) for reading in readings) + found,
            rejected=sum(len(reading.rejected) for reading in readings),
            added=len(right) - len(known.same) - len(known.other),
            changed=len(known.other),
            known=tuple(sorted(known.same)),
        )

    def _count(self, chunk: Chunk) -> None:
        for name in ("accepted", "duplicates", "rejected", "added", "changed"):
            setattr(self.result, name, getattr(self.result, name) + getattr(chunk, name))
