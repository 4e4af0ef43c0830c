"""A supervisor clears twenty exceptions of eight kinds: by keyboard, by the row's button, many at once; and undoes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert, text

from app.domain.goods import Sku
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.goods import add_shop, set_skus
from app.persistence.packs import live_version, read_document
from app.persistence.people_words import intervene
from app.persistence.receipts import bury
from app.persistence.redecisions import ask_again
from app.persistence.shelf import SqlShelf
from app.persistence.stock import StockCount, set_stock
from app.processing.publishing import Wish, publish
from app.queue.stream import Entry
from tests.journeys.house import LAMP, Site, until

pytestmark = pytest.mark.browser
_KETTLE = "YS-KETTLE"
_SOON = "2026-07-15 18:02:41"


@pytest.fixture
def desk(site: Site) -> Site:
    """A shop of its own in which twenty things of eight kinds wait."""
    with reading(site.services.database) as db:
        live = read_document(db, live_version(db) or 1)
    # Orders of long ago would be asked after by the clock at once.
    quiet = Wish({**live, "escalation": []}, "boss", "no clock")
    publish(SqlShelf(site.services.database), quiet, now=site.services.clock.now())
    now = site.services.clock.now()
    with writing(site.services.database) as db:
        key = add_shop(db, "desk", "taobao", name="Desk", now=now)
        set_skus(db, [Sku(_KETTLE, "Kettle", 400, 3000)])
        set_stock(db, [StockCount("EAST", _KETTLE, 5)], doc="test", now=now)
    desk = replace(site, key=key, shop="desk")
    pair, three = desk.order(sku=LAMP), desk.order(sku=LAMP)
    kettle, calm = desk.order(sku=_KETTLE), desk.order(sku=LAMP)
    desk.send(
        *(desk.order(payment="9000.00") for _ in range(4)),
        *(pair, desk.order(sku=LAMP, created=_SOON, oaid=pair["oaid"])),
        *(three, *(desk.order(sku=LAMP, created=_SOON, oaid=three["oaid"]) for _ in range(2))),
        *(desk.order(sku=_KETTLE, quantity=8) for _ in range(3)),
        *(desk.order(sku="UNHEARD-OF"), desk.order(sku="UNSEEN"), desk.order(status="ODD"), kettle, calm),
    )
    numbers = [int(desk.becomes(one["tid_str"], "allocated").rpartition("/")[2]) for one in (kettle, calm)]
    _furnish(desk, *numbers, now)
    desk.becomes(kettle["tid_str"], "held")
    until(lambda: _waiting(desk, "held") == 10, lambda: f"{_waiting(desk, 'held')} are held")
    return desk


def _furnish(desk: Site, kettle: int, calm: int, now: int) -> None:
    """Five tasks, a dead letter, and an order whose warehouse a person chose badly."""
    with writing(desk.services.database) as db:
        intervene(db, kettle, "warehouse", {"warehouse": "SOUTH"}, actor="clerk", now=now)
        ask_again(db, [kettle], "intervention", now=now)
        for number in range(5):
            task = {"kind": "call-buyer", "order_id": calm, "owner": "supervisor", "opened_at": now}
            db.execute(insert(t.tasks).values(open_key=f"desk:{number}", waits_by=now + number, **task))
        shop = int(db.scalar(text("SELECT id FROM shops WHERE code = 'desk'")) or 0)
        bury(db, Entry(f"{now}001-0", "desk", b"{}", now), "see the log", {"desk": shop}, desk.services.sealer, now)


def _waiting(desk: Site, outcome: str) -> int:
    asked = text(
        "SELECT COUNT(*) FROM orders o JOIN shops s ON s.id = o.shop_id WHERE s.code = 'desk' AND outcome = :o"
    )
    with reading(desk.services.database) as db:
        return int(db.scalar(asked, {"o": outcome}) or 0)


def _asked_after(desk: Site) -> int:
    """Tasks that timers opened about the shop's orders."""
    asked = text(
        "SELECT COUNT(*) FROM tasks k JOIN orders o ON o.id = k.order_id JOIN shops s ON s.id = o.shop_id "
        "WHERE s.code = 'desk' AND k.open_key IS NOT NULL AND k.open_key LIKE 'escalation:%'"
    )
    with reading(desk.services.database) as db:
        return int(db.scalar(asked) or 0)


class Queue:
    """The page as a supervisor has it before them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.rows = page.locator(".task")
        self.told = page.get_by_role("status").last

    def only(self, kind: str, count: int) -> None:
        """Narrow the queue to a kind of which so many wait."""
        chosen = self.page.locator(".kinds [aria-current]")
        if chosen.count():
            chosen.click()
        self.page.get_by_label("哪一种").get_by_role("link", name=kind).click()
        expect(self.rows).to_have_count(count)

    def press(self, *keys: str) -> None:
        """Press keys one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def all(self, key: str, told: str) -> None:
        """Choose everything here and do it."""
        self.page.get_by_label("全选本页").check()
        self.press(key)
        expect(self.told).to_contain_text(told)
        expect(self.rows).to_have_count(0)


def test_a_supervisor_clears_twenty_exceptions_of_eight_kinds(desk: Site, page_of: Callable[[str], Page]) -> None:
    page = page_of("supervisor")
    page.goto("/tasks/?whose=all")
    page.get_by_label("店铺").select_option(label="Desk")
    # The counts are remembered for some seconds; what was paid long ago is asked after by the clock besides.
    shown = page.locator(".tabs [aria-current] .n")
    for _ in range(20):
        if shown.inner_text().strip() == str(20 + _asked_after(desk)):
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(shown).to_have_text(str(20 + _asked_after(desk)))
    queue = Queue(page)
    _holds(queue, desk)
    _duplicates(queue)
    queue.only("缺货", 3)
    queue.all("w", "就等到货")
    _items(queue)
    queue.only("任务", 5)
    _tasks(queue)
    _mend(queue)
    page.goto(page.url)
    expect(page.get_by_text("没有符合的")).to_be_visible()
    until(lambda: _waiting(desk, "held") == 0, lambda: f"{_waiting(desk, 'held')} are still held")


def _holds(queue: Queue, desk: Site) -> None:
    """Four large orders at once, taken back and done again; one whose warehouse is short gets another."""
    queue.only("挂起", 5)
    short = queue.rows.filter(has_text="指定的仓库")
    short.locator("[data-toggle]").click()
    short.get_by_role("button", name="从这里发 East").click()
    expect(queue.rows).to_have_count(4)
    queue.all("r", "已放行")
    until(lambda: _waiting(desk, "held") == 5, lambda: f"{_waiting(desk, 'held')} are held")
    queue.press("u")
    expect(queue.told).to_contain_text("已撤销")
    until(lambda: _waiting(desk, "held") == 9, lambda: f"{_waiting(desk, 'held')} are held")
    queue.page.reload()
    expect(queue.rows).to_have_count(4)
    queue.all("r", "已放行")


def _duplicates(queue: Queue) -> None:
    """A pair by two keys; a cluster of three side by side, answered at once."""
    queue.only("疑似重复", 3)
    queue.press("j", "Enter")
    expect(queue.page.locator(".side-by-side thead a")).to_have_count(2)
    queue.press("b")
    expect(queue.rows).to_have_count(2)
    queue.press("Enter")
    compared = queue.page.locator(".side-by-side")
    expect(compared.locator("thead a")).to_have_count(3)
    compared.get_by_role("button", name="都是同一笔").click()
    expect(queue.rows).to_have_count(0)


def _items(queue: Queue) -> None:
    queue.only("商品未匹配", 2)
    for left in (1, 0):
        box = queue.rows.first.get_by_role("textbox")
        box.fill(_KETTLE)
        box.press("Enter")
        expect(queue.rows).to_have_count(left)


def _tasks(queue: Queue) -> None:
    """One that cannot be solved says why; the others are done at once."""
    queue.press("j", "Enter")
    panel = queue.page.locator(".panel-in")
    panel.get_by_label("怎么了结").select_option("unsolvable")
    panel.get_by_label("说明").fill("the number is not in use")
    panel.get_by_role("button", name="了结").click()
    expect(queue.rows).to_have_count(4)
    queue.all("d", "任务完成")


def _mend(queue: Queue) -> None:
    """What was never an order is mended on the pages that the queue leads to."""
    page: Any = queue.page
    back = page.url
    queue.only("隔离", 1)
    page.get_by_role("link", name="去修").click()
    page.get_by_label("表示").select_option("paid")
    with page.expect_navigation():
        page.get_by_role("button", name="发布并重新提交").click()
    page.goto(back)
    queue.only("死信", 1)
    page.get_by_role("link", name="去看").click()
    page.locator("tr", has_text="Desk").get_by_role("button", name="作废").click()
    page.get_by_role("button", name="确定").click()
    expect(queue.told).to_contain_text("已作废")
    page.goto(back)
