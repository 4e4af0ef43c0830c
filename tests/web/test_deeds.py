"""Deeds on pages: two people at one order, many at once, and what the audit is told."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.database import reading
from tests.line.house import House, a_trade

Client = Callable[[str], FlaskClient]


def words(services: Services) -> list[tuple[str, str]]:
    with reading(services.database) as db:
        return [(row[0], row[1]) for row in db.execute(select(t.interventions.c.actor, t.interventions.c.kind))]


def counts(services: Services) -> dict[str, int]:
    with reading(services.database) as db:
        tables = t.metadata.sorted_tables
        return {table.name: int(db.scalar(select(func.count()).select_from(table)) or 0) for table in tables}


def test_who_did_not_see_the_others_word_is_shown_it_and_may_go_on(
    house: House, client_of: Client, client_of_known: Client
) -> None:
    house.post(a_trade("1"))
    one, other = client_of("supervisor"), client_of_known("clerk")
    assert one.post("/orders/1/warehouse", data={"warehouse": "GZ", "seen": "1.0.1"}).status_code == 303
    crossed = other.post("/orders/1/warehouse", data={"warehouse": "HZ", "seen": "1.0.1"})
    assert crossed.status_code == 409
    assert "supervisor 指定了仓库" in crossed.text
    assert words(house.services) == [("supervisor", "warehouse")]
    assert other.post("/orders/1/warehouse", data={"warehouse": "HZ", "seen": "1.1.1"}).status_code == 303
    assert words(house.services) == [("supervisor", "warehouse"), ("clerk", "warehouse")]


def test_words_that_do_not_touch_each_other_both_count(
    house: House, client_of: Client, client_of_known: Client
) -> None:
    house.post(a_trade("1"))
    one, other = client_of("supervisor"), client_of_known("clerk")
    assert one.post("/orders/1/urgent", data={"seen": "1.0.1"}).status_code == 303
    assert other.post("/orders/1/carrier", data={"carrier": "SF", "seen": "1.0.1"}).status_code == 303
    assert words(house.services) == [("supervisor", "urgent"), ("clerk", "carrier")]


def test_many_at_once_tell_who_was_refused_and_are_undone_together(house: House, client_of: Client) -> None:
    house.post(a_trade("1", payment="9000.00"), a_trade("2", payment="9000.00"), a_trade("3"))
    client, before = client_of("supervisor"), counts(house.services)
    seen = {"orders": "1.0.1 2.0.1 3.0.1"}
    shown = client.post("/orders/deeds/release/foresee", data=seen)
    assert "没有挂起" in shown.text
    assert counts(house.services) == before
    answer = client.post("/orders/deeds/release/do", data=seen)
    done = answer.headers["Location"]
    house.drain()
    assert [outcome for outcome, _ in house.orders().values()] == ["allocated"] * 3
    assert "没有挂起" in client.get(done).text
    assert client.post(f"{done}/undo").status_code == 303
    house.drain()
    assert sorted(outcome for outcome, _ in house.orders().values()) == ["allocated", "held", "held"]


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
