"""The platforms' own samples: every amount, time and state as the sample has it, read here by hand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.domain.order import Order
from app.rulebook import load_pack

ROOT = Path(__file__).parents[2]
PACK = load_pack(orjson.loads((ROOT / "rule_packs" / "apparel-default.json").read_bytes()))
SIGNS = {"taobao": "tid", "pdd": "order_sn", "doudian": "order_id", "jd": "orderId", "woocommerce": "number"}


def read(platform: str, name: str) -> Any:
    return orjson.loads((ROOT / "tests" / "samples" / platform / f"{name}.json").read_bytes())


def found(node: Any, wanted: set[str]) -> list[dict[str, Any]]:
    """Every object below `node` that has all the wanted keys; not those inside another one."""
    if isinstance(node, dict):
        if wanted <= node.keys():
            return [node]
        return [one for value in node.values() for one in found(value, wanted)]
    return [one for value in node for one in found(value, wanted)] if isinstance(node, list) else []


def mapped(platform: str, payload: Any) -> Order:
    order = PACK.mappings[platform].map(payload, shop="s", hasher=lambda k, s, v: f"h{v}")
    assert isinstance(order, Order), order
    return order


def fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)


def beijing(text: str) -> int:
    return int(datetime.fromisoformat(f"{text}+08:00").timestamp())


def test_taobao_trades_keep_amounts_times_and_states() -> None:
    trades = found(read("taobao", "order_list"), {"tid", "orders"}) + found(
        read("taobao", "order_detail"), {"tid", "orders"}
    )
    states = {
        "WAIT_BUYER_PAY": "created", "WAIT_SELLER_SEND_GOODS": "paid", "WAIT_BUYER_CONFIRM_GOODS": "shipped",
        "TRADE_FINISHED": "signed", "TRADE_CLOSED": "refunded", "TRADE_CLOSED_BY_TAOBAO": "closed",
        "SELLER_CONSIGNED_PART": "shipped",
    }  # fmt: skip
    assert trades
    for trade in trades:
        order = mapped("taobao", trade)
        assert order.id == str(trade["tid"])
        assert order.paid == fen(trade["payment"])
        assert order.postage == fen(trade["post_fee"])
        assert order.created_at == beijing(trade["created"])
        assert order.state == states[trade["status"]]
        assert [line.price for line in order.lines] == [fen(o["price"]) for o in trade["orders"]["order"]]


def test_pdd_orders_keep_amounts_times_and_states() -> None:
    orders = found(read("pdd", "order_list"), {"order_sn", "item_list"})
    for row in orders:
        order = mapped("pdd", row)
        assert (order.id, order.paid) == (row["order_sn"], fen(row["pay_amount"]))
        assert order.created_at == beijing(row["created_time"])
        assert order.ship_by == beijing(row["last_ship_time"])
    assert [mapped("pdd", row).state for row in orders] == ["paid", "shipped", "refunding", "refunded", "paid"]
    assert "risk_review" in mapped("pdd", orders[-1]).flags


def test_doudian_orders_are_in_fen_and_epoch_seconds() -> None:
    for row in found(read("doudian", "order_detail"), {"sku_order_list"}):
        order = mapped("doudian", row)
        assert (order.id, order.paid, order.created_at) == (row["order_id"], row["pay_amount"], row["create_time"])
        assert [line.paid for line in order.lines] == [line["pay_amount"] for line in row["sku_order_list"]]


def test_wechat_orders_are_in_fen_and_carry_the_plain_phone_as_strong_evidence() -> None:
    row = read("wechat_store", "order_detail")["order"]
    order = mapped("wechat_store", read("wechat_store", "order_detail"))
    assert order.paid == row["order_detail"]["price_info"]["order_price"]
    assert order.created_at == row["create_time"]
    assert [(e.kind, e.value) for e in order.identity] == [
        ("phone", "h13800008213"),
        ("masked_phone_and_district", "138****8213"),
    ]


def test_jd_orders_take_what_is_to_be_paid_and_no_time_for_the_unpaid() -> None:
    orders = found(read("jd", "order_list"), {"orderId", "itemInfoList"})
    for row in orders:
        order = mapped("jd", row)
        assert (order.id, order.paid) == (row["orderId"], fen(row["shouldPay"]))
        assert (order.paid_at is None) == row["paymentConfirmTime"].startswith("0001")


def test_woocommerce_orders_are_in_utc() -> None:
    row = read("woocommerce", "order_detail")
    order = mapped("woocommerce", row)
    assert order.created_at == int(datetime.fromisoformat(f"{row['date_created_gmt']}+00:00").timestamp())
    assert order.paid == fen(row["total"])


def test_shopify_orders_map_from_the_list() -> None:
    (row,) = found(read("shopify", "order_list"), {"displayFinancialStatus", "lineItems"})
    order = mapped("shopify", row)
    assert (order.id, order.state) == (row["id"], "paid")
    assert order.paid == fen(row["currentTotalPriceSet"]["shopMoney"]["amount"])


@pytest.mark.parametrize("platform", ["taobao", "doudian", "wechat_store", "jd", "woocommerce"])
def test_every_documented_state_is_known_and_no_other(platform: str) -> None:
    section = PACK.document["mappings"][platform]
    known = {code for row in section["order"] if row["field"] == "order.state" for code in row["choices"]}
    assert {row["code"] for row in read(platform, "status_map")["map"]} <= known


def test_a_state_nobody_knows_is_a_problem_at_its_place() -> None:
    (trade,) = found(read("taobao", "order_detail"), {"tid", "orders"})
    problems = PACK.mappings["taobao"].map({**trade, "status": "NEW"}, shop="s", hasher=lambda k, s, v: v)
    assert isinstance(problems, list)
    assert [(p.code, p.path) for p in problems] == [("unknown-choice", "$.status")]
