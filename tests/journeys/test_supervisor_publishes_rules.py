"""A supervisor drafts a rule, is stopped by an error, mends it, publishes, sees it decide, and takes it all back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.house import LAMP, Site

pytestmark = pytest.mark.browser
RULE = """{
  "id": "lamps", "title": {"zh": "多件先问", "en": "Ask about many"},
  "when": {"field": "order.quantitty", "op": ">=", "value": 7},
  "then": [{"do": "hold", "reason": "big-value", "owner": "supervisor"}]
}"""


def test_a_supervisor_publishes_a_rule_sees_it_decide_and_takes_it_back(
    site: Site, logged_in: Callable[[str], BrowserContext]
) -> None:
    # The console tells of the answers 422, as it should.
    page = logged_in("supervisor").new_page()
    page.set_default_timeout(20_000)
    before = site.order(sku=LAMP, quantity=7)
    site.send(before)
    site.becomes(before["tid_str"], "allocated")
    _draft_with_an_error(page)
    page.get_by_label("为什么改").fill("大促期间多件先问")
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("没有采用")
    expect(page.locator("#checks")).to_contain_text("order.quantity")
    _mend(page)
    page.get_by_label("为什么改").fill("大促期间多件先问")
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("版本")
    expect(page.locator(".diff")).to_contain_text("多件先问")
    after = site.order(sku=LAMP, quantity=7)
    site.send(after)
    page.goto(site.becomes(after["tid_str"], "held"))
    expect(page.locator("main")).to_contain_text("多件先问")
    _take_back(page, str(after["tid_str"]))
    site.becomes(after["tid_str"], "allocated")
    page.reload()
    expect(page.get_by_text("没有订单要处理")).to_be_visible()
    assert site.outcome(before["tid_str"]) == "allocated"
    page.close()


def _draft_with_an_error(page: Page) -> None:
    page.goto("/rules/")
    page.get_by_role("button", name="起草修改").click()
    page.get_by_label("要改什么").fill("多件先问")
    page.get_by_role("button", name="以生效的规则起草").click()
    page.locator("#screening").get_by_role("link", name="按文本添加").click()
    page.get_by_label("JSON").fill(RULE)
    expect(page.get_by_text("没有字段“order.quantitty”")).to_be_visible()
    page.get_by_role("button", name="保存到草稿").click()
    expect(page.locator("#screening")).to_contain_text("这条规则还写不成一句话")


def _mend(page: Page) -> None:
    page.get_by_role("link", name="自己改").first.click()
    box = page.get_by_label("JSON")
    box.fill(box.input_value().replace("quantitty", "quantity"))
    expect(page.get_by_text("写法没有问题")).to_be_visible()
    page.get_by_role("button", name="保存到草稿").click()
    expect(page.get_by_text("没有发现问题")).to_be_visible()
    page.get_by_label("上移：多件先问").click()
    expect(page.locator("#screening .rules > li").nth(-2)).to_contain_text("多件先问")
    page.get_by_role("button", name="撤销", exact=True).click()
    expect(page.locator("#screening .rules > li").last).to_contain_text("多件先问")


def _take_back(page: Page, tid: str) -> None:
    page.goto("/rules/?show=versions")
    page.locator("tbody tr").nth(1).get_by_role("link").first.click()
    page.get_by_role("link", name="恢复这个版本…").click()
    row = page.locator("tbody tr", has_text=tid)
    expect(row).to_contain_text("放行")
    page.get_by_label("为什么恢复").fill("挡得太多")
    page.get_by_role("button", name="恢复版本").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("恢复之后")
    page.get_by_role("button", name="全部按建议处理").click()
    expect(page.get_by_role("status").last).to_contain_text("正在重新判定")
