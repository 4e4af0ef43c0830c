"""From the set-up link to the first orders of a house of one's own; and a clerk's day: mend and match."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import TENT, Site

pytestmark = pytest.mark.browser
SAMPLES = Path(__file__).parents[2] / "samples"


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
    _set_up_by_the_first_steps(page)
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


def _set_up_by_the_first_steps(page: Page) -> None:
    """What the list on the workbench asks for, with the sample files, until it is gone."""
    _step(page, "添加仓库")
    _by_file(page, "#f-warehouses", "warehouses.csv", "上传")
    _step(page, "添加 SKU")
    _by_file(page, "#f-file", "skus.csv", "上传并保存")
    _step(page, "录入库存")
    _by_file(page, "#f-file", "stock.csv", "上传并设置")
    _step(page, "添加店铺")
    page.get_by_role("button", name="添加店铺").first.click()
    page.get_by_label("平台", exact=True).select_option(label="表格导入")
    page.get_by_label("编码").fill("excel-shop")
    page.get_by_role("button", name="添加并显示密钥").click()
    expect(page.get_by_role("link", name="去导入")).to_be_visible()
    _step(page, "选一套规则")
    page.get_by_role("button", name="就用这套").click()
    _step(page, "请同事进来")
    page.get_by_label("用户名").fill("客服小王")
    page.get_by_role("button", name="添加，并给出一次性链接").click()
    expect(page.get_by_text("把这个链接发给 客服小王")).to_be_visible()
    _step(page, "第一批订单")
    page.set_input_files("#f-file", SAMPLES / "orders-live.xlsx")
    page.get_by_role("button", name="上传，下一步对列").click()
    page.get_by_role("button", name="检查全部行").click()
    page.get_by_role("button", name="导入这 40 个订单").click(timeout=20_000)
    page.wait_for_url(re.compile("/result$"), timeout=20_000)
    expect(page.locator("main")).to_contain_text("40")
    page.goto("/orders/?outcome=allocated")
    expect(page.locator("#found td a").first).to_contain_text("XS2026")
    page.goto("/")
    expect(page.get_by_text("从这里开始")).to_have_count(0)


def _step(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_role("link", name=f"去设置 {name}").click()


def _by_file(page: Page, field: str, name: str, button: str) -> None:
    page.get_by_role("button", name="用文件设置").first.click()
    page.set_input_files(field, SAMPLES / name)
    page.locator(f"form:has({field})").get_by_role("button", name=button).click()
    expect(page.get_by_role("status").last).to_be_visible()


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
