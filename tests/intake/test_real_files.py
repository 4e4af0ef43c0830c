"""Order files nobody here has made: what becomes of every row of them."""

from __future__ import annotations

import gzip
import itertools
import json
from collections import Counter
from pathlib import Path

import pytest

from app.domain.errors import Refused
from app.intake.layout import Layout
from app.intake.orderfile import OrderFile, open_orders

DATA = Path(__file__).parents[2].parent / "shared/data"
TAOBAO = DATA / "taobao_export"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the shared data folder is not there")


def read(source: Path | bytes, *, live: bool = False, sheet: str = "") -> tuple[OrderFile, list[dict], Counter[str]]:
    """The file, its orders as payloads, and its rows by fate: `accepted`, `duplicate` or the reason of rejection."""
    file = open_orders(source, Layout(sheet=sheet), live=live)
    payloads, fates = [], Counter[str]()
    for order in file.orders():
        reading = file.reader.read(order)
        payloads += [json.loads(reading.payload)] if reading.payload else []
        fates["accepted"] += len(reading.accepted)
        fates["duplicate"] += len(reading.duplicates)
        fates.update(problems[0].code for _, problems in reading.rejected)
    assert fates.total() == file.rows
    return file, payloads, +fates


@pytest.mark.parametrize(
    ("name", "sheet", "orders", "fates"),
    [
        ("TB2018.xls", "", 1774, {"accepted": 1774, "row-is-a-charge": 9}),
        ("mingribooks.xls", "", 704, {"accepted": 704}),
        ("1月.csv", "", 50, {"accepted": 50}),
        ("1月.xlsx", "明日", 50, {"accepted": 50}),
        ("1月.xlsx", "莫寒", 50, {"accepted": 50}),
        ("1月.xlsx", "白桦", 49, {"accepted": 49}),
    ],
)
def test_exports_without_order_numbers_are_read_as_they_are(
    name: str, sheet: str, orders: int, fates: dict[str, int]
) -> None:
    file, payloads, found = read(TAOBAO / name, sheet=sheet)
    assert (len(payloads), dict(found)) == (orders, fates)
    assert file.layout.key[0] == "buyer_id"
    assert len({payload["id"] for payload in payloads}) == orders


def test_made_numbers_are_the_same_when_the_file_comes_again() -> None:
    file, first, _ = read(TAOBAO / "TB2018.xls")
    again = open_orders(TAOBAO / "TB2018.xls", file.layout, live=False)
    assert [order.id for order in again.orders() if again.reader.read(order).payload] == [each["id"] for each in first]


def test_unpaid_orders_of_history_are_recorded_without_goods_and_refused_live() -> None:
    _, old, _ = read(TAOBAO / "TB2018.xls")
    without_goods = [order for order in old if not order["lines"]]
    assert len(without_goods) == 315
    assert {order["state"] for order in without_goods} == {"created"}
    _, live, fates = read(TAOBAO / "TB2018.xls", live=True)
    assert len(live) == 1459
    assert fates["quantity-not-positive"] == 315


def test_the_superstores_orders_are_found_among_its_sheets_and_wait_for_matching() -> None:
    file, payloads, fates = read(DATA / "superstore_cn/示例 - 超市.xls", live=True)
    assert (file.sheet.name, len(payloads), dict(fates)) == ("订单", 2773, {"accepted": 10000})
    lines = [line for payload in payloads for line in payload["lines"]]
    assert len(lines) == 10000
    assert all(line["item"] and "sku" not in line for line in lines)
    # Its 折扣 is a share (0.2, 0.4) and no amount.
    assert not any("discount" in payload for payload in payloads)


def test_a_report_of_amounts_is_history_without_lines_and_no_live_order() -> None:
    _, payloads, fates = read(DATA / "tmall/tmall_order_report.csv")
    assert (len(payloads), dict(fates)) == (28010, {"accepted": 28010})
    assert not any(payload["lines"] for payload in payloads)
    with pytest.raises(Refused, match="order-columns-missing") as refused:
        read(DATA / "tmall/tmall_order_report.csv", live=True)
    assert refused.value.details["columns"] == "商品编码或商品名称"


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("name", ["JD.csv", "dd.xls", "mrbook.xlsx", "销售表.xlsx"])
def test_files_that_are_no_orders_are_refused_naming_what_is_missing(name: str, live: bool) -> None:
    with pytest.raises(Refused, match="order-columns-missing") as refused:
        read(TAOBAO / name, live=live)
    assert "订单编号" in refused.value.details["columns"]
    assert "order number" in refused.value.details["columns_en"]


def test_a_truncated_workbook_is_damaged() -> None:
    with pytest.raises(Refused, match="file-corrupt"):
        read(DATA / "online_retail/truncated.xlsx")


def test_every_row_of_the_retail_file_has_a_fate() -> None:
    with gzip.open(DATA / "online_retail/online_retail.csv.gz") as file:
        top = b"".join(itertools.islice(file, 20_001))
    _, payloads, fates = read(top)
    assert fates.total() == 20_000
    assert {"accepted", "duplicate", "row-cancels", "row-is-a-charge", "quantity-not-positive"} <= fates.keys()
    assert not any(payload["id"].startswith("C") for payload in payloads)
    assert all(line["quantity"] > 0 for payload in payloads for line in payload["lines"])
    # One worthless row takes its old order's other rows not with it.
    mixed = next(payload for payload in payloads if payload["id"] == "536370")
    assert len(mixed["lines"]) == 19
