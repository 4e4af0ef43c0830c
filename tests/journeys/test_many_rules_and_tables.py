"""Many rules, and rules as a table: chosen together, dragged between groups, written like a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def bench(page_of: Callable[[str], Page]) -> Page:
    """The allocation rules of a new draft, open in the configurator."""
    page = page_of("supervisor")
    page.goto("/rules/")
    page.get_by_role("button", name="起草修改").click()
    page.get_by_label("要改什么").fill("很多规则")
    page.get_by_role("button", name="以生效的规则起草").click()
    page.locator("#allocation").get_by_role("link", name="编辑这些规则").click()
    return page


def test_rules_are_chosen_grouped_folded_and_filtered_with_the_keyboard(bench: Page) -> None:
    rows = bench.locator("#bench-rules > li[data-rule]")
    many = rows.count()
    bench.locator(".pick").first.focus()
    bench.keyboard.press("Shift+ArrowDown")
    expect(bench.locator("#many-count")).to_have_text("已选 2 条")
    bench.get_by_label("放进组").fill("先看这些")
    bench.get_by_label("放进组").press("Tab")
    bench.keyboard.press("Enter")
    head = bench.locator(".rule-group")
    expect(head).to_contain_text("先看这些2 条")
    head.get_by_role("button").press("Enter")
    expect(head.get_by_role("button")).to_be_focused()
    expect(rows.first).to_be_hidden()
    head.get_by_role("button").press("Enter")
    bench.locator("#filter-action").select_option("backorder")
    expect(bench.locator("#found-rules")).to_have_text("找到 1 条")
    bench.locator("#filter-action").select_option("")
    bench.get_by_role("button", name="撤销").click()
    expect(head).to_have_count(0)
    expect(rows).to_have_count(many)
    down = bench.locator(f"#{rows.first.locator('[data-down]').get_attribute('id')}")
    down.press("Enter")
    expect(bench.locator("#bench-told")).to_have_text(re.compile(f"现在是第 2 条，共 {many} 条"))
    expect(down).to_be_focused()


def test_a_table_is_written_with_the_keyboard_and_pasted_into(bench: Page) -> None:
    bench.get_by_role("link", name="表格").click()
    row = bench.locator("#grid tbody tr").first
    name = row.locator("td").first
    name.click()
    bench.keyboard.type("Local first")
    bench.keyboard.press("Enter")
    expect(bench.locator("#grid-saved")).to_contain_text("已存进草稿")
    expect(name).to_have_text("Local first")
    bench.keyboard.press("ArrowUp")
    bench.keyboard.press("F2")
    bench.keyboard.type("x")
    bench.keyboard.press("Escape")
    expect(name).to_have_text("Local first")
    bench.evaluate(
        """() => { const data = new DataTransfer(); data.setData("text/plain", "One\\tErste\\nTwo\\tZweite");
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true })); }"""
    )
    expect(bench.locator("#grid tbody tr").nth(1).locator("td").nth(1)).to_have_text("Zweite")
    expect(bench.locator("#grid-saved")).to_contain_text("已存进草稿")
    bench.keyboard.press("Control+z")
    expect(name).to_have_text("Local first")
    expect(bench.locator("#grid-redo")).not_to_have_attribute("aria-disabled", "true")
    bench.get_by_text("加一列动作").click()
    bench.get_by_label("做什么").select_option("add_gift")
    with bench.expect_navigation():
        bench.get_by_role("button", name="加动作").click()
    gift = bench.locator("[data-key='then/add_gift/sku']")
    gift.get_by_role("button", name="去掉这一列").click()
    expect(gift).to_have_count(0)
    expect(bench.locator(".catcher")).to_be_focused()
    bench.reload()
    expect(bench.locator("[data-key='then/add_gift/quantity']")).to_be_visible()
    expect(gift).to_have_count(0)


def test_a_city_is_chosen_from_the_tree_and_its_condition_moved_into_a_group(bench: Page) -> None:
    bench.get_by_role("button", name="加一条规则").click()
    expect(bench.locator(".bench-panel h2")).to_contain_text("新规则")
    field = bench.locator(".group-foot .picker input").first
    field.fill("收货城市")
    bench.locator(".picker-list").get_by_role("option", name="收货城市").click()
    bench.get_by_label("怎么比").select_option("in")
    value = bench.locator("[data-many]")
    value.fill("浙江")
    bench.locator(".lookup-list").get_by_role("option", name="浙江 ›").click()
    expect(bench.locator(".lookup-list")).to_contain_text("整个浙江（11 个）")
    bench.locator(".lookup-list").get_by_role("option", name="杭州市").click()
    expect(bench.locator(".token")).to_have_text("杭州市")
    bench.get_by_label("加一组或者逐件看").first.select_option("any")
    bench.get_by_label("移到别的组").select_option(label="第 1 组（任意一条满足）")
    expect(bench.locator(".group.inner .token")).to_have_text("杭州市")
    conditions = bench.locator(".bench-panel .leaf:has([data-picker][name=field])")
    add = bench.locator("[id^=add-allocation-rules-][id$=-when-find]")
    add.fill("加急")
    bench.locator(".picker-list").get_by_role("option", name="加急").click()
    expect(conditions).to_have_count(2)
    inner = bench.locator(".group.inner")
    before_the_city = inner.locator(".sortable-ghost ~ .part .token")
    dragged(
        bench, bench.locator(".part:has(> .leaf)", has_text="加急").last, inner.locator(".part").first, before_the_city
    )
    expect(inner.locator(".part")).to_have_count(2)
    expect(bench.locator(".bench-spoken")).to_contain_text("当（加急，或者收货城市是“杭州市”之一）时")
    before_the_group = bench.locator(".sortable-ghost ~ .part .group.inner")
    dragged(bench, inner.locator(".part").last, inner.locator(".group-head"), before_the_group)
    expect(bench.locator(".bench-spoken")).to_contain_text("当收货城市是“杭州市”之一，并且加急时")
    expect(inner.locator(".part")).to_have_count(1)


def test_provinces_are_chosen_by_the_part_of_the_country_and_searched(bench: Page) -> None:
    bench.get_by_role("button", name="加一条规则").click()
    expect(bench.locator(".bench-panel h2")).to_contain_text("新规则")
    field = bench.locator(".group-foot .picker input").first
    field.fill("收货省份")
    field.press("Enter")
    bench.get_by_text("选一个或几个").click()
    bench.get_by_role("button", name="江浙沪", exact=True).click()
    told = bench.locator(".bench-spoken")
    expect(told).to_contain_text("当收货省份是“上海”、“江苏”、“浙江”之一时")
    bench.get_by_label("找省份").press_sequentially("xj")
    bench.keyboard.press("Enter")
    expect(told).to_contain_text("当收货省份是“上海”、“江苏”、“浙江”、“新疆”之一时")
    expect(bench.get_by_role("checkbox", name="华东")).to_have_js_property("indeterminate", True)
    bench.get_by_role("checkbox", name="西南").check()
    expect(told).to_contain_text("西藏")


def dragged(page: Page, part: Locator, onto: Locator, there: Locator) -> None:
    """The condition taken by its handle with the mouse, and dropped at the upper edge of that once it shows `there`."""
    onto.evaluate("goal => goal.scrollIntoView({ block: 'center' })")
    part.locator("> [data-part-handle]").hover()
    page.mouse.down()
    for step in range(50):
        goal = onto.bounding_box()
        assert goal is not None
        page.mouse.move(goal["x"] + 20 + step % 5, goal["y"] + 4, steps=8)
        # What makes way is on its own for a moment: a hand waits for it, and moves again.
        page.wait_for_timeout(150)
        if there.count():
            break
    page.mouse.up()
