"""Tables of four-condition rules, first match and all matches, beside other ways of reading the same tables.

`python -m bench.engine`: the orders are what the shipped mappings make of simulated payloads. A peer whose answers
differ from ours on any order has no figure. All figures are evaluations a second of processor time.
"""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.domain.order import Order
from app.domain.provinces import PROVINCES
from app.engine import compile_rules
from app.rulebook import load_pack
from app.rulebook.order_vocabulary import VOCABULARY
from bench import peers
from bench.peers import ALL, FIRST, Contestant, Row
from bench.site import ROOT
from bench.timing import evaluations_per_second
from connectors.sandbox import PLATFORMS, Sandbox

SIZES = (10, 100, 1_000, 3_000)
_NOW = 1_784_109_600
_SECONDS = 0.4
_ROUNDS = 3


@dataclass(slots=True)
class Facts:
    """What rules read of one order, as in the line."""

    order: Order
    line: Sequence[Any]
    now: int
    warehouse: Sequence[Any] = ()
    target: Any = None
    network: Any = None


@dataclass(slots=True)
class _Outcome:
    """Figures by contestant; reasons for those without one; rules that hold for an order, on average."""

    matching: float
    figures: dict[str, int | None] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def run(orders: int = 500, sizes: Sequence[int] = SIZES, seconds: float = _SECONDS) -> dict[str, Any]:
    """The contract's document for `pandan bench engine`, over so many different orders.

    Each contestant has `seconds` of processor time in each of three rounds. `matching` is how many rules, the last
    one that always holds among them, an order meets on average: in first-match tables 1.
    """
    facts = make_orders(orders)
    tables = []
    left_out: dict[str, str] = {}
    for size in sizes:
        for mode in (FIRST, ALL):
            found = _contest(make_rows(size), mode, facts, seconds)
            own = found.figures.pop("pandan")
            tables.append(
                {
                    "rules": size,
                    "mode": mode,
                    "evaluations_per_second": own,
                    "peers": dict(sorted(found.figures.items())),
                    "matching": round(found.matching, 2),
                }
            )
            left_out |= {f"{name}, {size} rules, {mode}": why for name, why in found.left_out.items()}
    return {"tables": tables, "left_out": left_out}


def make_orders(count: int) -> list[Order]:
    """What the shipped mappings make of simulated payloads of every platform."""
    file = ROOT / "rule_packs" / "apparel-default.json"
    pack, sandbox = load_pack(orjson.loads(file.read_bytes())), Sandbox(7)
    orders = []
    for number in range(count):
        platform = PLATFORMS[number % len(PLATFORMS)]
        payload = sandbox.order(platform, _NOW + number, mishaps=False)
        order = pack.mappings[platform].map(payload, shop="s", hasher=lambda _kind, _scope, value: value)
        if not isinstance(order, Order):
            raise AssertionError(f"a simulated {platform} payload does not map")
        orders.append(order)
    return orders


def make_rows(count: int) -> list[Row]:
    """A table's rules, the same for the same count."""
    chance = random.Random(count)
    provinces = sorted(PROVINCES)
    return [
        Row(
            chance.choice(PLATFORMS), chance.choice(provinces), chance.randrange(0, 80_000, 500), chance.randrange(1, 9)
        )
        for _ in range(count)
    ]


def pandan(rows: Sequence[Row], mode: str, orders: Sequence[Order]) -> Contestant:
    """Our own engine; the last rule, without conditions, always holds."""
    compiled = compile_rules([*map(_rule, range(len(rows)), rows), {"id": "otherwise", "then": []}], VOCABULARY)
    facts = [Facts(order, order.lines, _NOW) for order in orders]
    if mode == ALL:
        return Contestant(compiled.evaluate, facts, lambda matches: [match.index for match in matches])
    matches = compiled.matches
    return Contestant(lambda env: next(matches(env)), facts, lambda match: [match.index])


def _rule(place: int, row: Row) -> dict[str, Any]:
    asked = (("platform", "is"), ("province", "is"), ("paid", ">="), ("quantity", "<="))
    conditions = [{"field": f"order.{name}", "op": op, "value": getattr(row, name)} for name, op in asked]
    return {"id": f"r{place}", "when": {"all": conditions}, "then": []}


def _contest(rows: Sequence[Row], mode: str, orders: Sequence[Order], seconds: float) -> _Outcome:
    own, zen = pandan(rows, mode, orders), peers.zen(rows, mode, orders)
    inside = {"pandan": own, "naive closures": peers.naive(rows, mode, orders)} | ({"zen-engine": zen} if zen else {})
    right = _answers(own)
    if _answers(inside["naive closures"]) != right:
        raise AssertionError("the engine and a plain reading of the rules differ")
    found = _Outcome(matching=sum(map(len, right)) / len(right))
    if zen is None or _answers(zen) != right:
        found.figures["zen-engine"] = None
        found.left_out["zen-engine"] = "not installed" if zen is None else "answers differ"
    told: dict[str, list[float]] = {name: [] for name in inside if name not in found.figures}
    for _ in range(_ROUNDS):
        for name, kept in told.items():
            kept.append(evaluations_per_second(inside[name].ask, inside[name].facts, seconds))
    found.figures |= {name: round(statistics.median(kept)) for name, kept in told.items()}
    _add_durable(found, peers.durable(rows, mode, orders, seconds * _ROUNDS), right)
    return found


def _add_durable(found: _Outcome, outside: peers.Outside, right: list[list[int]]) -> None:
    agrees = [sorted(answer) for answer in outside.answers] == right
    if outside.per_second and agrees:
        found.figures["durable-rules"] = round(outside.per_second)
    else:
        found.figures["durable-rules"] = None
        found.left_out["durable-rules"] = outside.why_not or "answers differ"


def _answers(contestant: Contestant) -> list[list[int]]:
    return [contestant.read(contestant.ask(fact)) for fact in contestant.facts]


if __name__ == "__main__":
    sys.stdout.write(orjson.dumps(run(), option=orjson.OPT_INDENT_2).decode() + "\n")
