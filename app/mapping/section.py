"""One platform's mapping section: its shape, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.errors import Problem
from app.domain.order import INFORMING_FLAGS, MUST_NOT_SHIP
from app.mapping.order_fields import CANONICAL, NEEDED, TYPES
from app.mapping.paths import BadPathError, compile_path
from app.mapping.strict import Strict, anything, keyed, listed, nested, one_or_several, problems_of, text, truth

PRIVACY = ("name", "phone", "address", "message", "id")
KINDS = ("phone", "platform_address", "buyer_id", "masked_phone_and_district")
FLAGS = tuple(sorted(MUST_NOT_SHIP | INFORMING_FLAGS))
FIXED_ZONES = {"UTC": 0, "Asia/Shanghai": 8 * 3600}
"""Zones that need no time zone database (Shanghai has kept UTC+8 since 1992)."""
Row = Mapping[str, Any]


class FieldRowSchema(Strict):
    """One field. Several rows of one field: the first that gives a value wins.

    `from`: a path, or several of which the first with a value counts; with `join` all values are joined to one
    text. `choices`: platform's code → canonical value; `*` in a code stands for anything, null gives no value.
    `absent`: values that mean unknown, besides null and "". `of`: a line's path starts at the order. `less`: for
    a quantity, what is to be taken off it (units already refunded).
    """

    field = text(required=True, choices=tuple(TYPES))
    as_ = text(required=True, choices=("text", "integer", "money", "time", "choice", "boolean"), key="as")
    join = anything()
    unit = text(choices=("yuan", "fen"))
    zone = text()
    format = text(choices=("text", "iso", "epoch_s", "epoch_ms"))
    choices = keyed(anything())
    privacy = text(choices=PRIVACY)
    required = truth()
    default = anything()
    absent = listed(anything())
    of = text(choices=("order",))
    less = text()
    from_ = one_or_several(required=True, key="from")


class FlagRowSchema(Strict):
    """Raises `flag` when the value at `from` is one of `in`."""

    flag = text(required=True, choices=FLAGS)
    from_ = text(required=True, key="from")
    in_ = listed(anything(), required=True, key="in")


class IdentityRowSchema(Strict):
    """One piece of identity evidence; `scope` shop: the value means something in one shop only."""

    kind = text(required=True, choices=KINDS)
    from_ = one_or_several(required=True, key="from")
    scope = text(choices=("shop",))
    strength = text(required=True, choices=("strong", "weak"))


class LinesSchema(Strict):
    """Where the lines are, and their fields."""

    each = text(required=True)
    fields_ = nested(FieldRowSchema, required=True, many=True, key="fields")


class SectionSchema(Strict):
    """One platform's mapping. `envelopes`: paths to the order inside an API answer, the first that leads somewhere."""

    envelopes = listed(text())
    order = nested(FieldRowSchema, required=True, many=True)
    flags = nested(FlagRowSchema, many=True)
    identity = nested(IdentityRowSchema, many=True)
    lines = nested(LinesSchema, required=True)


def section_problems(section: Any, path: str = "") -> list[Problem]:
    """Everything wrong with a mapping section; `path` leads to it in the pack."""
    shape = problems_of(SectionSchema(), section, path)
    return shape or list(_meaning(section, path))


def zone_offset(zone: str) -> int | None:
    """Seconds east of UTC for zones whose offset never changes, else None."""
    return FIXED_ZONES.get(zone)


def _meaning(section: Row, path: str) -> Iterator[Problem]:
    yield from _paths(section, path)
    rows = [(f"{path}/order/{i}", "order", row) for i, row in enumerate(section["order"])]
    rows += [(f"{path}/lines/fields/{i}", "line", row) for i, row in enumerate(section["lines"]["fields"])]
    for place, scope, row in rows:
        yield from _row(row, scope, place)
    given = {row["field"] for _, _, row in rows}
    for name in NEEDED:
        if name not in given:
            yield Problem("mapping-field-missing", path, {"field": name})


def _paths(section: Row, path: str) -> Iterator[Problem]:
    for place, text_ in _every_path(section, path):
        try:
            compile_path(text_)
        except BadPathError:
            yield Problem("mapping-path", place, {"path": text_})


def _every_path(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for i, item in enumerate(node):
            yield from _every_path(item, f"{path}/{i}")
    elif isinstance(node, Mapping):
        for key, value in node.items():
            place = f"{path}/{key}"
            if key in ("from", "each", "less", "envelopes"):
                yield from ((place, one) for one in (value if isinstance(value, list) else [value]))
            elif key not in ("choices", "absent", "in"):
                yield from _every_path(value, place)


def _row(row: Row, scope: str, path: str) -> Iterator[Problem]:
    kind = TYPES[row["field"]]
    if not row["field"].startswith(f"{scope}."):
        yield Problem("mapping-field-elsewhere", f"{path}/field", {"field": row["field"]})
    if row["as"] != kind:
        yield Problem("mapping-type", f"{path}/as", {"field": row["field"], "wanted": kind, "got": row["as"]})
    else:
        yield from _KINDS.get(kind, _nothing)(row, path)
    if not isinstance(row.get("join", ""), str):
        yield Problem("part-type", f"{path}/join", {"part": "join", "value": row["join"]})


def _nothing(_row: Row, _path: str) -> Iterator[Problem]:
    yield from ()


def _money(row: Row, path: str) -> Iterator[Problem]:
    if "unit" not in row:
        yield Problem("mapping-unit-missing", path, {"field": row["field"]})


def _time(row: Row, path: str) -> Iterator[Problem]:
    if row.get("format", "text") == "text" and "zone" not in row:
        yield Problem("mapping-zone-missing", path, {"field": row["field"]})
    if "zone" in row and not _is_zone(row["zone"]):
        yield Problem("mapping-zone", f"{path}/zone", {"zone": row["zone"]})


def _is_zone(name: str) -> bool:
    try:
        return name in FIXED_ZONES or ZoneInfo(name) is not None
    except (KeyError, ValueError, OSError):
        return False


def _choice(row: Row, path: str) -> Iterator[Problem]:
    allowed = CANONICAL[row["field"]]
    for code, value in row.get("choices", {}).items():
        if value is not None and value not in allowed:
            details = {"code": code, "value": value, "choices": ", ".join(allowed)}
            yield Problem("mapping-choice", f"{path}/choices/{code}", details)
    if not row.get("choices"):
        yield Problem("mapping-choices-missing", path, {"field": row["field"]})
    if row.get("default") is not None and row["default"] not in allowed:
        yield Problem("mapping-choice", f"{path}/default", {"code": "", "value": row["default"], "choices": allowed})


_KINDS = {"money": _money, "time": _time, "choice": _choice}
