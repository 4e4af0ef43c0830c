"""Typing an order: what a text fills in, what is refused at its field, and that a form takes effect once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.bootstrap import Services
from app.domain.errors import Unavailable
from app.domain.goods import Sku, Warehouse
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.goods import add_shop, set_skus, set_warehouses
from app.persistence.order_rows import decode
from app.persistence.stock import StockCount, set_stock
from tests.line.house import House, pump_of

ClientOf = Callable[[str], FlaskClient]
CHAT = "张三 138 0000 0001 浙江省杭州市西湖区文三路100号3幢201 连衣裙 M 2件 加急 备注送贺卡"
HTMX = {"HX-Request": "true"}
FORM: dict[str, Any] = {
    "token": "form-1", "shop": "hand", "name": "张三", "phone": "13800000001", "paid": "yes",
    "address": "浙江省杭州市西湖区莲花街77号", "sku": ["QZ-M", "TX-L", ""], "quantity": ["2", "1", "1"],
    "price": ["199", "59.9", ""],
}  # fmt: skip


@pytest.fixture
def house(services: Services, client_of: ClientOf) -> House:
    """A shop for manual orders, a warehouse and goods."""
    now = services.clock.now()
    with writing(services.database) as db:
        add_shop(db, "hand", "manual", name="手工单", now=now)
        set_warehouses(
            db, [Warehouse("HZ", "杭州仓", "浙江省", "杭州市", "余杭区", 30.27, 120.0, provinces_served=("浙江省",))]
        )
        set_skus(db, [Sku("QZ-M", "连衣裙 M"), Sku("QZ-L", "连衣裙 L"), Sku("TX-L", "T恤 L")])
        set_stock(db, [StockCount("HZ", sku, 50) for sku in ("QZ-M", "QZ-L", "TX-L")], doc="test", now=now)
    return House(services, pump_of(services, "test:0"))


@pytest.fixture
def clerk(house: House, client_of: ClientOf) -> FlaskClient:
    return client_of("clerk")


def _typed(house: House) -> list[Any]:
    with reading(house.services.database) as db:
        return list(db.execute(select(t.typed_orders).order_by(t.typed_orders.c.seq)))


def _order(house: House, tid: str) -> Any:
    with reading(house.services.database) as db:
        row = db.execute(select(t.orders).where(t.orders.c.tid == tid)).one()
    personal = house.services.sealer.open(row.personal, f"order:{row.id}")
    return decode("hand", tid, row.doc, personal)


def _value(shown: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', shown)
    assert found, name
    return found[1]


def test_a_pasted_chat_fills_the_form(clerk: FlaskClient) -> None:
    shown = clerk.post("/orders/new/read", data={"text": CHAT}, headers=HTMX).text
    names = ("name", "phone", "province", "city", "district", "detail", "memo", "sku", "quantity")
    assert [_value(shown, name) for name in names] == [
        "张三", "13800000001", "浙江省", "杭州市", "西湖区", "文三路100号3幢201", "送贺卡", "QZ-M", "2",
    ]  # fmt: skip
    assert re.search(r'name="urgent"[^>]*checked', shown)
    assert "不确定" not in shown


def test_what_is_unsure_is_marked_in_words_with_the_choices(clerk: FlaskClient) -> None:
    shown = clerk.post("/orders/new/read", data={"text": "西湖区文三路9号 连衣裙 1件"}, headers=HTMX).text
    assert "不确定" in shown
    assert "南昌市西湖区" in shown
    assert 'data-pick="QZ-L"' in shown


def test_a_typed_order_is_accepted_and_decided(clerk: FlaskClient, house: House) -> None:
    sent = clerk.post("/orders/new", data=FORM, headers=HTMX)
    assert sent.status_code == 200
    tid = _typed(house)[0].tid
    assert re.fullmatch(r"M-\d{8}-0001-[A-Z]{2}", tid)
    assert tid in sent.text
    assert _value(sent.text, "name") == ""  # an empty form again
    house.drain()
    assert house.orders() == {tid: ("allocated", "")}
    order = _order(house, tid)
    assert (order.province, order.city, order.district, order.address) == ("浙江省", "杭州市", "西湖区", "莲花街77号")
    assert (order.paid, order.state, order.phone) == (45790, "paid", "13800000001")
    assert [(line.sku, line.quantity, line.price) for line in order.lines] == [("QZ-M", 2, 19900), ("TX-L", 1, 5990)]


def test_a_form_sent_twice_is_one_order(clerk: FlaskClient, house: House) -> None:
    for _ in range(2):
        assert clerk.post("/orders/new", data=FORM, headers=HTMX).status_code == 200
    house.drain()
    assert len(house.orders()) == 1
    assert [status for status, _ in house.receipts()] == ["decided"]


def test_a_form_that_became_an_order_and_was_changed_asks_before_it_makes_another(
    clerk: FlaskClient, house: House
) -> None:
    clerk.post("/orders/new", data=FORM)
    changed = {**FORM, "quantity": ["3", "1", "1"]}
    again = clerk.post("/orders/new", data=changed, headers=HTMX)
    assert again.status_code == 422
    assert "已经提交成" in again.text
    token = _value(again.text, "token")
    assert token != "form-1"
    assert clerk.post("/orders/new", data={**changed, "token": token}, headers=HTMX).status_code == 200
    assert len(_typed(house)) == 2


def test_what_could_not_be_made_durable_keeps_its_number(
    clerk: FlaskClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise Unavailable("queue-unavailable")

    with monkeypatch.context() as broken:
        broken.setattr(type(house.services.stream), "append", away)
        refused = clerk.post("/orders/new", data=FORM, headers=HTMX)
    assert refused.status_code == 422
    assert _value(refused.text, "name") == "张三"  # nothing typed is lost
    assert clerk.post("/orders/new", data={**FORM, "quantity": ["5", "1", "1"]}, headers=HTMX).status_code == 200
    house.drain()
    assert list(house.orders()) == [_typed(house)[0].tid]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"name": ""}, "e-name"),
        ({"phone": "twelve"}, "e-phone"),
        ({"address": ""}, "e-address"),
        ({"address": "西湖区文三路9号"}, "e-city"),
        ({"address": "浙江省杭州市"}, "e-detail"),
        ({"sku": ["QZ-M", "NEVER-HEARD"], "quantity": ["1", "1"], "price": ["1", "1"]}, "e-sku-2"),
        ({"quantity": ["0", "1", "1"]}, "e-quantity-1"),
        ({"price": ["199", "dear", ""]}, "e-price-2"),
        ({"price": ["199", "", ""]}, "e-total"),
        ({"sku": [], "quantity": [], "price": []}, "e-sku-1"),
        ({"total": "-3"}, "e-total"),
        ({"memo": "好" * 501}, "e-memo"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    clerk: FlaskClient, house: House, wrong: dict[str, Any], place: str
) -> None:
    answer = clerk.post("/orders/new", data={**FORM, **wrong}, headers=HTMX)
    assert answer.status_code == 422
    assert f'id="{place}"' in answer.text
    assert _typed(house) == []


def test_a_corrected_part_of_the_place_counts_unless_the_address_is_typed_anew(
    clerk: FlaskClient, house: House
) -> None:
    parts = {"province": "江西省", "city": "南昌市", "district": "西湖区", "town": "", "detail": "文三路9号"}
    clerk.post("/orders/new", data={**FORM, **parts, "address": "西湖区文三路9号", "split_of": "西湖区文三路9号"})
    clerk.post("/orders/new", data={**FORM, **parts, "token": "form-2", "split_of": "西湖区文三路9号"})
    house.drain()
    assert [_order(house, row.tid).city for row in _typed(house)] == ["南昌市", "杭州市"]


def test_goods_are_found_by_code_name_and_pinyin(clerk: FlaskClient) -> None:
    for words in ("qz-l", "连衣裙 l", "lyql"):
        shown = clerk.get("/orders/new/skus", query_string={"q": words}).text
        assert re.findall(r'data-sku="([^"]*)"', shown)[0] == "QZ-L", words
        assert "杭州仓 50" in shown


def test_beside_the_form_stand_stock_and_what_the_buyer_bought_lately(clerk: FlaskClient, house: House) -> None:
    clerk.post("/orders/new", data=FORM)
    house.drain()
    tid = _typed(house)[0].tid
    shown = clerk.post("/orders/new/beside", data={**FORM, "token": "form-2"}).text
    assert tid in shown
    assert "会被挂起" in shown
    assert "杭州仓" in shown
    other = clerk.post("/orders/new/beside", data={**FORM, "phone": "13900000009"}).text
    assert tid not in other


def test_the_last_price_is_filled_in(clerk: FlaskClient, house: House) -> None:
    clerk.post("/orders/new", data=FORM)
    house.drain()
    shown = clerk.post("/orders/new/read", data={"text": "连衣裙 M 2件"}, headers=HTMX).text
    assert _value(shown, "price") == "199.00"


def test_a_copy_keeps_the_buyer_without_showing_him(clerk: FlaskClient, house: House) -> None:
    clerk.post("/orders/new", data=FORM)
    house.drain()
    source = house.order_id(_typed(house)[0].tid)
    shown = clerk.get(f"/orders/new?copy={source}").text
    assert "13800000001" not in shown
    assert "莲花街" not in shown
    assert _value(shown, "sku") == "QZ-M"
    copied = {"kind": "copy", "source": str(source), "token": "form-2", "shop": "hand", "paid": "yes",
              "sku": ["QZ-L"], "quantity": ["1"], "price": ["10"]}  # fmt: skip
    assert clerk.post("/orders/new", data=copied, headers=HTMX).status_code == 200
    house.drain()
    order = _order(house, _typed(house)[1].tid)
    assert (order.customer_name, order.phone, order.address) == ("张三", "13800000001", "莲花街77号")
    assert _typed(house)[1].tid in clerk.get(f"/orders/{source}").text


def test_a_reship_costs_nothing_says_why_and_is_no_duplicate(clerk: FlaskClient, house: House) -> None:
    clerk.post("/orders/new", data={**FORM, "sku": ["QZ-M"], "quantity": ["2"], "price": ["199"]})
    house.drain()
    source = house.order_id(_typed(house)[0].tid)
    assert _value(clerk.get(f"/orders/new?reship={source}").text, "price") == "0.00"
    again = {"kind": "reship", "source": str(source), "token": "form-2", "shop": "hand", "paid": "yes",
             "sku": ["QZ-M"], "quantity": ["1"], "price": ["0.00"], "total": "0.00"}  # fmt: skip
    refused = clerk.post("/orders/new", data=again, headers=HTMX)
    assert refused.status_code == 422
    assert 'id="e-reason"' in refused.text
    assert clerk.post("/orders/new", data={**again, "reason": "broken"}, headers=HTMX).status_code == 200
    house.drain()
    tid = _typed(house)[1].tid
    # Seconds after the original, with the same goods for the same buyer: it may even go into its parcel.
    assert house.orders()[tid] == ("consolidated", "")
    assert _order(house, tid).paid == 0
    there, back = clerk.get(f"/orders/{source}").text, clerk.get(f"/orders/{house.order_id(tid)}").text
    assert tid in there
    assert "破损" in there
    assert _typed(house)[0].tid in back


def test_an_order_that_goes_nowhere_is_not_shipped_again(clerk: FlaskClient, house: House) -> None:
    clerk.post("/orders/new", data={**FORM, "paid": "no"})
    house.drain()
    source = house.order_id(_typed(house)[0].tid)
    assert clerk.get(f"/orders/new?reship={source}").status_code == 400
    assert clerk.get("/orders/new?reship=99999").status_code == 400


def test_an_unpaid_order_waits_until_the_payment_is_noted(clerk: FlaskClient, house: House) -> None:
    clerk.post("/orders/new", data={**FORM, "paid": "no"})
    house.drain()
    tid = _typed(house)[0].tid
    assert house.orders()[tid][0] == "recorded"
    clerk.post(f"/orders/{house.order_id(tid)}/payment")
    house.drain()
    assert house.orders()[tid][0] == "allocated"
    assert clerk.post(f"/orders/{house.order_id(tid)}/payment").status_code == 400


def test_without_a_shop_one_click_makes_it(services: Services, client_of: ClientOf) -> None:
    clerk = client_of("clerk")
    assert "建立“手工单”店铺" in clerk.get("/orders/new").text
    assert clerk.post("/orders/new/shop").status_code == 303
    assert 'id="paste"' in clerk.get("/orders/new").text
    clerk.post("/orders/new/shop")
    with reading(services.database) as db:
        assert db.scalar(text("SELECT COUNT(*) FROM shops WHERE platform = 'manual'")) == 1


def test_only_clerks_and_up_type_orders(
    services: Services, client_of: ClientOf, client_of_known: Callable[[str], FlaskClient]
) -> None:
    assert client_of("viewer").get("/orders/new").status_code == 403
    for role, status in (("warehouse", 403), ("clerk", 200), ("supervisor", 200)):
        assert client_of_known(role).get("/orders/new").status_code == status, role


def test_the_audit_holds_nothing_personal(clerk: FlaskClient, house: House) -> None:
    clerk.post("/orders/new/read", data={"text": CHAT})
    clerk.post("/orders/new", data=FORM)
    with reading(house.services.database) as db:
        told = " ".join(f"{row.action} {row.target} {row.details}" for row in db.execute(select(t.audit)))
    assert _typed(house)[0].tid in told
    assert not re.search("张三|13800000001|文三路|莲花街", told)


def test_when_the_source_was_erased_the_buyer_is_asked_for(clerk: FlaskClient, house: House) -> None:
    clerk.post("/orders/new", data=FORM)
    house.drain()
    source = house.order_id(_typed(house)[0].tid)
    with writing(house.services.database) as db:
        db.execute(t.orders.update().values(personal=None))
    copied = {"kind": "copy", "source": str(source), "token": "form-2", "shop": "hand", "paid": "yes",
              "sku": ["QZ-L"], "quantity": ["1"], "price": ["10"]}  # fmt: skip
    refused = clerk.post("/orders/new", data=copied, headers=HTMX)
    assert refused.status_code == 422
    assert "已按保留期限清除" in refused.text
    assert 'id="e-phone"' in refused.text
