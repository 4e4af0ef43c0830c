"""A set of cells of one field as a condition that is true just there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.engine.analyse.cells import Cells
from app.engine.vocabulary import NUMERIC_TYPES, Field

Json = dict[str, Any]


def condition_of(field: Field, cells: Cells, places: Sequence[int]) -> Json | None:
    """The condition; None for kinds of fields whose cells cannot be said so."""
    values = [cells.values[n] for n in places]
    known = [n for n in places if cells.values[n] is not None]
    parts: list[Json] = [{"field": field.key, "op": "is_unknown"}] if None in values else []
    if known:
        made = _known(field, cells, known)
        if made is None:
            return None
        parts.append(made)
    return parts[0] if len(parts) == 1 else {"any": parts}


def _known(field: Field, cells: Cells, places: Sequence[int]) -> Json | None:
    every = [n for n, value in enumerate(cells.values) if value is not None]
    if list(places) == every:
        return {"field": field.key, "op": "is_known"}
    if field.type in NUMERIC_TYPES or field.type == "time":
        runs = [_run(field, cells, run) for run in _runs(places)]
        return runs[0] if len(runs) == 1 else {"any": runs}
    if field.type in ("choice", "boolean", "text"):
        return _listed(field, cells, places, every)
    return None


def _listed(field: Field, cells: Cells, places: Sequence[int], every: Sequence[int]) -> Json | None:
    chosen = [cells.values[n] for n in places]
    others = [cells.values[n] for n in every if n not in places]
    named = set(cells.bounds) | set(field.choices) | {True, False}
    if all(value in named for value in chosen):
        if len(chosen) == 1:
            return {"field": field.key, "op": "is", "value": chosen[0]}
        return {"field": field.key, "op": "in", "value": chosen} if field.type != "boolean" else None
    if all(value in named for value in others):
        return {"field": field.key, "op": "not_in", "value": others}
    return None


def _runs(places: Sequence[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for place in places:
        if run and place != run[-1] + 1:
            yield run
            run = []
        run.append(place)
    yield run


def _run(field: Field, cells: Cells, run: Sequence[int]) -> Json:
    """Neighbouring cells of a number: from a bound or from beyond one, up to a bound or to before one."""
    low, high = cells.values[run[0]], cells.values[run[-1]]
    if low == high and low in cells.bounds:
        return {"field": field.key, "op": "is", "value": low}
    parts: list[Json] = []
    below = [bound for bound in cells.bounds if bound < low]
    above = [bound for bound in cells.bounds if bound > high]
    if low in cells.bounds:
        parts.append({"field": field.key, "op": ">=", "value": low})
    elif below:
        parts.append({"field": field.key, "op": ">", "value": max(below)})
    if high in cells.bounds:
        parts.append({"field": field.key, "op": "<=", "value": high})
    elif above:
        parts.append({"field": field.key, "op": "<", "value": min(above)})
    return parts[0] if len(parts) == 1 else {"all": parts}
