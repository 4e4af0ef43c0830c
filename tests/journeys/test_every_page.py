"""Every page, light and dark, in both languages: nothing for axe-core to find, nothing wider than a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import text

from app.domain.provinces import PROVINCES
from app.persistence.database import reading, writing
from app.persistence.receipts import bury
from app.queue.stream import Entry
from tests.journeys.house import PLACE, TENT, Site, until

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parents[1] / "vendor" / "axe-4.14.1.min.js").read_text("utf-8")
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_PLAIN = (
    "/", "/orders/", "/orders/?q=nothing-like-it", "/tasks/", "/quarantine/", "/dead/", "/listings/", "/stock/",
    f"/stock/sku/{TENT}", "/stock/sku/NEVER-HEARD-OF", "/warehouses/", "/warehouses/EAST", "/warehouses/new", "/skus/",
    "/skus/new", f"/skus/edit/{TENT}", "/rules/", "/rules/?show=mappings", "/rules/?show=versions", "/imports/",
    "/shops/", "/users/", "/account", "/no-such-page",
)  # fmt: skip
_OUTSIDE = ("/login", "/setup?token=used", "/no-such-page")
_HAN = re.compile("[\u4e00-\u9fff]")
# The page's own words may be Chinese here: the product's name, the other language's name, what a person quoted.
_MEANT = re.compile(r"[“‘'\"（(][^”’'\"）)]*[”’'\"）)]|判单|中文")
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_WORDS = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (!node.parentElement.closest(".tree, script, option, code")) found.push(node.textContent.trim());
  }
  for (const name of ["aria-label", "title", "placeholder"])
    for (const one of document.querySelectorAll(`[${name}]`)) found.push(one.getAttribute(name));
  return found;
}"""


@pytest.fixture(scope="module")
def places(site: Site) -> list[str]:
    """The address of every page, with something on each."""
    held, plain = site.order(payment="9000.00"), site.order()
    twice = site.order(created="2026-07-15 18:02:41", oaid=plain["oaid"])
    site.send(held, plain, twice, site.order(sku="UNHEARD-OF"), site.order(status="STRANGE"), site.order(payment="x"))
    own = [site.becomes(one["tid_str"], to) for one, to in ((held, "held"), (plain, "allocated"), (twice, "held"))]
    until(lambda: _count(site, "receipts WHERE status = 'quarantined'") >= 2, lambda: "nothing is in the quarantine")
    now = site.services.clock.now()
    with writing(site.services.database) as db:
        shop = int(db.scalar(text("SELECT id FROM shops WHERE code = 'tb'")) or 0)
        bury(db, Entry(f"{now}000-0", "tb", b"{}", now), "see the log", {"tb": shop}, site.services.sealer, now)
    return [*_PLAIN, *own]


@pytest.mark.parametrize(("theme", "language"), [("light", "zh"), ("dark", "en"), ("dark", "zh"), ("light", "en")])
def test_every_page_reads_well(
    site: Site,
    browser: Browser,
    logged_in: Callable[[str], BrowserContext],
    places: list[str],
    theme: str,
    language: str,
) -> None:
    inside = browser.new_context(storage_state=logged_in("administrator").storage_state(), base_url=site.address)
    outside = browser.new_context(base_url=site.address)
    faults: list[str] = []
    # Colours differ by theme and words by language: each is looked at whole once, and crosswise at a glance.
    whole = (theme, language) in (("light", "zh"), ("dark", "en"))
    for context, paths in ((inside, places), (outside, list(_OUTSIDE))):
        for name, value in (("theme", theme), ("language", language)):
            context.add_cookies([{"name": name, "value": value, "url": site.address}])
        page = context.new_page()
        _listen(page, faults)
        if context is inside:
            page.goto("/quarantine/")
            groups = page.locator("main td a.button").evaluate_all("all => all.map(a => a.getAttribute('href'))")
            paths = [*paths, *groups[:2]]
        for path in paths if whole else paths[:6]:
            page.goto(path)
            faults += [f"{path}: {one}" for one in _looked_at(page, language)]
        context.close()
    assert faults == []


def _looked_at(page: Page, language: str) -> list[str]:
    page.set_viewport_size({"width": 390, "height": 844})
    wide = page.evaluate(_OVERFLOW)
    faults = [f"{wide} px wider than a phone"] if wide > 0 else []
    page.set_viewport_size({"width": 1440, "height": 900})
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(
        "tags => axe.run({runOnly: tags}).then(found => found.violations)", _TAGS
    )
    faults += [f"{one['id']} at {[node['target'] for node in one['nodes'][:2]]}" for one in found]
    if language == "en":
        faults += [f"Chinese: {one[:80]}" for one in page.evaluate(_WORDS) if _HAN.search(_without_data(one))]
    return faults


def _listen(page: Page, faults: list[str]) -> None:
    """Note console errors and scripts that fail; that a page is missing is what /no-such-page is about."""
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda line: (
            faults.append(f"{page.url}: {line.text}")
            if line.type == "error" and "404" not in line.text and "410" not in line.text
            else None
        ),
    )


def _without_data(words: str) -> str:
    """What is left of a text without the house's own Chinese: places."""
    for place in (*PLACE, *PROVINCES, "广州市", "天河区"):
        words = words.replace(place, "")
    return _MEANT.sub("", words)


def _count(site: Site, what: str) -> int:
    with reading(site.services.database) as db:
        return int(db.scalar(text(f"SELECT COUNT(*) FROM {what}")) or 0)
