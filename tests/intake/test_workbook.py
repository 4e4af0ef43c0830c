"""Importing orders from files: encodings, headings, grouping, problems by row and column, and counts that add up."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest

from app.domain.errors import Problem, Refused
from app.intake.layout import Layout
from app.intake.sheets import Limits, open_sheet
from app.intake.workbook import Checked, Import, Known, as_json, import_file

HEAD = "订单编号,订单状态,收货人姓名,联系手机,收货地址,商品编码,数量,单价,买家实际支付金额,订单创建时间,订单付款时间 \n"
GOOD = "T1,买家已付款,张三,13800138000,浙江省杭州市西湖区文三路,A,2,49.50,99.00,2026-11-01 10:00:00,2026/11/1 10:01\n"


class Shelf:
    """Remembers what an import sends; knows what it was given before."""

    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}
        self.sent = 0

    def check(self, payload: bytes) -> Checked:
        wrong = [Problem("state-unknown", "$.state", {"value": "?"})]
        return Checked(payload, wrong if json.loads(payload)["id"] == "T-unmappable" else ())

    def known(self, orders: Mapping[str, Checked]) -> Known:
        there = orders.keys() & self.stored.keys()
        same = {number for number in there if self.stored[number] == orders[number].payload}
        return Known(frozenset(same), frozenset(there - same))

    def send(self, payloads: Sequence[bytes]) -> None:
        self.sent += 1
        self.stored |= {json.loads(payload)["id"]: payload for payload in payloads}


def imported(text: str | bytes, shelf: Shelf | None = None, **options: bool) -> tuple[Import, Shelf]:
    shelf = shelf or Shelf()
    data = text.encode() if isinstance(text, str) else text
    return import_file(data, shelf, **{"live": True, **options}), shelf  # type: ignore[arg-type]


def counts(result: Import) -> tuple[int, int, int, int]:
    assert result.rows == result.done
    return result.rows, result.accepted, result.duplicates, result.rejected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_chinese_csv_reads_alike_in_every_encoding(encoding: str) -> None:
    result, shelf = imported((HEAD + GOOD).encode(encoding))
    assert counts(result) == (1, 1, 0, 0)
    order = json.loads(shelf.stored["T1"])
    assert order["customer_name"] == "张三"
    assert (order["province"], order["city"], order["district"]) == ("浙江省", "杭州市", "西湖区")


def test_money_is_fen_and_time_is_chinas_clock() -> None:
    _, shelf = imported(HEAD + GOOD)
    order = json.loads(shelf.stored["T1"])
    assert order["paid"] == 9900
    assert order["lines"] == [{"id": "1", "price": 4950, "quantity": 2, "sku": "A"}]
    assert order["created_at"] == 1793498400  # 2026-11-01T02:00:00Z
    assert order["paid_at"] == order["created_at"] + 60
    assert order["state"] == "paid"


def test_an_xlsx_gives_the_same_order_as_the_csv(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (HEAD + GOOD).strip().split("\n"):
        sheet.append(line.split(","))
    sheet["G2"], sheet["H2"], sheet["I2"] = 2, 49.5, 99.0
    stream = io.BytesIO()
    book.save(stream)
    _, from_xlsx = imported(stream.getvalue())
    _, from_csv = imported(HEAD + GOOD)
    assert from_xlsx.stored == from_csv.stored


def test_rows_of_one_order_become_its_lines_even_apart() -> None:
    other = GOOD.replace("T1", "T2")
    result, shelf = imported(HEAD + GOOD + other + GOOD.replace(",A,", ",B,"))
    assert (result.rows, result.orders, result.accepted) == (3, 2, 3)
    assert [line["sku"] for line in json.loads(shelf.stored["T1"])["lines"]] == ["A", "B"]


def test_rows_under_a_merged_cell_belong_to_the_order_above() -> None:
    result, shelf = imported(HEAD + GOOD + ",,,,,B,3,10,,,\n")
    assert counts(result) == (2, 2, 0, 0)
    assert [line["quantity"] for line in json.loads(shelf.stored["T1"])["lines"]] == [2, 3]


def test_a_row_that_only_repeats_another_is_a_duplicate() -> None:
    result, shelf = imported(HEAD + GOOD + GOOD)
    assert counts(result) == (2, 1, 1, 0)
    assert len(json.loads(shelf.stored["T1"])["lines"]) == 1


def test_importing_the_same_file_again_changes_nothing() -> None:
    _, shelf = imported(HEAD + GOOD)
    again, _ = imported(HEAD + GOOD, shelf)
    assert counts(again) == (1, 0, 1, 0)
    assert shelf.sent == 1


def test_one_wrong_row_keeps_its_whole_order_out_and_says_where() -> None:
    result, shelf = imported(HEAD + GOOD + GOOD.replace(",A,2,", ",B,zwei,"))
    assert counts(result) == (2, 0, 0, 2)
    assert not shelf.stored
    shown = as_json(result)["problems"]
    assert [(each["row"], each["column"], each["code"]) for each in shown] == [
        (2, "", "order-row-rejected"),
        (3, "数量", "cell-whole-number"),
    ]
    assert "zwei" in shown[1]["message"]


@pytest.mark.parametrize(
    ("was", "now", "column", "code"),
    [
        ("买家已付款", "XYZ", "订单状态", "state-unknown"),
        ("99.00", "many", "买家实际支付金额", "cell-money"),
        ("2026-11-01 10:00:00", "gestern", "订单创建时间", "cell-time"),
        (",A,2,", ",A,0,", "数量", "quantity-not-positive"),
        ("T1,", "4.12345E+18,", "订单编号", "number-lost-digits"),
        ("T1,", ",", "订单编号", "order-number-missing"),
        (",A,2,", ",,2,", "商品编码", "line-without-goods"),
        ("T1,", "T-unmappable,", "$.state", "state-unknown"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(was: str, now: str, column: str, code: str) -> None:
    result, _ = imported(HEAD + GOOD.replace(was, now, 1))
    assert counts(result) == (1, 0, 0, 1)
    problem = as_json(result)["problems"][0]
    assert (problem["row"], problem["column"], problem["code"]) == (2, column, code)


def test_a_dry_run_counts_and_sends_nothing() -> None:
    result, shelf = imported(HEAD + GOOD, dry_run=True)
    assert counts(result) == (1, 1, 0, 0)
    assert not shelf.stored


def test_without_a_state_column_an_order_without_pay_time_is_unpaid() -> None:
    rows = "订单号,SKU,数量,付款时间\nT1,A,1,\nT2,A,1,2026-11-01 10:00\n"
    _, shelf = imported(rows)
    assert {number: json.loads(payload)["state"] for number, payload in shelf.stored.items()} == {
        "T1": "created",
        "T2": "paid",
    }


def test_english_headings_and_chosen_columns_work() -> None:
    text = b"Order ID,Qty,My Code\nT1,2,A\n"
    shelf = Shelf()
    result = import_file(text, shelf, live=True, layout=Layout(columns={"id": 0, "line.quantity": 1, "line.sku": 2}))
    assert result.accepted == 1
    assert json.loads(shelf.stored["T1"])["lines"][0]["sku"] == "A"


def test_history_takes_orders_whose_goods_are_unknown() -> None:
    result, _ = imported("订单编号,总金额,收货地址 ,订单付款时间 \n1,178.8,上海,\n", live=False)
    assert counts(result) == (1, 1, 0, 0)


def zipped(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"\n\n", "no-headings"),
        (b"PK\x03\x04 cut off", "file-corrupt"),
        (b"<html><table>", "file-web-page"),
        (b"\x00\x01\x02", "file-not-a-table"),
        (b"name,phone\nx,1\n", "columns-missing"),
        (b"\xff\xff\xff", "file-encoding"),
        (zipped({"hello.txt": b"x"}), "file-not-a-table"),
        (zipped({"xl/workbook.xml": b"0" * 5_000_000}), "zip-suspicious"),
    ],
)
def test_files_that_are_no_table_are_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(Refused, match=code):
        imported(data)


def test_rows_and_size_are_limited() -> None:
    with pytest.raises(Refused, match="file-too-large"):
        open_sheet(b"a" * 11, limits=Limits(file_bytes=10))
    with pytest.raises(Refused, match="too-many-rows"):
        list(open_sheet(b"a\n1\n2\n3\n", limits=Limits(rows=2)).rows)
