"""Order files with the traps that real ones hold, read into orders."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from app.domain.errors import Refused
from app.intake.cells import SHANGHAI
from app.intake.columns import match_columns, signature, used
from app.intake.layout import Layout
from app.intake.orderfile import open_orders


def orders(source: bytes | str, *, live: bool = True) -> tuple[list[dict[str, Any]], list[tuple[int, str]]]:
    """The payloads, and (row, reason) of what was rejected."""
    file = open_orders(source.encode() if isinstance(source, str) else source, live=live)
    readings = [file.reader.read(order) for order in file.orders()]
    rejected = [(row.number, problems[0].code) for reading in readings for row, problems in reading.rejected]
    return [json.loads(reading.payload) for reading in readings if reading.payload], rejected


def book(**sheets: list[list[object]]) -> bytes:
    workbook = openpyxl.Workbook()
    del workbook["Sheet"]
    for name, rows in sheets.items():
        page = workbook.create_sheet(name)
        for row in rows:
            page.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def test_orders_are_found_behind_an_instruction_sheet_and_below_titles() -> None:
    data = book(
        说明=[["请按模板填写"], ["1. 不要改表头"]],
        明细=[["十一月订单"], ["日期：2026-11-25"], [], ["订单编号", "商品编码", "数量"], ["T1", "A", 2]],
    )
    file = open_orders(data, live=True)
    assert (file.layout.sheet, file.layout.header_row) == ("明细", 4)
    assert [[row.number for row in order.rows] for order in file.orders()] == [[5]]


def test_of_two_headings_that_differ_by_a_space_the_better_filled_column_is_read() -> None:
    rows = [["", "连衣裙"], ["", "衬衫"], ["旧", "外套"]]
    matches = match_columns(["宝贝标题", "宝贝标题 "], rows)
    assert used(matches) == {"line.title": 1}
    assert matches[0].others == ("line.title",)


def test_an_unnamed_index_column_is_left_alone() -> None:
    found, _ = orders(",订单号,SKU,数量\n0,T1,A,1\n1,T2,B,1\n")
    assert [order["id"] for order in found] == ["T1", "T2"]


def test_an_order_over_several_rows_is_one_even_where_cells_are_merged_or_rows_apart() -> None:
    found, _ = orders("订单号,收货人,SKU,数量\nT1,张三,A,1\n,,B,2\nT2,李四,C,1\nT1,张三,D,1\n")
    assert {order["id"]: [line["sku"] for line in order["lines"]] for order in found} == {
        "T1": ["A", "B", "D"],
        "T2": ["C"],
    }


def test_several_titles_in_one_cell_are_several_lines() -> None:
    found, _ = orders('订单号,宝贝标题,宝贝总数量\nT1,零基础学Java，Java项目开发实战,2\nT2,"长袖衬衫，男",3\n')
    assert [[line["title"] for line in order["lines"]] for order in found] == [
        ["零基础学Java", "Java项目开发实战"],
        ["长袖衬衫，男"],
    ]


def test_orders_without_numbers_get_one_of_buyer_and_time_that_stays() -> None:
    text = "买家会员名,宝贝标题,数量,下单时间\nm1,书,1,2026-11-01 10:00\nm1,笔,1,2026-11-01 10:00\nm2,书,1,2026-11-02\n"
    first, _ = orders(text)
    again, _ = orders(text)
    assert [len(order["lines"]) for order in first] == [2, 1]
    assert [order["id"] for order in first] == [order["id"] for order in again]


def test_live_a_worthless_row_keeps_its_order_out_and_in_history_itself_alone() -> None:
    text = "InvoiceNo,StockCode,Description,Quantity,UnitPrice\n1,A,Bag,1,2\n1,POST,POSTAGE,1,18\n2,B,Box,1,2\n"
    live, rejected = orders(text)
    assert [order["id"] for order in live] == ["2"]
    assert rejected == [(2, "order-row-rejected"), (3, "row-is-a-charge")]
    old, rejected = orders(text, live=False)
    assert [len(order["lines"]) for order in old] == [1, 1]
    assert rejected == [(3, "row-is-a-charge")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("C536379,A,Bag,-1,2", "row-cancels"),
        ("A563185,B,Adjust bad debt,1,11062.06", "row-adjusts"),
        ("1,A,Bag,-1,2", "quantity-not-positive"),
        ("1,A,Bag,0,2", "quantity-not-positive"),
        ("1,A,Bag,1,-2", "price-below-zero"),
        ("1,M,Manual,1,2", "row-is-a-charge"),
        ("4.12E+18,A,Bag,1,2", "number-lost-digits"),
        ("1,6.90E+12,Bag,1,2", "number-lost-digits"),
    ],
)
def test_rows_that_are_no_goods_say_why(row: str, code: str) -> None:
    found, rejected = orders(f"InvoiceNo,StockCode,Description,Quantity,UnitPrice\n{row}\n", live=False)
    assert (found, rejected) == ([], [(2, code)])


def test_skus_are_kept_as_written() -> None:
    found, _ = orders("订单号,SKU,数量\nT1,85123A,1\nT1,85123a,1\n")
    assert [line["sku"] for line in found[0]["lines"]] == ["85123A", "85123a"]


def test_what_was_given_back_as_a_whole_is_refunded_and_a_part_is_not() -> None:
    head = "订单编号,总金额,买家实际支付金额,订单付款时间,退款金额\n"
    found, _ = orders(head + "1,9,0,2020-02-21,9\n2,9,9,2020-02-21,9\n3,9,9,2020-02-21,2\n4,9,0,,0\n", live=False)
    assert [order["state"] for order in found] == ["refunded", "refunded", "paid", "created"]


def test_one_column_may_hold_province_city_and_district() -> None:
    found, _ = orders("订单号,SKU,收货地区,收件人手机,买家id\nT1,A,浙江省 杭州市 西湖区,13800000001.0,17850.0\n")
    assert [found[0][key] for key in ("province", "city", "district", "phone", "buyer_id")] == [
        "浙江省", "杭州市", "西湖区", "13800000001", "17850",
    ]  # fmt: skip


def test_currency_and_flag_are_read_and_a_rounded_phone_is_not_shipped_to() -> None:
    found, _ = orders("订单号,SKU,币种,旗帜颜色\nT1,A,usd,红旗\n")
    assert (found[0]["currency"], found[0]["seller_flag"]) == ("USD", "红旗")
    text = "订单号,SKU,手机,付款时间\nT1,A,1.38E+10,2026-11-01\nT2,A,13800000002,2026-11-01\n"
    live, rejected = orders(text)
    assert [order["id"] for order in live] == ["T2"]
    assert rejected == [(2, "number-lost-digits")]
    old, _ = orders(text, live=False)
    assert ["phone" in order for order in old] == [False, True]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_any_usual_delimiter_cuts_the_cells(delimiter: str) -> None:
    found, _ = orders(delimiter.join(["订单号", "SKU", "数量"]) + "\n" + delimiter.join(["T1", "A", "2"]) + "\n")
    assert found[0]["lines"][0]["quantity"] == 2


def test_western_letters_and_a_cut_off_end_are_read() -> None:
    found, _ = orders(
        "Order Number,Item Name,Quantity\n1,Café set for two persons with a long name,1\n".encode("cp1252")
    )
    assert found[0]["lines"][0]["title"].startswith("Café")
    found, _ = orders("订单号,商品名称,数量\nT1,书,1\nT2,笔".encode()[:-1])
    assert [order["id"] for order in found] == ["T1", "T2"]


def test_headings_are_known_again_whatever_their_case_and_spaces() -> None:
    assert signature(["Order ID", "数量 "]) == signature(["order id", " 数量"]) != signature(["Order ID", "件数"])


def test_a_list_of_goods_is_no_order_file() -> None:
    with pytest.raises(Refused, match="order-columns-missing") as refused:
        orders("商品名称,库存,定价\n书,5,10\n")
    assert refused.value.details["columns"] == "订单编号（或：买家＋时间或金额）"


@pytest.mark.parametrize(("day_first", "month"), [(None, 5), (False, 5), (True, 1)])
def test_a_person_may_say_which_of_day_and_month_comes_first(day_first: bool | None, month: int) -> None:
    source = b"Order ID,SKU,Created Time\nT1,A,05/01/2024 10:00:00\n"
    file = open_orders(source, Layout(day_first=day_first), live=True)
    assert file.layout.day_first is day_first
    payload = file.reader.read(next(iter(file.orders()))).payload
    assert payload
    created = datetime.fromtimestamp(json.loads(payload)["created_at"], SHANGHAI)
    assert (created.month, created.hour) == (month, 10)


@pytest.mark.parametrize(
    ("head", "spec"),
    [
        ("订单号,商品名称,颜色,尺码", "藏青 XL"),
        ("订单号,商品名称,颜色分类,商品尺码", "藏青 XL"),
        ("order id,item name,Color,Size", "藏青 XL"),
        ("订单号,商品名称,规格,尺码", "藏青"),
    ],
)
def test_colour_and_size_in_two_columns_are_one_variant(head: str, spec: str) -> None:
    found, _ = orders(f"{head}\nT1,连衣裙,藏青,XL\n")
    line = found[0]["lines"][0]
    assert line["spec"] == spec
    assert line["item"] == f"连衣裙 {spec}"


def test_of_colour_and_size_either_may_be_empty_and_the_size_may_stand_first() -> None:
    found, _ = orders("订单号,商品名称,尺码,颜色\nT1,连衣裙,XL,藏青\nT2,连衣裙,,藏青\nT3,连衣裙,M,\nT4,帽子,,\n")
    assert [order["lines"][0].get("spec") for order in found] == ["藏青 XL", "藏青", "M", None]


def test_a_size_alone_is_the_variant() -> None:
    assert used(match_columns(["订单号", "商品名称", "尺码"])) == {"id": 0, "line.title": 1, "line.spec": 2}
