"""The article's three allocation rules: by mouse, by keys and as sentences; then mended, tried and published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.persistence.database import reading
from app.persistence.drafts import list_drafts, read_draft
from app.persistence.shelf import SqlShelf
from app.processing.publishing import Wish, publish
from tests.journeys.house import TENT, Site

pytestmark = pytest.mark.browser
MOST_ACTIONS = 30
RULES = [
    {
        "when": {"all": [{"field": "target.covers_order", "op": "is", "value": True}]},
        "then": [{"do": "reserve", "at": "target"}],
    },
    {
        "when": {"all": [
            {"field": "target.covers_order", "op": "is", "value": False},
            {"any_warehouse": {"all": [
                {"field": "warehouse.covers_order", "op": "is", "value": True},
                {"field": "warehouse.km_to_target", "op": "<", "value": 200},
            ]}},
        ]},
        "then": [{"do": "transfer", "from": "nearest", "arrives": "T+1"}],
    },
    {
        "when": {"all": [
            {"field": "network.covers_order", "op": "is", "value": False},
            {"field": "order.urgent", "op": "is", "value": True},
        ]},
        "then": [{"do": "purchase"}],
    },
]  # fmt: skip


class Hand:
    """A person at the page who chooses with the mouse; every click, drag and entry is one action."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0

    def click(self, what: Locator) -> None:
        what.click()
        self.actions += 1

    def enter(self, what: Locator, words: str) -> None:
        what.fill(words)
        self.actions += 1

    def choose(self, what: Locator, value: str) -> None:
        what.select_option(value)
        self.actions += 1

    def find(self, place: str, words: str, option: str) -> None:
        self.enter(self.page.locator(f"#{place}-find"), words)
        self.click(self.page.get_by_role("option", name=option, exact=True))

    def rule(self, place: int) -> str:
        self.click(self.page.get_by_role("button", name="加一条规则"))
        expect(self.page.locator(f"#add-allocation-rules-{place}-when-find")).to_be_visible()
        return f"allocation-rules-{place}-when"

    def saved(self, words: str) -> None:
        expect(self.page.locator(".bench-spoken")).to_contain_text(words)


class Keys:
    """A person without a mouse: Tab until it is there, type, Enter."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, what: Locator) -> None:
        expect(what).to_be_visible()
        for key in ("Tab", "Shift+Tab"):
            for _ in range(150):
                if what.evaluate("element => element === document.activeElement"):
                    return
                self.page.keyboard.press(key)
        raise AssertionError(f"Tab does not reach {what}")

    def press(self, what: Locator) -> None:
        self.reach(what)
        self.page.keyboard.press("Enter")

    def find(self, place: str, words: str) -> None:
        self.reach(self.page.locator(f"#{place}-find"))
        self.page.keyboard.insert_text(words)
        self.page.keyboard.press("Enter")

    def down(self, place: str) -> None:
        self.reach(self.page.locator(f"#{place}"))
        self.page.keyboard.press("ArrowDown")


@pytest.fixture(autouse=True)
def as_it_was(site: Site) -> Iterator[None]:
    """Whatever happens here, the other journeys find the rules that they expect."""
    shelf = SqlShelf(site.services.database)
    before = shelf.live()
    yield
    assert before is not None
    now = shelf.live()
    if now is not None and now.hash != before.hash:
        publish(shelf, Wish(before.document, "test", "as before"), now=site.services.clock.now(), further=[])


@pytest.fixture
def bench(page_of: Callable[[str], Page]) -> Page:
    """An empty draft, its allocation open in the configurator."""
    page = page_of("supervisor")
    page.set_default_timeout(20_000)
    page.goto("/rules/")
    page.get_by_role("button", name="起草修改").click()
    page.get_by_label("要改什么").fill("三条分仓规则")
    page.get_by_role("button", name="从空白开始").click()
    page.locator("#allocation").get_by_role("link", name="编辑这些规则").click()
    return page


def built(site: Site) -> list[dict[str, Any]]:
    """Conditions and actions of the newest draft's allocation, the last row left out."""
    with reading(site.services.database) as db:
        draft = read_draft(db, max(one.id for one in list_drafts(db)))
    return [{part: rule[part] for part in ("when", "then")} for rule in draft.document["allocation"]["rules"][:-1]]


def by_mouse(hand: Hand) -> None:
    page = hand.page
    when = hand.rule(0)
    hand.find(f"add-{when}", "目标仓够", "目标仓够整单")
    hand.saved("当目标仓够整单时")
    hand.find("add-action", "占用", "占用库存")
    hand.saved("在目标仓占用库存")
    when = hand.rule(1)
    hand.find(f"add-{when}", "目标仓够", "目标仓够整单")
    hand.saved("当目标仓够整单时")
    hand.choose(page.locator(f"#value-{when}-all-0"), "false")
    hand.saved("目标仓不够整单")
    hand.find(f"more-{when}", "仓库", "有候选仓库满足")
    hand.find(f"add-{when}-all-1-any_warehouse", "够整单", "仓库够整单")
    hand.saved("仓库够整单")
    hand.find(f"add-{when}-all-1-any_warehouse", "目标仓距离", "仓库到目标仓距离")
    hand.enter(page.locator(f"#value-{when}-all-1-any_warehouse-all-1"), "200")
    hand.find("add-action", "调拨", "内部调拨")
    hand.saved("200 公里")
    hand.saved("调拨")
    when = hand.rule(2)
    hand.find(f"add-{when}", "全网够", "全网够整单")
    hand.saved("当全网够整单时")
    hand.choose(page.locator(f"#value-{when}-all-0"), "false")
    hand.saved("全网不够整单")
    hand.find(f"add-{when}", "jj", "加急")
    hand.saved("加急")
    hand.find("add-action", "采购", "采购")
    hand.saved("采购")


def test_by_mouse_in_thirty_actions_then_mended_tried_compared_published_and_taken_back(
    site: Site, bench: Page
) -> None:
    hand = Hand(bench)
    by_mouse(hand)
    assert built(site) == RULES
    assert hand.actions <= MOST_ACTIONS, hand.actions
    _holes_are_shown_and_mended(bench)
    _an_order_is_tried(site, bench)
    version = _compared_and_published(bench)
    order = site.order(sku=TENT, quantity=2)
    site.send(order)
    bench.goto(site.becomes(order["tid_str"], "allocated"))
    expect(bench.locator("main")).to_contain_text("新规则")
    _taken_back(bench, version)


def _holes_are_shown_and_mended(page: Page) -> None:
    """Three kinds of orders that no rule takes, then what is not known at each rule; a last one goes with them."""
    strip = page.locator("#bench-found")
    expect(strip).to_contain_text("7 个漏洞", timeout=60_000)
    strip.get_by_role("link", name="看没有规则管的订单").click()
    fixes = page.locator("#found-at-rule:not(.stale)").get_by_role("button", name="照此改")
    expect(fixes).to_have_count(3)
    for left in (6, 5, 4, 3, 2, 0):
        if left < 4:
            page.locator(".bench-rules .bench-rule", has_text="新规则").nth({3: 0, 2: 1, 0: 2}[left]).click()
        expect(fixes.first).to_be_enabled(timeout=60_000)
        fixes.first.click()
        expect(strip).to_contain_text(f"{left} 个漏洞" if left else "没有漏洞", timeout=60_000)


def _an_order_is_tried(site: Site, page: Page) -> None:
    """One that the live rules decided; from there to the draft's own page."""
    order = site.order(sku=TENT, quantity=2)
    site.send(order)
    site.becomes(order["tid_str"], "allocated")
    page.get_by_role("link", name="试算").click()
    page.get_by_label("按订单号找一单").fill(order["tid_str"])
    page.get_by_label("按订单号找一单").press("Enter")
    page.get_by_role("link", name=order["tid_str"]).click()
    expect(page.locator(".tried-rules .acted").last).to_contain_text("新规则")
    page.get_by_role("link", name="三条分仓规则").first.click()


def _compared_and_published(page: Page) -> str:
    expect(page.locator("#impact")).not_to_contain_text("正在", timeout=40_000)
    page.get_by_label("为什么改").fill("照文章的三条来")
    page.locator("#publish-button button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("版本")
    return page.url.rsplit("/", 1)[-1]


def _taken_back(page: Page, version: str) -> None:
    page.goto(f"/rules/versions/{int(version) - 1}")
    page.get_by_role("link", name="恢复这个版本…").click()
    page.get_by_label("为什么恢复").fill("先用原来的")
    page.get_by_role("button", name="恢复版本").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("恢复之后")


def test_by_keyboard_alone(site: Site, bench: Page) -> None:
    keys = Keys(bench)
    told = bench.locator(".bench-spoken")
    for place, rule in enumerate(("target", "transfer", "purchase")):
        keys.press(bench.get_by_role("button", name="加一条规则"))
        when = f"allocation-rules-{place}-when"
        keys.find(f"add-{when}", {"target": "目标仓够整单", "transfer": "目标仓够整单", "purchase": "全网够整单"}[rule])
        expect(told).to_contain_text("够整单时")
        if rule != "target":
            keys.down(f"value-{when}-all-0")
            expect(told).to_contain_text("不够整单")
        if rule == "transfer":
            keys.find(f"more-{when}", "有候选仓库满足")
            keys.find(f"add-{when}-all-1-any_warehouse", "仓库够整单")
            expect(told).to_contain_text("仓库够整单")
            keys.find(f"add-{when}-all-1-any_warehouse", "仓库到目标仓距离")
            keys.reach(bench.locator(f"#value-{when}-all-1-any_warehouse-all-1"))
            bench.keyboard.insert_text("200")
            bench.keyboard.press("Tab")
            expect(told).to_contain_text("200 公里")
        if rule == "purchase":
            keys.find(f"add-{when}", "加急")
            expect(told).to_contain_text("加急")
        keys.find("add-action", {"target": "占用库存", "transfer": "内部调拨", "purchase": "采购"}[rule])
        expect(told).to_contain_text({"target": "占用库存", "transfer": "调拨", "purchase": "采购"}[rule])
    assert built(site) == RULES


def test_as_three_typed_sentences(site: Site, bench: Page) -> None:
    sentences = (
        "如果 目标仓够整单，则 在目标仓占用库存并发货",
        "如果 本地不足 并且 有候选仓库满足（仓库有货 并且 离目标仓 小于 200公里），则 从最近的仓调拨，T+1到",
        "如果 全网缺货 并且 加急，则 采购",
    )
    for place, sentence in enumerate(sentences):
        bench.get_by_role("button", name="加一条规则").click()
        expect(bench.locator(f"#add-allocation-rules-{place}-when-find")).to_be_visible()
        bench.get_by_label("或者直接写成一句话").fill(sentence)
        expect(bench.locator("#sentence-read mark")).to_have_count(0)
        bench.get_by_role("button", name="用这句话").click()
        expect(bench.locator(".bench-spoken")).not_to_contain_text("…")
    assert built(site) == RULES
