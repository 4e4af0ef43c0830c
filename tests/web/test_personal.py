"""Personal data is shown once, for a reason, to who may; the audit and the timeline tell; too often asks a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence import unmasking
from app.persistence.database import reading, writing
from app.persistence.goods import add_shop
from tests.line.house import House, pump_of
from tests.web.test_shop_scopes import NOW, _trade

PHONE = "13800008001"
ClientOf = Callable[[str], FlaskClient]


@pytest.fixture
def order_id(app: Flask, services: Services) -> int:
    house = House(services, pump_of(services, "test:0"))
    with writing(services.database) as db:
        add_shop(db, "tb", "taobao", now=NOW)
    house.put(_trade(1, "tb"), shop="tb")
    house.drain()
    return house.order_id("1")


def ask(client: FlaskClient, order_id: int, **form: Any) -> Any:
    return client.post(f"/orders/{order_id}/personal", data=form)


def test_it_is_masked_until_asked_for_and_then_shown_once(
    client_of: ClientOf, services: Services, order_id: int
) -> None:
    clerk = client_of("clerk")
    assert PHONE not in clerk.get(f"/orders/{order_id}").text
    shown = ask(clerk, order_id, reason="contact")
    assert PHONE in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    again = clerk.get(f"/orders/{order_id}").text
    assert PHONE not in again
    assert "clerk 看了个人信息" in again
    with reading(services.database) as db:
        row = db.execute(select(t.audit).where(t.audit.c.action == unmasking.ACTION)).one()
    details = orjson.loads(row.details)
    assert (row.actor, row.target, details["reason"]) == ("clerk", str(order_id), "contact")
    assert "phone" in details["fields"]
    assert PHONE not in row.details


@pytest.mark.parametrize("form", [{}, {"reason": "because"}, {"reason": "other"}])
def test_without_a_reason_nothing_is_shown(client_of: ClientOf, order_id: int, form: dict[str, str]) -> None:
    answer = ask(client_of("clerk"), order_id, **form)
    assert (answer.status_code, PHONE in answer.text) == (400, False)


def test_who_only_reads_may_not_and_the_warehouse_only_what_leaves(
    client_of: ClientOf, client_of_known: ClientOf, services: Services, order_id: int
) -> None:
    assert ask(client_of("viewer"), order_id, reason="contact").status_code == 403
    warehouse = client_of_known("warehouse")
    assert ask(warehouse, order_id, reason="contact").status_code == 403
    with writing(services.database) as db:
        parcel = {"order_id": order_id, "warehouse_id": 1, "state": "open", "decision_seq": 1, "created_at": NOW}
        db.execute(t.fulfilments.insert().values(id=1, **parcel))
    assert ask(warehouse, order_id, reason="contact").status_code == 200


def test_beyond_the_days_allowance_the_supervisor_is_asked_and_may_allow_more(
    client_of: ClientOf, services: Services, order_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unmasking, "DAILY", 2)
    clerk = client_of("clerk")
    statuses = [ask(clerk, order_id, reason="contact").status_code for _ in range(4)]
    assert statuses == [200, 200, 400, 400]
    with reading(services.database) as db:
        task = db.execute(select(t.tasks).where(t.tasks.c.kind == unmasking.TASK)).one()
    assert (task.owner, orjson.loads(task.details)["person"]) == ("supervisor", "clerk")
    with writing(services.database) as db:
        db.execute(update(t.tasks).values(open_key=None, closed_at=NOW, closed_by="supervisor"))
    assert ask(clerk, order_id, reason="contact").status_code == 200
