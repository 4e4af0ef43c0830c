"""Every deed, to one order and to many: shown first, done, told in the timeline and the audit, and taken back."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.persistence import tables as t
from app.persistence.database import reading
from tests.line.house import House, a_trade

Client = Callable[[str], FlaskClient]
FAR_APART = ("2026-07-15 10:00:00", "2026-07-16 18:00:00", "2026-07-17 20:00:00")
BUYER = {"oaid": "one", "receiver_address": "文三路1号", "receiver_mobile": "13800000001"}
CHANGES = (
    ("hold", {"hold_reason": "goods-check"}, "挂起"),
    ("urgent", {}, "标为加急"),
    ("priority", {"priority": "70"}, "改了优先级"),
    ("warehouse", {"warehouse": "GZ"}, "广州仓"),
    ("carrier", {"carrier": "DBL"}, "德邦"),
    ("cancel", {}, "取消"),
)
OF_ONE = (("address", {"address": "体育西路7号"}, "改了收货信息"), ("split", {"p2-0": "1"}, "拆单"))


def test_each_is_done_to_one_order_and_taken_back(house: House, client_of: Client) -> None:
    house.post(a_trade("1", ("A", 3)))
    boss, order_id, before = client_of("supervisor"), house.order_id("1"), standing(house)
    for code, form, told in (*CHANGES, *OF_ONE):
        place = f"/orders/{order_id}/deed/{code}"
        form = {**form, "seen": found(r'name="seen" value="([\d.]+)"', boss.get(place).text)}
        assert "data-refused" not in boss.post(place, data=form).text, code
        assert standing(house) == before, code
        assert boss.post(f"/orders/{order_id}/{code}", data=form).status_code == 303
        house.drain()
        assert audited(house, f"order.{code}") == 1, code
        assert re.search(rf"supervisor [^判]*{told}", timeline(boss, order_id)), code
        undo = f"/orders/{order_id}/undo/{latest_word(house)}"
        seen = found(r'name="seen" value="([\d.]+)"', boss.get(undo).text)
        assert boss.post(undo, data={"seen": seen}).status_code == 303
        house.drain()
        house.check()
        assert standing(house) == before, code
    assert audited(house, "order.undo") == len(CHANGES) + len(OF_ONE)


def test_each_is_done_to_many_orders_and_taken_back_in_one_click(house: House, client_of: Client) -> None:
    house.post(*(a_trade(str(n), ("A", n), created=day, **BUYER) for n, day in enumerate(FAR_APART, 1)))
    boss, before = client_of("supervisor"), standing(house)
    ids = [str(house.order_id(tid)) for tid in "123"]
    for code, form, _ in (*CHANGES, ("consolidate", {}, "")):
        panel = boss.post(f"/orders/deeds/{code}", data={"chosen": ids}).text
        form = {**form, "orders": found(r'name="orders" value="([^"]+)"', panel)}
        assert "data-refused" not in boss.post(f"/orders/deeds/{code}/foresee", data=form).text, code
        assert standing(house) == before, code
        done = boss.post(f"/orders/deeds/{code}/do", data=form)
        house.drain()
        assert standing(house) != before or code == "carrier", code
        assert audited(house, f"order.{code}") == len(ids), code
        assert boss.post(f"{done.location}/undo").status_code == 303
        house.drain()
        house.check()
        assert standing(house) == before, code
    assert audited(house, "deed.undo") == len(CHANGES) + 1


def test_who_asks_for_a_new_decision_is_told_in_the_timeline(house: House, client_of: Client) -> None:
    house.post(a_trade("1"))
    boss, order_id = client_of("supervisor"), house.order_id("1")
    assert boss.post(f"/orders/{order_id}/again").status_code == 303
    house.drain()
    assert "supervisor 要求重新判定" in timeline(boss, order_id)


def found(pattern: str, text: str) -> str:
    hit = re.search(pattern, text)
    assert hit is not None
    return hit[1]


def timeline(client: FlaskClient, order_id: int) -> str:
    """The timeline's text."""
    page = client.get(f"/orders/{order_id}").text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found(r'(?s)class="timeline">(.*?)</ol>', page)))


def standing(house: House) -> tuple[list[tuple[object, ...]], dict[tuple[int, str], int], int]:
    """How the orders are decided, what is reserved, and how many parcels are open."""
    orders, parcels = t.orders.c, t.fulfilments.c
    with reading(house.services.database) as db:
        rows = db.execute(select(orders.tid, orders.outcome, orders.reason, orders.priority).order_by(orders.id))
        count = select(func.count()).select_from(t.fulfilments).where(parcels.state == "open")
        return [tuple(row) for row in rows], house.reserved(), int(db.scalar(count) or 0)


def audited(house: House, action: str) -> int:
    with reading(house.services.database) as db:
        asked = select(func.count()).select_from(t.audit).where(t.audit.c.action == action)
        return int(db.scalar(asked) or 0)


def latest_word(house: House) -> int:
    with reading(house.services.database) as db:
        return int(db.scalar(select(func.max(t.interventions.c.id))) or 0)
