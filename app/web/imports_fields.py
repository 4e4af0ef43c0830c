"""The fields of an order as a person finds them: in groups, by words in either language."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.intake.columns import HEADINGS
from app.web.language import t
from app.web.mending import field_word


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """One field: its words, whether a column holds it, whether one still must; `words` is what a search looks in."""

    key: str
    label: str
    words: str
    used: bool
    wanted: bool


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields that belong together."""

    name: str
    fields: list[FieldChoice]


def label_of(field: str) -> str:
    """A field's name for a person."""
    words = {"id": t("订单号", "order number")}
    return words.get(field) or field_word(field if "." in field else f"order.{field}")


def field_groups(columns: Mapping[str, int], wanted: Collection[str]) -> list[FieldGroup]:
    """Every field an order file may have."""
    grouped = (
        (t("订单", "Order"), ("id", "state", "buyer_id", "buyer_message", "seller_memo", "carrier_wish")),
        (t("收货人", "Receiver"), ("customer_name", "phone", "province", "city", "district", "town", "address")),
        (t("商品", "Goods"), tuple(key for key in HEADINGS if key.startswith("line."))),
        (t("金额", "Amounts"), ("paid", "goods_amount", "postage", "discount")),
        (t("时间", "Times"), ("created_at", "paid_at", "modified_at", "ship_by")),
    )
    return [
        FieldGroup(
            name,
            [FieldChoice(key, label_of(key), " ".join(HEADINGS[key]), key in columns, key in wanted) for key in keys],
        )
        for name, keys in grouped
    ]
