"""A mapping section made ready: every path and reader prepared once, then one pass over each payload."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.errors import Problem
from app.domain.order import Evidence, Line, Order, Strength
from app.domain.provinces import straight_place
from app.mapping.order_fields import DEFAULTS, LINE_TYPES, ORDER_TYPES
from app.mapping.paths import Path, compile_path
from app.mapping.values import NOTHING, BadValueError, Reader, read_integer, reader_of

Hasher = Callable[[str, str, str], str]
_PHONE_DIGITS = 11
_MOST_LINES = 1000


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    paths: tuple[Path, ...]
    read: Reader
    join: str | None
    absent: tuple[Any, ...]
    default: Any
    required: bool
    from_order: bool
    less: Path | None


@dataclass(frozen=True, slots=True)
class _Flag:
    flag: str
    path: Path
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Identity:
    kind: str
    paths: tuple[Path, ...]
    within_shop: bool
    strength: Strength


@dataclass(frozen=True, slots=True, eq=False)
class CompiledMapping:
    """One platform's mapping, ready. `privacy` says what kind of personal data each path leads to."""

    platform: str
    envelopes: tuple[Path, ...]
    order: tuple[_Row, ...]
    lines: tuple[_Row, ...]
    each: Path
    flags: tuple[_Flag, ...]
    identity: tuple[_Identity, ...]
    privacy: Mapping[str, str]

    def map(self, payload: Any, *, shop: str, hasher: Hasher) -> Order | list[Problem]:
        """The canonical order, or everything that keeps the payload from being one, each with its JSONPath."""
        root = self._unwrap(payload)
        if not isinstance(root, dict):
            return [Problem("payload-not-an-object", "$")]
        problems: list[Problem] = []
        values = _read_rows(self.order, root, root, "order", "", problems)
        lines = self._lines(root, problems)
        if problems:
            return problems
        return self._build(root, values, lines, shop, hasher)

    def _unwrap(self, payload: Any) -> Any:
        for path in self.envelopes:
            found = path.find(payload)
            if found:
                return found[0]
        return payload

    def _lines(self, root: Any, problems: list[Problem]) -> list[Line]:
        found = self.each.find(root)
        if not found or len(found) > _MOST_LINES:
            problems.append(Problem("lines-missing" if not found else "lines-too-many", self.each.text))
            return []
        lines, seen = [], set()
        for place, node in enumerate(found):
            values = _read_rows(self.lines, node, root, "line", self.each.text.replace("[*]", f"[{place}]"), problems)
            if values.get("quantity") == 0 and "refund" not in values:
                values["refund"] = "done"
            line_id = values.get("id")
            if line_id in seen:
                values["id"] = f"{line_id}#{place}"
            seen.add(line_id)
            lines.append(values)
        return [] if problems else [Line(**values) for values in lines]

    def _build(self, root: Any, values: dict[str, Any], lines: list[Line], shop: str, hasher: Hasher) -> Order:
        place = straight_place(*(values.get(level) for level in ("province", "city", "district", "town")))
        values["province"], values["city"], values["district"], values["town"] = place
        flags = frozenset(row.flag for row in self.flags if any(str(v) in row.values for v in row.path.find(root)))
        identity = tuple(e for row in self.identity if (e := _evidence(row, root, shop, hasher)) is not None)
        return Order(shop=shop, platform=self.platform, lines=lines, flags=flags, identity=identity, **values)


def compile_mapping(section: Mapping[str, Any], platform: str = "") -> CompiledMapping:
    """The section, ready to map payloads; it must be valid (`section_problems`)."""
    return CompiledMapping(
        platform,
        tuple(compile_path(path) for path in section.get("envelopes", ())),
        tuple(_row(row) for row in section["order"]),
        tuple(_row(row) for row in section["lines"]["fields"]),
        compile_path(section["lines"]["each"]),
        tuple(_flag(row) for row in section.get("flags", ())),
        tuple(_identity(row) for row in section.get("identity", ())),
        {path: row["privacy"] for row in section["order"] if "privacy" in row for path in _several(row["from"])},
    )


def _row(row: Mapping[str, Any]) -> _Row:
    return _Row(
        row["field"].partition(".")[2],
        tuple(compile_path(path) for path in _several(row["from"])),
        reader_of(row),
        row.get("join"),
        tuple(row.get("absent", ())),
        row.get("default", DEFAULTS.get(row["field"])),
        row.get("required", False),
        row.get("of") == "order",
        compile_path(row["less"]) if "less" in row else None,
    )


def _flag(row: Mapping[str, Any]) -> _Flag:
    return _Flag(row["flag"], compile_path(row["from"]), frozenset(str(value) for value in row["in"]))


def _identity(row: Mapping[str, Any]) -> _Identity:
    paths = tuple(compile_path(path) for path in _several(row["from"]))
    return _Identity(row["kind"], paths, row.get("scope") == "shop", Strength(row["strength"]))


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _read_rows(
    rows: Sequence[_Row], node: Any, root: Any, scope: str, at: str, problems: list[Problem]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for row in rows:
        if values.get(row.name) is not None:
            continue
        path, raw = _raw(row, root if row.from_order else node)
        place = path.text if not at or row.from_order else at + path.text[1:]
        if raw is None:
            _absent(row, scope, place, values, problems)
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
    return {name: value for name, value in values.items() if value is not None or name in _OPTIONAL[scope]}


def _absent(row: _Row, scope: str, place: str, values: dict[str, Any], problems: list[Problem]) -> None:
    if row.required:
        problems.append(Problem("value-missing", place, {"field": f"{scope}.{row.name}"}))
    elif row.default is not None:
        values[row.name] = row.default


def _raw(row: _Row, node: Any) -> tuple[Path, Any]:
    """The path that gave a value, and the value; None where all are absent."""
    if row.join is not None:
        parts = [str(value) for path in row.paths for value in path.find(node) if value not in (None, "", *row.absent)]
        return row.paths[0], row.join.join(parts) or None
    for path in row.paths:
        for value in path.find(node):
            if value is None or value == "" or (row.absent and _is_absent(value, row.absent)):
                continue
            return path, value
    return row.paths[0], None


def _is_absent(value: Any, absent: tuple[Any, ...]) -> bool:
    # 0 may mean "no time", but false does not.
    return any(type(value) is type(gone) and value == gone for gone in absent)


_OPTIONAL = {"order": frozenset(ORDER_TYPES), "line": frozenset(LINE_TYPES)}


def _evidence(row: _Identity, root: Any, shop: str, hasher: Hasher) -> Evidence | None:
    value = next((v for path in row.paths for v in path.find(root) if isinstance(v, str) and v), None)
    scope = shop if row.within_shop else ""
    if value is None:
        return None
    if row.kind == "masked_phone_and_district":
        return Evidence(row.kind, value, scope, row.strength) if "*" in value else None
    if row.kind == "phone":
        digits = "".join(c for c in value if c.isdigit())[-_PHONE_DIGITS:]
        if "*" in value or len(digits) != _PHONE_DIGITS:
            return None
        value = digits
    return Evidence(row.kind, hasher(row.kind, scope, value), scope, row.strength)
