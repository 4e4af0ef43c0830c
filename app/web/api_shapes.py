"""What the order API takes and answers, as marshmallow schemas: the source of openapi.json."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from app.domain.tracking import KINDS, LATEST, STATUSES

RECEIPT_STATES = ("accepted", "decided", "quarantined", "duplicate", "dead")
OUTCOMES = ("allocated", "held", "consolidated", "backordered", "recorded")
PROBLEM_TYPE = "application/problem+json"


class AcceptedSchema(Schema):
    """The answer to accepted orders."""

    status = fields.String(required=True, validate=validate.Equal("accepted"))
    receipts = fields.List(
        fields.String(), required=True, metadata={"description": "One for each order, in the order given."}
    )


class FaultSchema(Schema):
    """One thing that is wrong with an input, and where."""

    code = fields.String(required=True)
    path = fields.String(required=True, metadata={"description": "A JSONPath into what was sent."})
    message = fields.String(required=True)


class ProblemSchema(Schema):
    """application/problem+json (RFC 9457); sentences in the language of Accept-Language, zh or en."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "Stable; programs go by this."})
    detail = fields.String(required=True)
    remedy = fields.String(required=True, metadata={"description": "What to do about it; empty when detail says it."})
    problems = fields.List(fields.Nested(FaultSchema), required=True)


class ReceiptSchema(Schema):
    """How an accepted order ended."""

    status = fields.String(required=True, validate=validate.OneOf(RECEIPT_STATES))
    order = fields.String(required=True, allow_none=True, metadata={"description": "The platform's order id."})
    note = fields.String(required=True, metadata={"description": "`superseded`: a newer revision was there already."})
    problems = fields.List(fields.Nested(FaultSchema), required=True)


class DecidedOrderSchema(Schema):
    """An order with its decision."""

    id = fields.String(required=True)
    state = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    reason = fields.String(required=True)
    revision = fields.Integer(required=True)
    decision = fields.Dict(required=True)


class TrackedEventSchema(Schema):
    """What became of one tracking event."""

    waybill = fields.String(required=True)
    status = fields.String(
        required=True,
        validate=validate.OneOf(STATUSES),
        metadata={
            "description": "`taken`; `late`: kept, older than the newest known one; `repeated`: known already; "
            "`unknown`: no such waybill of the shop; `ambiguous`: several carriers have it, name one; "
            "`future`: its time has not come. Of the last three nothing is kept."
        },
    )


class TrackedSchema(Schema):
    """The answer to tracking events."""

    events = fields.List(fields.Nested(TrackedEventSchema), required=True)


_SIGHTING: dict[str, Any] = {
    "type": "object",
    "properties": {
        "waybill": {"type": "string", "minLength": 1},
        "carrier": {"type": "string", "minLength": 1, "description": "Needed where two carriers have the waybill."},
        "kind": {"type": "string", "enum": list(KINDS)},
        "at": {
            "description": "When it happened: ISO 8601 with a zone, or epoch seconds.",
            "oneOf": [
                {"type": "integer", "minimum": 0, "maximum": LATEST},
                {"type": "string", "format": "date-time"},
            ],
        },
        "place": {"type": "string"},
    },
    "required": ["waybill", "kind", "at"],
    "additionalProperties": False,
}
TRACKING_BODY: dict[str, Any] = {
    "required": True,
    "description": "One event of a waybill, or an array of them.",
    "content": {
        "application/json": {
            "schema": {"oneOf": [_SIGHTING, {"type": "array", "items": _SIGHTING, "minItems": 1, "maxItems": 500}]}
        }
    },
}
ORDERS_BODY: dict[str, Any] = {
    "required": True,
    "description": "One order as the platform words it, or an array of them.",
    "content": {
        "application/json": {
            "schema": {
                "oneOf": [
                    {"type": "object"},
                    {"type": "array", "items": {"type": "object"}, "minItems": 1, "maxItems": 500},
                ]
            }
        }
    },
}
