"""The warehouse takes its list and brings the waybills back: by scanner and by file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from app.persistence.database import reading
from tests.journeys.house import LAMP, Site

pytestmark = pytest.mark.browser


def test_the_warehouse_takes_its_list_and_brings_waybills_back(site: Site, page_of: Callable[[str], Page]) -> None:
    orders = [site.order(sku=LAMP, quantity=2) for _ in range(3)]
    site.send(*orders)
    for order in orders:
        site.becomes(order["tid_str"], "allocated")
    page = page_of("warehouse")
    page.goto("/shipping/EAST/")
    page.get_by_role("button", name="做拣货单").first.click()
    page.get_by_label("最多几个包裹").fill("500")
    page.get_by_role("button", name="做单").click()
    page.wait_for_url("**/shipping/lists/*")
    numbers = {order["tid_str"]: _parcel(site, order["tid_str"]) for order in orders}
    for number in numbers.values():
        expect(page.get_by_role("row", name=number)).to_contain_text("拣货中")
    with page.expect_download() as taken:
        page.get_by_role("link", name="PDF").first.click()
    assert taken.value.suggested_filename.endswith(".pdf")
    here, (first, second, third) = page.url, numbers.values()

    # A scanner types faster than the server answers: five scans at once.
    page.get_by_role("link", name="扫描发货").click()
    page.get_by_label("快递", exact=True).select_option("ZTO")
    page.locator("#code").focus()
    for scan in (first, "ZT7000000001", second, "ZT7000000002", first):
        page.keyboard.type(scan)
        page.keyboard.press("Enter")
    expect(page.locator("#scanned [data-kind=ship]")).to_have_count(2)
    expect(page.locator("#queue")).to_have_text("")

    told = io.StringIO()
    csv.writer(told).writerows(
        [("包裹号", "快递公司", "运单号"), (third, "中通", "ZT7000000003"), (first, "中通", "ZT7000000002")]
    )
    page.goto("/shipping/EAST/waybills")
    page.locator("#f-file").set_input_files(
        {"name": "waybills.csv", "mimeType": "text/csv", "buffer": told.getvalue().encode("utf-8-sig")}
    )
    page.get_by_role("button", name="看结果").click()
    expect(page.get_by_role("row", name=first)).to_contain_text("已经用在包裹")
    page.get_by_role("button", name="登记这 1 个运单").click()
    page.wait_for_url("**/shipping/EAST/")
    page.goto(here)
    for number in numbers.values():
        expect(page.get_by_role("row", name=number)).to_contain_text("已发出")


def _parcel(site: Site, tid: str) -> str:
    with reading(site.services.database) as db:
        found = text("SELECT f.parcel_id FROM fulfilments f JOIN orders o ON o.id = f.order_id WHERE o.tid = :tid")
        return f"P{db.scalar(found, {'tid': tid}):07d}"
