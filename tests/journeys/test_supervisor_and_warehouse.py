"""A supervisor says otherwise and takes it back; the warehouse changes stock; the viewer only looks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from app.persistence.database import reading
from tests.journeys.house import MUG, Site

pytestmark = pytest.mark.browser


def test_supervisor_releases_a_held_order_with_one_click(site: Site, page_of: Callable[[str], Page]) -> None:
    order = site.order(payment="9000.00")
    site.send(order)
    path = site.becomes(order["tid_str"], "held")
    page = page_of("supervisor")
    page.goto(path)
    expect(page.get_by_role("region", name="放行会怎样")).to_contain_text("East")
    page.get_by_role("button", name="放行").click()
    site.becomes(order["tid_str"], "allocated")


def test_supervisor_marks_urgent_chooses_a_warehouse_and_takes_it_back(
    site: Site, page_of: Callable[[str], Page]
) -> None:
    order = site.order()
    site.send(order)
    path = site.becomes(order["tid_str"], "allocated")
    page = page_of("supervisor")
    page.goto(path)
    parcels = page.get_by_role("region", name="包裹").locator("tbody tr")
    expect(parcels.first).to_contain_text("East")
    _more(page, "标为加急").get_by_role("button", name="标为加急").click()
    expect(page.locator(".timeline")).to_contain_text("supervisor 标为加急")
    panel = _more(page, "指定仓库")
    panel.get_by_label("从哪个仓发").select_option("SOUTH")
    expect(panel.locator(".foreseen")).to_contain_text("South")
    with page.expect_navigation():
        panel.get_by_role("button", name="指定仓库").click()
    _reload_until(page, lambda: parcels.first, "South")
    _take_back(page, "指定了仓库")
    _reload_until(page, lambda: parcels.first, "East")
    expect(page.locator(".timeline li", has_text="supervisor 指定了仓库")).to_contain_text("已撤销")


@pytest.mark.parametrize(
    ("shared", "outcome"),
    # The same full address is the same parcel; a phone of which four digits show is not enough for that.
    [("oaid", "consolidated"), ("receiver_mobile", "allocated")],
)
def test_a_suspected_duplicate_answered_not_the_same_ships(
    site: Site, page_of: Callable[[str], Page], shared: str, outcome: str
) -> None:
    first = site.order()
    second = site.order(created="2026-07-15 18:02:41", **{shared: first[shared]})
    site.send(first, second)
    path = site.becomes(second["tid_str"], "held")
    page = page_of("supervisor")
    page.goto(path)
    expect(page.get_by_role("region", name="是同一笔吗？")).to_contain_text(first["tid_str"])
    page.get_by_role("button", name="不是同一笔").click()
    site.becomes(second["tid_str"], outcome)
    assert site.outcome(first["tid_str"]) == "allocated"


def test_the_same_cancels_and_taking_it_back_takes_the_answer_too(site: Site, page_of: Callable[[str], Page]) -> None:
    first = site.order()
    second = site.order(created="2026-07-15 18:02:41", oaid=first["oaid"])
    site.send(first, second)
    path = site.becomes(second["tid_str"], "held")
    page = page_of("supervisor")
    page.goto(path)
    why = page.get_by_role("region", name="判单书")
    expect(why).to_contain_text("店铺“Camp”的订单")  # its name, not its code
    expect(why).to_contain_text("平台的地址标识")
    with page.expect_navigation():
        page.get_by_role("button", name="是同一笔，取消这一单").click()
    site.becomes(second["tid_str"], "recorded")
    assert _answers(site, path) == 1
    page.goto(path)
    expect(page.locator(".timeline")).to_contain_text("和较早的那一单是同一笔")
    _take_back(page, "和较早的那一单是同一笔")
    assert _answers(site, path) == 0
    site.becomes(second["tid_str"], "held")
    _reload_until(page, lambda: page.locator("main"), "是同一笔吗？")


def test_warehouse_sets_stock_and_the_waiting_order_goes_on(site: Site, page_of: Callable[[str], Page]) -> None:
    order = site.order(sku=MUG)
    site.send(order)
    site.becomes(order["tid_str"], "backordered")
    page = page_of("warehouse")
    page.goto("/stock/")
    page.get_by_role("button", name="设置库存").click()
    panel = page.locator("#set")
    panel.get_by_label("SKU").fill(MUG)
    panel.get_by_label("件数").fill("5")
    panel.get_by_label("件数").press("Enter")
    expect(page.get_by_role("status").last).to_be_visible()
    site.becomes(order["tid_str"], "allocated")


def test_viewer_finds_no_button_that_changes_anything(site: Site, page_of: Callable[[str], Page]) -> None:
    order = site.order()
    site.send(order)
    path = site.becomes(order["tid_str"], "allocated")
    page = page_of("viewer")
    page.goto("/")
    links = page.locator(".nav a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert not {"/imports/", "/shops/", "/users/"} & set(links)
    for place in [*links, path]:
        page.goto(place)
        forms = page.locator("main form[method=post]").evaluate_all("forms => forms.map(form => form.action)")
        assert forms == [], place
    page.goto("/rules/")
    hits = page.get_by_role("region", name="分仓").locator("li", has_text="命中")
    assert any(not one.endswith("命中 0") for one in hits.locator(".row").all_inner_texts())


def test_the_keyboard_alone_finds_an_order(site: Site, page_of: Callable[[str], Page]) -> None:
    order = site.order()
    site.send(order)
    site.becomes(order["tid_str"], "allocated")
    page = page_of("clerk")
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    assert skip.evaluate("link => getComputedStyle(link).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type(order["tid_str"])
    page.keyboard.press("Enter")
    expect(page.locator("#found td a").first).to_have_text(order["tid_str"])


def _answers(site: Site, path: str) -> int:
    """How many remembered answers "the same" or "not the same" there are about the order of this page."""
    order_id = path.rpartition("/")[2]
    with reading(site.services.database) as db:
        asked = text("SELECT COUNT(*) FROM verdicts WHERE :id IN (order_a, order_b)")
        return int(db.scalar(asked, {"id": int(order_id)}) or 0)


def _more(page: Page, name: str) -> Locator:
    """Open the panel of a deed in the menu."""
    page.get_by_label("更多操作").click()
    page.locator(".menu-list").get_by_role("link", name=name).click()
    panel = page.locator("#deed-body")
    expect(panel.locator("form")).to_be_visible()
    return panel


def _take_back(page: Page, words: str) -> None:
    """Take back what the timeline tells in these words; what that will do is shown first."""
    page.locator(".timeline li", has_text=words).first.get_by_role("link", name="撤销").click()
    with page.expect_navigation():
        page.locator("#deed-body").get_by_role("button", name="撤销").click()


def _reload_until(page: Page, found: Callable[[], object], word: str) -> None:
    """The order is decided again within seconds; look until its page says so."""
    for _ in range(60):
        page.reload()
        if word in found().inner_text():  # type: ignore[attr-defined]
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"{word} did not appear")
