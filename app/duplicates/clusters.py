"""Suspected duplicates: clusters anchored on their earliest order.

The earliest order by (created, shop, id) anchors a cluster; the others compare with it alone; the earliest left
over anchors the next. Nothing chains, so neither arrival order nor batch boundaries matter. An order already
picked cannot be held any more and therefore anchors first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.duplicates.evidence import MASKED, Key, Likeness, Participant, Rules, evidence_rules, likeness

Verdicts = frozenset[frozenset[Key]] | set[frozenset[Key]]


@dataclass(frozen=True, slots=True)
class Policy:
    """A pack's `duplicates` section. `window_seconds` is inclusive, on both sides."""

    window_seconds: int
    same_skus: bool
    evidence: Rules
    strong: Mapping[str, Any]
    weak: Mapping[str, Any]

    @classmethod
    def of(cls, section: Mapping[str, Any]) -> Policy:
        """The policy a valid `duplicates` section states."""
        rules, same_skus = evidence_rules(section), section.get("skus", "same_set") == "same_set"
        return cls(
            section.get("window_seconds", 0), same_skus, rules, section.get("strong", {}), section.get("weak", {})
        )


@dataclass(frozen=True, slots=True)
class Suspicion:
    """An order looks like a repeat of `anchor`; `seconds` after it (negative: before)."""

    anchor: Key
    seconds: int
    likeness: Likeness


@dataclass(slots=True)
class Clusters:
    """`repeats`: the later orders with what they repeat; `stale`: stored orders whose stored anchor is wrong now."""

    repeats: dict[Key, Suspicion] = field(default_factory=dict)
    stale: set[Key] = field(default_factory=set)


def find_clusters(
    orders: Sequence[Participant], policy: Policy, apart: Verdicts, gone: Collection[Key] = ()
) -> Clusters:
    """Clusters among orders that may get stock; `apart` are pairs of which people said "not the same".

    `gone` are orders known to have left (cancelled, refunded): whoever is held for one of them is stale.
    """
    found = Clusters()
    near = _neighbourhoods(orders, policy, apart)
    view = {order.key for order in orders}.union(gone)
    _sweep(sorted(near, key=lambda key: near[key][0].rank), near, view, found)
    found.stale.update(order.key for order in orders if _is_stale(order, view, found))
    return found


def count_pairs(orders: Iterable[Participant], policy: Policy) -> int:
    """How many pairs `find_clusters` compares among these orders: what it costs."""
    pairs = 0
    for group in _groups(orders, policy):
        times = [order.created_at for order in group]
        pairs += sum(bisect_right(times, at + policy.window_seconds) - place - 1 for place, at in enumerate(times))
    return pairs


def nearest_alike(orders: Iterable[Participant], policy: Policy, apart: Verdicts) -> dict[Key, int]:
    """How many seconds after the nearest earlier order that is like it each order came, within the window."""
    found: dict[Key, int] = {}
    for group in _groups(orders, policy):
        for place, order in enumerate(group):
            for back in range(place - 1, -1, -1):
                seconds = order.created_at - group[back].created_at
                if seconds >= found.get(order.key, policy.window_seconds + 1):
                    break
                if _alike(group[back], order, policy, apart):
                    found[order.key] = seconds
    return found


_Near = dict[Key, tuple[Participant, dict[Key, Suspicion]]]
"""Each order that resembles another, and what it would repeat if the other were its anchor."""


def _sweep(ranked: list[Key], near: _Near, view: set[Key], found: Clusters) -> None:
    for key in ranked:
        order, similar = near[key]
        if key in found.repeats or (order.anchored and order.anchored not in view):
            # A repeat anchors nobody; nor does a stored one whose anchor lies outside this view.
            continue
        for other in similar:
            follower = near[other][0]
            if other not in found.repeats and follower.rank > order.rank and not follower.picked:
                found.repeats[other] = near[other][1][key]


def _is_stale(order: Participant, view: set[Key], found: Clusters) -> bool:
    if not order.stored or order.picked:
        return False
    repeats = found.repeats.get(order.key)
    if repeats is None:
        return order.anchored in view
    return repeats.anchor != order.anchored


def _neighbourhoods(orders: Sequence[Participant], policy: Policy, apart: Verdicts) -> _Near:
    near: _Near = {}
    for group in _groups(orders, policy):
        _compare_all(group, policy, apart, near)
    return near


def _groups(orders: Iterable[Participant], policy: Policy) -> list[list[Participant]]:
    """Orders that might be alike, each group by time: by a piece of evidence, and by their goods where those count."""
    groups: dict[tuple[Any, ...], list[Participant]] = defaultdict(list)
    for order in orders:
        goods = order.skus if policy.same_skus else None
        for evidence in order.identity:
            if evidence.kind not in policy.evidence:
                continue
            value: Any = order.place and order.place[:2] if evidence.kind == MASKED else evidence.value
            if value:
                groups[evidence.kind, evidence.scope, value, goods].append(order)
    return [sorted(group, key=lambda order: order.created_at) for group in groups.values() if len(group) > 1]


def _compare_all(group: list[Participant], policy: Policy, apart: Verdicts, near: _Near) -> None:
    for place, one in enumerate(group):
        for other in group[place + 1 :]:
            if other.created_at - one.created_at > policy.window_seconds:
                break
            _compare(one, other, policy, apart, near)


def _compare(one: Participant, other: Participant, policy: Policy, apart: Verdicts, near: _Near) -> None:
    like = _alike(one, other, policy, apart)
    if like is None:
        return
    seconds = other.created_at - one.created_at
    near.setdefault(one.key, (one, {}))[1][other.key] = Suspicion(other.key, -seconds, like)
    near.setdefault(other.key, (other, {}))[1][one.key] = Suspicion(one.key, seconds, like)


def _alike(one: Participant, other: Participant, policy: Policy, apart: Verdicts) -> Likeness | None:
    if one.key == other.key or (apart and frozenset((one.key, other.key)) in apart):
        return None
    return likeness(one, other, policy.evidence)
