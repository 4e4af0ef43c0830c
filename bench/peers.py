"""The same tables in other hands: plain Python closures; zen-engine, rule-engine and durable-rules in children.

The last three are looked for where Python looks (PYTHONPATH); none of them is needed to run pandan. Each `ask` takes
one order in the peer's own form and answers with the places of the rules that hold.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from app.domain.order import Order
from bench.site import ROOT

FIRST, ALL, TRACE = "first", "all", "trace"
CHILD_SECONDS = 90.0
"""A peer that has not built its table, answered and been timed by then has no figure."""
PEERS = ("zen-engine", "rule-engine", "durable-rules")
TRACING = ("zen-engine",)
"""The peers that tell why."""
_MODULES = {"zen-engine": "zen", "rule-engine": "rule_engine", "durable-rules": "durable"}


class Row(NamedTuple):
    """One rule: platform and province are these, at least so much paid (fen), at most so many units."""

    platform: str
    province: str
    paid: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Contestant:
    """What is timed, `ask` on each of `facts`; and `read`, which turns its answer into places of rules."""

    ask: Callable[[Any], Any]
    facts: Sequence[Any]
    read: Callable[[Any], list[int]]


def flat(order: Order) -> dict[str, Any]:
    """The facts that the tables ask about, for peers that take a dictionary (sums made beforehand)."""
    return {"platform": order.platform, "province": order.province, "paid": order.paid, "quantity": order.quantity}


def naive(rows: Sequence[Row], mode: str, orders: Sequence[Order]) -> Contestant:
    """A list of closures for each rule, asked in turn; the last rule, without any, always holds."""
    rules = [_closures(row) for row in rows] + [()]

    def first(order: Order) -> list[int]:
        return next([place] for place, tests in enumerate(rules) if all(test(order) for test in tests))

    def every(order: Order) -> list[int]:
        return [place for place, tests in enumerate(rules) if all(test(order) for test in tests)]

    return Contestant(first if mode == FIRST else every, orders, list)


def _closures(row: Row) -> tuple[Callable[[Order], bool], ...]:
    return (
        lambda order: order.platform == row.platform,
        lambda order: order.province == row.province,
        lambda order: order.paid is not None and order.paid >= row.paid,
        lambda order: order.quantity <= row.quantity,
    )


def zen(rows: Sequence[Row], mode: str, orders: Sequence[dict[str, Any]]) -> Contestant:
    """A decision table of zen-engine, as a decision made beforehand: its fastest way."""
    module = importlib.import_module("zen")
    decision = module.ZenEngine().create_decision(orjson.dumps(_zen_table(rows, mode)).decode())
    if mode == TRACE:
        options = {"trace": True}
        return Contestant(lambda order: decision.evaluate(order, options), orders, _zen_traced)
    return Contestant(decision.evaluate, orders, _zen_first if mode == FIRST else _zen_all)


def rule_engine(rows: Sequence[Row], mode: str, orders: Sequence[dict[str, Any]]) -> Contestant:
    """A rule of rule-engine for each row, asked in turn; the last, without a condition, always holds."""
    module = importlib.import_module("rule_engine")
    texts = [
        f'platform == "{row.platform}" and province == "{row.province}" and paid >= {row.paid} '
        f"and quantity <= {row.quantity}"
        for row in rows
    ]
    rules = [*map(module.Rule, texts), module.Rule("true")]

    def first(order: dict[str, Any]) -> list[int]:
        return next([place] for place, rule in enumerate(rules) if rule.matches(order))

    def every(order: dict[str, Any]) -> list[int]:
        return [place for place, rule in enumerate(rules) if rule.matches(order)]

    return Contestant(first if mode == FIRST else every, orders, list)


def _zen_first(answer: Any) -> list[int]:
    return [answer["result"]["rule"]]


def _zen_all(answer: Any) -> list[int]:
    return [one["rule"] for one in answer["result"]]


def _zen_traced(answer: Any) -> list[int]:
    return [answer["trace"]["table"]["traceData"]["index"]]


def _zen_table(rows: Sequence[Row], mode: str) -> dict[str, Any]:
    cells = [(f'"{row.platform}"', f'"{row.province}"', f">= {row.paid}", f"<= {row.quantity}") for row in rows]
    rules = [
        {"_id": f"r{place}", **dict(zip(Row._fields, texts, strict=True)), "rule": str(place)}
        for place, texts in enumerate([*cells, ("",) * len(Row._fields)])
    ]
    table = {
        "hitPolicy": "collect" if mode == ALL else "first",
        "inputs": [{"id": key, "name": key, "field": key, "type": "expression"} for key in Row._fields],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule", "type": "expression"}],
        "rules": rules,
    }
    node: Callable[..., dict[str, Any]] = functools.partial(dict, position={"x": 0, "y": 0})
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            node(id="in", type="inputNode", name="in"),
            node(id="table", type="decisionTableNode", name="table", content=table),
            node(id="out", type="outputNode", name="out"),
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
        ],
    }


@dataclass(frozen=True, slots=True)
class Outside:
    """What a child process measured: evaluations a second of processor time, and its answers; or why there are none."""

    per_second: float | None
    answers: list[list[int]]
    why_not: str = ""


def outside(peer: str, rows: Sequence[Row], mode: str, orders: Sequence[Order], seconds: float) -> Outside:
    """A peer in a process of its own, which may hang or crash; `seconds` of processor time on the orders."""
    if importlib.util.find_spec(_MODULES[peer]) is None:
        return Outside(None, [], "not installed")
    if mode == TRACE and peer not in TRACING:
        return Outside(None, [], "tells no trace")
    plan = {
        "peer": peer,
        "rows": [list(row) for row in rows],
        "mode": mode,
        "facts": [flat(order) for order in orders],
        "seconds": seconds,
    }
    module = "bench.peer_durable" if peer == "durable-rules" else "bench.peer_other"
    try:
        child = subprocess.run(
            [sys.executable, "-m", module],
            input=orjson.dumps(plan), capture_output=True, timeout=CHILD_SECONDS, check=False, cwd=ROOT,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Outside(None, [], f"did not build and answer in {CHILD_SECONDS:g} s")
    if child.returncode or not child.stdout:
        last = child.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return Outside(None, [], last or f"ended with status {child.returncode}")
    told = orjson.loads(child.stdout)
    return Outside(told["per_second"], told["answers"])
