"""Strict documents: marshmallow schemas that refuse what they do not know and answer with codes and paths.

A faulty part becomes a `Problem` whose path leads to it (`mappings/taobao/order/3/as`); all are found at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from app.domain.errors import Problem

_CODES: dict[str, Any] = {
    "required": "part-missing",
    "null": "part-missing",
    "type": "part-type",
    "invalid": "part-type",
    "special": "part-type",
    "too_large": "part-type",
    "invalid_utf8": "part-type",
    "validator_failed": "part-type",
    "unknown": "part-unknown",
}
_SHOWN = 60


class Strict(Schema):
    """A JSON object whose every part is known."""

    error_messages = _CODES

    class Meta:
        unknown = RAISE


class Whole(fields.Integer):
    """A JSON integer; neither a text nor a fraction nor a boolean."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValidationError("part-type")
        return super()._deserialize(value, attr, data, **kwargs)


class Truth(fields.Boolean):
    """JSON true or false, nothing that looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise ValidationError("part-type")
        return value


class OneOrSeveral(fields.Field[Any]):
    """One text, or a list of at least one."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        several = value if isinstance(value, list) else [value]
        if not several or not all(isinstance(one, str) and one for one in several):
            raise ValidationError("part-type")
        return value


def text(
    *,
    required: bool = False,
    choices: Sequence[str] = (),
    pattern: str = "",
    key: str | None = None,
    empty: bool = False,
) -> fields.String:
    """A text, not empty unless `empty`; one of `choices` when given, or wholly of `pattern`. `key`: its JSON name."""
    checks: list[Callable[[str], Any]] = [] if empty else [validate.Length(min=1, error="part-empty")]
    if choices:
        checks.append(validate.OneOf(choices, error=f"part-choice {' '.join(choices)}"))
    if pattern:
        checks.append(validate.Regexp(rf"\A(?:{pattern})\Z", error="part-pattern"))
    return fields.String(required=required, validate=checks, error_messages=_CODES, data_key=key)


def whole(*, required: bool = False, least: int | None = None, most: int | None = None) -> Whole:
    """An integer between `least` and `most`, both included."""
    error = f"part-range {least} {most}"
    return Whole(required=required, validate=validate.Range(least, most, error=error), error_messages=_CODES)


def truth() -> Truth:
    """An optional boolean."""
    return Truth(error_messages=_CODES)


def anything(*, required: bool = False) -> fields.Raw:
    """Any JSON value, checked elsewhere."""
    return fields.Raw(required=required, allow_none=True, error_messages=_CODES)


def one_or_several(*, required: bool = False, key: str | None = None) -> OneOrSeveral:
    """A text or a list of texts."""
    return OneOrSeveral(required=required, error_messages=_CODES, data_key=key)


def nested(schema: type[Schema], *, required: bool = False, many: bool = False, key: str | None = None) -> Any:
    """A part with a schema of its own, or (`many`) a list of them."""
    part = fields.Nested(schema, error_messages=_CODES)
    if many:
        return fields.List(part, required=required, error_messages=_CODES, data_key=key)
    return fields.Nested(schema, required=required, error_messages=_CODES, data_key=key)


def listed(part: Any, *, required: bool = False, key: str | None = None) -> Any:
    """A list of `part`."""
    return fields.List(part, required=required, error_messages=_CODES, data_key=key)


def keyed(part: Any, *, required: bool = False, pattern: str = "") -> Any:
    """An object with any keys (or those wholly of `pattern`), each value a `part`."""
    key = text(pattern=pattern) if pattern else fields.String()
    return fields.Dict(keys=key, values=part, required=required, error_messages=_CODES)


def problems_of(schema: Schema, document: Any, path: str = "") -> list[Problem]:
    """Everything that `schema` finds wrong with the document; empty when it fits."""
    found = schema.validate(document)
    return [_problem(at, said, document, path) for at, said in _leaves(found, ())]


def _leaves(node: Any, at: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(node, Mapping):
        for key, value in node.items():
            # `_schema` is an object's own fault; `key` and `value` are how marshmallow speaks of a dict's entries.
            inner = at if key in ("_schema", "value", "key") and _is_aside(key, value) else (*at, str(key))
            yield from _leaves(value, inner)
    elif isinstance(node, list):
        for value in node:
            yield from _leaves(value, at)
    else:
        yield at, str(node)


def _is_aside(key: str, value: Any) -> bool:
    return key == "_schema" or isinstance(value, list | Mapping)


def _problem(at: tuple[str, ...], said: str, document: Any, path: str) -> Problem:
    code, *more = said.split(" ")
    details: dict[str, Any] = {"part": at[-1] if at else "", "value": _shown(_value(document, at))}
    if code == "part-choice":
        near = get_close_matches(details["value"], more, n=1, cutoff=0.6)
        details |= {"choices": ", ".join(more), "near": near[0] if near else ""}
    elif code == "part-range":
        details |= {"least": more[0], "most": more[1]}
    return Problem(code, "/".join((path, *at) if path else at), details)


def _value(document: Any, at: tuple[str, ...]) -> Any:
    for step in at:
        if isinstance(document, list) and step.isdigit() and int(step) < len(document):
            document = document[int(step)]
        elif isinstance(document, Mapping):
            document = document.get(step)
        else:
            return None
    return document


def _shown(value: Any) -> str:
    shown = value if isinstance(value, str) else repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
