"""What a mapping can fill: the fields of the canonical order and its lines, their types and their limits."""

from __future__ import annotations

from app.domain.order import OrderState, Refund

ORDER_TYPES: dict[str, str] = {
    "id": "text",
    "state": "choice",
    "created_at": "time",
    "paid_at": "time",
    "modified_at": "time",
    "ship_by": "time",
    "currency": "text",
    "goods_amount": "money",
    "postage": "money",
    "discount": "money",
    "paid": "money",
    "province": "text",
    "city": "text",
    "district": "text",
    "town": "text",
    "customer_name": "text",
    "phone": "text",
    "address": "text",
    "buyer_id": "text",
    "buyer_message": "text",
    "seller_memo": "text",
    "seller_flag": "text",
    "carrier_wish": "text",
    "urgent": "boolean",
}
LINE_TYPES: dict[str, str] = {
    "id": "text",
    "sku": "text",
    "quantity": "integer",
    "item": "text",
    "title": "text",
    "spec": "text",
    "price": "money",
    "paid": "money",
    "refund": "choice",
    "gift": "boolean",
}
CANONICAL: dict[str, tuple[str, ...]] = {
    "order.state": tuple(state.value for state in OrderState),
    "line.refund": tuple(refund.value for refund in Refund),
}
"""The values that a choice may be mapped to."""
NEEDED = ("order.id", "order.state", "line.id", "line.quantity")
DEFAULTS: dict[str, object] = {
    "order.currency": "CNY",
    "line.title": "",
    "line.spec": "",
    "line.refund": Refund.NONE.value,
    "line.gift": False,
}
LONGEST: dict[str, int] = {
    "order.id": 128,
    "order.currency": 3,
    "order.province": 32,
    "line.id": 64,
    "line.sku": 128,
    "line.item": 128,
}
"""Longest text in characters, where storage has a limit; all other texts end at 4,000."""
LONGEST_TEXT = 4_000
TYPES: dict[str, str] = {
    **{f"order.{name}": kind for name, kind in ORDER_TYPES.items()},
    **{f"line.{name}": kind for name, kind in LINE_TYPES.items()},
}
