"""Sentences about users, what they may see, and personal data."""

SENTENCES: dict[str, dict[str, str]] = {
    "administrator-all-shops": {
        "zh": "管理员负责所有店铺。要限定店铺，请先换成别的角色。",
        "en": "An administrator works for all shops. Give another role first.",
    },
    "shop-missing": {"zh": "请至少选一个店铺。", "en": "Choose at least one shop."},
}
