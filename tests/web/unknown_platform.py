"""Payloads of a platform that nobody has mapped: names of its own, amounts in fen, times in milliseconds."""

from __future__ import annotations

from typing import Any


def an_order(number: int, *, state: str = "K2", quantity: int = 1, sku: str = "YS-TENT-2P-GRN") -> dict[str, Any]:
    """A paid order; `K2` is how the platform says so."""
    tent = 29_900 * quantity
    return {
        "base": {
            "orderNumber": f"E20260715{number:05}", "stage": state, "bornAt": 1_784_109_600_000 + number * 1000,
            "paymentAt": 1_784_109_620_000 + number * 1000, "channel": "app", "risk": 0,
        },
        "money": {"goodsSum": tent, "couponOff": 1_000, "carriage": 600, "cash": tent - 400},
        "receiver": {
            "name": "王小明", "mobile": f"139{12345678 + number - 1}", "province": "浙江省", "city": "杭州市",
            "district": "西湖区", "address": f"文三路{number}号",
        },
        "goods": [
            {"rowNumber": f"E20260715{number:05}-1", "merchantNo": sku, "productId": 88_000_000_001 + number % 2,
             "productName": "双人帐篷", "buyCount": quantity, "unitPrice": 29_900},
        ],
        "leaveWord": "请周末送货",
    }  # fmt: skip
