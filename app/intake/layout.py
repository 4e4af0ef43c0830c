"""How an order file is read: its sheet, where its headings stand, and which column holds what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Confidence(StrEnum):
    """How sure the automatic matching is of a column; only `SURE` and `LIKELY` ones are used unasked."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """One column of a file: its place (from 0), its heading, the field it holds (None: not used) and how sure that is.

    `others` are further fields it may hold, the likeliest first.
    """

    place: int
    heading: str
    field: str | None
    confidence: Confidence
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """What a person chose, or the automatic matching found.

    `sheet` is its name ("": the first that holds orders); `header_row` the row of the headings, counted from 1
    (0: found); `columns` maps a field of `intake.columns` to the place of its column (empty: matched); `key` are
    the fields that an order's number is made of where the file has none (empty: the file's own); `day_first`
    tells whether dates are `13/1/2010` or `1/13/2010` (None: judged from the dates).
    """

    sheet: str = ""
    header_row: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    day_first: bool | None = None


AS_FOUND = Layout()
"""Nothing is chosen: sheet, headings, columns and key are found."""
