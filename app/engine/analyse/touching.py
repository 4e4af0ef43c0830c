"""Thresholds that touch without either taking the bound itself: `< 200` in one rule beside `> 200` in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.engine.analyse.domain import Json, Rule

MOST = 50


@dataclass(frozen=True, slots=True)
class Touch:
    """Rule `below` asks for less than a bound, rule `above` for more; `at` holds on the bound where all else fits both.

    `path` is the comparison with `<`, `other` that with `>`.
    """

    below: int
    above: int
    path: str
    other: str
    at: Json


@dataclass(frozen=True, slots=True)
class _Bound:
    """One strict comparison that a rule demands: where it stands, and what else the rule demands beside it."""

    rule: int
    path: str
    leaf: Json
    around: str
    outer: tuple[Json, ...]
    inner: tuple[Json, ...]


def touches(rules: Sequence[Rule]) -> list[Touch]:
    """All pairs of rules that touch, the first fifty."""
    bounds = [bound for number, rule in enumerate(rules) for bound in _bounds(number, rule)]
    by: dict[tuple[str, Any, str], tuple[list[_Bound], list[_Bound]]] = {}
    for bound in bounds:
        key = (bound.leaf["field"], bound.leaf["value"], bound.around)
        by.setdefault(key, ([], []))[bound.leaf["op"] == ">"].append(bound)
    pairs = ((low, high) for lows, highs in by.values() for low in lows for high in highs if low.rule != high.rule)
    return [_touch(low, high) for _, (low, high) in zip(range(MOST), pairs, strict=False)]


def _touch(low: _Bound, high: _Bound) -> Touch:
    here = {**low.leaf, "op": "is"}
    inner = [*low.inner, *high.inner, here]
    held = {low.around: {"all": inner}} if low.around else here
    return Touch(low.rule, high.rule, low.path, high.path, {"all": [*low.outer, *high.outer, held]})


def _bounds(number: int, rule: Rule) -> Iterator[_Bound]:
    if rule.when is None:
        return
    parts = list(_placed(rule.when, f"{rule.path}/when"))
    for path, part in parts:
        outer = tuple(other for _, other in parts if other is not part)
        key = next(iter(part))
        if _strict(part):
            yield _Bound(number, path, part, "", outer, ())
        elif key.startswith("any_"):
            members = list(_placed(part[key], f"{path}/{key}"))
            for inside, member in members:
                if _strict(member):
                    rest = tuple(other for _, other in members if other is not member)
                    yield _Bound(number, inside, member, key, outer, rest)


def _strict(part: Json) -> bool:
    return "field" in part and part["op"] in ("<", ">") and not isinstance(part.get("value"), Mapping)


def _placed(document: Json, path: str) -> Iterator[tuple[str, Json]]:
    if "all" in document:
        for place, part in enumerate(document["all"]):
            yield from _placed(part, f"{path}/all/{place}")
    else:
        yield path, document
