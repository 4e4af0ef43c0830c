"""Giving each field its path so that the whole fits best: the Hungarian method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_LARGE = 1e9
_WORTH_NOTHING = 35.0
"""A score that is worth as much as leaving the field open; else two poor guesses would win over one good one."""


def assign(scores: Mapping[str, Mapping[str, float]], fields: Sequence[str]) -> dict[str, tuple[str, float]]:
    """Field → path and score. No two fields get one path, and a field without a score gets none."""
    paths = list(dict.fromkeys(path for field in fields for path in scores[field]))
    wanted = [field for field in fields if scores[field]]
    if not wanted:
        return {}
    # As many places for "nothing" as there are fields, so that everybody finds one.
    width = len(paths) + len(wanted)
    costs = [
        [_WORTH_NOTHING - scores[field].get(path, -_LARGE) for path in paths] + [0.0] * len(wanted) for field in wanted
    ]
    found = {}
    for row, column in enumerate(_cheapest(costs, width)):
        if column < len(paths) and paths[column] in scores[wanted[row]]:
            found[wanted[row]] = (paths[column], scores[wanted[row]][paths[column]])
    return found


def _cheapest(costs: Sequence[Sequence[float]], width: int) -> list[int]:
    """Row → column with the least sum of costs; there are no fewer columns than rows."""
    rows = len(costs)
    row_price, column_price = [0.0] * (rows + 1), [0.0] * (width + 1)
    holder, before = [0] * (width + 1), [0] * (width + 1)
    for row in range(1, rows + 1):
        holder[0], column = row, 0
        slack, used = [_LARGE * 10] * (width + 1), [False] * (width + 1)
        while True:
            used[column] = True
            here, least, following = holder[column], _LARGE * 10, 0
            for other in range(1, width + 1):
                if used[other]:
                    continue
                reduced = costs[here - 1][other - 1] - row_price[here] - column_price[other]
                if reduced < slack[other]:
                    slack[other], before[other] = reduced, column
                if slack[other] < least:
                    least, following = slack[other], other
            for other in range(width + 1):
                if used[other]:
                    row_price[holder[other]] += least
                    column_price[other] -= least
                else:
                    slack[other] -= least
            column = following
            if holder[column] == 0:
                break
        while column:
            holder[column], column = holder[before[column]], before[column]
    chosen = [0] * rows
    for column in range(1, width + 1):
        if holder[column]:
            chosen[holder[column] - 1] = column - 1
    return chosen
