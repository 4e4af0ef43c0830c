"""What the warehouses of a counter-example hold, so that who covers what comes out as wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Facts = Mapping[str, Any]
Stock = list[dict[str, int]]


class UnstockableError(ValueError):
    """No stock makes these facts true together."""


def units_wanted(values: Facts) -> int:
    """How many units the order needs at least for its stock to be shared out as wanted."""
    return max(2, int(values.get("network.fewest") or 0), int(values.get("network.units") or 0))


def stock_of(values: Facts, houses: Sequence[Facts], target: int | None, units: Mapping[str, int]) -> Stock:
    """The stock of each warehouse, in order. `units` is what the order needs; raises UnstockableError."""
    if "network.covers_order" not in values:
        return [dict(units) for _ in houses]
    held: Stock = [dict(units) if house.get("warehouse.covers_order") else {} for house in houses]
    short = [n for n, house in enumerate(houses) if not house.get("warehouse.covers_order")]
    if not values["network.covers_order"]:
        return _too_little(houses, held, units)
    if target is not None and target in short:
        _supplement(houses, held, target, units)
    if len(short) == len(houses) and not _covered(held, units):
        _share(held, [n for n in short if n != target] or short, units, int(values.get("network.fewest") or 2))
    return held


def _too_little(houses: Sequence[Facts], held: Stock, units: Mapping[str, int]) -> Stock:
    """As many as each is said to have, of one SKU, which together must still not be enough."""
    sku, need = max(units.items(), key=lambda each: each[1])
    for house, own in zip(houses, held, strict=True):
        have = int(house.get("warehouse.available") or 0)
        if have:
            own[sku] = have
    if sum(own.get(sku, 0) for own in held) >= need:
        raise UnstockableError
    return held


def _supplement(houses: Sequence[Facts], held: Stock, target: int, units: Mapping[str, int]) -> None:
    """The target lacks one unit, which those that are to cover its shortfall have."""
    helpers = [
        n
        for n, house in enumerate(houses)
        if n != target and house.get("warehouse.covers_shortfall") and not house.get("warehouse.covers_order")
    ]
    if not helpers:
        return
    sku, need = max(units.items(), key=lambda each: each[1])
    if sum(units.values()) < 2:
        raise UnstockableError
    held[target] = {**units, sku: need - 1}
    for n in helpers:
        held[n] = {sku: 1}


def _covered(held: Stock, units: Mapping[str, int]) -> bool:
    return all(sum(own.get(sku, 0) for own in held) >= need for sku, need in units.items())


def _share(held: Stock, among: Sequence[int], units: Mapping[str, int], parts: int) -> None:
    """Divide one SKU over so many warehouses that no fewer have it all; the other SKUs are with the first."""
    sku, need = max(units.items(), key=lambda each: each[1])
    if need < parts or len(among) < parts:
        raise UnstockableError
    held[among[0]] = {**units, sku: need - (parts - 1)}
    for n in among[1:parts]:
        held[n] = {sku: 1}
