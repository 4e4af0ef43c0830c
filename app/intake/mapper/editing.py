"""What a hand does to a mapping in the mapper: pure changes of one platform's section. A section may be unfinished."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from app.domain.errors import Refused
from app.domain.money import BadAmountError, yuan_to_fen
from app.intake.mapper.rows import money_in_fen, row_for
from app.intake.mapper.suggest import Suggested, Sureness
from app.mapping.leaves import Leaf
from app.mapping.order_fields import CANONICAL, TYPES
from app.mapping.paths import BadPathError, compile_path
from app.mapping.section import FLAGS, PRIVACY

Section = dict[str, Any]
Row = dict[str, Any]

WHOLE = "$"
"""Where the order is its one line: a row of a sheet."""
_FIELDS = list(TYPES)
_PHONE_EVIDENCE = {"phone": "strong", "masked_phone_and_district": "weak"}
_KEPT = ("required", "privacy", "default")
_OPTIONS: dict[str, tuple[str, ...]] = {
    "unit": ("yuan", "fen"),
    "format": ("text", "iso", "epoch_s", "epoch_ms"),
    "privacy": PRIVACY,
}


def blank(each: str = WHOLE) -> Section:
    """A section that reads nothing yet."""
    return {"order": [], "lines": {"each": each or WHOLE, "fields": []}}


def each_of(section: Mapping[str, Any]) -> str:
    """The path of the list of lines."""
    return str(section.get("lines", {}).get("each") or WHOLE)


def rows_of(section: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    """Every row with its place: `order/3`, `lines/fields/0`."""
    for place, row in enumerate(section.get("order", ())):
        yield f"order/{place}", row
    for place, row in enumerate(section.get("lines", {}).get("fields", ())):
        yield f"lines/fields/{place}", row


def paths_of(row: Mapping[str, Any], each: str) -> list[str]:
    """The row's paths from the order on."""
    written = row["from"] if isinstance(row["from"], list) else [row["from"]]
    lead = each if is_of_line(row) and each != WHOLE else "$"
    return [lead + path[1:] for path in written]


def is_of_line(row: Mapping[str, Any]) -> bool:
    """Whether the row's paths start at a line."""
    return str(row["field"]).startswith("line.") and row.get("of") != "order"


def connect(section: Section, field: str, leaf: Leaf, *, fen: bool, also: bool = False) -> Section:
    """The field read from the leaf; `also`: besides where it is read already, when nothing stands there."""
    if field not in TYPES:
        raise Refused("edit-wrong")
    changed, each = copy.deepcopy(section), each_of(section)
    inside = each == WHOLE or leaf.path.startswith(each)
    made = row_for(field, leaf, each, fen=fen, of_order=field.startswith("line.") and not inside)
    rows = _list(changed, field)
    place = next((n for n, row in enumerate(rows) if row["field"] == field), None)
    if place is None:
        rank = _FIELDS.index(field)
        rows.insert(sum(_FIELDS.index(row["field"]) < rank for row in rows), made)
    elif also and rows[place].get("of") == made.get("of"):
        before = rows[place]["from"] if isinstance(rows[place]["from"], list) else [rows[place]["from"]]
        rows[place]["from"] = [*before, *(path for path in [made["from"]] if path not in before)]
    else:
        kept: Row = {name: rows[place][name] for name in _KEPT if name in rows[place]}
        rows[place] = {**made, **kept}
    return _with_evidence(changed)


def accept(section: Section, suggested: Suggested, wanted: Collection[Sureness], only: str = "") -> Section:
    """Every field that is not read yet, or `only` one, as suggested."""
    changed = copy.deepcopy(section)
    if not any(True for _ in rows_of(changed)):
        changed["lines"]["each"] = suggested.each
    fen = money_in_fen(suggested)
    for field, one in suggested.fields.items():
        known = {row["field"] for _, row in rows_of(changed)}
        if one.sureness in wanted and field not in known and only in ("", field):
            changed = connect(changed, field, one.leaf, fen=fen)
    return changed


def disconnect(section: Section, place: str) -> Section:
    """The section without one row."""
    changed = copy.deepcopy(section)
    rows, number = _row_at(changed, place)
    gone = rows.pop(number)
    if gone["field"] == "order.phone":
        phone = set(paths_of(gone, WHOLE))
        kept = [row for row in changed.get("identity", ()) if not phone & set(paths_of({**row, "field": ""}, WHOLE))]
        _set_or_drop(changed, "identity", kept)
    return changed


def with_paths(section: Section, place: str, written: str) -> Section:
    """The row read from these paths, one a line. Raises `Refused("mapping-path")`."""
    paths = [line.strip() for line in written.splitlines() if line.strip()]
    for path in paths:
        try:
            compile_path(path)
        except BadPathError as error:
            raise Refused("mapping-path", path=path) from error
    if not paths:
        raise Refused("mapping-path", path="")
    changed = copy.deepcopy(section)
    rows, number = _row_at(changed, place)
    rows[number]["from"] = paths if len(paths) > 1 else paths[0]
    return changed


def with_option(section: Section, place: str, name: str, value: str) -> Section:
    """The row with one setting otherwise; an empty value takes the setting away. Raises `Refused`."""
    changed = copy.deepcopy(section)
    rows, number = _row_at(changed, place)
    row = rows[number]
    if name == "required":
        _set_or_drop(row, name, value == "true")
    elif name == "default":
        _set_or_drop(row, name, _default(row["field"], value.strip()))
    elif name in _OPTIONS:
        if value and value not in _OPTIONS[name]:
            raise Refused("edit-wrong")
        _set_or_drop(row, name, value)
        if name == "format" and value in ("text", ""):
            row.setdefault("zone", "Asia/Shanghai")
            row.pop("format", None)
        elif name == "format":
            row.pop("zone", None)
    elif name in ("zone", "join"):
        _set_or_drop(row, name, value if name == "join" else value.strip())
    else:
        raise Refused("edit-wrong")
    return changed


def with_choice(section: Section, place: str, code: str, meaning: str) -> Section:
    """What a platform's code means; `meaning` "" takes the code out, `null` lets the next row say it."""
    changed = copy.deepcopy(section)
    rows, number = _row_at(changed, place)
    row = rows[number]
    if not code or (meaning not in ("", "null") and meaning not in CANONICAL.get(row["field"], ())):
        raise Refused("edit-wrong")
    choices = {key: value for key, value in row.get("choices", {}).items() if key != code}
    row["choices"] = choices if meaning == "" else {**choices, code: None if meaning == "null" else meaning}
    return changed


def with_lines(section: Section, each: str) -> Section:
    """Another list holds the lines; what was read within it stays connected as far as it is still there."""
    try:
        compile_path(each)
    except BadPathError as error:
        raise Refused("mapping-path", path=each) from error
    changed, before = copy.deepcopy(section), each_of(section)
    changed["lines"]["each"] = each
    for row in changed["lines"]["fields"]:
        paths = paths_of(row, before)
        if all(each == WHOLE or path.startswith(each) for path in paths):
            moved = ["$" + path[len(each) :] if each != WHOLE else path for path in paths]
            row["from"] = moved if len(moved) > 1 else moved[0]
            row.pop("of", None)
        elif all("[*]" not in path for path in paths):
            row["from"], row["of"] = (paths if len(paths) > 1 else paths[0]), "order"
    return changed


def with_flag(section: Section, flag: str, path: str, values: Sequence[str]) -> Section:
    """A flag that is raised when one of the values stands at the path. Raises `Refused`."""
    if flag not in FLAGS or not values:
        raise Refused("edit-wrong")
    try:
        compile_path(path)
    except BadPathError as error:
        raise Refused("mapping-path", path=path) from error
    return {**section, "flags": [*section.get("flags", ()), {"flag": flag, "from": path, "in": list(values)}]}


def without_flag(section: Section, place: int) -> Section:
    """The section without one of its flags."""
    flags = list(section.get("flags", ()))
    if not 0 <= place < len(flags):
        raise Refused("edit-place-gone", path=f"flags/{place}")
    changed = {**section}
    _set_or_drop(changed, "flags", flags[:place] + flags[place + 1 :])
    return changed


def with_envelopes(section: Section, envelopes: Collection[str]) -> Section:
    """The section knows where in an answer the order lies."""
    known = list(section.get("envelopes", ()))
    new = [path for path in envelopes if path and "[*]" not in path and path not in known]
    return {**section, "envelopes": known + new} if new else section


def _list(section: Section, field: str) -> list[Row]:
    rows: list[Row] = section["lines"]["fields"] if field.startswith("line.") else section["order"]
    return rows


def _row_at(section: Section, place: str) -> tuple[list[Row], int]:
    where, _, number = place.rpartition("/")
    rows: list[Row] = {"order": section["order"], "lines/fields": section["lines"]["fields"]}.get(where, [])
    if not number.isdigit() or int(number) >= len(rows):
        raise Refused("edit-place-gone", path=place)
    return rows, int(number)


def _set_or_drop(holder: dict[str, Any], name: str, value: Any) -> None:
    if value in (None, False, "", []) and not (name == "default" and value is not None):
        holder.pop(name, None)
    else:
        holder[name] = value


def _default(field: str, text: str) -> Any:
    """A value in place of a missing one, as typed: amounts in yuan. None for nothing."""
    match TYPES[field]:
        case "money":
            try:
                return yuan_to_fen(text) if text else None
            except BadAmountError as error:
                raise Refused("value-not-read", value=text) from error
        case "integer":
            if text and not text.isdigit():
                raise Refused("value-not-read", value=text)
            return int(text) if text else None
        case "boolean":
            return {"true": True, "false": False}.get(text)
        case _:
            return text or None


def _with_evidence(section: Section) -> Section:
    """A phone is evidence of who the buyer is, unless the section says already what is."""
    phone = next((row for _, row in rows_of(section) if row["field"] == "order.phone"), None)
    if phone is None:
        return section
    others = [row for row in section.get("identity", ()) if row["kind"] not in _PHONE_EVIDENCE]
    own = [{"kind": kind, "from": phone["from"], "strength": strength} for kind, strength in _PHONE_EVIDENCE.items()]
    known = {row["kind"] for row in section.get("identity", ())}
    if section.get("identity") and not known & _PHONE_EVIDENCE.keys():
        return section
    section["identity"] = [*others, *own]
    return section
