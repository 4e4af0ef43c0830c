"""A clerk's file from the first look to its undoing: a column dragged, rows mended, nothing twice, all out again."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import text

from app.persistence.database import reading
from tests.journeys.house import TENT, Site

pytestmark = pytest.mark.browser
# Nobody can tell what 备用 is: the goods' codes stand there.
_HEADINGS = [
    "订单编号", "收货人姓名", "联系手机", "省", "市", "区", "收货地址", "商品名称", "备用", "数量", "实付金额",
    "付款时间",
]  # fmt: skip
_ROWS, _PAID, _QUANTITY = 8, 11, 10


def _file() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(_HEADINGS)
    for number in range(_ROWS):
        paid, quantity = ("much" if number == 2 else 99.5), (0 if number == 5 else 1)
        phone, place = f"1380000{4000 + number}", ["浙江省", "杭州市", "西湖区"]
        row = [f"WIZ-{number}", "林小明", phone, *place, f"Road {number}", "Tent", TENT, quantity, paid]
        sheet.append([*row, "2026-07-15 10:00:00"])
    for cell in sheet[1]:
        cell.fill = PatternFill("solid", fgColor="FFFFE699")
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _upload(page: Page, field: str, name: str, data: bytes, button: str) -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.set_input_files(field, {"name": name, "mimeType": kind, "buffer": data})
    page.get_by_role("button", name=button).click()
    page.wait_for_url(re.compile("/columns$"))


def _drag(page: Page, what: Locator, onto: Locator) -> None:
    """Drag as a hand does: on a busy machine the page may still be moving, and the hand tries once more."""
    for _ in range(4):
        onto.scroll_into_view_if_needed()
        start, end = what.bounding_box(), onto.bounding_box()
        assert start
        assert end
        page.mouse.move(start["x"] + 12, start["y"] + 8)
        page.mouse.down()
        page.mouse.move(start["x"] - 20, start["y"] + 16, steps=4)
        page.wait_for_timeout(60)
        page.mouse.move(end["x"] + 60, end["y"] + 18, steps=12)
        page.wait_for_timeout(120)
        page.mouse.up()
        with contextlib.suppress(AssertionError):
            expect(onto.locator("select")).to_have_value("line.sku", timeout=4_000)
            return


def _mended(file: Path) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    for row in book.worksheets[0].iter_rows(min_row=2):
        if row[_PAID - 1].value == "much":
            row[_PAID - 1].value = 99.5
        if row[_QUANTITY - 1].value == 0:
            row[_QUANTITY - 1].value = 1
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _orders(site: Site) -> int:
    with reading(site.services.database) as db:
        return int(db.scalar(text("SELECT COUNT(*) FROM orders WHERE tid LIKE 'WIZ-%'")) or 0)


def _checked_and_imported(page: Page, orders: int) -> None:
    page.get_by_role("button", name="检查全部行").click()
    page.get_by_role("button", name=f"导入这 {orders} 个订单").click(timeout=20_000)
    page.wait_for_url(re.compile("/result$"), timeout=20_000)


def test_a_clerk_imports_mends_the_wrong_rows_and_undoes_it_all(site: Site, page_of: Callable[[str], Page]) -> None:
    page = page_of("clerk")
    page.set_viewport_size({"width": 1280, "height": 1000})
    page.goto("/imports/")
    _upload(page, "#f-file", "july.xlsx", _file(), "上传，下一步对列")
    heading = page.locator(".paper td", has_text="备用")
    expect(heading).to_have_css("background-color", "rgb(255, 230, 153)")  # the file's own
    expect(page.locator("#field-8")).to_have_value("")
    _drag(page, page.locator('[id="chip-line.sku"]'), page.locator("#slot-8"))
    expect(page.locator(".column").nth(8)).to_contain_text("您选的")
    page.reload()
    expect(page.locator("#field-8")).to_have_value("line.sku")

    _checked_and_imported(page, _ROWS - 2)
    expect(page.get_by_role("region", name="结果")).to_contain_text("有错，没导入的行2")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载错误表").click()
    first = page.url
    _upload(page, "#f-again", "july-errors.xlsx", _mended(download.value.path()), "上传改好的表")
    expect(page.get_by_text("沿用上次的对法（clerk，")).to_be_visible()
    _checked_and_imported(page, 2)
    site.becomes("WIZ-2", "allocated")
    site.becomes("WIZ-5", "allocated")
    assert _orders(site) == _ROWS

    for address, out, left in ((page.url, 2, _ROWS - 2), (first, _ROWS - 2, 0)):
        page.goto(address)
        expect(page.get_by_role("region", name="撤销这次导入")).to_contain_text(f"{out} 个订单")
        page.get_by_role("button", name="撤销这次导入").click()
        expect(page.get_by_text("这次导入已撤销")).to_be_visible(timeout=20_000)
        assert _orders(site) == left
