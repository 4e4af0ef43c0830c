"""Files that shops really exported: every row is accounted for, and what holds no orders is refused by name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from app.domain.errors import Refused
from app.intake.layout import Layout
from app.intake.workbook import Checked, Import, Known, import_file

DATA = Path(__file__).parents[2].parent / "shared/data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the exported files are not there ({DATA})")


class Eye:
    """Takes every order and keeps what it saw."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []

    def check(self, payload: bytes) -> Checked:
        self.seen.append(payload)
        return Checked(payload)

    def known(self, orders: Mapping[str, Checked]) -> Known:
        return Known()

    def send(self, payloads: Sequence[bytes]) -> None:
        pytest.fail(f"a dry run sent {len(payloads)} orders")


@cache
def read(file: str, sheet: str = "") -> tuple[Import, list[bytes]]:
    eye = Eye()
    return import_file(DATA / file, eye, live=False, dry_run=True, layout=Layout(sheet)), eye.seen


@pytest.mark.parametrize(
    ("file", "sheet", "rows", "orders", "reasons"),
    [
        # Nine rows of it are titled 邮费; 315 unpaid ones name no goods, which history does not need.
        ("taobao_export/TB2018.xls", "", 1783, 1783, {"row-is-a-charge": 9}),
        ("taobao_export/mingribooks.xls", "", 704, 704, {}),
        ("taobao_export/1月.xlsx", "明日", 50, 50, {}),
        ("taobao_export/1月.xlsx", "莫寒", 50, 50, {}),
        ("taobao_export/1月.xlsx", "白桦", 49, 49, {}),
        ("taobao_export/1月.csv", "", 50, 50, {}),
        ("superstore_cn/示例 - 超市.xls", "订单", 10_000, 2_773, {}),
        ("tmall/tmall_order_report.csv", "", 28_010, 28_010, {}),
    ],
)
def test_an_old_export_is_read_row_by_row(
    file: str, sheet: str, rows: int, orders: int, reasons: dict[str, int]
) -> None:
    result, seen = read(file, sheet)
    lost = sum(reasons.values())
    assert (result.rows, result.orders) == (rows, orders)
    assert (result.accepted, result.duplicates, result.rejected) == (rows - lost, 0, lost)
    assert result.reasons == reasons
    # The nine charges are orders of one row.
    assert len(seen) == orders - lost


def test_a_share_taken_off_is_no_amount_of_discount() -> None:
    _, seen = read("superstore_cn/示例 - 超市.xls", "订单")
    orders = [json.loads(payload) for payload in seen]
    assert not [order for order in orders if "discount" in order]
    assert sum(len(order["lines"]) for order in orders) == 10_000


def test_a_report_without_goods_gives_orders_without_lines() -> None:
    _, seen = read("tmall/tmall_order_report.csv", "")
    assert not [payload for payload in seen if json.loads(payload)["lines"]]


@pytest.mark.parametrize(
    ("file", "lacking"),
    [
        ("JD.csv", "订单编号（或：买家＋时间或金额）"),
        ("dd.xls", "订单编号（或：买家＋时间或金额）、商品编码或商品名称"),
        ("mrbook.xlsx", "订单编号（或：买家＋时间或金额）"),
        ("销售表.xlsx", "订单编号（或：买家＋时间或金额）"),
    ],
)
def test_a_table_that_holds_no_orders_is_refused_naming_what_it_lacks(file: str, lacking: str) -> None:
    with pytest.raises(Refused) as refused:
        read(f"taobao_export/{file}")
    assert (refused.value.code, refused.value.details["columns"]) == ("order-columns-missing", lacking)


def test_a_file_cut_off_in_the_middle_is_refused_as_damaged() -> None:
    with pytest.raises(Refused) as refused:
        read("online_retail/truncated.xlsx")
    assert refused.value.code == "file-corrupt"
