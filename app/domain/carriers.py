"""Carriers by their codes (those without one by their names), with the words that people write for them."""

from __future__ import annotations

CARRIERS: dict[str, tuple[str, ...]] = {
    "SF": ("顺丰速运", "顺丰", "顺风", "sf"),
    "YTO": ("圆通", "园通", "yto"),
    "ZTO": ("中通", "zto"),
    "STO": ("申通", "sto"),
    "YUNDA": ("韵达", "yunda"),
    "JT": ("极兔", "j&t", "jt"),
    "JD": ("京东快递", "京东物流", "京东"),
    "EMS": ("邮政ems", "ems", "邮政快递", "中国邮政", "邮政", "邮局"),
    "DBL": ("德邦",),
    "百世": ("百世", "汇通"),
    "菜鸟": ("菜鸟速递", "菜鸟裹裹", "丹鸟", "菜鸟"),
    "宅急送": ("宅急送",),
    "跨越": ("跨越速运", "跨越"),
}
NAMES: dict[str, dict[str, str]] = {
    "SF": {"zh": "顺丰", "en": "SF Express"},
    "YTO": {"zh": "圆通", "en": "YTO Express"},
    "ZTO": {"zh": "中通", "en": "ZTO Express"},
    "STO": {"zh": "申通", "en": "STO Express"},
    "YUNDA": {"zh": "韵达", "en": "Yunda Express"},
    "JT": {"zh": "极兔", "en": "J&T Express"},
    "JD": {"zh": "京东物流", "en": "JD Logistics"},
    "EMS": {"zh": "邮政 EMS", "en": "EMS"},
    "DBL": {"zh": "德邦", "en": "Deppon"},
    "百世": {"zh": "百世", "en": "Best Express"},
    "菜鸟": {"zh": "菜鸟", "en": "Cainiao"},
    "宅急送": {"zh": "宅急送", "en": "ZJS Express"},
    "跨越": {"zh": "跨越", "en": "KYE"},
}
"""The same carriers by what pages call them."""
