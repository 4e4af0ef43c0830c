"""A watch as a durable-rules ruleset, its steps as facts for it, and what fired as windows again.

The engine has no sums over a window, so each step carries the running total of its key before and after it: the sum
from step a to step b is b.after - a.before, and "the first step with which the threshold is reached" is a join of two
facts (docs/decisions/0022). Keys and shops go in as numbers: nothing in the child names a buyer or a SKU.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.insight.watches.facts import Key, Pair, Step, price_limit
from app.rulebook.watches import PRICE_GAP, Watch

Json = dict[str, Any]
_TAG = {"t": "step"}
_SEEN = {"all": [{"b": _TAG}], "pri": 9}
"""Matches every fact, so that none goes unmatched (H1, H13)."""
PAIR, ALONE = "pair", "alone"


def rules_of(watch: Watch) -> dict[str, Json]:
    """The watch's rules, by name; every pattern asks for the tag first (H17)."""
    if watch.kind == PRICE_GAP:
        return {PAIR: {"all": [{"a": _TAG}, {"b": _and(*_gap(watch))}], "pri": 1}, "seen": _SEEN}
    # One fact never stands for both ends of a join.
    alone = {"all": [{"b": _and({"$gte": {"amount": watch.threshold}})}], "pri": 2}
    return {PAIR: {"all": [{"a": _TAG}, {"b": _and(*_tally(watch))}], "pri": 1}, ALONE: alone, "seen": _SEEN}


def facts_of(watch: Watch, steps: Sequence[Step]) -> list[Json]:
    """The steps as flat facts of integers and one tag."""
    keys: dict[Key, int] = {}
    shops: dict[str, int] = {}
    totals: dict[Key, int] = {}
    facts = []
    for step in steps:
        fact: Json = {**_TAG, "id": str(step.number), "key": keys.setdefault(step.key, len(keys)), "at": step.at}
        fact["amount"] = step.amount
        if watch.kind == PRICE_GAP:
            fact["shop"] = shops.setdefault(step.shop, len(shops))
            fact["limit"] = price_limit(watch, step.amount)
        else:
            before = totals.get(step.key, 0)
            totals[step.key] = before + step.amount
            fact |= {"before": before, "after": before + step.amount}
        facts.append(fact)
    return facts


def pairs_of(fired: Iterable[tuple[str, Mapping[str, str]]]) -> set[Pair]:
    """What fired, as windows."""
    found = set()
    for name, facts in fired:
        if name == PAIR:
            found.add((int(facts["a"]), int(facts["b"])))
        elif name == ALONE:
            found.add((int(facts["b"]), int(facts["b"])))
    return found


def _and(*parts: Json) -> Json:
    return {"$and": [_TAG, *parts]}


def _sum(operator: str, field: str, right: int) -> Json:
    return {operator: {"$l": {"a": field}, "$r": right}}


def _tally(watch: Watch) -> tuple[Json, ...]:
    enough = _sum("$add", "before", watch.threshold)
    return (
        {"key": {"a": "key"}},
        {"$gt": {"at": {"a": "at"}}},
        {"$lte": {"at": _sum("$add", "at", watch.window_seconds)}},
        {"$gte": {"after": enough}},
        {"$lt": {"before": enough}},
    )


def _gap(watch: Watch) -> tuple[Json, ...]:
    # `a` is the dearer one: the limit is a property of `b`, which is compared with it.
    return (
        {"key": {"a": "key"}},
        {"$neq": {"shop": {"a": "shop"}}},
        {"$lte": {"at": _sum("$add", "at", watch.window_seconds)}},
        {"$gte": {"at": _sum("$sub", "at", watch.window_seconds)}},
        {"$lt": {"limit": {"a": "amount"}}},
    )
