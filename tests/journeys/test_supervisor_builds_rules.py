"""A supervisor who never programmed builds rules: by choosing, by keyboard, and by writing a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def bench(page_of: Callable[[str], Page]) -> Page:
    """The allocation rules of a new draft, open in the configurator."""
    page = page_of("supervisor")
    page.goto("/rules/")
    page.get_by_role("button", name="起草修改").click()
    page.get_by_label("要改什么").fill("新疆西藏等一等")
    page.get_by_role("button", name="以生效的规则起草").click()
    page.locator("#allocation").get_by_role("link", name="编辑这些规则").click()
    return page


def test_a_rule_is_built_with_the_mouse_and_told_as_it_grows(bench: Page) -> None:
    actions = 0

    def act(*deeds: Callable[[], object]) -> None:
        nonlocal actions
        for deed in deeds:
            deed()
            actions += 1

    told = bench.locator(".bench-spoken")
    act(bench.get_by_role("button", name="加一条规则").click)
    field = bench.locator(".group-foot .picker input").first
    act(lambda: field.fill("ssje"), lambda: field.press("Escape"))
    act(lambda: field.fill("实付"), bench.get_by_role("option", name="实付金额").click)
    expect(told).to_contain_text("当实付金额不少于“…”时")
    value = bench.get_by_label("和什么比").first
    act(lambda: value.fill("500"), lambda: value.press("Tab"))
    expect(told).to_contain_text("当实付金额不少于 500 元时")
    act(lambda: bench.get_by_role("combobox", name="原因").select_option(label="没有规则适用"))
    expect(told).to_contain_text("挂起给主管处理（原因：没有规则适用）")
    expect(bench.locator("#bench-hits")).to_contain_text("最近 7 天")
    act(bench.get_by_label("把“新规则”上移").click)
    expect(bench.locator(".bench-rules > li").nth(-3)).to_contain_text("新规则")
    act(bench.get_by_role("button", name="撤销").click)
    expect(bench.locator(".bench-rules > li").nth(-2)).to_contain_text("新规则")
    assert actions <= 12


def test_a_rule_is_built_with_the_keyboard_alone(bench: Page) -> None:
    bench.get_by_role("button", name="加一条规则").focus()
    bench.keyboard.press("Enter")
    expect(bench.locator(".bench-panel h2")).to_contain_text("新规则")
    bench.locator(".group-foot .picker input").first.focus()
    bench.keyboard.type("jiaji")
    bench.keyboard.press("Escape")
    bench.locator(".group-foot .picker input").first.focus()
    bench.keyboard.type("加急")
    bench.keyboard.press("Enter")
    expect(bench.locator(".bench-spoken")).to_contain_text("当加急时")
    up = bench.get_by_label("把“新规则”上移")
    up.focus()
    bench.keyboard.press("Enter")
    expect(bench.locator(".bench-rules > li").nth(-3)).to_contain_text("新规则")
    expect(up).to_be_focused()


def test_a_rule_is_written_as_a_sentence_with_help_on_the_way(bench: Page) -> None:
    bench.get_by_role("button", name="加一条规则").click()
    sentence = bench.get_by_label("或者直接写成一句话")
    sentence.fill("如果 订单金额 大于 500元 并且 天气好，则 等货")
    expect(bench.locator("#sentence-read mark")).to_have_text("天气好")
    sentence.fill("如果 收货省份 是 新")
    bench.locator("#sentence-read").get_by_role("button", name="新疆").click()
    sentence.press("End")
    sentence.press_sequentially(" 或 西藏，则 等货")
    expect(bench.locator("#sentence-read")).to_contain_text("当收货省份是“新疆”、“西藏”之一时，等待补货。")
    bench.get_by_role("button", name="用这句话").click()
    expect(bench.locator(".bench-spoken")).to_contain_text("等待补货")
    bench.reload()
    expect(bench.locator(".bench-spoken")).to_contain_text("“新疆”、“西藏”之一")
