"""The workbench stays still under the eyes while orders come in."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.persistence.database import writing
from tests.journeys.house import Site

pytestmark = pytest.mark.browser
_WATCH = """() => {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifted += entry.value;
  }).observe({type: "layout-shift"});
}"""
_SECONDS = 10
_MOST_SHIFT = 0.01
_SIZES = ((1440, 900), (390, 844))


def test_nothing_moves_while_the_workbench_refreshes(site: Site, page_of: Callable[[str], Page]) -> None:
    # Every kind of work is there already: what is new after this is numbers.
    first = [site.order(), site.order(payment="9000.00"), site.order(sku="NEVER-HEARD-OF"), site.order(payment="?")]
    site.send(*first)
    site.becomes(first[1]["tid_str"], "held")
    site.becomes(first[2]["tid_str"], "held")
    pages = [_watched(page_of("supervisor"), *size) for size in _SIZES]
    backlog, ends = pages[0].locator("#n-backlog .value"), time.monotonic() + _SECONDS
    # The line stands still for a while and then runs again, so that the queue fills and empties before their eyes.
    with writing(site.services.database):
        site.send(*(site.order() for _ in range(20)))
        expect(backlog).not_to_have_text("0")
    expect(backlog).to_have_text("0")
    while time.monotonic() < ends:
        site.send(site.order(), site.order(payment="9000.00"))
        pages[0].wait_for_timeout(500)
    assert [size for size, page in zip(_SIZES, pages, strict=True) if page.evaluate("shifted") > _MOST_SHIFT] == []


def _watched(page: Page, width: int, height: int) -> Page:
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/")
    expect(page.locator("#proof li").first).to_be_visible()
    page.evaluate(_WATCH)
    return page
