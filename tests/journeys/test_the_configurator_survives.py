"""What may happen to a page while rules are built: nothing that was done is lost, and nothing is done twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from app.persistence.database import reading, writing
from app.persistence.drafts import read_draft, start
from app.persistence.shelf import SqlShelf
from tests.journeys.house import Site, until

pytestmark = pytest.mark.browser
SECONDS = 20_000


def drafted(site: Site, title: str) -> int:
    """A draft of the live rules, the supervisor's."""
    live = SqlShelf(site.services.database).live()
    assert live is not None
    with writing(site.services.database) as db:
        return start(
            db, live.document, live.number, title=title, owner="supervisor", now=site.services.clock.now()
        )  # fmt: skip


def rules_in(site: Site, draft: int) -> list[str]:
    with reading(site.services.database) as db:
        found = read_draft(db, draft).document["screening"]["rules"]
    return [rule["title"]["zh"] for rule in found]


def opened(page: Page, draft: int) -> Page:
    page.set_default_timeout(SECONDS)
    page.goto(f"/rules/drafts/{draft}/rules/screening")
    return page


def added(page: Page) -> None:
    page.get_by_role("button", name="加一条规则").click()


def named(page: Page, title: str) -> None:
    page.get_by_label("名称", exact=True).fill(title)
    page.get_by_label("名称", exact=True).press("Tab")
    expect(page.locator(".bench-panel h2")).to_have_text(title, timeout=SECONDS)


def test_the_server_is_started_anew_in_mid_edit(site: Site, logged_in: Callable[[str], BrowserContext]) -> None:
    # The console tells of the requests that found nobody.
    page = logged_in("supervisor").new_page()
    draft = drafted(site, "重启")
    opened(page, draft)
    added(page)
    named(page, "重启之前")
    for pid in _web_processes(site.services.settings.home):
        os.kill(pid, signal.SIGKILL)
    page.get_by_label("名称", exact=True).fill("重启之后")
    page.get_by_label("名称", exact=True).press("Tab")
    until(lambda: _again(page) or rules_in(site, draft)[-1] == "重启之后", lambda: str(rules_in(site, draft)))
    expect(page.locator(".bench-panel h2")).to_have_text("重启之后", timeout=SECONDS)
    page.close()


def _again(page: Page) -> bool:
    """A person does it once more, as the page asks when it could not reach the server."""
    box = page.get_by_label("名称", exact=True)
    box.fill("重启之后")
    box.dispatch_event("change")
    page.wait_for_timeout(500)
    return False


def _web_processes(home: Path) -> list[int]:
    found = []
    for each in Path("/proc").iterdir():
        try:
            told, around = (each / "cmdline").read_bytes(), (each / "environ").read_bytes()
        except OSError:
            continue
        if b"gunicorn" in told and f"PANDAN_HOME={home}".encode() in around.split(b"\0"):
            found.append(int(each.name))
    assert found
    return found


def test_two_tabs_of_one_draft_and_neither_undoes_the_other(
    site: Site, logged_in: Callable[[str], BrowserContext]
) -> None:
    draft = drafted(site, "两个标签页")
    context = logged_in("supervisor")
    one, other = opened(context.new_page(), draft), opened(context.new_page(), draft)
    added(one)
    named(one, "第一页加的")
    added(other)
    expect(other.get_by_role("alert")).to_be_visible(timeout=SECONDS)
    expect(other.locator(".bench-rules")).to_contain_text("第一页加的")
    added(other)
    named(other, "第二页加的")
    assert rules_in(site, draft)[-2:] == ["第一页加的", "第二页加的"]
    one.close()
    other.close()


def test_a_double_click_is_one_click_and_going_back_leads_to_the_page_before(
    site: Site, page_of: Callable[[str], Page]
) -> None:
    draft = drafted(site, "双击")
    page = page_of("supervisor")
    page.goto(f"/rules/drafts/{draft}")
    before = len(rules_in(site, draft))
    opened(page, draft)
    page.get_by_role("button", name="加一条规则").dblclick()
    named(page, "只有一条")
    page.wait_for_load_state("networkidle")
    assert len(rules_in(site, draft)) == before + 1
    page.go_back()
    expect(page.locator("h1")).to_contain_text("双击")
    page.go_forward()
    expect(page.locator(".bench-rules")).to_contain_text("只有一条")


def test_on_a_slow_net_what_is_typed_meanwhile_stays(site: Site, page_of: Callable[[str], Page]) -> None:
    draft = drafted(site, "慢网络")
    page = opened(page_of("supervisor"), draft)
    added(page)
    named(page, "慢")

    def slowly(route: Route) -> None:
        page.wait_for_timeout(1_200)
        route.continue_()

    page.route("**/rules/screening/*", slowly)
    box = page.locator("[id^=add-screening-rules-][id$=-when-find]")
    box.fill("实付")
    page.get_by_role("listbox").get_by_role("option", name="实付金额", exact=True).click()
    page.get_by_label("下面的条件要怎样").select_option("any")
    english = page.get_by_label("英文名称")
    english.fill("Slow")
    expect(page.locator(".bench-spoken")).to_contain_text("实付金额", timeout=SECONDS)
    expect(english).to_have_value("Slow")
    with page.expect_response("**/title"):
        english.press("Tab")
    assert _last(site, draft)["title"]["en"] == "Slow"
    assert list(_last(site, draft)["when"]) == ["any"]
    page.get_by_text("新原因…").click()
    page.get_by_label("下面的条件要怎样").select_option("all")
    page.get_by_label("中文", exact=True).fill("等仓库回话")
    page.get_by_role("button", name="加上并用它").click()
    expect(page.locator(".bench-spoken")).to_contain_text("等仓库回话", timeout=SECONDS)
    page.unroute_all(behavior="wait")


def _last(site: Site, draft: int) -> dict[str, Any]:
    with reading(site.services.database) as db:
        found: dict[str, Any] = read_draft(db, draft).document["screening"]["rules"][-1]
    return found


def test_an_expired_login_leads_back_to_the_draft_as_it_was(
    site: Site, logged_in: Callable[[str], BrowserContext]
) -> None:
    draft = drafted(site, "登录过期")
    page = logged_in("supervisor").browser.new_context(base_url=site.address, locale="zh-CN").new_page()  # type: ignore[union-attr]
    page.goto(f"/rules/drafts/{draft}/rules/screening")
    _log_in(page, site)
    added(page)
    named(page, "过期之前")
    page.context.clear_cookies(name="pandan_login")
    added(page)
    _log_in(page, site)
    expect(page).to_have_url(f"{site.address}/rules/drafts/{draft}/rules/screening?rule=rule", timeout=SECONDS)
    expect(page.locator(".bench-panel h2")).to_have_text("过期之前")
    added(page)
    expect(page.locator(".bench-panel h2")).to_have_text("新规则", timeout=SECONDS)
    page.context.close()


def _log_in(page: Page, site: Site) -> None:
    page.get_by_label("用户名").fill("supervisor")
    page.get_by_label("密码").fill(site.password)
    page.get_by_label("密码").press("Enter")
    page.wait_for_url("**/rules/drafts/**")


def test_two_supervisors_edit_at_once_and_neither_loses_work(
    site: Site, logged_in: Callable[[str], BrowserContext]
) -> None:
    """The second takes the draft over; the first is told, sees it, and finds the own work in it."""
    draft = drafted(site, "两位主管")
    one = opened(logged_in("supervisor").new_page(), draft)
    added(one)
    named(one, "甲的规则")
    other = logged_in("administrator").new_page()
    other.set_default_timeout(SECONDS)
    other.goto(f"/rules/drafts/{draft}")
    other.locator("main").get_by_role("button", name="接手", exact=True).click()
    expect(other.get_by_role("button", name="接手", exact=True)).to_have_count(0)
    opened(other, draft)
    added(other)
    named(other, "乙的规则")
    added(one)
    expect(one.get_by_role("alert")).to_be_visible(timeout=SECONDS)
    expect(one.locator(".bench-rules")).to_contain_text("乙的规则")
    assert rules_in(site, draft)[-2:] == ["甲的规则", "乙的规则"]
    one.close()
    other.close()
