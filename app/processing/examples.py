"""Deciding what a pack's example gives: its own small world, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.decision import Case, Decision
from app.domain.errors import Refused
from app.domain.goods import Catalogue, Sku, Stock, Warehouse
from app.domain.order import Order
from app.processing.decide import decide
from app.processing.trial import decision_json
from app.processing.world import World
from app.rulebook.order_schema import load_order
from app.rulebook.pack import CompiledPack

Json = Mapping[str, Any]
_WAREHOUSE_TEXTS = ("code", "name", "province", "city", "district", "kind")


def decide_example(given: Json, pack: CompiledPack) -> list[dict[str, Any]]:
    """The decisions for an example's earlier orders and, last, its own, in the shape of `pandan decide`.

    Raises `Refused` for orders that do not load.
    """
    return [decision_json(decision, []) for decision in decide_for_example(given, pack)]


def decide_for_example(given: Json, pack: CompiledPack) -> list[Decision]:
    """The same as they are. Raises as `decide_example`."""
    orders, world, at = example_world(given)
    return decide([Case(order) for order in orders], world, pack, at)


def example_world(given: Json) -> tuple[list[Order], World, int]:
    """An example's orders, its own the last, with their small world and the time of deciding.

    Without warehouses each code in the stock is a warehouse at no known place. Raises as `decide_example`.
    """
    at = int(datetime.fromisoformat(given["at"]).timestamp()) if "at" in given else 1_800_000_000
    orders = [_order(document, at) for document in (*given.get("earlier", ()), given["order"])]
    stock = Stock({code: dict(units) for code, units in given.get("stock", {}).items()})
    rows = given.get("warehouses") or [{"code": code} for code in stock.available]
    skus = {row["sku"]: _sku(row) for row in given.get("skus", ())}
    catalogue = Catalogue(skus, trusting=True)
    return orders, World([_warehouse(row) for row in rows], stock, catalogue), at


def _order(document: Json, at: int) -> Order:
    order = load_order(document, at=at)
    if isinstance(order, list):
        raise Refused("order-invalid", problems=tuple(order))
    return order


def _sku(row: Json) -> Sku:
    parts = tuple((sku, int(quantity)) for sku, quantity in row.get("components", {}).items())
    return Sku(row["sku"], row.get("name", ""), row.get("weight_g"), row.get("cost"), parts)


def _warehouse(row: Json) -> Warehouse:
    texts = {name: row[name] for name in _WAREHOUSE_TEXTS if name in row}
    hour, _, minute = row.get("cut_off", "").partition(":")
    return Warehouse(
        **texts,
        latitude=row.get("latitude"),
        longitude=row.get("longitude"),
        provinces_served=tuple(p for p in row.get("provinces_served", "").split("|") if p),
        daily_capacity=row.get("daily_capacity"),
        cut_off=int(hour) * 60 + int(minute or 0) if hour else None,
    )
