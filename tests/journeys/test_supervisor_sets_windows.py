"""A supervisor sets windows, escalation and watches by choosing, and sees what that would have done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.house import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def twice(site: Site, logged_in: Callable[[str], BrowserContext]) -> None:
    """One buyer orders the same twice, ten minutes apart."""
    logged_in("supervisor")  # and so the server has come up
    now = datetime.now(UTC) + timedelta(hours=8)
    for minutes, outcome in ((30, "allocated"), (20, "consolidated")):
        at = (now - timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M:%S")
        one = site.order(created=at, pay_time=at, modified=at, receiver_mobile="13911112222")
        site.send(one)
        site.becomes(one["tid_str"], outcome)


@pytest.fixture
def draft(page_of: Callable[[str], Page]) -> Page:
    """The repeats of a new draft, open in the window editor."""
    page = page_of("supervisor")
    page.goto("/rules/")
    page.get_by_role("button", name="起草修改").click()
    page.get_by_label("要改什么").fill("双十一的时间窗")
    page.get_by_role("button", name="以生效的规则起草").click()
    page.locator("#sections").get_by_role("link", name="疑似重复").click()
    return page


@pytest.mark.usefixtures("twice")
def test_a_window_is_set_with_the_keyboard_and_evidence_by_dragging(draft: Page) -> None:
    told, found = draft.locator("#spoken"), draft.locator("#found")
    expect(found).to_contain_text("每天拦下")
    slider = draft.get_by_role("slider", name="时间窗")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowRight")
    expect(draft.locator("#window-told")).to_have_text("20 分钟")
    expect(told).to_contain_text("前后 20 分钟内下单")
    expect(slider).to_be_focused()
    expect(found).to_contain_text("2 单像是同一单")
    expect(found).to_contain_text("和生效的不同")
    expect(found).to_contain_text("+ 10 分钟")
    draft.get_by_label("或者直接填").fill("90 秒")
    draft.get_by_label("或者直接填").press("Tab")
    expect(told).to_contain_text("前后 90 秒内下单")
    expect(draft.get_by_label("或者直接填")).to_have_value("90")
    expect(found).not_to_contain_text("和生效的不同")
    up = draft.get_by_label("把“打码手机号加地区”上移")
    up.press("Enter")
    expect(draft.locator("#evidence li").nth(2)).to_contain_text("打码手机号会撞号")
    draft.locator("#evidence-phone [data-handle]").drag_to(draft.locator("#evidence-line"))
    expect(told).to_contain_text("手机号相同，证据只是像")
    for _ in range(2):
        draft.get_by_role("button", name="撤销").click()
        draft.wait_for_load_state("networkidle")
    expect(told).to_contain_text("打码手机号加地区相同，证据只是像")
    draft.reload()
    expect(told).to_contain_text("前后 90 秒内下单")


def test_a_ladder_is_built_with_a_ticket_of_a_new_kind(draft: Page) -> None:
    draft.get_by_role("link", name="升级").click()
    draft.get_by_label("加一条", exact=True).select_option(label="挂起")
    panel, told = draft.locator("#bench-panel"), draft.locator("#spoken")
    panel.get_by_label("名称", exact=True).fill("大额单挂太久")
    panel.get_by_label("满").fill("3")
    panel.get_by_role("button", name="只对符合条件的单子").click()
    panel.locator(".group-foot .picker input").first.fill("实付")
    panel.get_by_role("option", name="实付金额").click()
    panel.get_by_label("和什么比").first.fill("2000")
    panel.get_by_label("加一步").select_option(label="转成工单")
    expect(panel).to_contain_text("缺少“工单类型”")
    panel.get_by_text("新的一种工单…").click()
    panel.get_by_label("中文", exact=True).fill("催仓库")
    panel.get_by_role("button", name="加上并用它").click()
    expect(told).to_contain_text("挂起满 3 小时，而且实付金额不少于 2,000 元：提醒负责人；")
    expect(told).to_contain_text("再过 12 小时转成工单“催仓库”给客服。")
    panel.get_by_label("第 2 步上移").click()
    expect(told).to_contain_text("12 小时后转成工单“催仓库”给客服；提醒负责人。")
    expect(draft.locator("#found")).to_contain_text("最近 7 天")
    draft.get_by_role("button", name="删除").click()
    expect(draft.locator("#bench")).not_to_contain_text("大额单挂太久")
    draft.get_by_role("button", name="撤销").click()
    expect(draft.locator(".alarm-rules")).to_contain_text("大额单挂太久")


def test_a_watch_is_chosen_and_filled_and_says_how_often_it_would_have_fired(draft: Page) -> None:
    draft.get_by_role("link", name="监视", exact=False).last.click()
    draft.get_by_label("加一条", exact=True).select_option(label="一个 SKU 短时间卖出很多")
    panel = draft.locator("#bench-panel")
    panel.get_by_label("达到").fill("1")
    panel.get_by_label("达到").press("Tab")
    expect(draft.locator("#spoken")).to_contain_text("一个 SKU 在 10 分钟内卖出 1 件或更多")
    expect(draft.locator("#found")).to_contain_text("最近 7 天会触发")
    panel.get_by_label("加一个动作").select_option(label="把后来的订单挂起")
    expect(draft.locator("#spoken")).to_contain_text("此后 1 小时内该 SKU 的新订单挂起给主管")


def test_what_is_found_of_a_ladder_is_mended_beside_it_and_foreseen_before_publishing(draft: Page) -> None:
    draft.get_by_role("link", name="升级").click()
    draft.get_by_label("加一条", exact=True).select_option(label="任务超过期限没有完成")
    panel, strip = draft.locator("#bench-panel"), draft.locator("#bench-found")
    panel.get_by_label("加一步").select_option(label="转成工单")
    step = panel.locator("#step-1")
    step.get_by_label("什么工单").select_option(index=1)
    expect(draft.locator("#spoken")).to_contain_text("再过 12 小时转成工单")
    step.get_by_label("小时内完成").fill("4")
    step.get_by_label("小时内完成").press("Tab")
    expect(strip).to_contain_text("1 个死循环")
    expect(step).to_contain_text("去掉限时")
    step.get_by_role("button", name="照此改").click()
    expect(strip).not_to_contain_text("死循环")
    expect(step.get_by_label("小时内完成")).to_have_value("")
    draft.get_by_role("link", name="对比与发布").click()
    expect(draft.locator("#impact .impact-part")).to_contain_text("任务超过期限没有完成 开始生效")
