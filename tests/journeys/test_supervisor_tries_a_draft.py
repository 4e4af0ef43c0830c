"""A supervisor is shown the holes, fixes one by a click, tries an order, sees the impact, and only then publishes."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.persistence.database import writing
from app.persistence.drafts import start
from app.persistence.packs import SHIPPED
from app.persistence.shelf import SqlShelf
from tests.journeys.house import LAMP, Site

pytestmark = pytest.mark.browser


def _drafted(site: Site, title: str, *, article: bool = False) -> int:
    live = SqlShelf(site.services.database).live()
    assert live is not None
    rules = json.loads((SHIPPED / "article-as-written.json").read_bytes())["allocation"]
    document = {**live.document, "allocation": rules} if article else live.document
    with writing(site.services.database) as db:
        return start(db, document, live.number, title=title, owner="supervisor", now=site.services.clock.now())


def test_holes_stand_beside_the_rules_and_a_click_mends_one(site: Site, page_of: Callable[[str], Page]) -> None:
    page = page_of("supervisor")
    page.goto(f"/rules/drafts/{_drafted(site, '三条', article=True)}/rules/allocation")
    strip = page.locator("#bench-found")
    expect(strip).to_contain_text("7 个漏洞", timeout=20_000)
    strip.get_by_role("link", name="看没有规则管的订单").click()
    found = page.locator("#found-at-rule")
    found.get_by_text("看这样的一单").first.click()
    expect(found.locator(".order-card").first).to_contain_text("收货省份")
    found.get_by_role("button", name="照此改").first.click()
    expect(strip).to_contain_text("6 个漏洞", timeout=20_000)
    page.get_by_role("button", name="撤销").click()
    expect(strip).to_contain_text("7 个漏洞", timeout=20_000)
    page.locator("#found-at-rule").get_by_role("link", name="试这一单").first.click()
    expect(page.locator(".try-ends")).to_contain_text("没有规则能处理这张订单")
    page.get_by_label("目标仓 SKU-1").fill("9")
    page.get_by_label("目标仓 SKU-1").press("Tab")
    expect(page.locator(".tried-rules .acted").last).to_contain_text("锁定本地仓发货")


def test_the_impact_is_seen_before_publishing_and_leads_to_a_try(site: Site, page_of: Callable[[str], Page]) -> None:
    order = site.order(sku=LAMP, quantity=6, payment="66.00")
    site.send(order)
    site.becomes(order["tid_str"], "allocated")
    page = page_of("supervisor")
    number = _drafted(site, "多件先问")
    page.goto(f"/rules/drafts/{number}/rules/screening?rule=bulk")
    page.get_by_label("和什么比").first.fill("5")
    page.get_by_label("和什么比").first.press("Tab")
    expect(page.locator(".bench-spoken")).to_contain_text("总件数大于 5 件")
    page.get_by_role("link", name="对比与发布").click()
    expect(page.locator(".diff ins")).to_have_text("5")
    impact = page.locator("#impact")
    expect(impact).to_contain_text("单会改去向", timeout=20_000)
    impact.get_by_role("link", name=order["tid_str"]).click()
    expect(page.locator(".try-ends")).to_contain_text("件数很多，等主管复核")
    expect(page.locator("#try-theirs")).to_contain_text("不一样")
    page.get_by_label(f"{LAMP} 件数").fill("5")
    page.get_by_label(f"{LAMP} 件数").press("Tab")
    expect(page.locator("#try-theirs")).not_to_contain_text("不一样")


def test_a_first_rule_out_of_three_answers_and_a_finished_one(site: Site, page_of: Callable[[str], Page]) -> None:
    page = page_of("supervisor")
    page.goto(f"/rules/drafts/{_drafted(site, '从头开始')}/rules/screening")
    page.get_by_role("button", name="从现成的开始").click()
    panel = page.locator("#start")
    panel.get_by_label("多少，或者什么").fill("800")
    panel.get_by_label("为什么挂起").fill("先问一声")
    panel.get_by_label("规则的名称").focus()
    expect(panel.locator("#guided-spoken")).to_contain_text("实付金额不少于 800 元：挂起给主管处理（原因：先问一声）")
    panel.get_by_role("button", name="做成规则").click()
    expect(panel).to_be_hidden()
    expect(page.locator(".bench-panel h2")).to_contain_text("不少于 800 元")
    page.get_by_role("button", name="从现成的开始").click()
    panel.get_by_role("button", name="加进来 老客户优先").click()
    expect(page.locator(".bench-panel h2")).to_have_text("老客户优先")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".bench-rules")).not_to_contain_text("老客户优先")
