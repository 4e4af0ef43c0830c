"""A clerk maps the payloads of a platform that nobody has heard of, and its quarantined orders go through."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from app.persistence.database import reading, writing
from app.persistence.goods import add_shop
from tests.journeys.house import Site, until
from tests.web.unknown_platform import an_order

pytestmark = pytest.mark.browser
_MOST = 25
_DRAGS = {
    "$.base.orderNumber": "order-id", "$.base.stage": "order-state", "$.base.bornAt": "order-created_at",
    "$.base.paymentAt": "order-paid_at", "$.money.cash": "order-paid", "$.receiver.name": "order-customer_name",
    "$.receiver.mobile": "order-phone", "$.receiver.province": "order-province", "$.receiver.city": "order-city",
    "$.receiver.district": "order-district", "$.receiver.address": "order-address", "$.goods[*].rowNumber": "line-id",
    "$.goods[*].merchantNo": "line-sku", "$.goods[*].buyCount": "line-quantity", "$.leaveWord": "order-buyer_message",
}  # fmt: skip


class Counted:
    """Counts what a person does: a click, a drag or an entry is one action."""

    def __init__(self) -> None:
        self.actions = 0

    def __call__(self, do: Callable[..., Any], *given: Any) -> None:
        do(*given)
        self.actions += 1


@pytest.fixture
def posted(site: Site, request: pytest.FixtureRequest) -> tuple[str, list[str]]:
    """A platform's name, and the numbers of three of its orders that wait in the quarantine."""
    platform = {"drags": "youmai", "keyboard": "youmei"}[request.param]
    shop, first = f"shop-{platform}", {"drags": 100, "keyboard": 200}[request.param]
    with writing(site.services.database) as db:
        key = add_shop(db, shop, platform, now=site.services.clock.now(), new=True)
    orders = [an_order(first + n) for n in range(3)]
    asked = urllib.request.Request(
        f"{site.address}/api/v1/shops/{shop}/orders", json.dumps(orders).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
    )  # fmt: skip
    with urllib.request.urlopen(asked, timeout=40) as answer:
        assert answer.status == 202
    until(lambda: _waiting(site, platform) == 3, lambda: f"{platform}: nothing in the quarantine")
    return platform, [one["base"]["orderNumber"] for one in orders]


def _waiting(site: Site, platform: str) -> int:
    chosen = "receipts r JOIN shops s ON s.id = r.shop_id WHERE s.platform = :p AND r.status = 'quarantined'"
    with reading(site.services.database) as db:
        return int(db.scalar(text(f"SELECT COUNT(*) FROM {chosen}"), {"p": platform}) or 0)


def _drag(page: Page, leaf: Locator, there: Locator) -> None:
    """Drag with both in sight, as a person does: what scrolls under the held button is not dragged."""
    for one in (there, leaf):
        one.evaluate("one => one.scrollIntoView({ block: 'center' })")
    start, end = leaf.bounding_box(), there.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 20, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 20, steps=5)
    page.mouse.up()


def _publishes(page_of: Callable[[str], Page], act: Counted, draft: str) -> None:
    """The supervisor takes the draft over and publishes it."""
    page = page_of("supervisor")
    act(page.goto, draft)
    # Who publishes has read what it would change.
    expect(page.locator("#impact input[name=seen]")).to_be_attached(timeout=30_000)
    act(page.get_by_role("button", name="接手", exact=True).click)
    expect(page.locator("#publish-form")).to_be_visible()
    page.wait_for_load_state("networkidle")
    ready = page.get_by_role("button", name="发布", exact=True)
    expect(ready).to_be_enabled(timeout=30_000)
    act(ready.click)
    expect(page.get_by_text("隔离区里的 3 条已重新提交。")).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("posted", ["drags"], indirect=True)
def test_an_unknown_platform_is_mapped_by_dragging(
    page_of: Callable[[str], Page], site: Site, posted: tuple[str, list[str]]
) -> None:
    platform, numbers = posted
    page, act = page_of("clerk"), Counted()
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.goto("/quarantine/")
    act(page.get_by_role("row", name=platform).get_by_role("link").last.click)
    act(page.get_by_role("button", name="对字段").click)
    for path, field in _DRAGS.items():
        leaf, there = page.locator(f'[data-leaf="{path}"]').first, page.locator(f"#field-{field}")
        act(_drag, page, leaf, there)
        expect(there.locator(".map-row code", has_text=path)).to_be_visible()
    act(page.locator("#field-order-state").get_by_label("K2").select_option, "paid")
    expect(page.get_by_text("3 / 3 个样本能读成订单")).to_be_visible()
    expect(page.locator("#map-preview")).to_contain_text(numbers[0])
    _publishes(page_of, act, page.url.split("/mappings/")[0])
    until(lambda: all(map(site.outcome, numbers)), lambda: "not all are decided")
    assert act.actions <= _MOST, act.actions


@pytest.mark.parametrize("posted", ["keyboard"], indirect=True)
def test_the_same_is_done_by_keyboard_with_what_is_suggested(
    page_of: Callable[[str], Page], site: Site, posted: tuple[str, list[str]]
) -> None:
    platform, numbers = posted
    page = page_of("clerk")
    page.goto("/quarantine/")
    page.get_by_role("row", name=platform).get_by_role("link").last.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="对字段").focus()
    page.keyboard.press("Enter")
    page.locator("#accept-sure").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#field-order-phone .map-row code")).to_have_text("$.receiver.mobile")
    for path, words, field in (
        ("$.money.cash", "实付金额", "order-paid"),
        ("$.base.bornAt", "xdsj", "order-created_at"),
    ):
        leaf = page.locator(f'[data-leaf="{path}"]').first
        leaf.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#picked-field-find")).to_be_focused()
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        expect(page.locator(f"#field-{field} .map-row code")).to_have_text(path)
        expect(leaf).to_be_focused()
    meaning = page.locator("#field-order-state").get_by_label("K2")
    meaning.focus()
    for word in ("待付款", "已付款"):
        page.keyboard.press("ArrowDown")
        expect(page.locator("#map-preview")).to_contain_text(word)
        expect(meaning).to_be_focused()
    expect(page.get_by_text("3 / 3 个样本能读成订单")).to_be_visible()
    page.locator("#undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#map-preview")).to_contain_text("待付款")
    page.locator("#redo").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#map-preview")).not_to_contain_text("待付款")
    _publishes(page_of, Counted(), page.url.split("/mappings/")[0])
    until(lambda: all(map(site.outcome, numbers)), lambda: "not all are decided")


def test_a_file_is_chosen_and_its_first_rows_are_samples(page_of: Callable[[str], Page]) -> None:
    page = page_of("clerk")
    page.goto("/rules/")
    page.get_by_role("button", name="起草修改").click()
    page.get_by_label("要改什么").fill("表格来的平台")
    with page.expect_navigation():
        page.get_by_role("button", name="以生效的规则起草").click()
    page.goto(f"{page.url}/mappings/sheets_only")
    sheet = "单号,货号,几件\nA1,TENT,2\nA2,LAMP,1\n".encode("gb18030")
    page.locator("#sheet-file").set_input_files({"name": "orders.csv", "mimeType": "text/csv", "buffer": sheet})
    expect(page.locator("[id^=sample-]")).to_have_count(2)
    expect(page.locator("[data-leaf]").nth(1)).to_contain_text("TENT")
    page.locator("#forget").click()
    expect(page.locator("[id^=sample-]")).to_have_count(0)
