"""Values of conditions and actions between a rule's document and the inputs of a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from app.engine.parse import read_value
from app.engine.phrase import money
from app.engine.values import AGE_UNITS
from app.engine.vocabulary import Field, Operator, Parameter, Vocabulary

_SPLIT = re.compile(r"[、，,;；\t\r\n]")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form gave: the value, or `wrong` with what was written where it is none."""

    value: Any = None
    wrong: str = ""

    @property
    def empty(self) -> bool:
        """Nothing was written yet."""
        return self.value is None and not self.wrong


def typed_value(form: MultiDict[str, str], field: Field, operator: Operator, language: str) -> Typed:
    """The value of a comparison from the inputs `value` (several for lists), `low` and `high`, `unit`, `other`."""
    other = form.get("other", "")
    if operator.shape == "value" and other:
        return Typed({"field": other})
    match operator.shape:
        case "none":
            return Typed()
        case "pair" | "clock":
            both = [_one(form.get(end, ""), field, operator, language) for end in ("low", "high")]
            wrong = next((each.wrong for each in both if each.wrong), "")
            if wrong or any(each.empty for each in both):
                return Typed(wrong=wrong)
            return Typed([each.value for each in both])
        case "list":
            each = [_one(text, field, operator, language) for text in _parts(form, field)]
            wrong = next((one.wrong for one in each if one.wrong), "")
            if wrong:
                return Typed(wrong=wrong)
            # A column that was pasted names some of them twice.
            return Typed(list(dict.fromkeys(one.value for one in each if not one.empty)) or None)
        case "weekdays":
            days = sorted({int(day) for day in form.getlist("value") if day.isdigit()})
            return Typed(days or None)
        case "age":
            return _age(form.get("value", ""), form.get("unit", "hours"))
        case _:
            return _one(form.get("value", ""), field, operator, language)


def shown_value(value: Any, field: Field, operator: Operator) -> dict[str, Any]:
    """A comparison's value as inputs hold it: `value`, `chosen` for several, `low` and `high`, `unit`, `other`."""
    if value is None:
        return {}
    if isinstance(value, Mapping) and "field" in value:
        return {"other": value["field"]}
    match operator.shape:
        case "pair" | "clock":
            low, high = value
            return {"low": _shown(low, field), "high": _shown(high, field)}
        case "list" | "weekdays":
            return {"chosen": value if operator.shape == "weekdays" else [_shown(each, field) for each in value]}
        case "age":
            unit, amount = _simplest(value)
            return {"value": amount, "unit": unit}
        case _:
            return {"value": _shown(value, field)}


def typed_parameter(form: MultiDict[str, str], row: Parameter) -> Typed:
    """The value of an action's parameter from the input `value`; weights from `weight-<choice>`."""
    text = form.get("value", "").strip()
    match row.type:
        case "weights":
            weights = {name: _number(form.get(f"weight-{name}", "")) for name in row.choices}
            return Typed({name: weight for name, weight in weights.items() if weight} or None)
        case "integer" | "number":
            number = _number(text)
            whole = row.type == "integer" and isinstance(number, float)
            return Typed(wrong=text) if text and (number is None or whole) else Typed(number)
        case _:
            return Typed(text or None)


def other_fields(field: Field, vocabulary: Vocabulary, types: Any) -> list[Field]:
    """The fields that this one may be compared with."""
    return [row for row in vocabulary.fields.values() if row.key != field.key and row.type in types]


def _parts(form: MultiDict[str, str], field: Field) -> list[str]:
    """Chosen values as they are; typed ones at line ends and list commas."""
    given = form.getlist("value")
    if field.choices:
        return given
    return [part.strip() for text in given for part in _SPLIT.split(text)]


def _one(text: str, field: Field, operator: Operator, language: str) -> Typed:
    written = text.strip()
    if not written:
        return Typed()
    if operator.shape in ("clock", "pattern"):
        return Typed(written)
    if field.type == "boolean":
        return Typed(written == "true")
    if field.type in ("text", "texts", "choice"):
        return Typed(written)
    if field.type == "time":
        return Typed(written.replace("T", " "))
    value = read_value(written, field, language)
    return Typed(wrong=written) if value is None else Typed(value)


def _shown(value: Any, field: Field) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if field.type == "money" and isinstance(value, int):
        return money(value).replace(",", "")
    return str(value)


def _age(text: str, unit: str) -> Typed:
    number = _number(text.strip())
    if number is None or unit not in AGE_UNITS or number < 0:
        return Typed(wrong=text.strip())
    return Typed({unit: number})


def _simplest(age: Mapping[str, float]) -> tuple[str, float]:
    """An age in one unit: the only one that is written, else the smallest of them."""
    unit = min(age, key=lambda name: AGE_UNITS[name])
    amount = sum(n * AGE_UNITS[name] for name, n in age.items()) / AGE_UNITS[unit]
    return unit, int(amount) if amount == int(amount) else amount


def _number(text: str) -> int | float | None:
    try:
        return int(text) if text.strip().lstrip("-").isdigit() else float(text)
    except ValueError:
        return None
