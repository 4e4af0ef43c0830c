"""Simulated payloads read as orders by the mappings that ship."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from app.domain.order import Order
from app.rulebook import load_pack
from connectors.sandbox import PLATFORMS, Sandbox

PACK = load_pack(orjson.loads((Path(__file__).parents[2] / "rule_packs" / "apparel-default.json").read_bytes()))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_order_without_mishaps_maps_to_a_paid_order_with_every_amount(platform: str) -> None:
    sandbox = Sandbox(7)
    for n in range(50):
        payload = sandbox.order(platform, 1_784_109_600 + n, mishaps=False)
        order = PACK.mappings[platform].map(payload, shop="s", hasher=lambda k, s, v: v)
        assert isinstance(order, Order), order
        assert (order.state, order.created_at) == ("paid", 1_784_109_600 + n)
        assert order.paid == sum((line.price or 0) * line.quantity for line in order.lines)
