"""A supervisor does it to many at once, splits, takes back; and two people at one order both get a hearing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import text

from app.persistence.database import reading
from tests.journeys.house import Site, until

pytestmark = pytest.mark.browser


def test_many_are_released_with_a_look_ahead_and_taken_back_in_one_click(
    site: Site, page_of: Callable[[str], Page]
) -> None:
    orders = [site.order(payment="9000.00") for _ in range(4)]
    site.send(*orders)
    for order in orders:
        site.becomes(order["tid_str"], "held")
    page = page_of("supervisor")
    page.goto("/orders/?outcome=held&reason=big-value")
    boxes = page.locator("input[name=chosen]")
    boxes.first.focus()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("[data-count]")).to_have_text("3")
    page.locator("[data-chosen]").get_by_role("button", name="放行").click()
    panel = page.locator("#deed[open]")
    expect(panel.locator(".tally")).to_contain_text("3")
    expect(panel.locator(".tally")).to_contain_text("已分仓")
    assert _words(site) == 0
    panel.get_by_role("button", name="放行：3 单").click()
    expect(page.locator("tbody tr", has_text="做了")).to_have_count(3)
    until(lambda: _held(site, orders) == 1, lambda: f"{_held(site, orders)} are held")
    page.get_by_role("button", name="全部撤销").click()
    expect(page.get_by_role("status").last).to_contain_text("已撤销 3 单")
    until(lambda: _held(site, orders) == 4, lambda: f"{_held(site, orders)} are held")


def test_an_order_is_split_and_put_back(site: Site, page_of: Callable[[str], Page]) -> None:
    order = site.order(quantity=3)
    site.send(order)
    page = page_of("supervisor")
    page.goto(site.becomes(order["tid_str"], "allocated"))
    page.get_by_label("更多操作").click()
    page.locator(".menu-list").get_by_role("link", name="拆单").click()
    panel = page.locator("#deed[open]")
    expect(panel.get_by_role("button", name="拆单")).to_be_disabled()
    panel.get_by_label("包裹 2 里").fill("1")
    expect(panel.locator(".compared")).to_contain_text("× 2")
    with page.expect_navigation():
        panel.get_by_role("button", name="拆单").click()
    until(lambda: _parcels(site, order) == 2, lambda: "it was not split")
    page.reload()
    page.locator(".timeline li", has_text="拆单").get_by_role("link", name="撤销").click()
    page.locator("#deed[open]").get_by_role("button", name="撤销").click()
    until(lambda: _parcels(site, order) == 1, lambda: "it was not put back")


def test_two_people_at_one_order_and_neither_is_lost(
    site: Site, page_of: Callable[[str], Page], logged_in: Callable[[str], BrowserContext]
) -> None:
    order = site.order()
    site.send(order)
    path = site.becomes(order["tid_str"], "allocated")
    # The second one's console says that the answer was a 409, as it should.
    one, other = page_of("supervisor"), logged_in("clerk").new_page()
    for page in (one, other):
        page.goto(path)
        page.get_by_role("link", name="挂起").click()
        page.locator("#deed[open]").get_by_label("为什么").select_option("customer-asked")
        expect(page.locator("#deed .compared")).to_contain_text("已挂起")
    one.locator("#deed").get_by_role("button", name="挂起").click()
    site.becomes(order["tid_str"], "held")
    with other.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 409):
        other.locator("#deed").get_by_role("button", name="挂起").click()
    expect(other.locator(".timeline")).to_contain_text("supervisor 挂起")
    other.get_by_role("button", name="还是照我说的做").click()
    expect(other.locator(".timeline")).to_contain_text("supervisor 挂起")
    expect(other.locator(".timeline")).to_contain_text("clerk 挂起")


def _count(site: Site, sql: str, **values: object) -> int:
    with reading(site.services.database) as db:
        return int(db.scalar(text(f"SELECT COUNT(*) FROM {sql}"), values) or 0)


def _words(site: Site) -> int:
    return _count(site, "interventions WHERE kind = 'release' AND deed_id IS NOT NULL")


def _held(site: Site, orders: list[dict[str, object]]) -> int:
    return sum(site.outcome(str(order["tid_str"])) == "held" for order in orders)


def _parcels(site: Site, order: dict[str, object]) -> int:
    of = "fulfilments f JOIN orders o ON o.id = f.order_id WHERE o.tid = :tid AND f.state = 'open'"
    return _count(site, of, tid=order["tid_str"])
