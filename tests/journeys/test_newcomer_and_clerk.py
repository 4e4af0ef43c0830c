"""From the set-up link to the first decision read; and a clerk's day: mend and match."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import TENT, Site

pytestmark = pytest.mark.browser


def test_newcomer_sets_a_password_sees_orders_being_decided_and_reads_why(
    browser: Browser, untouched: tuple[str, str]
) -> None:
    address, link = untouched
    page = browser.new_context(base_url=address, locale="zh-CN").new_page()
    page.goto(link)
    page.get_by_label("用户名").fill("店长")
    page.get_by_label("密码").fill("a long enough phrase")
    page.get_by_label("密码").press("Enter")
    decided = page.locator("#n-decided .value")
    expect(decided).not_to_have_text("0", timeout=20_000)
    seen = decided.inner_text()
    expect(decided).not_to_have_text(seen, timeout=20_000)  # by itself, without a reload
    page.get_by_role("link", name="订单", exact=True).click()
    page.locator("#found td a").first.click()
    why = page.get_by_role("region", name="判单书")
    expect(why.locator("li").first).to_be_visible()
    page.goto("/")
    page.get_by_role("button", name="清除演示数据").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_role("status")).to_contain_text("演示数据已清除")
    expect(page.get_by_role("button", name="清除演示数据")).to_have_count(0)
    page.goto(link)
    expect(page.get_by_role("alert")).to_be_visible()  # the link worked once


def test_clerk_corrects_a_value_and_the_order_is_decided(site: Site, page_of: Callable[[str], Page]) -> None:
    order = site.order(payment="three hundred")
    site.send(order)
    page = page_of("clerk")
    _quarantine_group(page, "three hundred")
    page.get_by_label(re.compile("payment")).fill("300.00")
    page.get_by_label(re.compile("payment")).press("Enter")
    expect(page.get_by_role("status").last).to_contain_text("已改正")
    site.becomes(order["tid_str"], "allocated")


def test_an_unknown_state_is_seen_by_the_clerk_and_given_its_meaning_by_the_supervisor(
    site: Site, page_of: Callable[[str], Page]
) -> None:
    order = site.order(status="PACKED_AT_NIGHT")
    site.send(order)
    clerk = page_of("clerk")
    _quarantine_group(clerk, "PACKED_AT_NIGHT")
    expect(clerk.get_by_text("请主管来定")).to_be_visible()
    lead = page_of("supervisor")
    lead.goto(clerk.url)
    lead.locator("#f-meaning").select_option(label="已付款")
    lead.get_by_role("button", name="发布并重新提交").click()
    expect(lead.get_by_role("status").last).to_contain_text("已发布规则版本")
    site.becomes(order["tid_str"], "allocated")


def test_clerk_matches_an_item_and_its_order_goes_on(site: Site, page_of: Callable[[str], Page]) -> None:
    order = site.order(sku="SPRUCE-TENT-NEW")
    site.send(order)
    site.becomes(order["tid_str"], "held")
    page = page_of("clerk")
    page.goto("/listings/")
    row = page.locator("tr", has_text="SPRUCE-TENT-NEW")
    row.get_by_role("combobox").fill(TENT)
    row.get_by_role("button", name="匹配").click()
    expect(page.get_by_role("status").last).to_contain_text("1 单继续")
    site.becomes(order["tid_str"], "allocated")


def _quarantine_group(page: Page, value: str) -> None:
    """Open the group of faults in which `value` is told; orders take a moment to arrive there."""
    for _ in range(100):
        page.goto("/quarantine/")
        row = page.locator("tr", has_text=value)
        if row.count():
            row.get_by_role("link", name="去修").click()
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"{value} did not come to the quarantine")
