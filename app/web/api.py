"""The order API for shops' own systems: post orders, ask for receipts and decisions."""

from __future__ import annotations

import time
from typing import Any

import orjson
from flask import Flask, Response, g, request
from flask_smorest import Api, Blueprint
from sqlalchemy import Connection, Row, select

from app.bootstrap import Services
from app.domain.errors import NotFound
from app.domain.messages import say, sentences
from app.intake.receive import Limits, read_body, receive
from app.persistence import tables as t
from app.persistence.database import reading
from app.persistence.reads.receipts import problems_of
from app.web import api_tracking
from app.web.api_describing import answers, must_be_json, plain
from app.web.api_shapes import (
    ORDERS_BODY,
    AcceptedSchema,
    DecidedOrderSchema,
    ReceiptSchema,
)
from app.web.language import LANGUAGES
from app.web.permissions import SHOP_KEY, permit

_ROOM_SECONDS = 0.2
_SETTINGS = {
    "API_TITLE": "pandan",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.0.3",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
    "API_SPEC_OPTIONS": {"components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}}},
}


class Room:
    """How much the backlog still takes, asked at most five times a second in this process.

    What this process accepts meanwhile is counted off, so the limit is passed by no more than the other web processes
    accept in a fifth of a second.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._asked_at = float("-inf")
        self._left = 0

    def take(self, payloads: int) -> int:
        """Payloads that fit; these are counted off when they do. Raises `Unavailable` when the queue is away."""
        if time.monotonic() - self._asked_at > _ROOM_SECONDS:
            self._left = self._services.stream.room()
            self._asked_at = time.monotonic()
        left = self._left
        if payloads <= left:
            self._left = left - payloads
        return left


def register(app: Flask, services: Services) -> Blueprint:
    """Put the API and its description under /api/v1; the blueprint, for what must know it."""
    app.config.update(_SETTINGS)
    orders_api = Blueprint("api", "api", url_prefix="/api/v1", description="Orders in, decisions out")
    _intake(orders_api, services)
    _receipts(orders_api, services)
    _orders(orders_api, services)
    api_tracking.describe(orders_api, services)
    Api(app).register_blueprint(orders_api)
    return orders_api


def _intake(api: Blueprint, services: Services) -> None:
    settings, room = services.settings, Room(services)
    limits = Limits(settings.order_bytes, settings.request_bytes, settings.request_orders)

    @api.route("/shops/<shop>/orders", methods=["POST"])
    @plain
    @api.doc(security=[{"key": []}], requestBody=ORDERS_BODY)
    @api.alt_response(202, schema=AcceptedSchema, description="On disk; will be decided.")
    @answers(api, 400, 401, 404, 413, 415, 429, 503)
    @permit(SHOP_KEY)
    def post_orders(shop: str) -> Response:
        """Accept one order as the platform words it, or an array of them."""
        must_be_json(request)
        payloads = read_body(request.get_data(cache=False), limits)
        receipts = receive(services.stream, services.clock, shop, payloads, room.take(len(payloads)))
        return _json({"status": "accepted", "receipts": receipts}, 202)


def _receipts(api: Blueprint, services: Services) -> None:
    @api.route("/receipts/<receipt>", methods=["GET"])
    @plain
    @api.doc(security=[{"key": []}])
    @api.alt_response(200, schema=ReceiptSchema, description="How it ended, or that it waits.")
    @answers(api, 401, 404, 503)
    @permit(SHOP_KEY)
    def get_receipt(receipt: str) -> Response:
        """How an accepted order ended."""
        row = _ended(services, receipt)
        if row is None and services.stream.holds(receipt, g.shop):
            return _json({"status": "accepted", "order": None, "note": "", "problems": []})
        if row is None:
            # It may have left the stream for the database between the two looks.
            row = _ended(services, receipt)
        if row is None or row.shop_id != g.shop_id:
            raise NotFound("receipt-unknown")
        status = "quarantined" if row.status == "retry" else row.status
        return _json({"status": status, "order": row.tid, "note": row.note, "problems": _faults(row.problems)})


def _orders(api: Blueprint, services: Services) -> None:
    @api.route("/orders/<path:order>", methods=["GET"])
    @plain
    @api.doc(security=[{"key": []}])
    @api.alt_response(200, schema=DecidedOrderSchema, description="The order as last decided.")
    @answers(api, 401, 404, 503)
    @permit(SHOP_KEY)
    def get_order(order: str) -> Response:
        """An order of the key's shop, by the platform's id, with its decision."""
        with reading(services.database) as db:
            head = db.execute(
                select(t.orders).where((t.orders.c.shop_id == g.shop_id) & (t.orders.c.tid == order))
            ).first()
            if head is None:
                raise NotFound("order-unknown", order=order)
            decision = _decision(db, head)
        plain = {name: getattr(head, name) for name in ("state", "outcome", "reason", "revision")}
        return _json({"id": head.tid, **plain, "decision": decision})


def _ended(services: Services, receipt: str) -> Row[Any] | None:
    with reading(services.database) as db:
        return db.execute(select(t.receipts).where(t.receipts.c.id == receipt)).first()


def _decision(db: Connection, head: Row[Any]) -> dict[str, Any]:
    newest = (t.decisions.c.order_id == head.id) & (t.decisions.c.seq == head.decision_seq)
    record: dict[str, Any] = orjson.loads(db.execute(select(t.decisions.c.record).where(newest)).scalar_one())
    decision: dict[str, Any] = record["decision"]
    return decision


def _faults(stored: str | None) -> list[dict[str, str]]:
    spoken = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    known = sentences()
    return [
        {
            "code": fault.code,
            "path": fault.path,
            "message": say(fault.code, spoken, path=fault.path, **fault.details) if fault.code in known else "",
        }
        for fault in problems_of(stored)
    ]


def _json(document: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(document), status, content_type="application/json")
