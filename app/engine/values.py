"""Values as rules write them, turned into the constants that compiled code compares with.

The validator and the compiler both go through `constant`, so that what one accepts the other can use.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import datetime, timedelta, timezone
from math import isfinite
from typing import Any

import re2

from app.engine.diagnostics import suggest
from app.engine.vocabulary import Field, Operator

SHANGHAI = timezone(timedelta(hours=8))
AGE_UNITS = {"minutes": 60, "hours": 3600, "days": 86_400}
MAX_TEXT = 2_000
MAX_LIST = 10_000
MAX_PATTERN = 1_000
_PATTERN_MEMORY = 1 << 20
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)


class BadValueError(ValueError):
    """A value that cannot be what it stands for; `code` and `details` make the diagnostic, `at` is the place in it."""

    def __init__(self, code: str, at: str = "", **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.at = at
        self.details = details


def constant(field: Field, operator: Operator, raw: Any) -> Any:
    """The comparable form of the document's `raw` value; raises BadValueError.

    Shapes: `value` a scalar; `pair` (low, high); `list` and `weekdays` a frozenset; `clock` (minute, minute) of
    the day; `age` seconds; `pattern` a compiled re2 pattern; `none` None.
    """
    return _SHAPES[operator.shape](field, raw)


def compile_pattern(raw: Any) -> Any:
    """A compiled re2 pattern (searches, linear time, bounded memory); raises BadValueError."""
    if not isinstance(raw, str) or not raw:
        raise BadValueError("value-type", wanted="pattern", got=shown(raw))
    if len(raw) > MAX_PATTERN:
        raise BadValueError("value-too-long", limit=MAX_PATTERN, length=len(raw))
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _PATTERN_MEMORY
    try:
        return re2.compile(raw, options=options)
    except (re2.error, UnicodeEncodeError) as error:
        raise BadValueError("pattern-invalid", pattern=raw, reason=_reason(error)) from error


def seconds_of(raw: Any) -> int:
    """Seconds in `{"hours": 2}` (also `minutes`, `days`; several add up); raises BadValueError."""
    if not isinstance(raw, dict) or not raw:
        raise BadValueError("value-type", wanted="age", got=shown(raw))
    for unit, amount in raw.items():
        if unit not in AGE_UNITS:
            raise BadValueError("unknown-unit", unit, unit=unit, did_you_mean=suggest(unit, AGE_UNITS))
        if not _is_number(amount) or not 0 <= amount <= 1_000_000:
            raise BadValueError("value-type", unit, wanted="number", got=shown(amount))
    seconds: float = sum(amount * AGE_UNITS[unit] for unit, amount in raw.items())
    return round(seconds)


def epoch_of(raw: Any) -> int:
    """Epoch seconds of `2026-06-18 20:00`, ISO 8601 (Asia/Shanghai without an offset) or an integer."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if not isinstance(raw, str) or not _TIMESTAMP.fullmatch(raw):
        raise BadValueError("value-type", wanted="time", got=shown(raw))
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError as error:
        raise BadValueError("value-type", wanted="time", got=shown(raw)) from error
    return int((moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)).timestamp())


def shown(raw: Any) -> str:
    """A value cut short for a message."""
    text = raw if isinstance(raw, str) else repr(raw)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _reason(error: Exception) -> str:
    first = error.args[0] if error.args else error
    return first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)


def _is_number(raw: Any) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool) and isfinite(raw)


def _integer(_: Field, raw: Any) -> Any:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise BadValueError("value-type", wanted="integer", got=shown(raw))
    return raw


def _number(_: Field, raw: Any) -> Any:
    if not _is_number(raw):
        raise BadValueError("value-type", wanted="number", got=shown(raw))
    return raw


def _money(_: Field, raw: Any) -> Any:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise BadValueError("money-in-fen", got=shown(raw))
    return raw


def _text(_: Field, raw: Any) -> Any:
    if not isinstance(raw, str):
        raise BadValueError("value-type", wanted="text", got=shown(raw))
    if len(raw) > MAX_TEXT:
        raise BadValueError("value-too-long", limit=MAX_TEXT, length=len(raw))
    return raw


def _choice(field: Field, raw: Any) -> Any:
    _text(field, raw)
    if field.choices and not field.open and raw not in field.choices:
        raise BadValueError("unknown-choice", value=shown(raw), did_you_mean=suggest(raw, field.choices))
    return raw


def _boolean(_: Field, raw: Any) -> Any:
    if not isinstance(raw, bool):
        raise BadValueError("value-type", wanted="boolean", got=shown(raw))
    return raw


def _time(_: Field, raw: Any) -> Any:
    return epoch_of(raw)


_SCALARS: dict[str, Callable[[Field, Any], Any]] = {
    "integer": _integer,
    "number": _number,
    "money": _money,
    "text": _text,
    "choice": _choice,
    "boolean": _boolean,
    "time": _time,
    "texts": _choice,
}


def _scalar(field: Field, raw: Any) -> Any:
    return _SCALARS[field.type](field, raw)


def _items(raw: Any, convert: Callable[[Any], Any], least: int, most: int, wanted: str) -> list[Any]:
    if not isinstance(raw, list) or not least <= len(raw) <= most:
        raise BadValueError("value-type", wanted=wanted, got=shown(raw))
    found = []
    for place, item in enumerate(raw):
        try:
            found.append(convert(item))
        except BadValueError as error:
            raise BadValueError(error.code, str(place), **error.details) from error
    return found


def _pair(field: Field, raw: Any) -> Any:
    low, high = _items(raw, lambda item: _scalar(field, item), 2, 2, "pair")
    if low > high:
        raise BadValueError("pair-reversed", low=shown(raw[0]), high=shown(raw[1]))
    return low, high


def _list(field: Field, raw: Any) -> Any:
    return frozenset(_items(raw, lambda item: _scalar(field, item), 1, MAX_LIST, "list"))


def _minute(raw: Any) -> int:
    found = _CLOCK.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        raise BadValueError("value-type", wanted="clock", got=shown(raw))
    return int(found[1]) * 60 + int(found[2])


def _weekday(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 1 <= raw <= 7:
        raise BadValueError("value-type", wanted="weekday", got=shown(raw))
    return raw


def _none(_: Field, raw: Any) -> Any:
    if raw is not None:
        raise BadValueError("value-unwanted", got=shown(raw))


_SHAPES: dict[str, Callable[[Field, Any], Any]] = {
    "value": _scalar,
    "pair": _pair,
    "list": _list,
    "none": _none,
    "pattern": lambda _, raw: compile_pattern(raw),
    "clock": lambda _, raw: tuple(_items(raw, _minute, 2, 2, "clock-pair")),
    "weekdays": lambda _, raw: frozenset(_items(raw, _weekday, 1, 7, "weekdays")),
    "age": lambda _, raw: seconds_of(raw),
}

_COMPARABLE: dict[str, Collection[str]] = {"integer": ("integer", "number"), "number": ("integer", "number")}


def comparable_types(field: Field) -> Collection[str]:
    """Types of the other field that this one may be compared with."""
    if field.type == "texts":
        return ("text", "choice")
    return _COMPARABLE.get(field.type, (field.type,))
