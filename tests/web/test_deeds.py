"""Deeds to orders: what each will do is shown first, done to one or many, taken back, and never lost beside others'."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.database import reading, writing
from tests.line.house import NOW, House, a_trade

BIG = {"payment": "9000.00"}


@pytest.fixture
def clerk(boss: FlaskClient, client_of_known: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of_known("clerk")


def seen(client: FlaskClient, order_id: int) -> str:
    """The order as the person's page shows it."""
    found = re.search(rf"seen=({order_id}\.\d+\.\d+)", client.get(f"/orders/{order_id}").text)
    assert found is not None
    return found[1]


def parcels(house: House, tid: str) -> list[tuple[str, int]]:
    """(warehouse, units) of the order's parcels that are open."""
    with reading(house.services.database) as db:
        rows = db.execute(
            text(
                "SELECT w.code, SUM(r.quantity) FROM fulfilments f JOIN warehouses w ON w.id = f.warehouse_id "
                "JOIN reservations r ON r.fulfilment_id = f.id AND r.state = 'live' "
                "WHERE f.order_id = :id AND f.state = 'open' GROUP BY f.id, w.code ORDER BY f.id"
            ),
            {"id": house.order_id(tid)},
        )
        return [(row[0], int(row[1])) for row in rows]


def everything(services: Services) -> dict[str, int]:
    """How many rows each table has."""
    with reading(services.database) as db:
        return {
            table.name: db.scalar(select(func.count()).select_from(table)) or 0 for table in t.metadata.sorted_tables
        }


@pytest.mark.parametrize(
    ("code", "form", "told"),
    [
        ("warehouse", {"warehouse": "GZ"}, "广州仓"),
        ("cancel", {}, "杭州仓"),
        ("hold", {"hold_reason": "by-hand"}, "人工挂起"),
    ],
)
def test_what_a_deed_will_do_is_shown_and_nothing_is_written(
    house: House, boss: FlaskClient, services: Services, code: str, form: dict[str, str], told: str
) -> None:
    house.post(a_trade("1"))
    order_id = house.order_id("1")
    before = everything(services)
    shown = boss.post(f"/orders/{order_id}/deed/{code}", data={"seen": seen(boss, order_id), **form})
    assert shown.status_code == 200
    assert told in shown.text
    assert everything(services) == before


def test_a_split_order_leaves_in_two_parcels_and_in_one_again_when_taken_back(house: House, boss: FlaskClient) -> None:
    house.post(a_trade("1", ("A", 3), ("B", 2)))
    order_id = house.order_id("1")
    assert parcels(house, "1") == [("HZ", 5)]
    boss.post(f"/orders/{order_id}/split", data={"seen": seen(boss, order_id), "p2-0": "1"})
    house.drain()
    assert sorted(units for _, units in parcels(house, "1")) == [1, 4]
    house.check()
    _undo_latest(house, boss, order_id)
    assert parcels(house, "1") == [("HZ", 5)]
    house.check()


def test_two_orders_of_one_buyer_are_put_into_one_parcel_by_hand(house: House, boss: FlaskClient) -> None:
    buyer = {"oaid": "one", "receiver_address": "文三路1号", "receiver_mobile": "13800000001"}
    # Beyond the window in which orders consolidate by themselves.
    house.post(a_trade("1", **buyer), a_trade("2", ("B", 1), **buyer, created="2026-07-16 18:00:00"))
    assert house.orders() == {"1": ("allocated", ""), "2": ("allocated", "")}
    one, two = house.order_id("1"), house.order_id("2")
    boss.post(f"/orders/{two}/consolidate", data={"seen": seen(boss, two), "with": seen(boss, one)})
    house.drain()
    assert sorted(outcome for outcome, _ in house.orders().values()) == ["allocated", "consolidated"]
    house.check()


def test_a_new_address_is_sealed_and_the_order_finds_its_warehouse_anew(
    house: House, boss: FlaskClient, services: Services
) -> None:
    house.post(a_trade("1"))
    order_id = house.order_id("1")
    moved = {
        "province": "广东省",
        "city": "广州市",
        "district": "天河区",
        "address": "体育西路秘密7号",
        "customer_name": "改名人",
    }
    boss.post(f"/orders/{order_id}/address", data={"seen": seen(boss, order_id), **moved})
    house.drain()
    assert parcels(house, "1") == [("GZ", 1)]
    with reading(services.database) as db:
        words = db.execute(select(t.interventions)).all()
        audited = db.execute(select(t.audit)).all()
    assert "秘密" not in repr(words)
    assert "秘密" not in repr(audited)
    assert "改名人" not in repr(words) + repr(audited)


def test_a_cancelled_order_gives_its_goods_back_until_the_cancellation_is_taken_back(
    house: House, boss: FlaskClient
) -> None:
    house.post(a_trade("1", ("A", 4)))
    order_id = house.order_id("1")
    boss.post(f"/orders/{order_id}/cancel", data={"seen": seen(boss, order_id)})
    house.drain()
    assert house.reserved() == {}
    _undo_latest(house, boss, order_id)
    assert sum(house.reserved().values()) == 4


def test_what_is_picked_is_not_changed_any_more(house: House, boss: FlaskClient, services: Services) -> None:
    house.post(a_trade("1"))
    order_id = house.order_id("1")
    at = seen(boss, order_id)
    with writing(services.database) as db:
        db.execute(t.orders.update().values(picked_at=NOW))
    answer = boss.post(f"/orders/{order_id}/warehouse", data={"seen": at, "warehouse": "GZ"})
    assert answer.status_code == 400
    house.drain()
    assert parcels(house, "1") == [("HZ", 1)]


def test_who_acts_on_what_another_has_just_changed_is_shown_that_first(
    house: House, boss: FlaskClient, clerk: FlaskClient
) -> None:
    house.post(a_trade("1"))
    order_id = house.order_id("1")
    at = seen(clerk, order_id)
    boss.post(f"/orders/{order_id}/warehouse", data={"seen": at, "warehouse": "GZ"})
    answer = clerk.post(f"/orders/{order_id}/warehouse", data={"seen": at, "warehouse": "HZ"})
    assert answer.status_code == 409
    assert "supervisor" in answer.text
    house.drain()
    assert parcels(house, "1") == [("GZ", 1)]
    # Having seen it, the clerk may say so all the same.
    clerk.post(f"/orders/{order_id}/warehouse", data={"seen": seen(clerk, order_id), "warehouse": "HZ"})
    house.drain()
    assert parcels(house, "1") == [("HZ", 1)]


def test_what_two_people_say_of_different_things_counts_both(
    house: House, boss: FlaskClient, clerk: FlaskClient, services: Services
) -> None:
    house.post(a_trade("1"))
    order_id = house.order_id("1")
    at = seen(clerk, order_id)
    assert boss.post(f"/orders/{order_id}/warehouse", data={"seen": at, "warehouse": "GZ"}).status_code == 303
    assert clerk.post(f"/orders/{order_id}/urgent", data={"seen": at}).status_code == 303
    house.drain()
    assert parcels(house, "1") == [("GZ", 1)]
    with reading(services.database) as db:
        assert set(db.scalars(select(t.interventions.c.kind))) == {"warehouse", "urgent"}


def test_many_orders_are_released_at_once_refusals_told_and_all_taken_back(house: House, boss: FlaskClient) -> None:
    house.post(*(a_trade(str(n), **BIG) for n in range(1, 6)), a_trade("9"))
    ids = [str(house.order_id(tid)) for tid in ("1", "2", "3", "4", "5", "9")]
    foreseen = boss.post("/orders/deeds/release/foresee", data={"chosen": ids})
    assert "5" in foreseen.text
    done = boss.post("/orders/deeds/release/do", data={"chosen": ids})
    assert done.status_code == 303
    house.drain()
    assert {outcome for outcome, _ in house.orders().values()} == {"allocated"}
    assert boss.post(f"{done.location}/undo").status_code == 303
    house.drain()
    held = {tid for tid, (outcome, _) in house.orders().items() if outcome == "held"}
    assert held == {"1", "2", "3", "4", "5"}


def _undo_latest(house: House, client: FlaskClient, order_id: int) -> None:
    with reading(house.services.database) as db:
        number = db.scalar(select(func.max(t.interventions.c.id)))
    place = f"/orders/{order_id}/undo/{number}"
    found = re.search(r'name="seen" value="([\d.]+)"', client.get(place).text)
    assert found is not None
    client.post(place, data={"seen": found[1]})
    house.drain()
