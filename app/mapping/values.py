"""Reading one value of a payload as the type a mapping row declares. Each reader raises `BadValueError`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from fnmatch import fnmatchcase
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.money import BadAmountError, read_fen, yuan_to_fen
from app.mapping.order_fields import LONGEST, LONGEST_TEXT

Reader = Callable[[Any], Any]
_EPOCH_MOST = 4_102_444_800  # the year 2100
_TIME_TEXT = "%Y-%m-%d %H:%M:%S"


class BadValueError(ValueError):
    """`code` says what is wrong with the value."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class NoValue:
    """What a choice mapped to null gives: nothing, so that the next row of the field is asked."""


NOTHING = NoValue()


def reader_of(row: Mapping[str, Any]) -> Reader:
    """The reader that a field row asks for."""
    match row["as"]:
        case "text":
            return _text_reader(LONGEST.get(row["field"], LONGEST_TEXT))
        case "integer":
            return read_integer
        case "boolean":
            return read_boolean
        case "money":
            return _read_yuan if row["unit"] == "yuan" else _read_fen
        case "time":
            return _time_reader(row.get("format", "text"), row.get("zone", "UTC"))
        case _:
            return _choice_reader(row["choices"])


def _text_reader(longest: int) -> Reader:
    def read(value: Any) -> str:
        if isinstance(value, bool | float | dict | list):
            # A float cannot hold a long number exactly: the platform's id would be changed.
            raise BadValueError("value-not-text", value=str(value)[:60])
        text = value if isinstance(value, str) else str(value)
        if len(text) > longest:
            raise BadValueError("value-too-long", longest=longest)
        if "\x00" in text:
            raise BadValueError("value-not-text", value="NUL")
        return text

    return read


def read_integer(value: Any) -> int:
    """A whole number, as number or text; never negative, below two thousand million."""
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif (isinstance(value, str) and value.strip().isdecimal()) or (isinstance(value, float) and value.is_integer()):
        number = int(value)
    else:
        raise BadValueError("value-not-whole", value=str(value)[:60])
    if not 0 <= number <= 2_000_000_000:
        raise BadValueError("value-not-whole", value=str(value)[:60])
    return number


def read_boolean(value: Any) -> bool:
    """True or false, as JSON, 0/1 or text."""
    known = {True: True, False: False, "true": True, "false": False, "1": True, "0": False}
    key = value.lower() if isinstance(value, str) else value
    if isinstance(key, dict | list) or key not in known:
        raise BadValueError("value-not-boolean", value=str(value)[:60])
    return known[key]


def _read_yuan(value: Any) -> int:
    return _amount(yuan_to_fen, value)


def _read_fen(value: Any) -> int:
    return _amount(read_fen, value)


def _amount(read: Callable[[Any], int], value: Any) -> int:
    if isinstance(value, dict | list):
        raise BadValueError("value-not-money", value=str(value)[:60])
    try:
        return read(value)
    except BadAmountError as error:
        raise BadValueError("value-not-money", value=str(value)[:60]) from error


def _time_reader(form: str, zone: str) -> Reader:
    if form in ("epoch_s", "epoch_ms"):
        per_second = 1 if form == "epoch_s" else 1000
        return lambda value: _epoch(value, per_second)
    home = timezone(timedelta(hours=8)) if zone == "Asia/Shanghai" else UTC if zone == "UTC" else ZoneInfo(zone)

    def read(value: Any) -> int:
        try:
            at = datetime.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise BadValueError("value-not-time", value=str(value)[:60]) from error
        if form == "iso" and at.tzinfo is None:
            raise BadValueError("value-without-zone", value=str(value)[:60])
        return int((at if at.tzinfo else at.replace(tzinfo=home)).timestamp())

    return read


def _epoch(value: Any, per_second: int) -> int:
    seconds = read_long(value) // per_second
    if not 0 < seconds < _EPOCH_MOST:
        raise BadValueError("value-not-time", value=str(value)[:60])
    return seconds


def read_long(value: Any) -> int:
    """A whole number of any size, as number or text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    raise BadValueError("value-not-time", value=str(value)[:60])


def exact_choices(choices: Mapping[str, Any]) -> dict[str, Any]:
    """Code → meaning, without the codes that are patterns."""
    return {code: NOTHING if value is None else value for code, value in choices.items() if "*" not in code}


def _choice_reader(choices: Mapping[str, Any]) -> Reader:
    exact = exact_choices(choices)
    patterns = [(code, NOTHING if value is None else value) for code, value in choices.items() if "*" in code]

    def read(value: Any) -> Any:
        code = str(value)
        if code in exact:
            return exact[code]
        for pattern, meaning in patterns:
            if pattern == "*" or fnmatchcase(code, pattern):
                return meaning
        raise BadValueError("unknown-choice", value=code[:60])

    return read
