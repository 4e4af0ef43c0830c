"""Deeds on pages: what is masked, what the audit is told, and what is too late."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.database import reading
from tests.line.house import House, a_trade

Client = Callable[[str], FlaskClient]


def words(services: Services) -> list[tuple[str, str]]:
    with reading(services.database) as db:
        return [(row[0], row[1]) for row in db.execute(select(t.interventions.c.actor, t.interventions.c.kind))]


def test_an_address_is_masked_on_the_page_and_not_in_the_audit(house: House, client_of: Client) -> None:
    house.post(a_trade("1"))
    client = client_of("supervisor")
    given = {"address": "体育西路77号", "phone": "13912345678", "seen": "1.0.1"}
    assert client.post("/orders/1/address", data=given).status_code == 303
    page = client.get("/orders/1").text
    assert "体育西路77号" not in page
    assert "13912345678" not in page
    assert "139****5678" in page
    with reading(house.services.database) as db:
        told = list(db.scalars(select(t.audit.c.details).where(t.audit.c.action == "order.address")))
    assert told == ['{"fields":["address","phone"]}']


def test_what_is_shipped_cannot_be_cancelled_and_says_what_to_do(house: House, client_of: Client) -> None:
    house.post(a_trade("1"))
    with house.services.database.begin() as db:
        db.execute(t.fulfilments.update().values(state="shipped"))
        db.execute(t.orders.update().values(picked_at=1))
    answer = client_of("supervisor").post("/orders/1/cancel", data={"seen": "1.0.1"})
    assert answer.status_code == 400
    assert "让快递拦截" in answer.text
    assert words(house.services) == []


def test_a_change_of_address_shows_from_where_it_leaves_before_and_after_by_whom_and_why(
    house: House, client_of: Client
) -> None:
    house.post(a_trade("1"))
    client, far = client_of("supervisor"), {"province": "广东省", "city": "广州市", "district": "天河区"}
    shown = client.post("/orders/1/deed/address", data={**far, "address": "体育西路77号", "seen": "1.0.1"}).text
    for told in ("杭州仓 · A × 1", "广州仓 · A × 1", "快递", "为什么", "收货信息由人工改过", "广州仓 距收货地"):
        assert told in shown
    near = client.post("/orders/1/deed/address", data={"address": "文三路2号", "seen": "1.0.1"}).text
    assert "杭州仓 · A × 1" in near
    assert "变成" not in near
