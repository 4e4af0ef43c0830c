"""Going back on the pages: shown before, done, and the orders of the withdrawn rules put right, all or some."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.persistence import tables as t
from app.persistence.database import reading
from tests.line.house import House, a_trade
from tests.line.test_rollback import go_live, other


@pytest.fixture
def held(house: House) -> House:
    """Version 2 holds everything; it decided three orders."""
    go_live(house, other(line=1_000))
    house.post(a_trade("1"), a_trade("2"), a_trade("3", ("NONE", 1)))
    return house


def audit(house: House) -> list[Any]:
    with reading(house.services.database) as db:
        return list(db.execute(select(t.audit.c.action, t.audit.c.target, t.audit.c.actor)).all())


def test_going_back_is_shown_done_and_its_orders_are_put_right(held: House, boss: FlaskClient) -> None:
    assert 'href="/rules/versions/1/rollback"' in boss.get("/rules/versions/2").text, "the live version leads back"
    before = boss.get("/rules/versions/1/rollback").text
    assert before.count("放行") == 2
    assert "全部按建议处理" not in before
    done = boss.post("/rules/versions/1/rollback", data={"note": "too strict"})
    assert done.headers["Location"] == "/rules/versions/3/withdrawn"
    assert "全部按建议处理（3 单）" in boss.get(done.headers["Location"]).text
    assert held.orders()["1"] == ("held", "big-value")
    assert boss.post("/rules/versions/3/compensate", data={"all": "yes"}).status_code == 303
    held.drain()
    assert [held.orders()[tid][0] for tid in "123"] == ["allocated", "allocated", "held"]
    assert "没有订单要处理" in boss.get("/rules/versions/3/withdrawn").text
    assert [tuple(row) for row in audit(held)][-2:] == [
        ("pack.rollback", "3", "supervisor"), ("pack.compensate", "3", "supervisor"),
    ]  # fmt: skip


def test_only_chosen_orders_of_withdrawn_rules_are_decided_again(held: House, boss: FlaskClient) -> None:
    boss.post("/rules/versions/1/rollback")
    held.post(a_trade("4", payment="6000.00"))
    chosen = [held.order_id("1"), held.order_id("4"), 999]
    boss.post("/rules/versions/3/compensate", data={"chosen": chosen})
    held.drain()
    assert held.orders()["1"] == ("allocated", "")
    assert held.orders()["2"] == ("held", "big-value")
    with reading(held.services.database) as db:
        seq = db.execute(select(t.orders.c.decision_seq).where(t.orders.c.tid == "4")).scalar_one()
    assert seq == 1
    assert boss.post("/rules/versions/3/compensate", data={}).status_code == 400
    assert boss.post("/rules/versions/2/compensate", data={"all": "yes"}).status_code == 400


def test_who_may_not_change_the_rules_may_not_go_back(
    held: House, client_of_known: Callable[[str], FlaskClient], boss: FlaskClient
) -> None:
    clerk = client_of_known("clerk")
    for path in ("/rules/versions/1/rollback", "/rules/versions/1/compensate"):
        assert clerk.post(path, data={"all": "yes"}).status_code == 403
    assert clerk.get("/rules/versions/1/rollback").status_code == 403
    assert "恢复这个版本" not in clerk.get("/rules/versions/1").text
    assert "恢复这个版本" in boss.get("/rules/versions/1").text
    held.check()
