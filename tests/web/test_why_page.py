"""The order page's "why not": choosing a warehouse or a rule brings the answer, in words only."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.line.house import House, a_trade

HTMX = {"HX-Request": "true"}


@pytest.fixture
def viewer(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("viewer")


def test_a_person_chooses_a_warehouse_and_reads_what_would_have_to_be_otherwise(
    house: House, viewer: FlaskClient
) -> None:
    house.post(a_trade("1", ("A", 2)))
    page = f"/orders/{house.order_id('1')}"
    offered = re.findall(r'<option value="(warehouse:\w+)">([^<]+)', viewer.get(page).text)
    shipping = re.search(r"已分配：(\S+) 发", viewer.get(page).text)
    assert shipping is not None
    other = next(value for value, name in offered if name != shipping[1])
    answer = viewer.get(f"{page}/why/not", query_string={"not": other}, headers=HTMX).text
    assert "<html" not in answer
    assert "这一单要是这样，就会" in answer
    assert "可用库存" in answer


def test_every_rule_is_told_with_what_came_of_it(house: House, viewer: FlaskClient) -> None:
    house.post(a_trade("1", ("A", 2)))
    part = viewer.get(f"/orders/{house.order_id('1')}/why", headers=HTMX).text
    assert "由它决定" in part
    assert "实付金额不少于 5,000 元" in part
    assert not re.search(r"allocation/|screening/|order\.\w+|covers_order", re.sub(r"<[^>]*>", "", part))


def test_the_same_pages_stand_alone_and_in_english(house: House, viewer: FlaskClient) -> None:
    house.post(a_trade("1", ("A", 2)))
    order = house.order_id("1")
    viewer.set_cookie("language", "en")
    assert "Why not rule" in viewer.get(f"/orders/{order}/why?not=rule:allocation/wait").text
    assert "Why not rule" in viewer.get(f"/orders/{order}/why/not?not=rule:allocation/wait").text
    assert viewer.get(f"/orders/{order}/why?not=rule:nonsense").status_code == 404
    assert viewer.get("/orders/999999/why").status_code == 404


def test_a_change_of_the_rules_becomes_a_draft_while_those_rules_are_live(
    house: House, client_of: Callable[[str], FlaskClient]
) -> None:
    house.post(a_trade("1", ("A", 2)))
    desk = client_of("supervisor")
    page = f"/orders/{house.order_id('1')}/why"
    asked = {"not": "rule:screening/big-value"}
    answer = desk.get(f"{page}/not", query_string=asked, headers=HTMX).text
    assert "把这个改动写成草稿" in answer
    made = desk.post(f"{page}/draft", data={**asked, "change": "0"})
    assert made.status_code == 303
    draft = desk.get(made.location).text
    assert re.search(r"实付金额.{0,40}(<del>|5,000)", draft)
    assert desk.post(f"{page}/draft", data={**asked, "change": "99"}).status_code == 404
    viewer = client_of("viewer")
    assert "把这个改动写成草稿" not in viewer.get(f"{page}/not", query_string=asked, headers=HTMX).text
    assert viewer.post(f"{page}/draft", data={**asked, "change": "0"}).status_code == 403
