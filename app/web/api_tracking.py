"""Tracking events into the order API: carriers' scripts and shops' systems tell where parcels are."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, g, request
from flask_smorest import Blueprint

from app.bootstrap import Services
from app.intake.receive import Limits
from app.intake.sightings import read_sightings
from app.persistence.database import writing
from app.persistence.tracking import record
from app.web.api_describing import answers, must_be_json, plain
from app.web.api_shapes import TRACKING_BODY, TrackedSchema
from app.web.permissions import SHOP_KEY, permit


def describe(api: Blueprint, services: Services) -> None:
    """Put the call into the API."""
    settings = services.settings
    limits = Limits(settings.order_bytes, settings.request_bytes, settings.request_orders)

    @api.route("/shops/<shop>/tracking", methods=["POST"])
    @plain
    @api.doc(security=[{"key": []}], requestBody=TRACKING_BODY)
    @api.alt_response(200, schema=TrackedSchema, description="What became of each event, in the order given.")
    @answers(api, 400, 401, 404, 413, 415, 503)
    @permit(SHOP_KEY)
    def post_tracking(shop: str) -> Response:  # noqa: ARG001 (the key names the same shop)
        """Take one event of a waybill, or an array of them. Said again, an event changes nothing."""
        must_be_json(request)
        sightings = read_sightings(request.get_data(cache=False), limits)
        with writing(services.database) as db:
            became = record(db, g.shop_id, sightings, now=services.clock.now())
        events: list[dict[str, Any]] = [
            {"waybill": one.waybill, "status": status} for one, status in zip(sightings, became, strict=True)
        ]
        return Response(orjson.dumps({"events": events}), content_type="application/json")
