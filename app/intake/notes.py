"""What is worth telling of an order of a file before it is imported, and keeps nothing out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.domain.errors import Problem
from app.intake import cells
from app.intake.fates import names_goods, split_titles
from app.intake.rows import TIMES, OrderReader, OrderReading


def notes_of(reading: OrderReading, reader: OrderReader) -> list[Problem]:
    """Of an order that is right: what was understood of it that a person may want to look at."""
    told = [_note(code, found) for code, look in _LOOKS.items() if (found := look(reading, reader))]
    return told if reading.payload is not None else []


def _note(code: str, found: int | str) -> Problem:
    details: dict[str, Any] = {"value": found} if isinstance(found, str) else {"count": found}
    return Problem(code, details=details, severity="note")


def _titles(reading: OrderReading, _reader: OrderReader) -> int:
    lines = [len(list(split_titles(row))) for row in reading.accepted]
    return sum(count for count in lines if count > 1)


def _without_sku(reading: OrderReading, reader: OrderReader) -> int:
    if not reader.live:
        return 0
    return sum(1 for row in reading.accepted if names_goods(row) and _empty(row.values.get("line.sku")))


def _nowhere(reading: OrderReading, reader: OrderReader) -> int:
    wanted = ("address", "phone") if reader.live else ()
    return int(any(all(_empty(row.values.get(key)) for row in reading.accepted) for key in wanted))


def _either_date(reading: OrderReading, reader: OrderReader) -> str:
    if reader.clock.sure:
        return ""
    written = (row.values.get(key, "") for row in reading.accepted for key in TIMES)
    return next((text for text in written if cells.slashed(text)), "")


def _empty(text: str | None) -> bool:
    return text is None or cells.is_empty(text)


_LOOKS: dict[str, Callable[[OrderReading, OrderReader], int | str]] = {
    "note-date-either": _either_date,
    "note-no-address": _nowhere,
    "note-without-sku": _without_sku,
    "note-titles-split": _titles,
    "note-rows-repeat": lambda reading, _: len(reading.duplicates),
    "note-rows-left-out": lambda reading, _: len(reading.rejected),
}
