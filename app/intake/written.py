"""Cells as text: what a person sees in them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

_EXACT_INTEGER = 10**15
_HALF_SECOND = timedelta(milliseconds=500)


def cell_text(value: Any) -> str:
    """A spreadsheet's value as a person reads it: `2026-01-02 03:04:05`, `13800138000`, `9.9`."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number_text(value)
    if isinstance(value, datetime):
        # A serial number's fraction falls short of the second by a little.
        return (value + _HALF_SECOND).isoformat(" ", "seconds") if value.microsecond else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return clean(str(value))


def clean(cell: str) -> str:
    """A cell's text without what exports put around long numbers so that spreadsheets keep them as text."""
    if cell.isalnum():
        # Most are, and have nothing around them.
        return cell
    cell = cell.strip("\ufeff \t\r\n\u3000\xa0")
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1]
    return cell[1:] if cell.startswith("'") else cell


def _number_text(value: float) -> str:
    # From 10^15 on a spreadsheet has lost digits; the exponent stays visible so that a number column can refuse it.
    if value.is_integer() and abs(value) < _EXACT_INTEGER:
        return str(int(value))
    text = f"{value:.15g}"
    if abs(value) >= _EXACT_INTEGER and "e" not in text:
        return f"{value:.14e}"
    return text
