"""How the top of a sheet looks in the file itself: its rows with colours, bold, widths and merged cells."""

from __future__ import annotations

import colorsys
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import openpyxl
from openpyxl.styles.colors import COLOR_INDEX

from app.intake.sheets import cell_text

LOOKED_AT_ROWS = 14
LOOKED_AT_COLUMNS = 60
_WHOLE_BYTES = 4 * 1024 * 1024
"""Sheets that unpack to more are read a row at a time, and then widths and merged cells are not known."""
_THEME = re.compile(r'<a:(?:srgbClr val|sysClr val="\w+" lastClr)="([0-9A-Fa-f]{6})"')
_LEAST_WIDTH, _MOST_WIDTH = 6, 36


@dataclass(frozen=True, slots=True)
class LookCell:
    """One cell as it looks, in the column `place` (from 0).

    `fill` is `#rrggbb` or empty; `columns` and `rows` are how many it is merged over.
    """

    place: int
    text: str
    fill: str = ""
    bold: bool = False
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Look:
    """The top of a sheet: (row number, cells), without those that a merged one covers; widths in letters."""

    rows: list[tuple[int, list[LookCell]]]
    widths: list[int]


def plain_look(rows: Iterable[tuple[int, list[str]]]) -> Look:
    """The look of a table that has none of its own, such as a CSV."""
    top = [(number, cells[:LOOKED_AT_COLUMNS]) for number, cells in islice(rows, LOOKED_AT_ROWS)]
    width = max((len(cells) for _, cells in top), default=0)
    padded = [
        (number, [LookCell(place, text) for place, text in enumerate([*cells, *[""] * width][:width])])
        for number, cells in top
    ]
    return Look(padded, _widths_by_content(padded))


def workbook_look(data: bytes, sheet: str) -> Look:
    """The look of a sheet of an .xlsx whose size was found harmless; `sheet` is its name (empty: the first)."""
    small = _sheet_bytes(data) <= _WHOLE_BYTES
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=not small, data_only=True)
    table = book[sheet] if sheet else book.worksheets[0]
    theme = _THEME.findall((book.loaded_theme or b"").decode("utf-8", "replace"))
    merged = _merged(table) if small else {}
    top = list(table.iter_rows(max_row=LOOKED_AT_ROWS, max_col=LOOKED_AT_COLUMNS))
    width = max((place for cells in top for place, cell in enumerate(cells, 1) if cell.value is not None), default=0)
    while top and all(cell.value is None for cell in top[-1]):
        top.pop()
    rows = [(number, list(_cells(cells[:width], theme, merged))) for number, cells in enumerate(top, 1)]
    return Look(rows, _own_widths(table, width) if small else _widths_by_content(rows))


def _sheet_bytes(data: bytes) -> int:
    members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    return sum(one.file_size for one in members if one.filename.startswith("xl/worksheets/"))


def _merged(table: Any) -> dict[tuple[int, int], tuple[int, int]]:
    """(columns, rows) of each merged area by its first cell; (0, 0) for every cell it covers."""
    areas: dict[tuple[int, int], tuple[int, int]] = {}
    for area in table.merged_cells.ranges:
        if area.min_row > LOOKED_AT_ROWS:
            continue
        last_row, last_column = min(area.max_row, LOOKED_AT_ROWS), min(area.max_col, LOOKED_AT_COLUMNS)
        for row in range(area.min_row, last_row + 1):
            for column in range(area.min_col, last_column + 1):
                areas[row, column] = (0, 0)
        areas[area.min_row, area.min_col] = (last_column - area.min_col + 1, last_row - area.min_row + 1)
    return areas


def _cells(
    cells: Iterable[Any], theme: list[str], merged: dict[tuple[int, int], tuple[int, int]]
) -> Iterator[LookCell]:
    for place, cell in enumerate(cells):
        columns, rows = merged.get((getattr(cell, "row", 0), getattr(cell, "column", 0)), (1, 1))
        if columns:
            bold = bool(getattr(cell, "font", None) and cell.font.b)
            yield LookCell(place, cell_text(cell.value), _fill(cell, theme), bold, columns, rows)


def _fill(cell: Any, theme: list[str]) -> str:
    fill = getattr(cell, "fill", None)
    if fill is None or getattr(fill, "fill_type", None) != "solid":
        return ""
    return _colour(fill.fgColor, theme)


def _colour(colour: Any, theme: list[str]) -> str:
    if colour.type == "rgb":
        plain = str(colour.rgb)[-6:]
    elif colour.type == "indexed" and colour.indexed < len(COLOR_INDEX):
        plain = COLOR_INDEX[colour.indexed][-6:]
    elif colour.type == "theme" and colour.theme < len(theme):
        # A theme lists dark before light; cells count light before dark.
        plain = theme[{0: 1, 1: 0, 2: 3, 3: 2}.get(colour.theme, colour.theme)]
    else:
        return ""
    return f"#{_tinted(plain, colour.tint or 0.0).lower()}" if re.fullmatch("[0-9A-Fa-f]{6}", plain) else ""


def _tinted(plain: str, tint: float) -> str:
    if not tint:
        return plain
    red, green, blue = (int(plain[place : place + 2], 16) / 255 for place in (0, 2, 4))
    hue, light, strength = colorsys.rgb_to_hls(red, green, blue)
    light = light * (1 + tint) if tint < 0 else light + (1 - light) * tint
    return "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, min(max(light, 0), 1), strength))


def _own_widths(table: Any, count: int) -> list[int]:
    # One entry of the file may stand for a run of columns.
    widths = [9] * count
    for dimension in table.column_dimensions.values():
        first, last = dimension.min or 1, dimension.max or dimension.min or 1
        for place in range(first, min(last, count) + 1):
            widths[place - 1] = round(dimension.width)
    return [min(max(width, _LEAST_WIDTH), _MOST_WIDTH) for width in widths]


def _widths_by_content(rows: list[tuple[int, list[LookCell]]]) -> list[int]:
    widths: list[int] = []
    for _, cells in rows:
        widths += [_LEAST_WIDTH] * (len(cells) - len(widths))
        for place, cell in enumerate(cells):
            widths[place] = min(max(widths[place], _letters(cell.text) + 1), _MOST_WIDTH)
    return widths


def _letters(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
