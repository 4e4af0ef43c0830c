"""Where in a sheet the headings stand, and whether what stands under them are orders."""

from __future__ import annotations

from collections.abc import Sequence

from app.intake.columns import match_columns, missing, used

Row = tuple[int, list[str]]

TOP_ROWS = 60
"""How many rows are looked at to tell."""
_ENOUGH = 2


def headings_at(rows: Sequence[Row]) -> int:
    """The place in `rows` of the headings: the row with the most known ones, below titles, dates and blank lines.

    Where no row has two that are known, the first with two cells, then the first with any; -1 when all are blank.
    """
    known = [len(used(match_columns(trimmed(cells)))) if _filled(cells) >= _ENOUGH else 0 for _, cells in rows]
    most = max(known, default=0)
    if most >= _ENOUGH:
        return known.index(most)
    for enough in (_ENOUGH, 1):
        place = next((place for place, (_, cells) in enumerate(rows) if _filled(cells) >= enough), -1)
        if place >= 0:
            return place
    return -1


def holds_orders(rows: Sequence[Row]) -> bool:
    """Whether the top of a sheet looks like orders, at least like old ones."""
    place = headings_at(rows)
    if place < 0:
        return False
    samples = [cells for _, cells in rows[place + 1 :] if any(cells)]
    headings = trimmed(rows[place][1])
    return bool(samples) and not missing(used(match_columns(headings, samples)), live=False)


def trimmed(cells: list[str]) -> list[str]:
    """The cells up to the last that holds anything."""
    last = max((place for place, cell in enumerate(cells, 1) if cell), default=0)
    return cells[:last]


def _filled(cells: Sequence[str]) -> int:
    return sum(map(bool, cells))
