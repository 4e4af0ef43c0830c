"""A small house to decide in: two warehouses, a few SKUs, and packs written as short as a test needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.domain.goods import Catalogue, FreightRate, Sku, Stock, Warehouse
from app.domain.order import Evidence, Line, Order, Strength
from app.processing.world import World
from app.rulebook import load_pack
from app.rulebook.pack import CompiledPack

NOON = 1_795_492_800  # 2026-11-24 12:00 in Shanghai

LOCAL: dict[str, Any] = {
    "id": "local",
    "title": {"zh": "本地仓", "en": "Local"},
    "when": {"all": [{"field": "target.covers_order", "op": "is", "value": True}]},
    "then": [{"do": "reserve", "at": "target"}],
}
NEAREST: dict[str, Any] = {
    "id": "nearest",
    "title": {"zh": "最近仓", "en": "Nearest"},
    "when": {"all": [{"any_warehouse": {"field": "warehouse.covers_order", "op": "is", "value": True}}]},
    "then": [{"do": "reserve", "at": "nearest"}],
}
OTHERWISE: dict[str, Any] = {
    "id": "otherwise",
    "title": {"zh": "其他", "en": "Otherwise"},
    "accepts": None,
    "then": [{"do": "hold", "reason": "no-rule", "owner": "supervisor"}],
}
DUPLICATES: dict[str, Any] = {
    "window_seconds": 180,
    "skus": "same_set",
    "evidence": [
        {"kind": "phone", "strength": "strong"},
        {"kind": "platform_address", "scope": "shop", "strength": "strong"},
        {"kind": "masked_phone_and_district", "strength": "weak"},
    ],
    "strong": {"do": "hold", "owner": "supervisor"},
    "weak": {"do": "ask", "owner": "supervisor"},
}


def make_pack(
    allocation: list[dict[str, Any]] | None = None,
    screening: list[dict[str, Any]] | None = None,
    **sections: Any,
) -> CompiledPack:
    document = {
        "format": 1,
        "pack": "test",
        "title": {"zh": "测试", "en": "Test"},
        "mappings": {},
        "duplicates": DUPLICATES,
        "consolidation": {"enabled": False, "window_seconds": 3600},
        "screening": {"rules": screening or []},
        "allocation": {"hit": "first", "rules": [*([LOCAL, NEAREST] if allocation is None else allocation), OTHERWISE]},
        "examples": [],
        **sections,
    }
    return load_pack(document)


def make_order(number: str = "1", *lines: tuple[str, int], **facts: Any) -> Order:
    values: dict[str, Any] = {
        "shop": "s1",
        "platform": "manual",
        "state": "paid",
        "created_at": NOON,
        "province": "浙江省",
        "city": "杭州市",
        "district": "西湖区",
        **facts,
    }
    made = [Line(str(place), sku, count) for place, (sku, count) in enumerate(lines or (("A", 1),), 1)]
    return Order(id=number, lines=values.pop("lines", made), **values)


def phone(value: str = "p1") -> tuple[Evidence, ...]:
    return (Evidence("phone", value, "", Strength.STRONG),)


def make_world(stock: dict[str, dict[str, int]], **facts: Any) -> World:
    hangzhou = Warehouse("HZ", province="浙江省", city="杭州市", provinces_served=("浙江省",))
    guangzhou = Warehouse("GZ", province="广东省", city="广州市", provinces_served=("广东省",))
    skus = {code: Sku(code, weight_g=300) for code in "ABCG"} | {"SET": Sku("SET", components=(("A", 1), ("B", 2)))}
    rate = FreightRate(1000, 500, 1000, 200)
    freight = {("HZ", "浙江"): rate, ("GZ", "浙江省"): rate}
    catalogue = Catalogue(skus=skus, listings={("s1", "item-9"): "A"}, freight=freight)
    facts = {"warehouses": [hangzhou, guangzhou], "catalogue": catalogue, **facts}
    return World(stock=Stock({code: dict(held) for code, held in stock.items()}), **facts)


@pytest.fixture
def pack() -> CompiledPack:
    return make_pack()


@pytest.fixture
def hasher() -> Callable[[str, str, str], str]:
    return lambda kind, scope, value: f"h:{kind}:{scope}:{len(value)}"
