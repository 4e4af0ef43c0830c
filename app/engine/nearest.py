"""The nearest values by which one comparison turns out otherwise: of its field, or of what the rule compares it with.

Candidates at both sides of every bound are made and asked of the comparison's own compiled test, so that what is
offered here is what the evaluator says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.engine.compile import compile_test
from app.engine.values import AGE_UNITS, SHANGHAI, BadValueError, constant
from app.engine.vocabulary import Field, Operator, Vocabulary

ANOTHER = "…"
"""Stands for any other text than those that a rule names."""
_STEPS = {"integer": 1, "money": 1, "number": 0.1, "time": 60}
_YUAN = 100
_DAY = 86_400
_MINUTE = 60
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a comparison read: its field's value, the clock (epoch seconds), and the other field's value if there is."""

    value: Any
    now: int
    other: Any = None


def turned_values(node: Json, vocabulary: Vocabulary, read: Reading, wanted: bool) -> list[Any]:
    """Values of the field, the nearest first, for which the comparison comes to `wanted`; None among them is unknown.

    A `texts` field is given as a sorted list.
    """
    row, operator = vocabulary.fields[node["field"]], vocabulary.operators[node["op"]]
    test, operands = compile_test(node, vocabulary)

    def holds(value: Any) -> bool:
        if value is None:
            return operator.total and bool(test(None)) is wanted
        second = read.now if operator.shape == "age" else read.other
        if operands == 2 and second is None:
            return False
        return bool(test(value, second) if operands == 2 else test(value)) is wanted

    found = _distinct(v for v in _values(node, row, operator, read) if v != read.value and _holds(holds, v))
    return sorted(found, key=lambda value: _apart(value, read.value))


def turned_constants(node: Json, vocabulary: Vocabulary, read: Reading, wanted: bool) -> list[Any]:
    """What the rule may compare with instead, the nearest first, so that the comparison comes to `wanted`.

    In the form that rules are written in; as round as what stands there now.
    """
    row, operator = vocabulary.fields[node["field"]], vocabulary.operators[node["op"]]
    raw = node.get("value")
    if read.value is None or (isinstance(raw, Mapping) and "field" in raw):
        return []
    found = []
    for candidate in _distinct(_constants(row, operator, raw, read)):
        if candidate == raw or not _fits(row, operator, candidate):
            continue
        test, operands = compile_test({**node, "value": candidate}, vocabulary)
        if bool(test(read.value, read.now) if operands == 2 else test(read.value)) is wanted:
            found.append(candidate)
    return sorted(found, key=lambda candidate: _apart(candidate, raw))


def _holds(holds: Callable[[Any], bool], value: Any) -> bool:
    try:
        return holds(value)
    except TypeError:
        # Two values that cannot be compared: not what is looked for.
        return False


def _fits(row: Field, operator: Operator, raw: Any) -> bool:
    try:
        constant(row, operator, raw)
    except BadValueError:
        return False
    return True


def _distinct(values: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found


def _apart(value: Any, from_value: Any) -> float:
    """How far two values are apart; what has no distance keeps its order."""
    one, two = _number(value), _number(from_value)
    if one is not None and two is not None:
        return abs(one - two)
    if isinstance(value, list) and isinstance(from_value, list) and len(value) == len(from_value):
        return sum(_apart(a, b) for a, b in zip(value, from_value, strict=True))
    return 0.0


def _number(value: Any) -> float | None:
    if isinstance(value, Mapping):
        return float(sum(AGE_UNITS.get(unit, 0) * n for unit, n in value.items()))
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


# Values of the field.


def _values(node: Json, row: Field, operator: Operator, read: Reading) -> Iterable[Any]:
    raw = node.get("value")
    if operator.total:
        return [None, *_some(row)]
    if row.type == "boolean":
        return [True, False]
    if isinstance(raw, Mapping) and "field" in raw:
        return [] if read.other is None else _around([read.other], row)
    make = _BY_SHAPE.get(operator.shape, _by_value)
    return make(row, operator, raw, read)


def _some(row: Field) -> list[Any]:
    if row.choices:
        return list(row.choices)[:1]
    return [True, False] if row.type == "boolean" else [ANOTHER] if row.type == "text" else []


def _by_value(row: Field, operator: Operator, raw: Any, read: Reading) -> Iterable[Any]:
    fixed = constant(row, operator, raw)
    if row.type in _STEPS and operator.shape in ("value", "pair", "list"):
        bounds = list(fixed) if isinstance(fixed, tuple | frozenset) else [fixed]
        return _around(bounds, row)
    if row.type == "texts":
        held = set(read.value or ())
        return [sorted({*held, fixed}), sorted(held - {fixed})] if operator.shape == "value" else [[], [ANOTHER]]
    return _texts(row, operator, fixed, read.value)


def _texts(row: Field, operator: Operator, fixed: Any, value: Any) -> list[Any]:
    if operator.shape == "none":
        return ["", ANOTHER]
    named = sorted(fixed) if isinstance(fixed, frozenset) else [fixed]
    others = [code for code in row.choices if code not in named][:1]
    if not row.choices or (row.open and not others):
        others = [ANOTHER]
    if operator.name in ("contains", "not_contains"):
        return [f"{value or ''}{fixed}", str(value or "").replace(fixed, "")]
    if operator.name == "starts_with":
        return [f"{fixed}{value or ''}", *others]
    return [*named, *others]


def _around(bounds: Iterable[Any], row: Field) -> list[Any]:
    step = _STEPS[row.type]
    tenth = row.type == "number"
    return [round(b + d, 6) if tenth else b + d for b in bounds for d in (-step, 0, step)]


def _by_age(row: Field, operator: Operator, raw: Any, read: Reading) -> list[Any]:
    bound = read.now - constant(row, operator, raw)
    return [bound - _MINUTE, bound, bound + _MINUTE]


def _by_clock(row: Field, operator: Operator, raw: Any, read: Reading) -> list[Any]:
    midnight = _midnight(read.value if read.value is not None else read.now)
    return [midnight + (minute + d) * _MINUTE for minute in constant(row, operator, raw) for d in (-1, 0, 1)]


def _by_weekday(_row: Field, _operator: Operator, _raw: Any, read: Reading) -> list[Any]:
    start = read.value if read.value is not None else read.now
    return [start + days * _DAY for days in range(-6, 7) if days]


def _midnight(epoch: int) -> int:
    moment = datetime.fromtimestamp(epoch, SHANGHAI)
    return epoch - moment.hour * 3600 - moment.minute * _MINUTE - moment.second


_BY_SHAPE: dict[str, Callable[[Field, Operator, Any, Reading], Iterable[Any]]] = {
    "age": _by_age,
    "clock": _by_clock,
    "weekdays": _by_weekday,
    # What a pattern would match cannot be told from the pattern.
    "pattern": lambda *_: [],
}


# What the rule compares with.


def _constants(row: Field, operator: Operator, raw: Any, read: Reading) -> Iterable[Any]:
    value = read.value
    if row.type == "boolean":
        return [True, False]
    if operator.shape == "list":
        return [[*raw, value], [each for each in raw if each != value]]
    if operator.shape == "weekdays":
        day = datetime.fromtimestamp(value, SHANGHAI).isoweekday()
        return [sorted({*raw, day}), [each for each in raw if each != day]]
    if operator.shape == "age":
        return _ages(raw, read.now - value)
    if operator.shape == "pair":
        low, high = raw
        return [*([near, high] for near in _near(row, low, value)), *([low, near] for near in _near(row, high, value))]
    if operator.shape == "value" and row.type in _STEPS:
        return _near(row, raw, value)
    return [value] if operator.shape == "value" and row.type in ("text", "choice") else []


def _near(row: Field, raw: Any, value: Any) -> list[Any]:
    """Bounds at either side of `value`, as round as the one that stands there."""
    if row.type == "time":
        return [_stamp(value + d * _MINUTE) for d in (-1, 0, 1)]
    step: float = _STEPS[row.type]
    if row.type == "money" and raw % _YUAN == 0:
        step = _YUAN
    elif row.type == "number" and float(raw).is_integer():
        step = 1
    low = math.floor(value / step) if row.type == "number" else value // int(step)
    made = [(low + d) * step for d in (-1, 0, 1, 2)]
    return [round(m, 6) for m in made] if row.type == "number" and step != 1 else [int(m) for m in made]


def _stamp(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _ages(raw: Json, seconds: int) -> list[dict[str, int]]:
    unit = min(raw, key=lambda name: AGE_UNITS[name])
    units = seconds // AGE_UNITS[unit]
    return [{unit: n} for n in range(units - 1, units + 3) if n >= 0]
