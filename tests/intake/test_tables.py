"""The small tables: what a file says becomes rows, and everything wrong is told at once."""

from __future__ import annotations

import pytest

from app.domain.errors import Refused
from app.domain.goods import FreightRate, Sku
from app.intake.tables import (
    FreightLine,
    ListingLine,
    StockLine,
    parse_freight,
    parse_listings,
    parse_skus,
    parse_stock,
    parse_warehouses,
)


def test_a_warehouse_row_is_read_whole() -> None:
    head = "code,name,province,city,district,latitude,longitude,kind,provinces_served,daily_capacity,cut_off\n"
    parsed = parse_warehouses(
        (head + "HZ,杭州仓,浙江省,杭州市,余杭区,30.42,119.98,own,浙江省|上海市,5000,16:30\n").encode()
    )
    (warehouse,) = parsed.rows
    assert not parsed.problems
    assert (warehouse.code, warehouse.cut_off, warehouse.daily_capacity) == ("HZ", 990, 5000)
    assert warehouse.provinces_served == ("浙江省", "上海市")
    assert (warehouse.latitude, warehouse.longitude) == (30.42, 119.98)


def test_stock_may_have_chinese_headings_in_gb18030() -> None:
    parsed = parse_stock("仓库,商品编码,数量,库位\nHZ,A,12,A-01\n".encode("gb18030"))
    assert parsed.rows == [StockLine("HZ", "A", 12, "A-01")]


def test_a_bundle_lists_its_components_and_cost_becomes_fen() -> None:
    parsed = parse_skus(b"sku,name,weight_g,cost,components\nSET,Set,500,12.345,A*2|B\n")
    assert parsed.rows == [Sku("SET", "Set", 500, 1234, (("A", 2), ("B", 1)))]


def test_freight_prices_become_fen() -> None:
    head = "warehouse,province,first_weight_g,first_price,step_g,step_price\n"
    parsed = parse_freight((head + "HZ,浙江省,1000,5.50,500,1\n").encode())
    assert parsed.rows == [FreightLine("HZ", "浙江省", FreightRate(1000, 550, 500, 100))]


def test_listings_name_shop_item_and_sku() -> None:
    assert parse_listings(b"shop,item,sku\ntb,6001,A\n").rows == [ListingLine("tb", "6001", "A")]


def test_every_problem_is_told_by_row_and_column_and_good_rows_stay() -> None:
    parsed = parse_stock(b"warehouse,sku,on_hand\nHZ,A,-1\n,B,x\nHZ,C,3\n")
    assert [(problem.path, problem.code) for problem in parsed.problems] == [
        ("row 2/on_hand", "cell-whole-number"),
        ("row 3/warehouse", "cell-empty"),
        ("row 3/on_hand", "cell-whole-number"),
    ]
    assert parsed.rows == [StockLine("HZ", "C", 3)]


@pytest.mark.parametrize("text", ["SET*2", "A*0|SET"])
def test_a_bundle_cannot_hold_itself(text: str) -> None:
    parsed = parse_skus(f"sku,components\nSET,{text}\n".encode())
    assert parsed.problems[-1].code == "cell-components"


def test_a_table_without_its_needed_columns_is_refused() -> None:
    with pytest.raises(Refused, match="columns-missing") as refused:
        parse_stock(b"sku\nA\n")
    assert refused.value.details == {"columns": "on_hand, warehouse"}
