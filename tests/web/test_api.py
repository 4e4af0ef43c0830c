"""The order API: what is accepted is on disk, what is refused says why and where."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import update

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.database import writing
from app.persistence.goods import add_shop
from app.web import access, api

URL = "/api/v1/shops/tb/orders"


def post(app: Flask, body: Any, key: str, url: str = URL) -> Any:
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return app.test_client().post(url, data=data, headers=headers)


def test_an_accepted_order_is_in_the_stream_and_its_receipt_says_so(app: Flask, services: Services, key: str) -> None:
    answer = post(app, {"tid": 1}, key)
    assert answer.status_code == 202
    (receipt,) = answer.json["receipts"]
    assert services.stream.holds(receipt)
    found = app.test_client().get(f"/api/v1/receipts/{receipt}", headers={"Authorization": f"Bearer {key}"})
    assert found.json["status"] == "accepted"


def test_an_array_gives_a_receipt_for_each_order_in_the_order_given(app: Flask, services: Services, key: str) -> None:
    receipts = post(app, [{"tid": n} for n in range(500)], key).json["receipts"]
    assert services.stream.census() == (500, receipts)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "body-not-json"),
        (b'{"a": NaN}', 400, "body-not-json"),
        (b"[" * 2000 + b"]" * 2000, 400, "body-not-json"),
        (b"[]", 400, "body-not-orders"),
        (b"7", 400, "body-not-orders"),
        (b'[{"tid": 1}, 2]', 400, "body-not-orders"),
        (orjson.dumps([{}] * 501), 413, "request-too-many"),
        (orjson.dumps({"a": "x" * 300_000}), 413, "order-too-large"),
        (b'{"a": "' + b"x" * 6_000_000 + b'"}', 413, "request-too-large"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_nothing_is_kept(
    app: Flask, services: Services, key: str, body: bytes, status: int, code: str
) -> None:
    answer = post(app, body, key)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert services.stream.census() == (0, [])


def test_the_place_of_a_bad_item_is_named(app: Flask, key: str) -> None:
    assert post(app, b'[{"tid": 1}, 2]', key).json["problems"][0]["path"] == "$[1]"


def test_without_a_key_or_with_a_wrong_one_nothing_is_told(app: Flask, key: str) -> None:
    assert app.test_client().post(URL, data=b"{}").status_code == 401
    assert post(app, {}, "pk_wrong").status_code == 401


def test_a_key_opens_its_own_shop_only(app: Flask, services: Services, key: str) -> None:
    with writing(services.database) as db:
        add_shop(db, "other", "pdd", now=1)
    assert post(app, {}, key, "/api/v1/shops/other/orders").status_code == 404
    assert post(app, {}, key, "/api/v1/shops/nowhere/orders").status_code == 404


def test_a_full_backlog_answers_429_and_when_to_come_back(app: Flask, services: Services, key: str) -> None:
    services.stream._limit = 1
    answer = post(app, [{}, {}], key)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert services.stream.census() == (0, [])


def test_an_unknown_receipt_or_order_is_404(app: Flask, key: str) -> None:
    for path in ("receipts/1-0", "receipts/what", "orders/none"):
        answer = app.test_client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 404, path


def test_the_description_lists_the_calls(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").json
    assert {"/api/v1/shops/{shop}/orders", "/api/v1/receipts/{receipt}", "/api/v1/orders/{order}"} <= set(
        document["paths"]
    )


def test_ready_says_so_only_while_orders_can_be_kept(app: Flask, services: Services) -> None:
    assert app.test_client().get("/readyz").status_code == 200
    services.stream._limit = 0
    assert app.test_client().get("/readyz").status_code == 503


def test_what_was_accepted_counts_against_the_room_before_it_is_asked_again(
    app: Flask, services: Services, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.stream._limit = 5
    monkeypatch.setattr(api, "_ROOM_SECONDS", 3600.0)
    assert [post(app, [{}] * count, key).status_code for count in (3, 3, 2, 1)] == [202, 429, 202, 429]
    assert services.stream.census()[0] == 5


def test_a_key_taken_back_stops_working_within_a_second(
    app: Flask, services: Services, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(app, {}, key).status_code == 202
    with writing(services.database) as db:
        db.execute(update(t.shops).values(active=False))
    later = time.monotonic() + 1.0
    monkeypatch.setattr(access, "time", SimpleNamespace(monotonic=lambda: later))
    assert post(app, {}, key).status_code == 401
