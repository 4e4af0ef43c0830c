"""The quick reading gives what the careful one gives, or steps aside."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.money import BadAmountError
from app.domain.order import Order
from app.mapping.quick import UnusualError
from app.mapping.values import BadValueError
from app.rulebook import load_pack
from connectors.sandbox import PLATFORMS, Sandbox

ROOT = Path(__file__).parents[2]
PACK = load_pack(orjson.loads((ROOT / "rule_packs" / "apparel-default.json").read_bytes()))
ODD: list[Any] = [
    None,
    "",
    "0",
    0,
    1,
    -1,
    7.5,
    True,
    False,
    [],
    {},
    [{}],
    "x",
    "138****1234",
    "2026-01-01 00:00:00",
    "\0",
]
AT = 1_784_109_600


def hashed(kind: str, scope: str, value: str) -> str:
    return f"{kind}|{scope}|{value}"


def places(node: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value below `node`."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [way, *(found for key, value in items for found in places(value, (*way, key)))]


def changed(payload: Any, way: tuple[Any, ...], value: Any, *, gone: bool) -> Any:
    """A copy with the value at `way` replaced or taken out."""
    copied = copy.deepcopy(payload)
    if not way:
        return value
    node = copied
    for key in way[:-1]:
        node = node[key]
    if gone:
        del node[way[-1]]
    else:
        node[way[-1]] = value
    return copied


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_a_platform_usually_sends_is_read_quickly(platform: str) -> None:
    mapping = PACK.mappings[platform]
    sandbox = Sandbox(5)
    for n in range(50):
        payload = sandbox.order(platform, AT + n, mishaps=False)
        root = mapping._unwrap(payload)
        assert mapping.quick is not None
        assert mapping.quick(root, "s", hashed) == mapping.read_carefully(root, shop="s", hasher=hashed)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(sorted(PACK.mappings)), st.integers(0, 2**32), st.integers(1, 3))
def test_odd_values_anywhere_are_read_alike_or_left_to_the_careful_reading(
    platform: str, seed: int, changes: int
) -> None:
    mapping = PACK.mappings[platform]
    dice = random.Random(seed)
    payload = (
        Sandbox(seed % 50).order(platform, AT, mishaps=False)
        if platform in PLATFORMS
        else orjson.loads((ROOT / "tests" / "samples" / platform / "order_detail.json").read_bytes())
    )
    for _ in range(changes):
        payload = changed(payload, dice.choice(places(payload)), dice.choice(ODD), gone=dice.random() < 0.3)
    root = mapping._unwrap(payload)
    if not isinstance(root, dict):
        return
    careful = mapping.read_carefully(root, shop="s", hasher=hashed)
    assert mapping.quick is not None
    try:
        assert mapping.quick(root, "s", hashed) == careful
    except (UnusualError, BadValueError, BadAmountError):
        assert mapping.map(payload, shop="s", hasher=hashed) == careful


def test_a_line_without_any_sku_is_an_order_with_an_unknown_sku() -> None:
    payload = Sandbox(1).order("taobao", AT, mishaps=False)
    for line in PACK.mappings["taobao"].each.find(payload) or PACK.mappings["taobao"].each.find(
        PACK.mappings["taobao"]._unwrap(payload)
    ):
        for key in ("outer_sku_id", "outer_iid"):
            line.pop(key, None)
    order = PACK.mappings["taobao"].map(payload, shop="s", hasher=hashed)
    assert isinstance(order, Order)
    assert {line.sku for line in order.lines} == {None}
