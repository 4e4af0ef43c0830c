"""One order tried: decided by the real `decide` in a world that can be changed at will. Nothing is spent or kept."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from app.domain.decision import Case, Overlay
from app.domain.errors import Problem
from app.domain.goods import Catalogue, Stock, Warehouse
from app.domain.order import Order
from app.processing.decide import decide
from app.processing.examples import example_world
from app.processing.profile import profile_of
from app.processing.readying import make_ready
from app.processing.record import answer
from app.processing.replay import settled
from app.processing.world import World
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import CompiledPack, pack_problems

Json = dict[str, Any]
_AROUND = ("repeats", "parcels", "host_at", "protections")
"""What a record tells of other orders and of watches: facts of the time that this world does not hold."""


@dataclass(frozen=True, slots=True)
class Setting:
    """An order and the world in which it is tried; `around` are facts of a former decision about other orders."""

    order: Order
    warehouses: Sequence[Warehouse]
    stock: Mapping[str, Mapping[str, int]]
    catalogue: Catalogue
    at: int
    overlay: Overlay = field(default_factory=Overlay)
    earlier: Sequence[Order] = ()
    around: Mapping[str, Any] = field(default_factory=dict)

    @property
    def skus(self) -> list[str]:
        """What its stock is asked for: the SKUs it wants, bundles by their parts, and what the stock names."""
        lines = make_ready(Case(self.order), self.catalogue).lines
        parts = [part for line in lines if line.sku for part, _ in self.catalogue.explode(line.sku, line.quantity)]
        return list(dict.fromkeys([*parts, *(sku for held in self.stock.values() for sku in held)]))


def of_example(given: Mapping[str, Any]) -> Setting:
    """What an example or a counter-example gives. Raises `Refused` for orders that do not load."""
    orders, world, at = example_world(given)
    return Setting(orders[-1], world.warehouses, world.stock.available, world.catalogue, at, earlier=orders[:-1])


def of_record(
    order: Order, overlay: Overlay, record: Mapping[str, Any], warehouses: Sequence[Warehouse], catalogue: Catalogue
) -> Setting:
    """An order as it was decided: the stock, the room and the time of its record, the places and goods of today."""
    facts = {one["code"]: one for one in record.get("warehouses", ())}
    known = [_with_room(one, facts[one.code]) for one in warehouses if one.code in facts] if facts else warehouses
    stock = {code: dict(one["stock"]) for code, one in facts.items()}
    around = {name: record[name] for name in _AROUND if name in record}
    return Setting(order, known, stock, catalogue, record["at"], overlay, around=around)


def tried(setting: Setting, pack: CompiledPack) -> Json:
    """The record of deciding it by this pack."""
    stock = Stock({code: dict(held) for code, held in setting.stock.items()})
    world = World([copy.copy(one) for one in setting.warehouses], stock, setting.catalogue)
    cases = [*(Case(one) for one in setting.earlier), Case(setting.order, setting.overlay)]
    record: Json = orjson.loads(decide(cases, world, pack, setting.at)[-1].record)
    if setting.around and "warehouses" in record:
        record |= setting.around
        ruling = settled(record, profile_of(pack))
        record |= {"decision": answer(ruling.decision), "tried": ruling.tried}
    return record


def finished_part(document: Json) -> tuple[Json, list[str], list[Problem]]:
    """The document with every rule muted that is not finished yet, their ids, and what is wrong beside them."""
    problems = [one for one in pack_problems(document) if one.severity == "error"]
    broken: dict[str, set[int]] = {section: set() for section in SECTIONS}
    elsewhere = []
    for one in problems:
        steps = one.path.split("/")
        if len(steps) > 2 and steps[0] in SECTIONS and steps[1] == "rules" and steps[2].isdigit():
            broken[steps[0]].add(int(steps[2]))
        else:
            elsewhere.append(one)
    if not problems or elsewhere:
        return document, [], elsewhere
    left_out, made = [], dict(document)
    for section, places in broken.items():
        rules = document[section]["rules"]
        left_out += [str(rules[place].get("id")) for place in sorted(places)]
        kept = [rule for place, rule in enumerate(rules) if place not in places]
        made[section] = {**document[section], "rules": kept}
    return made, left_out, [one for one in pack_problems(made) if one.severity == "error"]


def _with_room(warehouse: Warehouse, facts: Mapping[str, Any]) -> Warehouse:
    """The warehouse with the room it had then."""
    if warehouse.daily_capacity is None or "capacity_left" not in facts:
        return warehouse
    return replace(warehouse, used_today=warehouse.daily_capacity - facts["capacity_left"])
