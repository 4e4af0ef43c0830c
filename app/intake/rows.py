"""One order out of its rows in a file: the canonical payload, and every problem by row and column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

from app.domain.errors import Problem
from app.domain.order import OrderState
from app.intake import cells
from app.intake.fates import FileRow, names_goods, split_titles, worthless

ITEM_LETTERS = 128


@dataclass(slots=True)
class FileOrder:
    """The rows of one order. `duplicates` are rows that only repeat another row of it."""

    id: str
    rows: list[FileRow] = field(default_factory=list)
    duplicates: list[FileRow] = field(default_factory=list)


@dataclass(slots=True)
class OrderReading:
    """What became of one order's rows. `payload` is None when nothing of it is left.

    `rejected` are rows with their reasons. Every row of the order is in exactly one of `accepted`, `duplicates` and
    `rejected`.
    """

    id: str
    payload: bytes | None
    accepted: list[FileRow]
    duplicates: list[FileRow]
    rejected: list[tuple[FileRow, list[Problem]]]

    def refuse(self, problems: list[Problem]) -> None:
        """Reject what was accepted, for reasons found later; a reason without a row is told at the first."""
        rows, self.accepted, self.payload = self.accepted, [], None
        self._refuse(rows, problems)

    def refuse_rows(self, problems: list[Problem]) -> None:
        """Reject the rows that have problems of their own; all of them when none has."""
        wrong = {problem.details.get("row") for problem in problems}
        rows = [row for row in self.accepted if row.number in wrong] or self.accepted
        self.accepted = [row for row in self.accepted if row not in rows]
        self._refuse(rows, problems)

    def _refuse(self, rows: list[FileRow], problems: list[Problem]) -> None:
        first = rows[0].number if rows else 0
        placed = [
            problem
            if "row" in problem.details
            else Problem(problem.code, problem.path, {"row": first, "column": problem.path, **problem.details})
            for problem in problems
        ]
        for row in rows:
            own = [problem for problem in placed if problem.details["row"] == row.number]
            whole = Problem("order-row-rejected", f"row {row.number}", {"row": row.number, "order": self.id})
            self.rejected.append((row, own or [whole]))


class OrderReader:
    """Makes payloads of file orders. `names` are the headings by field, for telling where a problem is."""

    def __init__(self, names: Mapping[str, str], *, live: bool, clock: cells.Clock | None = None) -> None:
        self.names = names
        self.live = live
        self.clock = clock or cells.Clock()

    def read(self, order: FileOrder) -> OrderReading:
        """What becomes of the order's rows.

        Live, one wrong row keeps the whole order out, for half an order is a wrong order; in history only that row.
        """
        reading = OrderReading(order.id, None, list(order.rows), list(order.duplicates), [])
        if not order.id:
            reading.refuse([self._no_number(order.rows[0])])
            return reading
        problems = [problem for row in order.rows if (problem := worthless(row, order.id, self.names)) is not None]
        while reading.accepted:
            if not problems:
                payload, problems = self.payload(FileOrder(order.id, reading.accepted))
                if not problems:
                    reading.payload = payload
                    break
            if self.live:
                reading.refuse(problems)
            else:
                reading.refuse_rows(problems)
            problems = []
        return reading

    def _no_number(self, row: FileRow) -> Problem:
        column = self.names.get("id", "")
        written = row.values.get("id", "")
        code = "order-number-missing" if cells.is_empty(written) else "number-lost-digits"
        return Problem(code, f"row {row.number}/{column}", {"row": row.number, "column": column, "value": written})

    def payload(self, order: FileOrder) -> tuple[bytes, list[Problem]]:
        """The canonical order as JSON, always the same for the same rows, and what is wrong with it."""
        problems: list[Problem] = []
        reading = _Reading(self.names, order, problems)
        document = {"id": order.id, **self._head(reading), "lines": self._lines(reading)}
        known = {key: value for key, value in document.items() if value is not None}
        return orjson.dumps(known, option=orjson.OPT_SORT_KEYS), problems

    def _head(self, reading: _Reading) -> dict[str, Any]:
        head: dict[str, Any] = {key: reading.text(key) for key in _TEXTS}
        head |= {key: reading.read(key, cells.fen, "cell-money") for key in _AMOUNTS}
        head |= {key: reading.read(key, self.clock.epoch, "cell-time") for key in TIMES}
        head |= {key: cells.intact(head[key]) for key in ("phone", "buyer_id") if head[key]}
        if reading.text("phone") and not head["phone"] and self.live:
            reading.read("phone", cells.intact, "number-lost-digits")
        head["currency"] = cells.currency(head["currency"]) if head["currency"] else None
        whole = cells.split_address(head["province"] or "")
        if len(whole) > 1:
            # One column may hold province, city and district together.
            head |= whole
        for key, value in cells.split_address(head["address"] or "").items():
            head[key] = head[key] or value
        head["state"] = self._state(reading, head)
        return head

    def _state(self, reading: _Reading, head: Mapping[str, Any]) -> str | None:
        state = self._told_state(reading, head)
        refunded = reading.read("refund_amount", cells.fen, "cell-money") or 0
        # All of it was given back; a part of it is a price agreed on later.
        whole = refunded > 0 and refunded >= (head["paid"] or 0)
        return OrderState.REFUNDED if state == OrderState.PAID and whole else state

    def _told_state(self, reading: _Reading, head: Mapping[str, Any]) -> str | None:
        if reading.text("state"):
            return cast("str | None", reading.read("state", cells.state, "state-unknown"))
        if "paid_at" in self.names:
            return OrderState.PAID if head["paid_at"] else OrderState.CREATED
        return OrderState.CREATED if "paid" in self.names and not head["paid"] else OrderState.PAID

    def _lines(self, reading: _Reading) -> list[dict[str, Any]]:
        # Of an old order the file may tell no goods.
        told = [row for row in reading.order.rows if self.live or names_goods(row)]
        rows = [part for row in told for part in split_titles(row)]
        return [self._line(reading, row, place) for place, row in enumerate(rows, 1)]

    def _line(self, reading: _Reading, row: FileRow, place: int) -> dict[str, Any]:
        quantity = reading.read_cell(row, "line.quantity", cells.whole, "cell-whole-number")
        if quantity is not None and quantity <= 0:
            reading.refuse(row, "line.quantity", "quantity-not-positive", row.values.get("line.quantity", ""))
        text = {
            key: reading.read_cell(row, f"line.{key}", cells.intact, "number-lost-digits") for key in ("sku", "item")
        }
        text["title"] = _value(row, "line.title")
        text["spec"] = " ".join(filter(None, (_value(row, key) for key in _SPEC))) or None
        if not any(text.values()) and self.live:
            reading.refuse(row, "line.sku", "line-without-goods", "")
        price = reading.read_cell(row, "line.price", cells.fen, "cell-money")
        line = {
            "id": _value(row, "line.id") or str(place),
            "sku": text["sku"],
            # Without any code the title is what people match with a SKU.
            "item": text["item"] or (None if text["sku"] else _item(text)),
            "title": text["title"],
            "spec": text["spec"],
            "quantity": 1 if quantity is None else quantity,
            "price": price,
            "paid": reading.read_cell(row, "line.paid", cells.fen, "cell-money"),
            "refund": reading.read_cell(row, "line.refund", cells.refund, "refund-unknown"),
            "gift": True if price == 0 else None,
        }
        return {key: value for key, value in line.items() if value is not None}


class _Reading:
    """An order's rows being read; an order's own value is the first that any of its rows gives."""

    def __init__(self, names: Mapping[str, str], order: FileOrder, problems: list[Problem]) -> None:
        self.names = names
        self.order = order
        self.problems = problems

    def text(self, key: str) -> str | None:
        row = self._telling(key)
        return _value(row, key) if row else None

    def read(self, key: str, convert: Callable[[str], Any], code: str) -> Any:
        row = self._telling(key)
        return self.read_cell(row, key, convert, code) if row else None

    def read_cell(self, row: FileRow, key: str, convert: Callable[[str], Any], code: str) -> Any:
        text = _value(row, key)
        if text is None:
            return None
        value = convert(text)
        if value is None:
            self.refuse(row, key, code, text)
        return value

    def refuse(self, row: FileRow, key: str, code: str, value: str) -> None:
        column = self.names.get(key, "")
        details = {"row": row.number, "column": column, "value": value, "least": 1}
        self.problems.append(Problem(code, f"row {row.number}/{column}", details))

    def _telling(self, key: str) -> FileRow | None:
        if key not in self.names:
            return None
        return next((row for row in self.order.rows if _value(row, key) is not None), None)


def _value(row: FileRow, key: str) -> str | None:
    text = row.values.get(key)
    return None if not text or cells.is_empty(text) else text


def _item(text: Mapping[str, str | None]) -> str | None:
    written = " ".join(filter(None, (text["title"], text["spec"])))
    return written[:ITEM_LETTERS] or None


_SPEC = ("line.spec", "line.spec_more")
_TEXTS = (
    "customer_name", "phone", "province", "city", "district", "town", "address", "buyer_id", "buyer_message",
    "seller_memo", "seller_flag", "carrier_wish", "currency",
)  # fmt: skip
_AMOUNTS = ("paid", "goods_amount", "postage", "discount")
TIMES = ("created_at", "paid_at", "modified_at", "ship_by")
