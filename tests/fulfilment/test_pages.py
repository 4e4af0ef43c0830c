"""The warehouse takes its list and brings waybills back by pages and files; what is personal is guarded, audited."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from app.persistence.database import writing
from app.persistence.people import ROLES, add_user
from app.web.factory import create_app
from tests.fulfilment.hands import Hands
from tests.fulfilment.pdf_text import pdf_text
from tests.line.house import NOW, House

Trade = Callable[..., dict[str, Any]]
PASSWORD = "correct horse"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def client_of(house: House) -> Callable[[str], FlaskClient]:
    app = create_app(house.services)
    app.config["WTF_CSRF_ENABLED"] = False
    with writing(house.services.database) as db:
        for role in ROLES:
            add_user(db, role, PASSWORD, role, now=NOW)

    def make(role: str) -> FlaskClient:
        client = app.test_client()
        assert client.post("/login", data={"name": role, "password": PASSWORD}).status_code == 303
        return client

    return make


@pytest.fixture
def listed(house: House, hands: Hands, trade: Trade, client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    """The warehouse's browser, with a list of two parcels made in it."""
    house.post(trade("1", ("A", 2), ("B", 1), receiver_name="=HYPERLINK(1)", receiver_mobile="13800001234"), trade("2"))
    client = client_of("warehouse")
    answer = client.post("/shipping/HZ/lists", data={"limit": "10"})
    assert answer.headers["Location"].endswith("/shipping/lists/1")
    return client


def audit(hands: Hands) -> list[str]:
    return [row[0] for row in hands.rows("SELECT action FROM audit ORDER BY id")]


def test_the_list_goes_to_excel_and_its_filled_sheet_comes_back(
    listed: FlaskClient, hands: Hands, house: House
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(listed.get("/shipping/lists/1/list.xlsx").data))
    assert book.sheetnames == ["按库位", "按包裹", "运单"]
    walk = book["按库位"]
    assert [row[1:5] for row in walk.iter_rows(min_row=4, values_only=True)] == [("A", "A", 3, 2), ("B", "B", 1, 1)]
    assert (walk.freeze_panes, walk.page_setup.paperSize, walk.print_title_rows) == ("A4", 9, "$3:$3")
    sheet = book["运单"]
    for row, waybill in ((4, "SF00001"), (5, "SF00002")):
        sheet.cell(row, 3).value, sheet.cell(row, 4).value = "顺丰", waybill
    filled = io.BytesIO()
    book.save(filled)
    looked = listed.post("/shipping/HZ/waybills", data={"file": (io.BytesIO(filled.getvalue()), "L0001.xlsx")})
    page = looked.get_data(as_text=True)
    assert "登记这 2 个运单" in page
    assert hands.parcel("1").state == "picked"  # Only looked at.
    said = page.split('name="said" value="')[1].split('"')[0].replace("&#34;", '"')
    assert listed.post("/shipping/HZ/waybills/ship", data={"said": said}).status_code == 303
    assert [hands.parcel(tid).state for tid in "12"] == ["shipped", "shipped"]
    again = listed.post("/shipping/HZ/waybills", data={"file": (io.BytesIO(filled.getvalue()), "L0001.xlsx")})
    assert "没有新的运单" in again.get_data(as_text=True)
    assert {"list.make", "papers.list", "waybills.import"} <= set(audit(hands))
    house.check()


def test_the_papers_are_text_and_mask_the_receiver_unless_asked(listed: FlaskClient, hands: Hands) -> None:
    paper = pdf_text(listed.get("/shipping/lists/1/list.pdf").data)
    assert "拣货单" in paper
    assert hands.parcel("1").number in paper
    masked = pdf_text(listed.post("/shipping/lists/1/slips", data={"receiver": "masked"}).data)
    assert "13800001234" not in masked
    full = pdf_text(listed.post("/shipping/lists/1/slips", data={"receiver": "full"}).data)
    assert "13800001234" in full
    assert audit(hands).count("papers.slips") == 2


def test_a_carriers_file_has_its_columns_and_no_formula(listed: FlaskClient, hands: Hands) -> None:
    columns = {
        "heading": ["单号", "收件人", "方式"],
        "field": ["parcel_no", "receiver_name", ""],
        "text": ["", "", "月结"],
    }
    assert listed.post("/carrier-files/SF", data={"name": "顺丰", **columns}).status_code == 303
    data = listed.post("/shipping/lists/1/carrier", data={"carrier": "SF", "format": "xlsx"}).data
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[:2] == [("单号", "收件人", "方式"), (hands.parcel("1").number, "=HYPERLINK(1)", "月结")]
    assert sheet["B2"].data_type == "s"
    told = listed.post("/shipping/lists/1/carrier", data={"carrier": "SF", "format": "csv"}).data.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in told
    assert audit(hands).count("papers.carrier") == 2


def test_the_editor_moves_adds_and_removes_columns(listed: FlaskClient) -> None:
    columns = {"heading": ["一", "二"], "field": ["parcel_no", "phone"], "text": ["", ""]}
    moved = listed.post("/carrier-files/SF/look", data={**columns, "step": "down:0"}).get_data(as_text=True)
    assert moved.index('value="二"') < moved.index('value="一"')
    assert "13800001234" not in moved
    less = listed.post("/carrier-files/SF/look", data={**columns, "step": "remove:0"}).get_data(as_text=True)
    assert 'value="一"' not in less
    wrong = listed.post("/carrier-files/SF", data={"heading": [""], "field": ["phone"], "text": [""]})
    assert wrong.status_code == 422
    assert "没有列名" in wrong.get_data(as_text=True)


def test_who_may_not_ship_only_looks(listed: FlaskClient, client_of: Callable[[str], FlaskClient]) -> None:
    for role in ("viewer", "clerk"):
        client = client_of(role)
        for path in ("/shipping/", "/shipping/HZ/", "/shipping/lists/1", "/transfers/", "/carrier-files/SF"):
            assert client.get(path).status_code == 200, path
        for path in (
            "/shipping/lists/1/slips",
            "/shipping/lists/1/carrier",
            "/shipping/lists/1/back",
            "/shipping/HZ/lists",
        ):
            assert client.post(path).status_code == 403, path


def test_a_scan_books_once_and_says_what_is_wrong(listed: FlaskClient, hands: Hands) -> None:
    number = hands.parcel("1").number
    seen = listed.get("/shipping/HZ/scan/parcel", query_string={"parcel": number}).get_data(as_text=True)
    assert 'data-kind="look"' in seen
    scan = {"parcel": number, "waybill": "SF00009", "carrier": "SF"}
    assert 'data-kind="ship"' in listed.post("/shipping/HZ/scan", data=scan).get_data(as_text=True)
    assert 'data-kind="known"' in listed.post("/shipping/HZ/scan", data=scan).get_data(as_text=True)
    assert 'data-kind="wrong"' in listed.post("/shipping/GZ/scan", data=scan).get_data(as_text=True)
    assert hands.stock("HZ", "A") == (8, 1)
