"""JSON Schema (draft 2020-12) of documents that marshmallow schemas describe."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from app.engine.vocabulary import Text
from app.mapping.strict import OneOrSeveral, Truth, Whole
from app.rulebook.order_fields import FIELDS
from app.rulebook.part_words import PART_WORDS

Json = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
_LABELS = {row.key: row.label for row in FIELDS}
_SCOPES = {"OrderSchema": "order", "LineSchema": "line"}


def said(text: Text) -> str:
    """Both languages in one line, as editors show it."""
    return f"{text['zh']} / {text['en']}"


def options(choices: Mapping[str, Text]) -> Json:
    """One of these values, each with its words."""
    return {"oneOf": [{"const": value, "title": said(label)} for value, label in choices.items()]}


class Shapes:
    """Definitions of marshmallow schemas, gathered as they are referred to.

    `stead` gives what stands at a part instead of what its field says: for parts that something else checks.
    """

    def __init__(self, stead: Mapping[str, Json]) -> None:
        self.definitions: dict[str, Json] = {}
        self._stead = stead

    def refer(self, schema: type[Schema]) -> Json:
        """A reference to the schema's definition, which is made when it is not there yet."""
        name = schema.__name__.removesuffix("Schema")
        if schema.__module__.endswith("order_schema") and name != "Order":
            name = f"Order{name}"
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self._object(schema)
        return {"$ref": f"#/$defs/{name}"}

    def _object(self, schema: type[Schema]) -> Json:
        found = schema().fields
        names = {key: field.data_key or key for key, field in found.items()}
        return {
            "type": "object",
            "properties": {names[key]: self._part(schema, names[key], field) for key, field in found.items()},
            "required": [names[key] for key, field in found.items() if field.required],
            "additionalProperties": False,
        }

    def _part(self, schema: type[Schema], name: str, field: Any) -> Json:
        own = f"{schema.__name__}.{name}"
        inner = self._stead.get(own)
        return {"title": said(words_of(schema.__name__, name)), **(self._value(field) if inner is None else inner)}

    def _value(self, field: Any) -> Json:
        for kind, convert in _KINDS.items():
            if isinstance(field, kind):
                return convert(self, field)
        return {}

    def _text(self, field: Any) -> Json:
        return {"type": "string", **dict(_checks(field))}

    def _whole(self, field: Any) -> Json:
        return {"type": "integer", **dict(_checks(field))}

    def _truth(self, _: Any) -> Json:
        return {"type": "boolean"}

    def _several(self, _: Any) -> Json:
        one = {"type": "string", "minLength": 1}
        return {"oneOf": [one, {"type": "array", "items": one, "minItems": 1}]}

    def _nested(self, field: Any) -> Json:
        return self.refer(type(field.schema))

    def _list(self, field: Any) -> Json:
        return {"type": "array", "items": self._value(field.inner)}

    def _dict(self, field: Any) -> Json:
        keys = dict(_checks(field.key_field))
        named = {"propertyNames": keys} if keys else {}
        return {"type": "object", **named, "additionalProperties": self._value(field.value_field)}


_KINDS: dict[type, Callable[[Shapes, Any], Json]] = {
    Whole: Shapes._whole,
    Truth: Shapes._truth,
    OneOrSeveral: Shapes._several,
    fields.Nested: Shapes._nested,
    fields.List: Shapes._list,
    fields.Dict: Shapes._dict,
    fields.String: Shapes._text,
}


def words_of(schema: str, part: str) -> Text:
    """A part's words; raises KeyError for a part that has none."""
    own = PART_WORDS.get(f"{schema}.{part}") or _LABELS.get(f"{_SCOPES.get(schema, '')}.{part}")
    return own or PART_WORDS[part]


def _checks(field: Any) -> Iterator[tuple[str, Any]]:
    for check in field.validators:
        if isinstance(check, validate.Length) and check.min:
            yield "minLength", check.min
        elif isinstance(check, validate.OneOf):
            yield "enum", list(check.choices)
        elif isinstance(check, validate.Regexp):
            yield "pattern", anchored(str(check.regex.pattern).removeprefix(r"\A").removesuffix(r"\Z"))
        elif isinstance(check, validate.Range):
            yield from ((name, at) for name, at in (("minimum", check.min), ("maximum", check.max)) if at is not None)


def anchored(pattern: str) -> str:
    """The pattern for a whole text, as JSON Schema writes it."""
    return f"^(?:{pattern})$"
