"""A supervisor tries a draft on past orders: starts it, sees it run, reads what would change, takes the list along."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import BrowserContext, expect

from app.persistence.packs import SHIPPED
from tests.journeys.house import Site

pytestmark = pytest.mark.browser


def test_a_backtest_from_its_start_to_its_list(
    site: Site, logged_in: Callable[[str], BrowserContext], tmp_path: Path
) -> None:
    plain = site.order()
    site.send(plain)
    site.becomes(plain["tid_str"], "allocated")
    pack = json.loads((SHIPPED / "apparel-default.json").read_bytes())
    (rule,) = [rule for rule in pack["screening"]["rules"] if rule["id"] == "big-value"]
    rule["when"] = {"all": [{"field": "order.paid", "op": ">=", "value": 1}]}
    draft = tmp_path / "careful.json"
    draft.write_text(json.dumps(pack), "utf-8")

    page = logged_in("supervisor").new_page()
    page.goto(f"{site.address}/trials/")
    page.locator("input[type=file]").set_input_files(draft)
    page.locator("button[value=backtest]").click()
    page.wait_for_url("**/trials/0*")
    # Whatever it is at, leaving the page and coming back finds it.
    page.reload()
    expect(page.locator(".tiles")).to_be_visible(timeout=60_000)
    expect(page.locator("details.turned").first).to_contain_text("大额订单复核")
    with page.expect_download() as coming:
        page.locator("a[href$='/changes']").click()
    sheet = openpyxl.load_workbook(io.BytesIO(Path(coming.value.path()).read_bytes())).active
    assert plain["tid_str"] in [row[0] for row in sheet.iter_rows(min_row=4, values_only=True)]
