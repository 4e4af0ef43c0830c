"""The fields of an order as a person finds them: in groups, by words in either language; and a file with some."""

from __future__ import annotations

import csv
import io
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
    return [FieldGroup(name, [_choice(key, columns, wanted) for key in keys]) for name, keys in grouped]


def sample_file() -> bytes:
    """A small order file (CSV, as spreadsheets open it) to start from: two orders, the first with two lines."""
    first = ("SAMPLE-1", "2026-11-23 09:30:00", 199, "林小明", "13800000001", "浙江省", "杭州市", "西湖区", "文三路 1")
    second = ("SAMPLE-2", "2026-11-23 10:05:00", 59, "周婷", "13800000002", "广东省", "广州市", "天河区", "体育西路 2")
    keys = (
        "id", "paid_at", "paid", "customer_name", "phone", "province", "city", "district", "address", "line.sku",
        "line.title", "line.quantity", "line.price",
    )  # fmt: skip
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([label_of(key) for key in keys])
    writer.writerow([*first, "TENT-2P", t("双人帐篷", "Tent for two"), 1, 169])
    writer.writerow([*first, "MUG-01", t("马克杯", "Mug"), 1, 30])
    writer.writerow([*second, "LAMP-01", t("露营灯", "Lamp"), 1, 59])
    return text.getvalue().encode("utf-8-sig")


def _choice(key: str, columns: Mapping[str, int], wanted: Collection[str]) -> FieldChoice:
    words = " ".join((*LABELS[key].values(), *HEADINGS.get(key, ())))
    return FieldChoice(key, label_of(key), words, key in columns, key in wanted)
