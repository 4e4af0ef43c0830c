"""Mending what could not be mapped: a meaning added to the mapping, or a value put right in the payload."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from typing import Any

from app.domain.errors import Refused
from app.domain.order import OrderState, Refund
from app.rulebook.order_fields import FIELDS
from app.web.language import language, t
from app.web.words import state_word

MEANINGS: dict[str, tuple[str, ...]] = {"order.state": tuple(OrderState), "line.refund": tuple(Refund)}
"""The values that a platform's code may stand for, by field."""

_LABELS = {field.key: field.label for field in FIELDS} | {
    # Mapped, but nothing that rules may speak of.
    "order.customer_name": {"zh": "收货人", "en": "receiver"},
    "order.phone": {"zh": "收货人手机", "en": "receiver's phone"},
    "line.id": {"zh": "子订单编号", "en": "line number"},
}
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[['\"]([^'\"]+)['\"]\]")
_PLACE = re.compile(r"\[(?:\d+|\*)\]")


def field_word(field: str) -> str:
    """A canonical field in words."""
    label = _LABELS.get(field)
    return label[language()] if label else field.partition(".")[2] or field


def meaning_of(field: str, code: str) -> str:
    """A canonical value in words."""
    if field == "line.refund":
        known = {"none": t("无退款", "No refund"), "running": t("退款中", "Refund running")}
        return known.get(code, t("已退款", "Refunded"))
    return state_word(code)


def with_choice(
    document: dict[str, Any], platform: str, field: str, path: str, value: str, meaning: str
) -> dict[str, Any]:
    """A new pack document in which the platform's `value` of `field` at `path` means `meaning`; nothing else differs.

    Raises `Refused("mend-elsewhere")` when no row of the mapping reads that place, or the meaning is none.
    """
    if meaning not in MEANINGS.get(field, ()):
        raise Refused("mend-elsewhere")
    changed = copy.deepcopy(document)
    row = _row(changed["mappings"].get(platform, {}), field, path)
    row["choices"] = {**row["choices"], value: meaning}
    return changed


def _row(section: dict[str, Any], field: str, path: str) -> dict[str, Any]:
    lines = section.get("lines", {})
    of_line = field.startswith("line.")
    rows: list[dict[str, Any]] = lines.get("fields", []) if of_line else section.get("order", [])
    start = lines.get("each", "") if of_line else ""
    wanted = _PLACE.sub("[*]", path)
    for row in rows:
        written = row["from"] if isinstance(row["from"], list) else [row["from"]]
        places = {_PLACE.sub("[*]", start + one[1:] if start and row.get("of") != "order" else one) for one in written}
        if row["field"] == field and "choices" in row and wanted in places:
            return row
    raise Refused("mend-elsewhere")


def with_value(payload: Any, path: str, text: str, envelopes: Sequence[str] = ()) -> Any:
    """The payload with the value at the JSONPath `path` put right; a number stays a number where one stood.

    The path starts at the order, which the first of `envelopes` that leads somewhere leads to. Raises
    `Refused("mend-elsewhere")` when there is no such place to write.
    """
    changed = copy.deepcopy(payload)
    starts = (_walk(changed, _steps(envelope)) for envelope in envelopes)
    root = next((start for start in starts if start is not None), changed)
    steps = _steps(path)
    holder, last = _walk(root, steps[:-1]), steps[-1] if steps else None
    if isinstance(holder, dict) and isinstance(last, str):
        holder[last] = _like(holder.get(last), text)
    elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        holder[last] = _like(holder[last], text)
    else:
        raise Refused("mend-elsewhere")
    return changed


def _steps(path: str) -> list[str | int]:
    return [name or quoted or int(place) for name, place, quoted in _STEP.findall(path)]


def _walk(node: Any, steps: list[Any]) -> Any:
    for step in steps:
        if (isinstance(node, dict) and step in node) or (
            isinstance(node, list) and isinstance(step, int) and step < len(node)
        ):
            node = node[step]
        else:
            return None
    return node


def _like(old: Any, text: str) -> Any:
    if isinstance(old, bool):
        return text.strip().casefold() in ("true", "1", "yes", "是")
    if isinstance(old, (int, float)) and re.fullmatch(r"-?\d{1,18}", text.strip()):
        return int(text)
    return text
