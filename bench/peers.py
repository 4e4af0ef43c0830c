"""The same tables in other hands: plain Python closures, zen-engine where it is installed, durable-rules in a child.

Each `ask` takes one order in the peer's own form and answers with the places of the rules that hold.
"""

from __future__ import annotations

import functools
import importlib
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from app.domain.order import Order
from bench.site import ROOT

FIRST, ALL = "first", "all"
_CHILD_SECONDS = 60.0


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


def zen(rows: Sequence[Row], mode: str, orders: Sequence[Order]) -> Contestant | None:
    """A decision table of zen-engine; None where it is not installed."""
    try:
        module = importlib.import_module("zen")
    except ImportError:
        return None
    decision = module.ZenEngine().create_decision(orjson.dumps(_zen_table(rows, mode)).decode())
    read = _zen_first if mode == FIRST else _zen_all
    return Contestant(decision.evaluate, [flat(order) for order in orders], read)


def _zen_first(answer: Any) -> list[int]:
    return [answer["result"]["rule"]]


def _zen_all(answer: Any) -> list[int]:
    return [one["rule"] for one in answer["result"]]


def _zen_table(rows: Sequence[Row], mode: str) -> dict[str, Any]:
    cells = [(f'"{row.platform}"', f'"{row.province}"', f">= {row.paid}", f"<= {row.quantity}") for row in rows]
    rules = [
        {"_id": f"r{place}", **dict(zip(Row._fields, texts, strict=True)), "rule": str(place)}
        for place, texts in enumerate([*cells, ("",) * len(Row._fields)])
    ]
    table = {
        "hitPolicy": "first" if mode == FIRST else "collect",
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


def durable(rows: Sequence[Row], mode: str, orders: Sequence[Order], seconds: float) -> Outside:
    """durable-rules in a process of its own: some tables make it hang or crash."""
    plan = {
        "rows": [list(row) for row in rows],
        "mode": mode,
        "facts": [flat(order) for order in orders],
        "seconds": seconds,
    }
    command = [sys.executable, "-m", "bench.peer_durable"]
    try:
        child = subprocess.run(
            command, input=orjson.dumps(plan), capture_output=True, timeout=_CHILD_SECONDS, check=False, cwd=ROOT
        )
    except subprocess.TimeoutExpired:
        return Outside(None, [], f"not done in {_CHILD_SECONDS:g} s")
    if child.returncode or not child.stdout:
        last = child.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return Outside(None, [], last or f"ended with status {child.returncode}")
    told = orjson.loads(child.stdout)
    return Outside(told["per_second"], told["answers"])
