"""Random small rule sets, and what is to be found in them by going through every point there is.

Nothing of the analysis is used: conditions are read plainly, every point is tried.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product
from typing import Any

from app.engine.analyse import Domain, FieldFacts, Rule

Json = dict[str, Any]
World = dict[str, Any]

PROVINCES = ("浙江省", "上海市", "广东省")
FIELDS: dict[str, tuple[FieldFacts, tuple[Any, ...]]] = {
    "order.paid": (FieldFacts(low=0, high=4), (None, 0, 1, 2, 3, 4)),
    "order.goods_amount": (FieldFacts(unknown=False, low=1, high=3), (1, 2, 3)),
    "order.line_count": (FieldFacts(unknown=False, low=1, high=3), (1, 2, 3)),
    "order.province": (FieldFacts(values=PROVINCES), (None, *PROVINCES)),
    "order.urgent": (FieldFacts(), (None, False, True)),
    "order.platform": (FieldFacts(unknown=False, values=("jd", "pdd")), ("jd", "pdd")),
    "order.flags": (
        FieldFacts(unknown=False, values=("gift", "cod")),
        (frozenset(), frozenset({"gift"}), frozenset({"cod"}), frozenset({"gift", "cod"})),
    ),
    "order.seller_memo": (FieldFacts(values=("", "急", "退", "急退")), (None, "", "急", "退", "急退")),
    "warehouse.covers_order": (FieldFacts(unknown=False), (False, True)),
    "warehouse.km_to_target": (FieldFacts(low=0, high=2), (None, 0, 1, 2)),
    "warehouse.serves_buyer": (FieldFacts(), (None, False, True)),
    "line.gift": (FieldFacts(unknown=False), (False, True)),
    "line.price": (FieldFacts(low=0, high=1), (None, 0, 1)),
}
DOMAIN = Domain({key: facts for key, (facts, _) in FIELDS.items()}, {"line": 1})
SINGLES = tuple(key for key in FIELDS if key.startswith("order."))
NUMBERS = ("order.paid", "order.goods_amount", "order.line_count", "warehouse.km_to_target", "line.price")
LISTS = {
    "warehouse": (("warehouse.covers_order", "warehouse.km_to_target"), ("warehouse.serves_buyer",)),
    "line": (("line.gift", "line.price"), ("line.gift",)),
}
THENS = ([{"do": "backorder"}], [{"do": "purchase"}], [{"do": "set_priority", "priority": 5}])


@dataclass(frozen=True)
class Case:
    """A rule set, the condition under which the last row may wait, and the fields of which it speaks."""

    rules: list[Rule]
    accepts: Json | None
    singles: tuple[str, ...]
    many: dict[str, tuple[str, ...]]


def make_case(seed: int, *, ordered: bool) -> Case:
    """A random rule set, the same for the same seed."""
    chance = random.Random(seed)
    singles = tuple(chance.sample(SINGLES, chance.choice((1, 2, 2, 3))))
    scopes = chance.choice(((), (), ("warehouse",), ("line",)))
    many = {scope: chance.choice(LISTS[scope]) for scope in scopes}
    makers = _Makers(chance, singles, many)
    count = chance.randint(2, 5)
    rules = []
    for n in range(count):
        when = makers.condition(2) if not rules or chance.random() > 0.12 else rules[-1].when
        needs = ordered and chance.random() < 0.25
        done = makers.condition(1) if needs else None
        unsure = makers.condition(1) if needs and chance.random() < 0.4 else None
        rules.append(Rule(f"r{n}", f"allocation/rules/{n}", when, chance.choice(THENS), done, unsure))
    if ordered:
        rules.append(Rule("otherwise", f"allocation/rules/{count}", None, [{"do": "hold"}]))
    accepts = makers.condition(1) if ordered and chance.random() < 0.3 else None
    return Case(rules, accepts, singles, many)


class _Makers:
    def __init__(self, chance: random.Random, singles: Sequence[str], many: dict[str, tuple[str, ...]]) -> None:
        self._chance = chance
        self._singles = singles
        self._many = many

    def condition(self, depth: int, scope: str = "") -> Json:
        chance = self._chance
        roll = chance.random()
        if depth and roll < 0.45:
            parts = [self.condition(depth - 1, scope) for _ in range(chance.randint(1, 3))]
            return {chance.choice(("all", "all", "any", "none")): parts}
        if not scope and self._many and roll < 0.65:
            name = chance.choice(list(self._many))
            return {f"{chance.choice(('any', 'any', 'every', 'no'))}_{name}": self.condition(depth, name)}
        return self._comparison(chance.choice(self._many[scope] if scope else tuple(self._singles)))

    def _comparison(self, key: str) -> Json:
        chance, values = self._chance, [v for v in FIELDS[key][1] if v is not None]
        if chance.random() < 0.12:
            return {"field": key, "op": chance.choice(("is_unknown", "is_known"))}
        if key == "order.flags":
            return {
                "field": key,
                "op": chance.choice(("contains", "not_contains")),
                "value": chance.choice(("gift", "cod")),
            }
        if key == "order.seller_memo":
            op = chance.choice(("contains", "is", "starts_with", "is_empty"))
            return {"field": key, "op": op, **({} if op == "is_empty" else {"value": chance.choice(("急", "退"))})}
        if key in NUMBERS:
            return self._number(key, values)
        if key == "order.province" and chance.random() < 0.4:
            return {"field": key, "op": chance.choice(("in", "not_in")), "value": chance.sample(values, 2)}
        return {"field": key, "op": chance.choice(("is", "is_not")), "value": chance.choice(values)}

    def _number(self, key: str, values: list[Any]) -> Json:
        chance = self._chance
        other = {"order.goods_amount": "order.paid", "order.paid": "order.goods_amount"}.get(key)
        op = chance.choice(("<", "<=", ">", ">=", "is", "is_not", "between"))
        if op == "between":
            return {"field": key, "op": op, "value": sorted(chance.choices([*values, 2], k=2))}
        if other in self._singles and chance.random() < 0.5:
            return {"field": key, "op": op, "value": {"field": other}}
        return {"field": key, "op": op, "value": chance.choice([*values, max(values) + 1])}


def worlds(case: Case) -> Iterator[World]:
    """Every point there is: all values of single fields, and every set of kinds of members."""
    lists = []
    for scope, keys in case.many.items():
        kinds = [dict(zip(keys, values, strict=True)) for values in product(*(FIELDS[k][1] for k in keys))]
        least = DOMAIN.least.get(scope, 0)
        sets = chain.from_iterable(combinations(kinds, size) for size in range(least, len(kinds) + 1))
        lists.append([(scope, members) for members in sets])
    for values in product(*(FIELDS[key][1] for key in case.singles)):
        single = dict(zip(case.singles, values, strict=True))
        for chosen in product(*lists):
            yield {**single, **dict(chosen)}


_OPS = {
    "is": lambda a, b: a == b,
    "is_not": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "between": lambda a, b: b[0] <= a <= b[1],
    "in": lambda a, b: a in b,
    "not_in": lambda a, b: a not in b,
    "contains": lambda a, b: b in a,
    "not_contains": lambda a, b: b not in a,
    "starts_with": lambda a, b: a.startswith(b),
    "is_empty": lambda a, _: not a,
}


def plain(node: Json, world: World, member: World | None = None) -> bool | None:
    """The condition's truth by its definition; None is unknown."""
    if "field" in node:
        return _compare(node, {**world, **(member or {})})
    ((key, inner),) = node.items()
    if key in ("all", "any", "none"):
        return _grouped(key, [plain(part, world, member) for part in inner])
    word, _, scope = key.partition("_")
    found = [plain(inner, world, each) for each in world[scope]]
    if word == "every":
        return _grouped("all", found) if found else False
    return _grouped("any" if word == "any" else "none", found)


def _compare(node: Json, values: World) -> bool | None:
    value, wanted = values[node["field"]], node.get("value")
    if node["op"] in ("is_unknown", "is_known"):
        return (value is None) == (node["op"] == "is_unknown")
    if isinstance(wanted, dict):
        wanted = values[wanted["field"]]
        if wanted is None:
            return None
    return None if value is None else bool(_OPS[node["op"]](value, wanted))


def _grouped(kind: str, found: list[bool | None]) -> bool | None:
    if kind == "all":
        return False if False in found else None if None in found else True
    either = True if True in found else None if None in found else False
    return either if kind == "any" or either is None else not either
