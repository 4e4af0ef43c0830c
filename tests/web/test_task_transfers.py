"""Transfers in the queue: on the day they are due, confirmed there, and taken back."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest
from flask.testing import FlaskClient

from app.bootstrap import Services
from app.domain.calendar import local_date
from app.persistence import tables as t
from app.persistence.database import writing
from app.persistence.packs import publish
from app.persistence.people import set_shops
from app.persistence.reads.packs import live_pack
from tests.line.house import NOW, House, a_trade
from tests.web.desk_hands import BIG, all_of, do, key, rows, undo_in
from tests.web.test_people import ids


@pytest.fixture
def due(house: House, services: Services) -> str:
    """A transfer from Guangzhou to Hangzhou that is due today, for an order that waits for it."""
    house.stock(("HZ", "A", 4), ("GZ", "A", 9))
    with writing(services.database) as db:
        live = live_pack(db)
        assert live is not None
        document = orjson.loads(live.document)
        short = {"any_warehouse": {"field": "warehouse.covers_order", "op": "is", "value": True}}
        move = {"do": "transfer", "from": "nearest", "arrives": "T+1"}
        rule = {"id": "move", "title": {"zh": "调拨", "en": "Move"}, "when": {"all": [short]}, "then": [move]}
        document["allocation"]["rules"].insert(1, rule)
        publish(db, document, author="t", note="", now=NOW)
    house.pump.live.refresh(services.database)
    house.post(a_trade("1", ("A", 6)))
    (row,) = all_of(services, t.transfers)
    today = local_date(services.clock.now()).isoformat()
    with writing(services.database) as db:
        db.execute(t.transfers.update().values(arrives_on=today))
    return f"x{row.id}"


def test_a_transfer_that_is_due_arrives_by_one_press_and_goes_back(
    due: str, client_of: Callable[[str], FlaskClient], services: Services
) -> None:
    warehouse = client_of("warehouse")
    assert rows(warehouse) == [due]
    answer = do(warehouse, "arrive", due)
    assert all_of(services, t.transfers)[0].state == "arrived"
    assert rows(warehouse) == []
    warehouse.post(undo_in(answer))
    assert all_of(services, t.transfers)[0].state == "open"
    assert rows(warehouse) == [due]


def test_a_clerk_confirms_no_transfer(due: str, client_of: Callable[[str], FlaskClient], services: Services) -> None:
    assert do(client_of("clerk"), "arrive", due).status_code == 403
    assert all_of(services, t.transfers)[0].state == "open"


def test_who_works_for_another_shop_sees_nothing_of_it_and_does_nothing_to_it(
    due: str, house: House, client_of: Callable[[str], FlaskClient], services: Services
) -> None:
    house.post(a_trade("2", **BIG), a_trade("3", ("NONE", 1)), a_trade("4", payment="x"))
    house.shop("other", "taobao")
    boss = client_of("supervisor")
    groups = [one for one in rows(boss, "/tasks/?whose=all") if one[0] in "iq"]
    with writing(services.database) as db:
        other = db.execute(t.shops.select().where(t.shops.c.code == "other")).one().id
        set_shops(db, ids(services)["supervisor"], [other])
    assert rows(boss, "/tasks/?whose=all") == []
    assert boss.get(f"/tasks/open?key={key(house, '2')}").status_code == 404
    for deed, one in (("release", key(house, "2")), ("take", key(house, "2")), ("arrive", due)):
        assert "已经不在等了" in do(boss, deed, one).text
    for group in groups:
        for path in ("match", "resend"):
            assert boss.post(f"/tasks/{path}", data={"key": group, "sku": "A"}).status_code == 404
    assert house.orders()["2"] == ("held", "big-value")
    assert all_of(services, t.transfers)[0].state == "open"
    assert all_of(services, t.assignments) == []
