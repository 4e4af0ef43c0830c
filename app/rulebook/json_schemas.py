"""The JSON Schemas of rule packs and of canonical orders, generated: nothing in them is written down twice."""

from __future__ import annotations

from app.engine.vocabulary import Text
from app.rulebook.escalation_schema import MAY_NAME, MUST_NAME, CalendarSchema, StepSchema
from app.rulebook.order_fields import words
from app.rulebook.order_schema import TIMES, OrderSchema
from app.rulebook.order_vocabulary import ESCALATION, SECTIONS
from app.rulebook.pack_schema import PackSchema
from app.rulebook.rule_schema import conditions_schema, rules_schema
from app.rulebook.shape_schema import DRAFT, Json, Shapes, said
from app.rulebook.watches_schema import ACTIONS, WATCHES

# A date, a time of day and a zone; epoch seconds are as good.
_TIME = {
    "anyOf": [{"type": "string", "pattern": r"^[0-9-]{8,10}[T ]\d\d.*(Z|[+-]\d\d(:?\d\d)?)$"}, {"type": "integer"}]
}
_NAMED = ("id", "lines")


def order_schema() -> Json:
    """The JSON Schema of a canonical order, as `pandan decide` takes it."""
    shapes = Shapes(_order_parts())
    reference = shapes.refer(OrderSchema)
    _let_be_null(shapes)
    title = words("标准订单", "canonical order")
    about = words("金额为分，时间带时区", "amounts in fen, times with a zone")
    return _document(title, about, reference, shapes.definitions)


def pack_schema() -> Json:
    """The JSON Schema of a rule pack: all that `pandan pack check` says of its shape, fields, operators and types."""
    stead: dict[str, Json] = {**_order_parts(), "FieldRowSchema.join": {"type": "string"}}
    rules: dict[str, Json] = {}
    for section, vocabulary in SECTIONS.items():
        listed, definitions = rules_schema(section, vocabulary)
        stead[f"{section.capitalize()}Schema.rules"] = listed
        rules |= definitions
    stead["EscalationRuleSchema.when"], conditions = conditions_schema(ESCALATION, "escalation")
    rules |= conditions
    shapes = Shapes(stead)
    stead["PackSchema.watches"] = _watches(shapes, stead)
    order = shapes.refer(OrderSchema)
    _let_be_null(shapes)
    stead["GivenSchema.order"] = order
    stead["GivenSchema.earlier"] = {"type": "array", "items": order}
    stead["EscalationRuleSchema.ladder"] = _ladder(shapes.refer(StepSchema))
    stead["PackSchema.calendar"] = _calendar(shapes.refer(CalendarSchema))
    reference = shapes.refer(PackSchema)
    title, about = words("规则包", "rule pack"), words("由词汇表生成", "generated from the vocabulary")
    return _document(title, about, reference, {**shapes.definitions, **rules})


def _ladder(step: Json) -> Json:
    """At least one step, each with what its kind must and may say, and an end to what comes again."""
    several = {"properties": {"times": {"minimum": 2}}, "required": ["times"]}
    again: Json = {"if": several, "then": {"required": ["every_hours"]}}
    cases: list[Json] = [{"dependentRequired": {"every_hours": ["times"]}}, again]
    for do, may in MAY_NAME.items():
        unfit = {part: False for part in ("owner", "kind", "within_hours") if part not in may}
        own = {"required": list(MUST_NAME.get(do, ())), "properties": unfit}
        cases.append({"if": {"properties": {"do": {"const": do}}}, "then": own})
    return {"type": "array", "minItems": 1, "items": {**step, "allOf": cases}}


def _calendar(calendar: Json) -> Json:
    return {**calendar, "properties": {"days": {"minItems": 1}}}


def _watches(shapes: Shapes, stead: dict[str, Json]) -> Json:
    """A list of watches, each of one kind with what that kind may do."""
    for schema, allowed in WATCHES.values():
        actions = [shapes.refer(ACTIONS[name]) for name in allowed]
        stead[f"{schema.__name__}.then"] = {"type": "array", "items": {"oneOf": actions}, "minItems": 1}
    return {"type": "array", "items": {"oneOf": [shapes.refer(schema) for schema, _ in WATCHES.values()]}}


def _document(title: Text, about: Text, reference: Json, definitions: dict[str, Json]) -> Json:
    return {
        "$schema": DRAFT, "title": said(title), "description": said(about), **reference,
        "$defs": dict(sorted(definitions.items())),
    }  # fmt: skip


def _order_parts() -> dict[str, Json]:
    return {f"OrderSchema.{name}": _TIME for name in TIMES}


def _let_be_null(shapes: Shapes) -> None:
    """An order's own parts may be null, which says that they are not known; it has at least one line."""
    order = shapes.definitions["Order"]
    order["properties"]["lines"]["minItems"] = 1
    for name, part in order["properties"].items():
        if name not in _NAMED:
            title = part.pop("title")
            order["properties"][name] = {"title": title, "anyOf": [part, {"type": "null"}]}
