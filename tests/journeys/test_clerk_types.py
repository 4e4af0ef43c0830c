"""A clerk types orders by keyboard alone; a draft outlives a reload; what is copied and shipped again is linked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.house import LAMP, TENT, Site

pytestmark = pytest.mark.browser
MOST_KEYS = 60
# The draft holds the memo (周末送, as a form writes it).
_KEPT = "() => Object.values({ ...sessionStorage }).some(draft => draft.includes('%E5%91%A8'))"
BUYER = "王小芳 138 0571 0001 浙江省杭州市西湖区北山街道曙光路1号 共398"


class Keys:
    """A keyboard that counts. Pasting the buyer's own text is free: Ctrl+V."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.count += len(text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.count += key.count("+") + 1

    def paste(self, text: str) -> None:
        self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.page.keyboard.press("Control+V")


def test_a_two_line_order_takes_few_keys_and_is_decided(site: Site, page_of: Callable[[str], Page]) -> None:
    page = page_of("clerk")
    page.goto("/orders/")
    keys = Keys(page)
    keys.press("n")
    expect(page.locator("#paste")).to_be_focused()
    keys.paste(BUYER)
    expect(page.get_by_label("收货人")).to_have_value("王小芳")
    expect(page.get_by_label("商品", exact=False).and_(page.locator("#f-sku-1"))).to_be_focused()
    keys.type("tent")
    keys.press("Enter")
    expect(page.locator("#f-quantity-1")).to_be_focused()
    keys.type("2")
    keys.press("Enter")
    expect(page.locator("#f-sku-2")).to_be_focused()
    keys.type("lamp")
    keys.press("Enter")
    expect(page.locator("#f-quantity-2")).to_be_focused()
    expect(page.locator("#beside")).to_contain_text("East")  # what the warehouses have of it
    keys.press("Control+Enter")
    expect(page.locator("#paste")).to_be_focused()
    link = page.locator("#last a")
    expect(link).to_be_visible(timeout=20_000)
    expect(page.locator("#last")).to_contain_text("已分仓")
    assert keys.count <= MOST_KEYS, keys.count
    assert site.becomes(link.inner_text(), "allocated")
    keys.press("Tab")
    link.press("Enter")
    goods = page.get_by_role("region", name="商品", exact=True)
    expect(goods).to_contain_text(TENT)
    expect(goods).to_contain_text(LAMP)
    page.get_by_role("link", name="补发").click()
    page.get_by_label("补发原因").select_option(label="破损")
    page.get_by_role("button", name="提交补发单").click()
    expect(page.locator("#last a")).to_be_visible(timeout=20_000)
    page.locator("#last a").click()
    expect(page.locator(".typed-ties")).to_contain_text("补发自")


def test_nothing_typed_is_lost_by_a_reload(page_of: Callable[[str], Page]) -> None:
    page = page_of("clerk")
    page.goto("/orders/new")
    page.locator("#paste").fill("西湖区文三路9号 李雷 13805710002")
    expect(page.get_by_label("收货人")).to_have_value("李雷")
    expect(page.get_by_text("不确定").first).to_be_visible()
    page.get_by_role("button", name="南昌市西湖区").click()
    page.locator("#f-memo").fill("周末送")
    page.wait_for_function(_KEPT)
    page.reload()
    expect(page.locator("#f-memo")).to_have_value("周末送")
    expect(page.locator("#place [name=city]")).to_have_value("南昌市")
    expect(page.get_by_label("收货人")).to_have_value("李雷")
