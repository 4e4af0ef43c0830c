"""The order API for shops' own systems: post orders, ask for receipts and decisions."""

from __future__ import annotations

import time
from typing import Any

import orjson
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy import select

from app.bootstrap import Services
from app.domain.errors import NotFound, PandanError
from app.intake.receive import Limits, read_body, receive
from app.persistence import tables as t
from app.persistence.database import reading
from app.persistence.goods import key_hash
from app.web.permissions import PUBLIC, permit

_SHOP_SECONDS = 2.0
_ROOM_SECONDS = 0.2


class Unauthorised(PandanError):
    """No key, or not the shop's."""

    status = 401


class AcceptedSchema(Schema):
    """The answer to accepted orders."""

    status = fields.Constant("accepted", metadata={"type": "string"})
    receipts = fields.List(fields.String(), required=True, metadata={"description": "in the order given"})


class ProblemSchema(Schema):
    """application/problem+json (RFC 9457)."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    code = fields.String()
    detail = fields.String()
    problems = fields.List(fields.Dict())


class ReceiptSchema(Schema):
    """How an accepted order ended."""

    status = fields.String(
        required=True, validate=validate.OneOf(["accepted", "decided", "quarantined", "duplicate", "dead"])
    )
    order = fields.String(allow_none=True)
    note = fields.String()
    problems = fields.List(fields.Dict())


class DecidedOrderSchema(Schema):
    """An order with its decision."""

    id = fields.String(required=True)
    state = fields.String()
    outcome = fields.String()
    reason = fields.String()
    revision = fields.Integer()
    decision = fields.Dict()


class Desk:
    """What the API's views share in one process: services, and look-ups remembered for moments."""

    def __init__(self, services: Services) -> None:
        self.services = services
        settings = services.settings
        self.limits = Limits(settings.order_bytes, settings.request_bytes, settings.request_orders)
        self._shops: dict[str, tuple[float, str | None, int]] = {}
        self._room = (0.0, 0)

    def shop_id(self, code: str) -> int:
        """The shop that the request's key belongs to. Raises `Unauthorised`, or `NotFound` for another shop."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise Unauthorised("key-missing")
        hashed = key_hash(key.strip())
        owner, shop_id = self._owner(hashed)
        if owner is None:
            raise Unauthorised("key-wrong")
        if owner != code:
            raise NotFound("shop-unknown", shop=code)
        return shop_id

    def room(self) -> int:
        """How much the backlog still takes, asked at most five times a second."""
        now = time.monotonic()
        if now - self._room[0] > _ROOM_SECONDS:
            self._room = (now, self.services.stream.room())
        return self._room[1]

    def _owner(self, hashed: str) -> tuple[str | None, int]:
        now = time.monotonic()
        known = self._shops.get(hashed)
        if known is None or now - known[0] > _SHOP_SECONDS:
            with reading(self.services.database) as db:
                chosen = (t.shops.c.key_hash == hashed) & t.shops.c.active
                row = db.execute(select(t.shops.c.code, t.shops.c.id).where(chosen)).first()
            known = (now, row.code, row.id) if row else (now, None, 0)
            if len(self._shops) > 10_000:
                self._shops.clear()
            self._shops[hashed] = known
        return known[1], known[2]


def blueprint(services: Services) -> Blueprint:
    """The API's routes over these services."""
    api = Blueprint("api", "api", url_prefix="/api/v1", description="Orders in, decisions out")
    desk = Desk(services)
    _intake(api, desk)
    _look_ups(api, desk)
    return api


def _intake(api: Blueprint, desk: Desk) -> None:
    @api.route("/shops/<shop>/orders", methods=["POST"])
    @api.doc(
        security=[{"key": []}],
        requestBody={
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "oneOf": [
                            {"type": "object", "minProperties": 1},
                            {"type": "array", "items": {"type": "object"}, "minItems": 1, "maxItems": 500},
                        ]
                    }
                }
            },
        },
    )
    @api.alt_response(202, schema=AcceptedSchema, description="On disk; will be decided")
    @api.alt_response(400, schema=ProblemSchema, content_type="application/problem+json")
    @api.alt_response(401, schema=ProblemSchema, content_type="application/problem+json")
    @api.alt_response(404, schema=ProblemSchema, content_type="application/problem+json")
    @api.alt_response(413, schema=ProblemSchema, content_type="application/problem+json")
    @api.alt_response(429, schema=ProblemSchema, content_type="application/problem+json")
    @api.alt_response(503, schema=ProblemSchema, content_type="application/problem+json")
    @permit(PUBLIC)
    def post_orders(shop: str) -> Response:
        """Accept one order as the platform words it, or an array of them."""
        desk.shop_id(shop)
        payloads = read_body(request.get_data(cache=False), desk.limits)
        receipts = receive(desk.services.stream, desk.services.clock, shop, payloads, desk.room())
        return _json({"status": "accepted", "receipts": receipts}, 202)


def _look_ups(api: Blueprint, desk: Desk) -> None:
    @api.route("/receipts/<receipt>", methods=["GET"])
    @api.doc(security=[{"key": []}])
    @api.alt_response(200, schema=ReceiptSchema)
    @api.alt_response(401, schema=ProblemSchema, content_type="application/problem+json")
    @api.alt_response(404, schema=ProblemSchema, content_type="application/problem+json")
    @permit(PUBLIC)
    def get_receipt(receipt: str) -> Response:
        """How an accepted order ended."""
        shop_id = _own_shop(desk)
        with reading(desk.services.database) as db:
            row = db.execute(select(t.receipts).where(t.receipts.c.id == receipt)).first()
        if row is not None and row.shop_id == shop_id:
            status = "quarantined" if row.status == "retry" else row.status
            problems = orjson.loads(row.problems) if row.problems else []
            return _json({"status": status, "order": row.tid, "note": row.note, "problems": problems})
        if row is None and desk.services.stream.holds(receipt):
            return _json({"status": "accepted", "order": None, "note": "", "problems": []})
        raise NotFound("receipt-unknown")

    @api.route("/orders/<order>", methods=["GET"])
    @api.doc(security=[{"key": []}])
    @api.alt_response(200, schema=DecidedOrderSchema)
    @api.alt_response(401, schema=ProblemSchema, content_type="application/problem+json")
    @api.alt_response(404, schema=ProblemSchema, content_type="application/problem+json")
    @permit(PUBLIC)
    def get_order(order: str) -> Response:
        """An order of the key's shop, by the platform's id, with its decision."""
        shop_id = _own_shop(desk)
        with reading(desk.services.database) as db:
            chosen = (t.orders.c.shop_id == shop_id) & (t.orders.c.tid == order)
            head = db.execute(select(t.orders).where(chosen)).first()
            if head is None:
                raise NotFound("order-unknown", order=order)
            newest = (t.decisions.c.order_id == head.id) & (t.decisions.c.seq == head.decision_seq)
            record = orjson.loads(db.execute(select(t.decisions.c.record).where(newest)).scalar_one())
        plain = {"id": head.tid, **{k: getattr(head, k) for k in ("state", "outcome", "reason", "revision")}}
        return _json({**plain, "decision": record["decision"]})


def _own_shop(desk: Desk) -> int:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise Unauthorised("key-missing")
    owner, shop_id = desk._owner(key_hash(key.strip()))
    if owner is None:
        raise Unauthorised("key-wrong")
    return shop_id


def _json(document: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, content_type="application/json")
