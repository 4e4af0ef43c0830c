"""How headings are understood by class: two languages, clerks' words, other people, and the columns beside."""

from __future__ import annotations

import pytest

from app.intake.columns import match_columns, used


def field_of(heading: str, *beside: str) -> str | None:
    """What a heading is used for in a file with these others; None when it is left open."""
    places = {place: field for field, place in used(match_columns([heading, *beside])).items()}
    return places.get(0)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("订单编号 (Order ID)", "id"),
        ("Unit Price 单价", "line.price"),
        ("*商品编号/商家编码", "line.sku"),
        ("满减/优惠券", "discount"),
        ("3、您的联系电话：", "phone"),
    ],
)
def test_the_parts_of_a_heading_are_heard_each_by_itself_and_agree(heading: str, field: str) -> None:
    assert field_of(heading) == field


@pytest.mark.parametrize("heading", ["姓名/电话", "支付方式 Payment Method", "物流单号 (Tracking No.)"])
def test_parts_that_mean_different_things_or_nothing_leave_it_open(heading: str) -> None:
    assert field_of(heading) is None


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("几号前寄", "ship_by"),
        ("什么时候拍的", "created_at"),
        ("多少钱一箱", "line.price"),
        ("做几个", "line.quantity"),
        ("寄到哪里", "address"),
        ("走什么快递", "carrier_wish"),
        ("客人说的话", "buyer_message"),
        ("我们自己记", "seller_memo"),
        ("How many?", "line.quantity"),
        ("£/cask", "line.price"),
        ("Must go out by", "ship_by"),
        ("Paid so far", "paid"),
        ("Note to self", "seller_memo"),
    ],
)
def test_clerks_ask_where_programs_name(heading: str, field: str) -> None:
    assert field_of(heading) == field


@pytest.mark.parametrize(
    "heading", ["发件电话", "司机电话", "带货账号昵称", "运费模板", "小区", "谁接的单", "付没付", "上次欠款"]
)
def test_other_people_and_other_things_are_not_taken_for_the_orders(heading: str) -> None:
    assert field_of(heading, "手机", "买家昵称", "收货地址") is None


def test_a_state_beside_a_city_is_a_place_and_alone_an_orders() -> None:
    assert field_of("State", "City", "Status") == "province"
    assert field_of("State", "Order ID", "SKU") == "state"
    assert field_of("Town", "Order ID", "Postcode") == "city"
    assert field_of("Town", "City", "Order ID") == "town"


def test_a_style_is_the_goods_only_where_another_column_has_the_variant() -> None:
    assert field_of("款式", "颜色尺码", "数量") == "line.title"
    assert field_of("款式", "商品名称", "数量") == "line.spec"


def test_values_tell_what_an_unknown_heading_holds_where_nothing_else_does() -> None:
    rows = [["13811112222", "A1", "3", "12"], ["13911112222", "A2", "2", "8"], ["13711112222", "A3", "5", "20"]]
    assert used(match_columns(["打这个", "货号", "数量", "甲"], rows))["phone"] == 0
    priced = [["4", "3", "12"], ["4", "2", "8"], ["4", "5", "20"]]
    assert used(match_columns(["单价", "数量", "甲"], priced))["line.paid"] == 2
    assert "line.paid" not in used(match_columns(["单价", "数量", "甲"], [["4", "3", "1"], ["4", "2", "9"]]))


def test_what_is_due_on_an_invoice_is_no_day_of_shipping() -> None:
    assert field_of("Due Date", "Order No", "SKU") == "ship_by"
    assert field_of("Due Date", "Invoice Number", "Terms") is None
