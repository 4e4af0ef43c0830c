"""The fields of an order as a person finds them: in groups, by words in either language."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.intake.columns import HEADINGS, LABELS
from app.web.language import pick, t


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
    return pick(LABELS[field])


def field_groups(columns: Mapping[str, int], wanted: Collection[str]) -> list[FieldGroup]:
    """Every field an order file may have."""
    grouped: tuple[tuple[str, tuple[str, ...]], ...] = (
        (t("订单", "Order"), ("id", "state", "buyer_id", "buyer_message", "seller_memo", "carrier_wish")),
        (t("收货人", "Receiver"), ("customer_name", "phone", "province", "city", "district", "town", "address")),
        (t("商品", "Goods"), tuple(key for key in LABELS if key.startswith("line."))),
        (t("金额", "Amounts"), ("paid", "goods_amount", "postage", "discount")),
        (t("时间", "Times"), ("created_at", "paid_at", "modified_at", "ship_by")),
    )
    named = {key for _, keys in grouped for key in keys}
    others = tuple(key for key in LABELS if key not in named)
    if others:
        grouped = (*grouped, (t("其他", "Others"), others))
    return [
        FieldGroup(
            name,
            [
                FieldChoice(key, label_of(key), " ".join(HEADINGS.get(key, ())), key in columns, key in wanted)
                for key in keys
            ],
        )
        for name, keys in grouped
    ]
