"""Every page, in Chinese and light, in English and dark: nothing for axe-core to find, nothing wider than a phone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import text

from app.domain.provinces import PROVINCES
from app.fulfilment.parcels import Wishes
from app.persistence.database import reading, writing
from app.persistence.drafts import start
from app.persistence.fulfilment.lists import make_list
from app.persistence.import_files import keep_upload
from app.persistence.imports import open_import
from app.persistence.packs import SHIPPED
from app.persistence.people import add_user
from app.persistence.receipts import bury
from app.persistence.shelf import SqlShelf
from app.persistence.trials import open_trial
from app.processing.publishing import Wish, publish, restore
from app.queue.stream import Entry
from app.rulebook.drafts import Edit, apply
from tests.journeys.house import PLACE, TENT, Site, until

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parents[1] / "vendor" / "axe-4.14.1.min.js").read_text("utf-8")
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_PLAIN = (
    "/", "/orders/", "/orders/new", "/orders/?q=nothing-like-it", "/tasks/", "/tasks/?whose=all",
    "/tasks/?whose=all&kind=duplicate", "/tasks/?whose=all&q=nothing-like-it", "/quarantine/", "/dead/", "/listings/",
    "/stock/", f"/stock/sku/{TENT}", "/stock/sku/NEVER-HEARD-OF", "/warehouses/", "/warehouses/EAST", "/warehouses/new",
    "/skus/", "/skus/new", f"/skus/edit/{TENT}", "/rules/", "/rules/?show=mappings", "/rules/?show=versions",
    "/rules/?show=drafts", "/rules/versions/1", "/rules/versions/1/rollback", "/rules/compare", "/imports/", "/trials/",
    "/shops/", "/users/", "/audit/", "/privacy/", "/rules/choose", "/account", "/no-such-page", "/shipping/",
    "/shipping/EAST/", "/shipping/EAST/waybills", "/shipping/EAST/scan", "/transfers/", "/transfers/?state=arrived",
    "/transfers/purchases", "/carrier-files/", "/carrier-files/SF", "/clock/", "/webhooks/", "/watches/",
)  # fmt: skip
_DEEDS = ("hold", "address", "split", "consolidate")
_OUTSIDE = ("/login", "/setup?token=used", "/no-such-page")
_IMPORT = {
    "file": "day.csv", "shop": "sheet", "live": True, "dry_run": True, "actor": "clerk", "rows": 3, "done": 1,
    "layout": {}, "remembered": {"actor": "clerk", "at": 1_784_109_600},
}  # fmt: skip
_FILE = "order id,sku,paid,spare\nS-1,TENT,9.90,x\nS-2,TENT,much,x\n"
_PREVIEW = {
    "id": "S-1", "state": "paid", "paid": 990, "buyer": "L**", "phone": "138****0001", "line_count": 1, "rows": [2],
    "lines": [{"sku": "TENT", "title": "Tent", "quantity": 1}],
}  # fmt: skip
_RESULT = {
    "orders": 3, "added": 2, "changed": 1, "accepted": 2, "duplicates": 0, "rejected": 1, "problem_count": 1,
    "columns": {"id": "order id", "line.sku": "sku"}, "errors_file": "day-errors.xlsx", "preview": [_PREVIEW],
    "reasons": {"cell-money": 1},
    "problems": [
        {"row": 4, "column": "paid", "value": "x", "code": "cell-money", "message": "不是金额", "message_en": "no"}
    ],
}  # fmt: skip
_UNDONE = {"undo": {"actor": "clerk", "at": 1_784_109_600, "removed": 2, "kept": {"picked": 1}}}
_IMPORTS: tuple[dict[str, Any], ...] = (
    {"state": "draft"}, {"state": "running"}, {"state": "running", "told_at": 0}, {**_RESULT, "state": "checked"},
    {"state": "running", "dry_run": False}, {**_RESULT, "state": "done", "dry_run": False},
    {**_RESULT, **_UNDONE, "state": "undone", "dry_run": False},
    {"state": "failed", "code": "columns-missing", "details": {"columns": "order id"}},
)  # fmt: skip
_PACK = json.loads((SHIPPED / "apparel-default.json").read_bytes())
_TRIAL = {
    "source": {"kind": "file", "number": 0, "title": "before.json"}, "live": 1, "actor": "boss", "days": 7, "tries": 1,
    "at": 1_784_109_600, "told_at": 4_000_000_000, "ended_at": 1_784_109_700,
}  # fmt: skip
_SIDE = {
    "outcomes": {"allocated": 9, "held": 1}, "holds": {}, "splits": 0, "parcels": 9, "transfers": 0, "units_moved": 0,
    "km": 900, "km_orders": 9, "freight": 9_000, "freight_orders": 9,
}  # fmt: skip
_END = {"outcome": "held", "rule": "screening/big-value", "reason": "big-value", "warehouses": "", "km": None}
_TRIED = {
    "orders": 10, "changed": 1, "unchanged": 9, "by_another_rule": 2, "newly_held": 1, "no_longer_held": 0,
    "before": _SIDE, "after": {**_SIDE, "km": 1000, "freight": 8_000}, "more_groups": 1, "warehouses": {"EAST": "East"},
    "seconds": 2.5, "remarks": [{"code": "trial-facts-of-today", "details": {}}],
    "groups": [
        {
            "orders": 1, "before": {"outcome": "allocated", "rule": "allocation/local", "title": None},
            "after": {"outcome": "held", "rule": "screening/big-value", "title": None},
            "samples": [{
                "order": "1", "shop": "tb",
                "before": {**_END, "outcome": "allocated", "warehouses": "EAST", "reason": ""},
                "after": _END, "why_before": [{"zh": "已分配", "en": "Allocated"}],
                "why_after": [{"zh": "已挂起", "en": "Held"}], "why_both": [{"zh": "候选仓", "en": "Candidate"}],
            }],
        }
    ],
}  # fmt: skip
_TRIALS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("backtest", "running", {"done": 3, "total": 10}), ("backtest", "done", {"result": _TRIED}),
    ("backtest", "cancelled", {}), ("backtest", "failed", {"code": "trial-broke", "details": {}}),
    ("shadow", "stopped", {"decided": 9, "diverged": 1, "passed": 2,
                           "groups": {"allocated|allocation/local|held|screening/big-value": 1}}),
)  # fmt: skip
_HAN = re.compile("[\u4e00-\u9fff]")
# The page's own words may be Chinese here: the product's name, the other language's name, what a person quoted or
# wrote into a rule's cell.
_MEANT = re.compile(r"[“‘'\"（(][^”’'\"）)]*[”’'\"）)]|判单|中文")
_MASKED = re.compile(r"[\u4e00-\u9fff]{1,2}\*+")
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_WORDS = """() => {
  const cell = ".rule-grid td, .grid-scroll input";
  const theirs = `.tree, ${cell}, #grid-told, script, option, code, [lang='zh-CN']`;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (!node.parentElement.closest(theirs)) found.push(node.textContent.trim());
  }
  for (const name of ["aria-label", "title", "placeholder"])
    for (const one of document.querySelectorAll(`[${name}]`))
      if (!one.closest(cell)) found.push(one.getAttribute(name));
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
        add_user(db, "newcomer", site.password, "viewer", now=now)
        helper = add_user(db, "helper", site.password, "clerk", now=now)
        trials = [open_trial(db, kind, how, _PACK, {**_TRIAL, **more}, now=now) for kind, how, more in _TRIALS]
        imports = [open_import(db, {**_IMPORT, "at": now, "told_at": now, **how}, now=now) for how in _IMPORTS]
        house = int(db.scalar(text("SELECT warehouse_id FROM fulfilments WHERE state = 'open' LIMIT 1")) or 0)
        picked = make_list(db, house, Wishes(limit=1), actor="warehouse", now=now)
    rules = _rules(site)
    keep_upload(site.services.settings.home, imports[0], _FILE.encode())
    own += [*(f"{own[1]}/deed/{code}" for code in _DEEDS), f"/shipping/lists/{picked}", f"/users/{helper}/rules"]
    return [
        *_PLAIN,
        *own,
        *rules,
        *(f"/imports/{one}" for one in imports),
        *(f"/trials/{one}" for one in trials),
        f"/imports/{imports[0]}/orders",
    ]


_EDITED = (
    "windows/duplicates", "windows/consolidation", "alarms/escalation?rule=no-tracking",
    "alarms/watches?rule=many-orders", "alarms/watches?rule=price-apart", "words/reasons",
)  # fmt: skip


_CHANGED: tuple[tuple[str, Any], ...] = (
    ("screening/rules/1/when/all/0/value", 0), ("duplicates/window_seconds", 3), ("consolidation/window_seconds", 9),
    ("mappings/taobao/order/0/default", "-"), ("watches/0/window_seconds", 86_400), ("escalation/4/on/hours", 9),
    ("escalation/4/ladder/0", {"do": "ticket", "kind": "no-rule", "owner": "clerk", "within_hours": 2}),
)  # fmt: skip
"""What is foreseen of every kind of part, and a ladder without an end."""


def _rules(site: Site) -> list[str]:
    """A draft with an error and a change, one that is somebody else's, and rules that were withdrawn."""
    shelf, now = SqlShelf(site.services.database), site.services.clock.now()
    live = shelf.live()
    assert live is not None
    longer = apply(live.document, Edit("set", "duplicates/window_seconds", 600))
    publish(shelf, Wish(longer, "supervisor", "Longer"), now=now)
    made = restore(shelf, live.number, author="supervisor", note="Too long", now=now)
    broken = apply(longer, Edit("set", "screening/rules/0/when/all/0/field", "order.payed"))
    with writing(site.services.database) as db:
        mine, theirs = (
            start(db, broken, made, title="Sale", owner=owner, now=now) for owner in ("administrator", "supervisor")
        )
    text = f"/rules/drafts/{mine}/text?path=screening/rules/0"
    mapper = f"/rules/drafts/{mine}/mappings"
    bench = f"/rules/drafts/{mine}/rules"
    return [
        f"/rules/drafts/{mine}", text, f"/rules/drafts/{theirs}", f"/rules/versions/{made}/withdrawn",
        f"{bench}/allocation", f"{bench}/allocation?rule=urgent-purchase", f"{bench}/screening?rule=remote",
        f"{bench}/allocation?rule=otherwise", f"/rules/drafts/{mine}/table/allocation?action=add_gift",
        f"/rules/drafts/{theirs}/table/screening", *(f"/rules/drafts/{mine}/{place}" for place in _EDITED),
        mapper, f"{mapper}/newcomer", f"{mapper}/taobao", f"{mapper}/taobao?sample=2&opened=order.state",
        f"{mapper}/taobao?opened=order.created_at", f"/rules/drafts/{theirs}/mappings/pdd",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def states(site: Site, places: list[str]) -> list[tuple[str, str, str]]:
    """Pages whose parts come after them: the address, what is clicked there, and what to wait for."""
    live, now = SqlShelf(site.services.database).live(), site.services.clock.now()
    assert live is not None
    holes = {
        **live.document,
        "allocation": json.loads((SHIPPED / "article-as-written.json").read_bytes())["allocation"],
    }
    more = live.document
    for path, value in _CHANGED:
        more = apply(more, Edit("set", path, value))
    endless = more["escalation"][4]["id"]
    with writing(site.services.database) as db:
        one, other = (
            start(db, document, live.number, title="Trying", owner="administrator", now=now)
            for document in (holes, more)
        )
    order = next(path for path in places if re.fullmatch(r"/orders/\d+", path)).rpartition("/")[2]
    bench = f"/rules/drafts/{one}/rules"
    return [
        (f"{bench}/allocation?rule=otherwise", "", "#found-at-rule .found"),
        (f"{bench}/allocation?rule=otherwise", "#found-at-rule summary", "#found-at-rule .order-card"),
        (f"{bench}/allocation", "#start-from", "#guided"), (f"{bench}/screening", "#start-from", "#guided"),
        (f"/rules/drafts/{other}", "", ".impact-part"),
        (f"/rules/drafts/{other}/alarms/escalation?rule={endless}", "", "#found-at-escalation-4-ladder-0 .found"),
        (f"{bench}/screening?rule=remote", ".many summary", ".regions"),
        (f"/rules/drafts/{other}/try", "", "#trying"),
        (f"/rules/drafts/{other}/try?order={order}", "#try-paste summary", "#try-mine"),
        (f"/rules/drafts/{other}/try?q=nothing-like-it", "", "#trying"),
    ]  # fmt: skip


_DRAWN = {"zh": "light", "en": "dark"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_reads_well(
    site: Site,
    browser: Browser,
    logged_in: Callable[[str], BrowserContext],
    untouched: tuple[str, str],
    places: list[str],
    states: list[tuple[str, str, str]],
    language: str,
) -> None:
    faults: list[str] = []
    inside = _context(browser, site.address, language, logged_in("administrator").storage_state())
    page = _page(inside, faults)
    page.goto("/quarantine/")
    groups = page.locator("main td a.button").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    for path in (*places, *groups[:2]):
        page.goto(path)
        faults += _looked_at(page, path, language)
    for path, click, wait in states:
        page.goto(path)
        if click:
            page.locator(click).first.click()
        page.locator(wait).first.wait_for(timeout=20_000)
        page.evaluate("scrollTo(0, 0)")
        faults += _looked_at(page, f"{path} {click}", language)
    # What is shown once, as the answer to a form: a shop's key, and a link for a person.
    _submitted(page, "/shops/", "form[action$='/shops/sheet/rotate']")
    faults += _looked_at(page, "a new key", language)
    _submitted(page, "/users/", "tr:has-text('newcomer') form[action$='/link']")
    faults += _looked_at(page, "a new link", language)
    welcome = page.locator(".copy code").inner_text()
    inside.close()
    outside = _context(browser, site.address, language)
    page = _page(outside, faults)
    for path in (*_OUTSIDE, welcome):
        page.goto(path)
        faults += _looked_at(page, path, language)
    outside.close()
    new = _context(browser, untouched[0], language)
    page = _page(new, faults)
    page.goto(untouched[1])
    faults += _looked_at(page, "the set-up link", language)
    new.close()
    assert faults == []


def _context(browser: Browser, address: str, language: str, state: Any = None) -> BrowserContext:
    # Without transitions: a colour on its way from one theme to the other is nobody's choice.
    context = browser.new_context(base_url=address, storage_state=state, reduced_motion="reduce")
    context.add_init_script(AXE)
    for name, value in (("theme", _DRAWN[language]), ("language", language)):
        context.add_cookies([{"name": name, "value": value, "url": address}])
    return context


def _page(context: BrowserContext, faults: list[str]) -> Page:
    page = context.new_page()
    _listen(page, faults)
    return page


def _submitted(page: Page, path: str, form: str) -> None:
    """Send a form without the question before it, and wait for what is shown once."""
    page.goto(path)
    page.locator(form).evaluate("form => form.submit()")
    page.locator(".copy").first.wait_for()


def _looked_at(page: Page, where: str, language: str) -> list[str]:
    """What is wrong with the page as it stands: on a phone, then on a desk."""
    page.set_viewport_size({"width": 390, "height": 844})
    wide = page.evaluate(_OVERFLOW)
    faults = [f"{wide} px wider than a phone"] if wide > 0 else []
    page.set_viewport_size({"width": 1440, "height": 900})
    faults += _axe(page, _TAGS)
    if language == "en":
        faults += [f"Chinese: {one[:80]}" for one in page.evaluate(_WORDS) if _HAN.search(_without_data(one))]
    return [f"{where}: {one}" for one in faults]


def _axe(page: Page, rules: list[str]) -> list[str]:
    asked = {"runOnly": rules, "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = page.evaluate("how => axe.run(how).then(found => found.violations)", asked)
    return [f"{one['id']} at {[node['target'] for node in one['nodes'][:2]]}" for one in found]


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
    """What is left of a text without the house's own Chinese: places, and masked names."""
    for place in (*PLACE, *PROVINCES, "广州市", "天河区"):
        words = words.replace(place, "")
    return _MASKED.sub("", _MEANT.sub("", words))


def _count(site: Site, what: str) -> int:
    with reading(site.services.database) as db:
        return int(db.scalar(text(f"SELECT COUNT(*) FROM {what}")) or 0)
