"""Tracking events by the API: what became of each, and what is refused as a whole with its place."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import insert, text

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.database import writing

URL = "/api/v1/shops/tb/tracking"
EVENT = {"waybill": "SF10001", "kind": "scanned", "at": "2026-07-15T18:00:00+08:00", "place": "杭州转运中心"}


def post(app: Flask, body: Any, key: str) -> Any:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return app.test_client().post(URL, data=orjson.dumps(body), headers=headers)


@pytest.fixture
def sent(services: Services) -> None:
    """A waybill of the shop tb, and one of another shop."""
    with writing(services.database) as db:
        mine = db.execute(text("SELECT id FROM shops WHERE code = 'tb'")).scalar_one()
        db.execute(insert(t.shops).values(id=99, code="other", name="other", platform="pdd", created_at=1))
        for number, shop_id in ((1, mine), (2, 99)):
            order = {
                "id": number, "shop_id": shop_id, "tid": str(number), "state": "paid", "outcome": "allocated",
                "created_at": 1, "doc": b"{}", "decided_at": 1,
            }  # fmt: skip
            db.execute(insert(t.orders).values(**order))
            shipment = {
                "id": number, "parcel_id": number, "order_id": number, "warehouse_id": 1, "carrier": "SF",
                "waybill": f"SF1000{number}", "open_key": f"SF:SF1000{number}", "shipped_by": "w", "shipped_at": 1,
            }  # fmt: skip
            db.execute(insert(t.shipments).values(**shipment))


def test_each_event_is_answered_in_the_order_given(app: Flask, key: str, sent: None) -> None:
    late = {**EVENT, "kind": "collected", "at": 1_700_000_000}
    future = {**EVENT, "at": 4_000_000_000}
    answer = post(app, [EVENT, EVENT, late, {**EVENT, "waybill": "SF10002"}, future], key)
    assert answer.status_code == 200
    statuses = [one["status"] for one in answer.json["events"]]
    assert statuses == ["taken", "repeated", "late", "unknown", "future"]
    assert post(app, {**EVENT, "carrier": "顺丰速运"}, key).json["events"][0]["status"] == "repeated"
    assert post(app, {**EVENT, "carrier": "中通"}, key).json["events"][0]["status"] == "unknown"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"kind": "lost"}, "$[1]/kind"), ({"at": "yesterday"}, "$[1]/at"), ({"at": "2026-07-15 18:00"}, "$[1]/at"),
        ({"colour": "red"}, "$[1]/colour"), ({"waybill": ""}, "$[1]/waybill"),
    ],
)  # fmt: skip
def test_a_wrong_event_refuses_the_request_and_names_its_place(
    app: Flask, key: str, change: dict[str, Any], path: str
) -> None:
    answer = post(app, [EVENT, {**EVENT, **change}], key)
    assert (answer.status_code, answer.json["code"]) == (400, "body-not-events")
    assert [one["path"] for one in answer.json["problems"]] == [path]
