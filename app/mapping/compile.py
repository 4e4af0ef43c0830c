"""A mapping section made ready: every path and reader prepared once, then one pass over each payload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.errors import Problem
from app.domain.money import BadAmountError, read_fen, yuan_to_fen
from app.domain.order import Line, Order, Strength
from app.domain.provinces import straight_place
from app.mapping.order_fields import DEFAULTS, LONGEST, LONGEST_TEXT
from app.mapping.paths import Path, compile_path
from app.mapping.quick import QuickReading, UnusualError, quick_reading, raised
from app.mapping.rows import MOST_LINES, Flag, Hasher, Identity, Row, evidence_of, read_rows
from app.mapping.values import BadValueError, exact_choices, reader_of


@dataclass(frozen=True, slots=True, eq=False)
class CompiledMapping:
    """One platform's mapping, ready. `privacy` says what kind of personal data each path leads to.

    `quick` reads payloads that are as expected; it gives what the careful reading gives, or raises.
    """

    platform: str
    envelopes: tuple[Path, ...]
    order: tuple[Row, ...]
    lines: tuple[Row, ...]
    each: Path
    flags: tuple[Flag, ...]
    identity: tuple[Identity, ...]
    privacy: Mapping[str, str]
    quick: QuickReading | None

    def map(self, payload: Any, *, shop: str, hasher: Hasher) -> Order | list[Problem]:
        """The canonical order, or everything that keeps the payload from being one, each with its JSONPath."""
        root = self._unwrap(payload)
        if not isinstance(root, dict):
            return [Problem("payload-not-an-object", "$")]
        if self.quick is not None:
            try:
                return self.quick(root, shop, hasher)
            except (UnusualError, BadValueError, BadAmountError):
                pass
        return self.read_carefully(root, shop=shop, hasher=hasher)

    def read_carefully(self, root: dict[str, Any], *, shop: str, hasher: Hasher) -> Order | list[Problem]:
        """`map` for a payload out of its envelope, value by value."""
        problems: list[Problem] = []
        values = read_rows(self.order, root, root, "order", "", problems)
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
        if not found or len(found) > MOST_LINES:
            problems.append(Problem("lines-missing" if not found else "lines-too-many", self.each.text))
            return []
        lines, seen = [], set()
        for place, node in enumerate(found):
            values = read_rows(self.lines, node, root, "line", self.each.text.replace("[*]", f"[{place}]"), problems)
            values.setdefault("sku", None)
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
        flags = frozenset(flag.flag for flag in self.flags if raised(flag, root))
        identity = tuple(e for row in self.identity if (e := evidence_of(row, root, shop, hasher)) is not None)
        return Order(shop=shop, platform=self.platform, lines=lines, flags=flags, identity=identity, **values)


def compile_mapping(section: Mapping[str, Any], platform: str = "") -> CompiledMapping:
    """The section, ready to map payloads; it must be valid (`section_problems`)."""
    order = tuple(_row(row) for row in section["order"])
    lines = tuple(_row(row) for row in section["lines"]["fields"])
    each = compile_path(section["lines"]["each"])
    flags = tuple(_flag(row) for row in section.get("flags", ()))
    identity = tuple(_identity(row) for row in section.get("identity", ()))
    return CompiledMapping(
        platform,
        tuple(compile_path(path) for path in section.get("envelopes", ())),
        order,
        lines,
        each,
        flags,
        identity,
        {path: row["privacy"] for row in section["order"] if "privacy" in row for path in _several(row["from"])},
        quick_reading(platform, order, lines, each, flags, identity),
    )


_AMOUNTS = {"yuan": yuan_to_fen, "fen": read_fen}


def _row(row: Mapping[str, Any]) -> Row:
    return Row(
        row["field"].partition(".")[2],
        tuple(compile_path(path) for path in _several(row["from"])),
        reader_of(row),
        row.get("join"),
        tuple(row.get("absent", ())),
        row.get("default", DEFAULTS.get(row["field"])),
        row.get("required", False),
        row.get("of") == "order",
        compile_path(row["less"]) if "less" in row else None,
        LONGEST.get(row["field"], LONGEST_TEXT) if row["as"] == "text" else None,
        exact_choices(row["choices"]) if row["as"] == "choice" else None,
        _AMOUNTS.get(row.get("unit", "")) if row["as"] == "money" else None,
    )


def _flag(row: Mapping[str, Any]) -> Flag:
    return Flag(row["flag"], compile_path(row["from"]), frozenset(str(value) for value in row["in"]))


def _identity(row: Mapping[str, Any]) -> Identity:
    paths = tuple(compile_path(path) for path in _several(row["from"]))
    return Identity(row["kind"], paths, row.get("scope") == "shop", Strength(row["strength"]))


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value
