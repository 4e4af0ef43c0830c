"""Typed orders on both databases: numbers given once, what the page looks up, and ties between orders."""

from __future__ import annotations

import threading
from typing import Any

from app.domain.order import Order
from app.persistence.database import reading, writing
from app.persistence.reads.typed import buyers_orders, free_units, last_prices, made_from, shop_order, source_of
from app.persistence.typed import Form, accepted, number_form
from app.rulebook.order_schema import load_order
from tests.line.house import NOW, House

PHONE = "13800000001"


def _document(tid: str, sku: str = "A", at: int = NOW, **more: Any) -> dict[str, Any]:
    return {
        "id": tid, "created_at": at, "paid": 9900, "customer_name": "张三", "phone": PHONE, "province": "浙江省",
        "city": "杭州市", "district": "西湖区", "address": "文三路100号",
        "lines": [{"id": "1", "sku": sku, "quantity": 1, "price": 9900}], **more,
    }  # fmt: skip


def _number(house: House, token: str, **more: Any) -> str:
    with writing(house.services.database) as db:
        shop = db.exec_driver_sql("SELECT id FROM shops WHERE code = 'hand'").scalar_one()
        form = Form(**{"token": token, "shop_id": shop, "kind": "typed", "digest": b"x", "actor": "clerk", **more})
        tid = number_form(db, form, now=NOW).tid
        accepted(db, token, "1-1")
        return tid


def _typed(house: House, token: str, **more: Any) -> str:
    tid = _number(house, token, **more)
    house.put(_document(tid), shop="hand")
    house.drain()
    return tid


def _as_order(house: House) -> Order:
    order = load_order(_document("-"), shop="hand", at=NOW, hasher=house.services.sealer.hasher)
    assert isinstance(order, Order)
    return order


def test_a_form_has_one_number_however_often_and_at_once_it_is_sent(house: House) -> None:
    house.shop("hand", "manual")
    given: list[str] = []
    threads = [
        threading.Thread(target=lambda token=token: given.append(_number(house, token)))  # type: ignore[misc]
        for token in ("one", "two", "one", "three", "two")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 5
    assert sorted({tid[:15] for tid in given}) == ["M-20260715-0001", "M-20260715-0002", "M-20260715-0003"]
    assert len(set(given)) == 3


def test_the_page_finds_the_buyers_orders_the_last_price_and_the_stock(house: House) -> None:
    house.shop("hand", "manual")
    tid = _typed(house, "one")
    with reading(house.services.database) as db:
        found = buyers_orders(db, _as_order(house), NOW - 10)
        assert [(one.tid, one.skus) for one in found] == [(tid, frozenset({"A"}))]
        assert buyers_orders(db, _as_order(house), NOW + 1) == []
        assert last_prices(db, ["A", "B"]) == {"A": 9900}
        assert free_units(db, ["A", "B", "none"]) == {"A": {"HZ": 9, "GZ": 10}, "B": {"HZ": 10}, "none": {}}
        row = shop_order(db, tid)
        assert row is not None
        assert row.outcome == "allocated"
        assert shop_order(db, "M-unheard-of") is None


def test_an_order_shipped_again_is_tied_both_ways_and_no_duplicate(house: House) -> None:
    house.shop("hand", "manual")
    first = _typed(house, "one")
    source = house.order_id(first)
    again = _typed(house, "two", kind="reship", source_id=source, reason="broken")
    copied = _typed(house, "three", kind="copy", source_id=source)
    outcomes = house.orders()
    assert outcomes[again][0] in ("allocated", "consolidated")
    assert outcomes[copied] == ("held", "suspected-duplicate")
    with reading(house.services.database) as db:
        made = {(tie.kind, tie.reason, tie.tid, tie.order_id) for tie in made_from(db, source)}
        shop = db.exec_driver_sql("SELECT id FROM shops WHERE code = 'hand'").scalar_one()
        back = source_of(db, shop, again)
    assert made == {("reship", "broken", again, house.order_id(again)), ("copy", "", copied, house.order_id(copied))}
    assert back is not None
    assert (back.tid, back.order_id) == (first, source)
    house.check()
