"""Tables of four-condition rules: first match, all matches and first match with its trace, beside other engines.

`python -m bench engine`: the orders are what the shipped mappings make of simulated payloads. A peer whose answers
differ from ours on any order has no figure, nor one that is not done within its time. All figures are evaluations a
second of processor time. A trace is every condition of the deciding rule with the order's value and what it wants.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
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
from bench.peers import ALL, FIRST, PEERS, TRACE, Contestant, Row
from bench.site import ROOT
from bench.timing import evaluations_per_second
from connectors.sandbox import PLATFORMS, Sandbox

SIZES = (10, 100, 1_000, 10_000)
MODES = (FIRST, ALL, TRACE)
_FEWER_FROM = 1_000
_FEWER = 100
"""Orders that peers are asked of such tables: some take a good part of a second for one."""
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
    build: float
    figures: dict[str, float | None] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)


def run(orders: int = 500, sizes: Sequence[int] = SIZES, seconds: float = _SECONDS) -> dict[str, Any]:
    """The contract's document for `pandan bench engine`, over so many different orders.

    Each contestant has `seconds` of processor time in each of three rounds. `matching` is how many rules, the last
    one that always holds among them, an order meets on average: in first-match tables 1. `times` is how often faster
    we are, `cost_of_largest` what an order costs in the largest table against one of 100 rules.
    """
    facts = make_orders(orders)
    tables = []
    left_out: dict[str, str] = {}
    for size in sizes:
        for mode in MODES:
            found = _contest(make_rows(size), mode, facts, seconds)
            own = found.figures.pop("pandan") or 0
            tables.append(
                {
                    "rules": size,
                    "mode": mode,
                    "evaluations_per_second": own,
                    "peers": dict(sorted(found.figures.items())),
                    "times": {name: round(own / n, 1) for name, n in sorted(found.figures.items()) if n},
                    "matching": round(found.matching, 2),
                    "build_seconds": found.build,
                }
            )
            left_out |= {f"{name}, {size} rules, {mode}": why for name, why in found.left_out.items()}
    return {"tables": tables, "cost_of_largest": _costs(tables), "left_out": left_out, "load": _load()}


def _costs(tables: Sequence[dict[str, Any]]) -> dict[str, float]:
    rates = {(table["rules"], table["mode"]): table["evaluations_per_second"] for table in tables}
    largest = max(size for size, _ in rates)
    return {
        mode: round(rates[100, mode] / rates[largest, mode], 2)
        for mode in MODES
        if (100, mode) in rates and rates[largest, mode]
    }


def _load() -> float | None:
    """How many processes wanted to run beside it, over the last minute."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


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
    first, explain = compiled.first, compiled.explain
    if mode == FIRST:
        return Contestant(first, facts, lambda match: [match.index])
    return Contestant(lambda env: explain(env, (first(env).index,)), facts, lambda traces: [traces[0].index])  # type: ignore[union-attr]


def _rule(place: int, row: Row) -> dict[str, Any]:
    asked = (("platform", "is"), ("province", "is"), ("paid", ">="), ("quantity", "<="))
    conditions = [{"field": f"order.{name}", "op": op, "value": getattr(row, name)} for name, op in asked]
    return {"id": f"r{place}", "when": {"all": conditions}, "then": []}


def _contest(rows: Sequence[Row], mode: str, orders: Sequence[Order], seconds: float) -> _Outcome:
    started = time.process_time()
    own = pandan(rows, mode, orders)
    build = round(time.process_time() - started, 2)
    inside = {"pandan": own} | ({} if mode == TRACE else {"naive closures": peers.naive(rows, mode, orders)})
    right = _answers(own)
    if mode != TRACE and _answers(inside["naive closures"]) != right:
        raise AssertionError("the engine and a plain reading of the rules differ")
    found = _Outcome(matching=sum(map(len, right)) / len(right), build=build)
    told: dict[str, list[float]] = {name: [] for name in inside}
    for _ in range(_ROUNDS):
        for name, kept in told.items():
            kept.append(evaluations_per_second(inside[name].ask, inside[name].facts, seconds))
    found.figures |= {name: round(statistics.median(kept)) for name, kept in told.items()}
    asked = orders if len(rows) < _FEWER_FROM else orders[:_FEWER]
    for peer in PEERS:
        outside = peers.outside(peer, rows, mode, asked, seconds * _ROUNDS)
        agrees = [sorted(answer) for answer in outside.answers] == right[: len(asked)]
        found.figures[peer] = round(outside.per_second, 1) if outside.per_second and agrees else None
        if not (outside.per_second and agrees):
            found.left_out[peer] = outside.why_not or "answers differ"
    return found


def _answers(contestant: Contestant) -> list[list[int]]:
    return [contestant.read(contestant.ask(fact)) for fact in contestant.facts]


if __name__ == "__main__":
    sys.stdout.write(orjson.dumps(run(), option=orjson.OPT_INDENT_2).decode() + "\n")
