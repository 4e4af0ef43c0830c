"""A mapping section's rows made ready, and the careful reading: every value with what keeps it from being one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.errors import Problem
from app.domain.order import Evidence, Strength
from app.domain.phones import masked, mobile_digits
from app.mapping.paths import Path
from app.mapping.values import NOTHING, BadValueError, Reader, read_integer

Hasher = Callable[[str, str, str], str]
MOST_LINES = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One field's row. `longest` is given for texts, `choices` (exact codes only) for choices.

    `plain` reads amounts, and raises `BadAmountError` where `read` raises `BadValueError`.
    """

    name: str
    paths: tuple[Path, ...]
    read: Reader
    join: str | None
    absent: tuple[Any, ...]
    default: Any
    required: bool
    from_order: bool
    less: Path | None
    longest: int | None
    choices: Mapping[str, Any] | None
    plain: Reader | None


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag that is raised when the value at `path` is one of `values`."""

    flag: str
    path: Path
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Identity:
    """A kind of evidence, and where its value is."""

    kind: str
    paths: tuple[Path, ...]
    within_shop: bool
    strength: Strength


def read_rows(
    rows: Sequence[Row], node: Any, root: Any, scope: str, at: str, problems: list[Problem]
) -> dict[str, Any]:
    """Field → value; what is wrong goes to `problems`, `at` being the JSONPath of `node`."""
    values: dict[str, Any] = {}
    for row in rows:
        if values.get(row.name) is not None:
            continue
        path, raw = find_raw(row, root if row.from_order else node)
        place = path.text if not at or row.from_order else at + path.text[1:]
        if raw is None:
            _fill_absent(row, scope, place, values, problems)
            continue
        try:
            value = row.read(raw)
            if row.less is not None:
                value -= sum(read_integer(units) for units in row.less.find(node))
        except BadValueError as bad:
            problems.append(Problem(bad.code, place, {"field": f"{scope}.{row.name}", **bad.details}))
            continue
        if value is not NOTHING:
            values[row.name] = value
    return values


def _fill_absent(row: Row, scope: str, place: str, values: dict[str, Any], problems: list[Problem]) -> None:
    if row.required:
        problems.append(Problem("value-missing", place, {"field": f"{scope}.{row.name}"}))
    elif row.default is not None:
        values[row.name] = row.default


def find_raw(row: Row, node: Any) -> tuple[Path, Any]:
    """The path that gave a value, and the value; None where all are absent."""
    if row.join is not None:
        parts = [str(value) for path in row.paths for value in path.find(node) if value not in (None, "", *row.absent)]
        return row.paths[0], row.join.join(parts) or None
    for path in row.paths:
        for value in path.find(node):
            if value is None or value == "" or (row.absent and is_absent(value, row.absent)):
                continue
            return path, value
    return row.paths[0], None


def is_absent(value: Any, absent: tuple[Any, ...]) -> bool:
    """Whether the row takes the value for none."""
    # 0 may mean "no time", but false does not.
    return any(type(value) is type(gone) and value == gone for gone in absent)


def evidence_of(row: Identity, root: Any, shop: str, hasher: Hasher) -> Evidence | None:
    """The evidence a payload gives; strong kinds as a keyed hash."""
    value = _first_text(row.paths, root)
    scope = shop if row.within_shop else ""
    if value is None:
        return None
    if row.kind == "masked_phone_and_district":
        shown = masked(value)
        return Evidence(row.kind, shown, scope, row.strength) if shown else None
    if row.kind == "phone":
        digits = mobile_digits(value)
        if digits is None:
            return None
        value = digits
    return Evidence(row.kind, hasher(row.kind, scope, value), scope, row.strength)


def _first_text(paths: Sequence[Path], root: Any) -> str | None:
    for path in paths:
        for value in path.find(root):
            if isinstance(value, str) and value:
                return value
    return None
