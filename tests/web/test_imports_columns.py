"""Uploading an order file and saying which column is what."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from werkzeug.test import TestResponse

from app.bootstrap import Services
from app.jobs import current
from app.jobs.imports import run_import
from app.persistence.database import reading, writing
from app.persistence.goods import add_shop
from app.persistence.import_files import upload_path
from app.persistence.imports import change_import, read_import

ClientOf = Callable[[str], FlaskClient]
HEADINGS = ["订单编号", "收货人姓名", "联系手机", "商品编码", "数量", "备用"]
ROW = ["A-1", "林小明", "13800001234", "TENT", "1", "12.50"]


@pytest.fixture
def clerk(services: Services, client_of: ClientOf) -> FlaskClient:
    with writing(services.database) as db:
        add_shop(db, "sheet", "excel", name="表格店", now=services.clock.now())
    return client_of("clerk")


def workbook(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        assert isinstance(sheet, Worksheet)
        sheet["A1"].fill = PatternFill("solid", fgColor="FFFFE699")
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def sent(clerk: FlaskClient, data: bytes, name: str = "七月.xlsx", **form: str) -> TestResponse:
    # A file may be larger than other forms, so that its view looks for the token itself.
    token = re.findall('name="csrf_token" value="([^"]+)"', clerk.get("/imports/").text)[0]
    fields = {"csrf_token": token, "shop": "sheet", "as": "live", **form}
    return clerk.post("/imports/", data={**fields, "file": (io.BytesIO(data), name)})


def uploaded(clerk: FlaskClient, *rows: list[Any], name: str = "七月.xlsx") -> str:
    """The id of an import of one sheet with these rows."""
    answer = sent(clerk, workbook(("订单", list(rows))), name)
    assert answer.status_code == 303
    found = re.fullmatch("/imports/(.+)/columns", answer.location)
    assert found
    return found[1]


def layout(services: Services, import_id: str) -> dict[str, Any]:
    with reading(services.database) as db:
        found: dict[str, Any] = read_import(db, import_id)["layout"]
    return found


def test_the_sheet_is_shown_as_it_looks_and_columns_say_how_sure_they_are(clerk: FlaskClient) -> None:
    page = clerk.get(f"/imports/{uploaded(clerk, HEADINGS, ROW)}/columns").text
    assert 'data-fill="#ffe699"' in page
    assert "林小明" in page  # the clerk's own file
    assert page.count("有把握") >= 4
    assert "style=" not in page


def test_a_field_put_on_a_column_leaves_the_one_it_was_on(clerk: FlaskClient, services: Services) -> None:
    import_id = uploaded(clerk, HEADINGS, ROW)
    page = f"/imports/{import_id}/columns"
    answer = clerk.post(page, data={"column": "5", "field": "paid"}, headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div id="columns"')
    assert "您选的" in answer.text
    chosen = layout(services, import_id)["columns"]
    assert (chosen["paid"], chosen["id"]) == (5, 0)
    clerk.post(page, data={"column": "1", "field": "paid"})
    chosen = layout(services, import_id)["columns"]
    assert chosen["paid"] == 1
    assert "customer_name" not in chosen
    clerk.post(page, data={"column": "1", "field": ""})
    assert "paid" not in layout(services, import_id)["columns"]


def test_what_no_column_holds_is_named_and_keeps_the_check_away(clerk: FlaskClient, services: Services) -> None:
    import_id = uploaded(clerk, HEADINGS, ROW)
    page = f"/imports/{import_id}/columns"
    clerk.post(page, data={"column": "3", "field": ""})
    shown = clerk.get(page).text
    assert "还缺：商品编码或商品名称" in shown
    assert re.search(r'action="/imports/[^"]+/check">.*?<button[^>]* disabled', shown, re.S)
    assert clerk.post(f"/imports/{import_id}/check").status_code == 400
    with reading(services.database) as db:
        assert read_import(db, import_id)["state"] == "draft"


def test_another_sheet_and_another_row_of_headings_can_be_chosen(clerk: FlaskClient, services: Services) -> None:
    data = workbook(("订单", [HEADINGS, ROW]), ("补单", [["七月补单"], ["单号", "货", "编码"], ["X", "Y", "Z"]]))
    import_id = sent(clerk, data).location.split("/")[2]
    page = f"/imports/{import_id}/columns"
    shown = clerk.post(page, data={"sheet": "补单"}, headers={"HX-Request": "true"}).text
    assert "七月补单" in shown
    shown = clerk.post(page, data={"header_row": "2"}, headers={"HX-Request": "true"}).text
    assert 'id="heading-2">编码' in shown
    assert layout(services, import_id)["header_row"] == 2


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04 not a workbook", "文件已损坏"),
        (b"<html><table><tr><td>1</td></tr></table>", "另存为 .xlsx 再导入"),
        ("日期,销量\n2026-01-01,3\n".encode(), "这不像订单文件，缺少：订单编号"),
    ],
)
def test_a_refusal_stands_where_the_file_was_chosen(clerk: FlaskClient, data: bytes, told: str) -> None:
    answer = sent(clerk, data, "x.csv", **{"as": "history"})
    assert answer.status_code == 422
    assert told in answer.text
    assert re.search(r'value="history" checked', answer.text)


def test_what_does_not_look_like_orders_may_still_be_matched_by_hand(clerk: FlaskClient) -> None:
    answer = sent(clerk, "甲,乙\nA-1,TENT\n".encode(), "x.csv")
    link = re.findall(r"/imports/[\w-]+/columns", answer.text)[0]
    clerk.post(link, data={"column": "0", "field": "id"})
    clerk.post(link, data={"column": "1", "field": "line.sku"})
    assert "还缺" not in clerk.get(link).text
    assert clerk.post(link.replace("columns", "check")).status_code == 303


def test_a_discarded_file_is_gone(clerk: FlaskClient, services: Services) -> None:
    import_id = uploaded(clerk, HEADINGS, ROW)
    assert "七月.xlsx" in clerk.get("/imports/").text
    clerk.post(f"/imports/{import_id}/discard")
    assert "七月.xlsx" not in clerk.get("/imports/").text
    assert not upload_path(services.settings.home, import_id).exists()
    assert clerk.get(f"/imports/{import_id}").location == "/imports/"


def test_columns_do_not_change_once_the_import_has_begun(clerk: FlaskClient, services: Services) -> None:
    import_id = uploaded(clerk, HEADINGS, ROW)
    now = services.clock.now()
    with writing(services.database) as db:
        change_import(db, import_id, state="running", dry_run=False, told_at=now)
    assert clerk.post(f"/imports/{import_id}/columns", data={"column": "1", "field": ""}).status_code == 400
    assert clerk.get(f"/imports/{import_id}/columns").location == f"/imports/{import_id}"


def test_only_who_may_import_sees_it(clerk: FlaskClient, client_of_known: ClientOf) -> None:
    import_id = uploaded(clerk, HEADINGS, ROW)
    assert client_of_known("viewer").get(f"/imports/{import_id}/columns").status_code == 403


def test_an_upload_without_its_token_is_refused(clerk: FlaskClient) -> None:
    assert sent(clerk, workbook(("订单", [HEADINGS, ROW])), csrf_token="made up").status_code == 400


def test_dates_that_may_be_read_two_ways_are_asked_about_and_remembered(clerk: FlaskClient, services: Services) -> None:
    unclear = uploaded(clerk, [*HEADINGS, "下单时间"], [*ROW, "05/01/2024"])
    assert "05/01/2024 这样的日期，月和日谁在前" in clerk.get(f"/imports/{unclear}/columns").text
    clerk.post(f"/imports/{unclear}/columns", data={"day_first": "1"})
    assert layout(services, unclear)["day_first"] is True
    assert '<option value="1" selected>' in clerk.get(f"/imports/{unclear}/columns").text
    clerk.post(f"/imports/{unclear}/check")
    again = uploaded(clerk, [*HEADINGS, "下单时间"], [*ROW, "06/01/2024"])
    assert layout(services, again)["day_first"] is True
    clear = uploaded(clerk, [*HEADINGS, "付款时间"], [*ROW, "25/01/2024"])
    assert "月和日谁在前" not in clerk.get(f"/imports/{clear}/columns").text


def test_dates_in_both_orders_are_asked_about_once_all_rows_were_checked(
    clerk: FlaskClient, services: Services
) -> None:
    dates = ["05/01/2024"] * 40 + ["25/01/2024", "01/25/2024"]
    rows = [[f"A-{number}", *ROW[1:], date] for number, date in enumerate(dates)]
    import_id = uploaded(clerk, [*HEADINGS, "下单时间"], *rows)
    clerk.post(f"/imports/{import_id}/check")
    current.hold(services, None)
    run_import(import_id)
    page = clerk.get(f"/imports/{import_id}/columns").text
    assert "日期有两种写法：第 42 行「25/01/2024」是日在前，第 43 行「01/25/2024」是月在前" in page
    assert "25/01/2024 这样的日期，月和日谁在前" in page
    clerk.post(f"/imports/{import_id}/columns", data={"day_first": "1"})
    clerk.post(f"/imports/{import_id}/check")
    run_import(import_id)
    assert "时间看不懂" in clerk.get(f"/imports/{import_id}/check").text
