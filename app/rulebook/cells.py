"""One value of a rule as one cell of a table that people write in, and back. Pure.

A cell is a text or a number; an empty one (None) says nothing. What a plain text could not say (separators within a
list's member, marks that mean something else, signs that no sheet may hold) is written as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from app.engine.diagnostics import suggest
from app.engine.values import SHANGHAI, BadValueError, constant
from app.engine.vocabulary import Field, Operator, Parameter, Text, Vocabulary

LANGUAGES = ("zh", "en")
LONGEST = 32_000
"""Characters that a sheet's cell takes."""
Cell = str | int | float | bool | datetime | date | time | None
_YES = {"zh": "是", "en": "yes"}
_NO = {"zh": "否", "en": "no"}
_TRUE, _FALSE = {"是", "yes", "y", "true", "1", "✓", "√"}, {"否", "no", "n", "false", "0", "✗", "×"}
_JOIN = {"zh": "、", "en": ", "}
_SPLIT = re.compile(r"[、，,;；\n]")
_PLAIN = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]*")
_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
_RANGE = re.compile(r"\s*[~～]\s*")
_AGES = {
    "days": {"zh": "天", "en": "days"},
    "hours": {"zh": "小时", "en": "hours"},
    "minutes": {"zh": "分钟", "en": "minutes"},
}
_AGE_WORDS = {"天": "days", "日": "days", "day": "days", "d": "days", "小时": "hours", "hour": "hours", "h": "hours",
              "分钟": "minutes", "分": "minutes", "minute": "minutes", "min": "minutes", "m": "minutes"}  # fmt: skip
_AGE = re.compile(r"(\d+(?:\.\d+)?)\s*([^\d\s]+)")
_DAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_EXACT = 10**15
"""Beyond it a sheet's numbers lose digits."""


class BadCellError(ValueError):
    """A cell that cannot be what its column asks for; `code` and `details` make the sentence."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column's cells stand for: a condition's value, an action's parameter, or a mere yes."""

    field: Field | None = None
    operator: Operator | None = None
    parameter: Parameter | None = None
    free: bool = False

    def named(self, names: Mapping[str, Mapping[str, Text]]) -> Kind:
        """The same with words for what a parameter refers to, by what that is."""
        row = self.parameter
        if row is None or row.refers_to not in names:
            return self
        return replace(self, parameter=replace(row, choices=names[row.refers_to], open=True))

    @property
    def choices(self) -> Mapping[str, Text]:
        """The closed values of a cell, code → words; empty where anything may be written."""
        if self.parameter is not None:
            return self.parameter.choices if self.parameter.type == "choice" else {}
        one = self.operator is not None and self.operator.shape == "value"
        return self.field.choices if self.field is not None and one and not self.field.open else {}

    @property
    def words(self) -> Mapping[str, Text]:
        """The values that have words, code → words, in a cell of one and in one of several."""
        if self.parameter is not None:
            return self.parameter.choices if self.parameter.type in ("choice", "text") else {}
        return self.field.choices if self.field is not None else {}

    @property
    def open(self) -> bool:
        """Whether a cell may say something else than what has words."""
        one = self.parameter or self.field
        return one is None or one.open

    @property
    def yes_no(self) -> bool:
        """Whether a cell says yes or no."""
        if self.parameter is not None:
            return self.parameter.type == "boolean"
        return not self.mere and self.field is not None and self.field.type == "boolean"

    @property
    def mere(self) -> bool:
        """Whether a cell can only be there or not: an action or a comparison without a value."""
        if self.free or self.parameter is not None:
            return False
        return self.operator is None or self.operator.shape == "none"


def write_cell(value: Any, kind: Kind, vocabulary: Vocabulary, language: str) -> str | int | float:
    """The cell for a value as rules write it."""
    if kind.mere:
        return _YES[language]
    if isinstance(value, Mapping) and "field" in value:
        return f"《{vocabulary.fields[value['field']].label[language]}》"
    shape = kind.operator.shape if kind.operator is not None else "value"
    if kind.parameter is not None and kind.parameter.type == "weights":
        return _JOIN[language].join(f"{kind.parameter.choices[name][language]} {n!r}" for name, n in value.items())
    write = _WRITERS.get(shape, _write_single)
    return write(value, kind, language)


def read_cell(cell: Cell, kind: Kind, vocabulary: Vocabulary) -> Any:
    """The value, as rules write it, that a cell (not an empty one) says. Raises BadCellError."""
    if kind.mere:
        if _text(cell).lower() not in _TRUE:
            raise BadCellError("table-mere", got=_text(cell))
        return True
    shape = kind.operator.shape if kind.operator is not None else "value"
    if kind.field is not None and isinstance(cell, str) and cell.startswith("《"):
        return {"field": _field_named(cell, kind.field, vocabulary)}
    if kind.parameter is not None and kind.parameter.type == "weights":
        return _read_weights(_text(cell), kind.parameter)
    value = _READERS.get(shape, _read_single)(cell, kind)
    _check(value, kind)
    return value


def _check(value: Any, kind: Kind) -> None:
    if kind.field is not None and kind.operator is not None:
        try:
            constant(kind.field, kind.operator, value)
        except BadValueError as error:
            raise BadCellError("table-value", **error.details, reason=error.code) from error


# Writing.


def _write_single(value: Any, kind: Kind, language: str) -> str | int | float:
    if isinstance(value, bool):
        return (_YES if value else _NO)[language]
    words = {} if kind.free else kind.words
    if isinstance(value, str):
        told = words[value][language] if value in words else value
        # What is itself another's word would be read as that one.
        other = kind.open and _coded(told, words) not in (None, value)
        if other or (told != value and _spoken(told) != told):
            return json.dumps(value, ensure_ascii=not _PLAIN.fullmatch(value))
        return _spoken(told)
    if kind.field is not None and kind.field.type == "time":
        return datetime.fromtimestamp(value, SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if kind.field is not None and kind.field.type == "money" and isinstance(value, int):
        return _number(Decimal(value) / 100)
    return value if isinstance(value, float) or abs(value) < _EXACT else str(value)


def _number(exact: Decimal) -> str | int | float:
    if exact == exact.to_integral_value():
        return int(exact) if abs(exact) < _EXACT else str(int(exact))
    return float(exact) if Decimal(repr(float(exact))) == exact and abs(exact) < _EXACT // 100 else str(exact)


def _spoken(value: str) -> str:
    """A text as it is, or as JSON where that would not come back."""
    plain = _PLAIN.fullmatch(value) and value == value.strip() and not _ESCAPED.search(value)
    if value and plain and value[0] not in "《[\"'=+-@":
        return value
    return json.dumps(value, ensure_ascii=not plain)


def _write_list(value: Any, kind: Kind, language: str) -> str:
    parts = [str(_write_single(each, kind, language)) for each in value]
    if any(_SPLIT.search(part) or part.startswith('"') for part in parts):
        return json.dumps(value, ensure_ascii=not all(_PLAIN.fullmatch(str(each)) for each in value))
    return _JOIN[language].join(parts)


def _write_pair(value: Any, kind: Kind, language: str) -> str:
    return " ~ ".join(str(_write_single(each, kind, language)) for each in value)


def _write_clock(value: Any, _kind: Kind, _language: str) -> str:
    return " ~ ".join(value)


def _write_weekdays(value: Any, _kind: Kind, language: str) -> str:
    prefix = "周" if language == "zh" else ""
    return _JOIN[language].join(prefix + _DAYS[language][day - 1] for day in value)


def _write_age(value: Any, _kind: Kind, language: str) -> str:
    return " ".join(f"{n} {_AGES[unit][language]}" for unit, n in value.items())


_WRITERS: dict[str, Callable[[Any, Kind, str], str | int | float]] = {
    "list": _write_list,
    "pair": _write_pair,
    "clock": _write_clock,
    "weekdays": _write_weekdays,
    "age": _write_age,
}


# Reading.


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    return str(cell).strip()


def _read_single(cell: Cell, kind: Kind) -> Any:
    text = _text(cell)
    type_ = kind.parameter.type if kind.parameter is not None else kind.field.type if kind.field is not None else "text"
    if type_ == "boolean":
        return _read_yes_no(text)
    if type_ in ("integer", "number", "money"):
        return _read_number(text, type_)
    if text.startswith('"'):
        return _json(text, str)
    if kind.open and _coded(text, kind.words) is None:
        return text
    return _read_choice(text, kind.words) if kind.words else text


def _read_yes_no(text: str) -> bool:
    if text.lower() not in _TRUE | _FALSE:
        raise BadCellError("table-yes-no", got=text)
    return text.lower() in _TRUE


def _read_number(text: str, type_: str) -> int | float:
    try:
        exact = Decimal(re.sub(r"[元件单公里kmyuan\s¥￥,，]+", "", text))
    except InvalidOperation as error:
        raise BadCellError("table-number", got=text) from error
    if not exact.is_finite():
        raise BadCellError("table-number", got=text)
    exact = exact * 100 if type_ == "money" else exact
    if exact == exact.to_integral_value():
        whole = int(exact)
        return whole if type_ != "number" or ("." not in text and "e" not in text.lower()) else float(exact)
    if type_ != "number":
        raise BadCellError("table-money" if type_ == "money" else "table-whole", got=text)
    return float(exact)


def _read_choice(text: str, choices: Mapping[str, Text]) -> str:
    found = _coded(text, choices)
    if found is None:
        named = [words[language].lower() for words in choices.values() for language in LANGUAGES]
        raise BadCellError("table-choice", got=text, did_you_mean=suggest(text, named))
    return found


def _coded(text: str, choices: Mapping[str, Text]) -> str | None:
    """The code that a text is, or that it is the word of in either language."""
    if text in choices:
        return text
    named = {words[language].lower(): code for code, words in choices.items() for language in LANGUAGES}
    return named.get(text.lower())


def _json(text: str, wanted: type) -> Any:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise BadCellError("table-quoted", got=text) from error
    if not isinstance(found, wanted):
        raise BadCellError("table-quoted", got=text)
    return found


def _read_list(cell: Cell, kind: Kind) -> list[Any]:
    text = _text(cell)
    if text.startswith("["):
        return list(_json(text, list))
    return [_read_single(part.strip(), kind) for part in _SPLIT.split(text) if part.strip()]


def _read_pair(cell: Cell, kind: Kind) -> list[Any]:
    parts = _RANGE.split(_text(cell))
    if len(parts) != 2:
        raise BadCellError("table-pair", got=_text(cell))
    return [_read_single(part, kind) for part in parts]


def _read_clock(cell: Cell, _kind: Kind) -> list[str]:
    parts = _RANGE.split(_text(cell))
    if len(parts) != 2:
        raise BadCellError("table-clock", got=_text(cell))
    return [part.zfill(5) for part in parts]


def _read_weekdays(cell: Cell, _kind: Kind) -> list[int]:
    found = []
    for part in filter(None, (one.strip() for one in _SPLIT.split(_text(cell)))):
        word = part.removeprefix("周").removeprefix("星期").replace("天", "日")
        english = [day.lower() for day in _DAYS["en"]]
        if len(word) == 1 and word in _DAYS["zh"]:
            found.append(_DAYS["zh"].index(word) + 1)
        elif word[:3].lower() in english:
            found.append(english.index(word[:3].lower()) + 1)
        else:
            raise BadCellError("table-weekday", got=part)
    return found


def _read_age(cell: Cell, _kind: Kind) -> dict[str, int | float]:
    text = _text(cell)
    found: dict[str, int | float] = {}
    for number, word in _AGE.findall(text):
        unit = _AGE_WORDS.get(word.lower()) or _AGE_WORDS.get(word.lower().removesuffix("s"))
        if unit is None or unit in found:
            raise BadCellError("table-age", got=text)
        found[unit] = float(number) if "." in number else int(number)
    if not found or _AGE.sub("", text).strip():
        raise BadCellError("table-age", got=text)
    return found


def _read_weights(text: str, parameter: Parameter) -> dict[str, int | float]:
    found: dict[str, int | float] = {}
    for part in filter(None, (one.strip() for one in _SPLIT.split(text))):
        word, _, number = part.rpartition(" ")
        try:
            weight = json.loads(number)
        except ValueError as error:
            raise BadCellError("table-weights", got=part) from error
        if not isinstance(weight, int | float) or isinstance(weight, bool):
            raise BadCellError("table-weights", got=part)
        found[_read_choice(word.strip(), parameter.choices)] = weight
    return found


def _field_named(cell: str, row: Field, vocabulary: Vocabulary) -> str:
    label = cell.strip().strip("《》").lower()
    found = [
        field.key
        for field in vocabulary.fields.values()
        if label in (field.key.lower(), *(field.label[language].lower() for language in LANGUAGES))
    ]
    if not found:
        raise BadCellError("table-field", got=cell, field=row.key)
    return found[0]


_READERS: dict[str, Callable[[Cell, Kind], Any]] = {
    "list": _read_list,
    "pair": _read_pair,
    "clock": _read_clock,
    "weekdays": _read_weekdays,
    "age": _read_age,
}
