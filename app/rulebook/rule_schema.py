"""JSON Schema of rules, made from the vocabulary: which fields, operators, values and actions there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from app.engine import values
from app.engine.conditions import GROUPS
from app.engine.validate import MAX_ACTIONS, MAX_ID, MAX_RULES
from app.engine.vocabulary import ActionKind, Field, Operator, Parameter, Vocabulary
from app.rulebook.order_fields import words
from app.rulebook.part_words import PART_WORDS
from app.rulebook.shape_schema import Json, anchored, options, said

_GROUP_WORDS = {
    "all": words("全部满足", "all of these"),
    "any": words("任一满足", "any of these"),
    "none": words("都不满足", "none of these"),
}
_QUANTIFIER_WORDS = {"any": words("有一个", "any"), "every": words("每一个", "every"), "no": words("没有一个", "no")}
_SOME_TEXT = {"type": "string", "pattern": r"\S", "maxLength": values.MAX_TEXT}
_AGE = {"type": "number", "minimum": 0, "maximum": 1_000_000}
Inside = tuple[str, ...]


def rules_schema(section: str, vocabulary: Vocabulary) -> tuple[Json, dict[str, Json]]:
    """The list of a section's rules, and the definitions it needs."""
    rule = {
        "type": "object",
        "properties": {
            "id": {"title": said(words("规则代号", "the rule's code")), "type": "string", "pattern": r"\S",
                   "maxLength": MAX_ID},
            "title": {"title": said(words("标题", "title")), "anyOf": [{"$ref": "#/$defs/words"}, {"type": "null"}]},
            "when": {"title": said(words("条件", "condition")), "$ref": f"#/$defs/{_name('condition', ())}"},
            "then": {"title": said(words("动作", "actions")), **_actions(vocabulary)},
            "accepts": {"title": said(words("这些可以等人处理", "these may wait for a person")),
                        "anyOf": [{"$ref": f"#/$defs/{_name('condition', ())}"}, {"type": "null"}]},
            "muted": {"title": said(PART_WORDS["muted"]), "type": "boolean"},
            "group": {"title": said(words("规则组，只为看着方便", "the group it is shown in")),
                      "anyOf": [{"$ref": "#/$defs/words"}, {"type": "null"}]},
        },
        "required": ["id", "then"],
        "additionalProperties": False,
        "if": {"required": ["when"]},
        "then": {"properties": {"accepts": {"type": "null"}}},
        "else": {"properties": {"muted": {"const": False}}},
    }  # fmt: skip
    text = {"type": "string"}
    both = {
        "type": "object", "properties": {"zh": text, "en": text}, "required": ["zh", "en"],
        "additionalProperties": False,
    }  # fmt: skip
    definitions = {
        f"{section}_rule": rule,
        "words": both,
        **_conditions(vocabulary),
        **{f"action_{kind.name}": _action(kind) for kind in vocabulary.actions.values()},
    }
    listed = {"type": "array", "items": {"$ref": f"#/$defs/{section}_rule"}, "maxItems": MAX_RULES}
    return listed, definitions


def conditions_schema(vocabulary: Vocabulary, name: str) -> tuple[Json, dict[str, Json]]:
    """One condition over a part of the vocabulary, and its definitions, led by `name`; comparisons are shared."""
    every = _conditions(vocabulary)
    own = {key: f"{name}_{key}" for key in every if key.startswith(("condition", "field"))}
    found = {led: _led(every[key], own) for key, led in own.items()}
    return {"$ref": f"#/$defs/{own[_name('condition', ())]}"}, found


def _led(node: Any, own: Mapping[str, str]) -> Any:
    """The node with its references led to definitions of those names."""
    if isinstance(node, dict):
        return {key: _reference(inner, own) if key == "$ref" else _led(inner, own) for key, inner in node.items()}
    return [_led(inner, own) for inner in node] if isinstance(node, list) else node


def _reference(to: str, own: Mapping[str, str]) -> str:
    named = to.removeprefix("#/$defs/")
    return f"#/$defs/{own.get(named, named)}"


def _name(kind: str, inside: Inside) -> str:
    return "_in_".join((kind, *inside))


def _conditions(vocabulary: Vocabulary) -> dict[str, Json]:
    """Conditions for each set of lists that one may be inside of; comparisons are the same everywhere."""
    many = sorted(scope.name for scope in vocabulary.scopes.values() if scope.many)
    found = {"comparison": _comparison(vocabulary), **dict(_comparisons(vocabulary))}
    for size in range(len(many) + 1):
        for inside in combinations(many, size):
            found[_name("condition", inside)] = _condition(vocabulary, inside)
            reached = [f.key for f in vocabulary.fields.values() if f.scope in inside or f.scope not in many]
            found[_name("field", inside)] = options({key: vocabulary.fields[key].label for key in reached})
    return found


def _condition(vocabulary: Vocabulary, inside: Inside) -> Json:
    again = {"$ref": f"#/$defs/{_name('condition', inside)}"}
    parts: dict[str, Json] = {
        group: {"title": said(_GROUP_WORDS[group]), "type": "array", "items": again} for group in GROUPS
    }
    for key in vocabulary.quantifiers():
        word, _, name = key.partition("_")
        if name not in inside:
            label = vocabulary.scopes[name].label
            title = " / ".join(f"{_QUANTIFIER_WORDS[word][tongue]} {label[tongue]}" for tongue in ("zh", "en"))
            within = tuple(sorted((*inside, name)))
            parts[key] = {"title": title, "$ref": f"#/$defs/{_name('condition', within)}"}
    own = {"properties": {"field": {"$ref": f"#/$defs/{_name('field', inside)}"}}}
    return {
        "type": "object",
        "if": {"anyOf": [{"required": ["field"]}, {"required": ["op"]}]},
        "then": {"allOf": [own, {"$ref": "#/$defs/comparison"}]},
        "else": {"properties": parts, "additionalProperties": False, "minProperties": 1, "maxProperties": 1},
    }


def _alike(vocabulary: Vocabulary) -> dict[str, list[Field]]:
    """Fields that are compared in the same way, by a name for it."""
    found: dict[str, list[Field]] = defaultdict(list)
    for row in vocabulary.fields.values():
        found[_alike_name(row)].append(row)
    return found


def _alike_name(row: Field) -> str:
    # Fields of one attribute share their choices (the provinces of an order and of a warehouse).
    own = f"_{row.attribute}" if row.choices or row.operators else ""
    return f"compare_{row.type}{own}"


def _comparison(vocabulary: Vocabulary) -> Json:
    """Field, operator and value; which operators and values fit depends on the field."""
    cases = [
        {
            "if": {"properties": {"field": {"enum": [row.key for row in rows]}}, "required": ["field"]},
            "then": {"$ref": f"#/$defs/{name}"},
        }
        for name, rows in _alike(vocabulary).items()
    ]
    return {
        "type": "object",
        "properties": {
            "field": {"title": said(words("看什么", "what to look at"))},
            "op": {"title": said(words("怎么比", "how to compare"))},
            "value": {"title": said(words("和什么比", "what to compare with"))},
        },
        "required": ["field", "op"],
        "additionalProperties": False,
        "allOf": cases,
    }


def _comparisons(vocabulary: Vocabulary) -> Iterator[tuple[str, Json]]:
    for name, rows in _alike(vocabulary).items():
        operators = vocabulary.operators_of(rows[0])
        shapes: dict[str, list[str]] = defaultdict(list)
        for operator in operators.values():
            shapes[operator.shape].append(operator.name)
        yield (
            name,
            {
                "properties": {"op": options({o.name: o.label for o in operators.values()})},
                "allOf": [
                    {
                        "if": {"properties": {"op": {"enum": fitting}}, "required": ["op"]},
                        "then": {
                            "properties": {"value": _value(rows[0], operators[fitting[0]], vocabulary)},
                            "required": [] if shape == "none" else ["value"],
                        },
                    }
                    for shape, fitting in shapes.items()
                ],
            },
        )


def _value(row: Field, operator: Operator, vocabulary: Vocabulary) -> Json:
    one = _scalar(row)
    match operator.shape:
        case "value":
            others = [f.key for f in vocabulary.fields.values() if f.type in values.comparable_types(row)]
            other = {"properties": {"field": {"enum": others}}, "required": ["field"], "additionalProperties": False}
            return {"anyOf": [one, {"title": said(words("另一个字段", "another field")), "type": "object", **other}]}
        case "pair":
            return _array(one, 2, 2)
        case "list":
            return _array(one, 1, values.MAX_LIST)
        case "pattern":
            return {"type": "string", "minLength": 1, "maxLength": values.MAX_PATTERN}
        case "clock":
            return _array({"type": "string", "pattern": anchored(values._CLOCK.pattern)}, 2, 2)
        case "weekdays":
            return _array({"type": "integer", "minimum": 1, "maximum": 7}, 1, 7)
        case "age":
            units = dict.fromkeys(values.AGE_UNITS, _AGE)
            return {"type": "object", "properties": units, "additionalProperties": False, "minProperties": 1}
        case _:
            return {"type": "null"}


def _array(one: Json, least: int, most: int) -> Json:
    return {"type": "array", "items": one, "minItems": least, "maxItems": most}


def _scalar(row: Field) -> Json:
    if row.choices:
        known = options(row.choices)
        return {"anyOf": [known, {"type": "string", "maxLength": values.MAX_TEXT}]} if row.open else known
    match row.type:
        case "money":
            return {"type": "integer", "description": said(words("以分为单位", "in fen"))}
        case "integer" | "number" | "boolean":
            return {"type": row.type}
        case "time":
            written = {"type": "string", "pattern": anchored(values._TIMESTAMP.pattern)}
            return {"anyOf": [{"type": "integer"}, written]}
        case _:
            return {"type": "string", "maxLength": values.MAX_TEXT}


def _actions(vocabulary: Vocabulary) -> Json:
    kinds = vocabulary.actions.values()
    cases = [
        {"if": {"properties": {"do": {"const": kind.name}}}, "then": {"$ref": f"#/$defs/action_{kind.name}"}}
        for kind in kinds
    ]
    item = {
        "type": "object", "properties": {"do": options({kind.name: kind.label for kind in kinds})}, "required": ["do"],
        "allOf": cases,
    }  # fmt: skip
    groups = [_group(group, kinds, group in vocabulary.required_groups) for group in _groups(kinds)]
    return {"type": "array", "items": item, "maxItems": MAX_ACTIONS, "allOf": groups}


def _groups(kinds: Iterable[ActionKind]) -> list[str]:
    return sorted({kind.group for kind in kinds if kind.group})


def _group(group: str, kinds: Iterable[ActionKind], required: bool) -> Json:
    of_it = {"enum": [kind.name for kind in kinds if kind.group == group]}
    return {"contains": {"properties": {"do": of_it}}, "minContains": int(required), "maxContains": 1}


def _action(kind: ActionKind) -> Json:
    return {
        "title": said(kind.label),
        "type": "object",
        "properties": {"do": {"const": kind.name}, **{row.name: _parameter(row) for row in kind.parameters}},
        "required": ["do", *(row.name for row in kind.parameters if row.required)],
        "additionalProperties": False,
    }


def _parameter(row: Parameter) -> Json:
    found = _parameter_value(row)
    if not row.required:
        found = {"anyOf": [found, {"type": "null"}]}
    return {"title": said(row.label), **found}


def _parameter_value(row: Parameter) -> Json:
    match row.type:
        case "choice":
            return options(row.choices)
        case "integer" | "number":
            bounds = {"minimum": row.minimum, "maximum": row.maximum}
            return {"type": row.type, **{name: at for name, at in bounds.items() if at is not None}}
        case "weights":
            parts: Mapping[str, Json] = {
                name: {"title": said(label), "type": "number"} for name, label in row.choices.items()
            }
            return {"type": "object", "properties": parts, "additionalProperties": False, "minProperties": 1}
        case "boolean":
            return {"type": "boolean"}
        case _:
            return {**_SOME_TEXT, "pattern": anchored(row.pattern)} if row.pattern else dict(_SOME_TEXT)
