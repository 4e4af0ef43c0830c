"""Allocation actions: what each plans, and when it is passed over or unsure."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.allocation.choose import Unsure
from app.allocation.demand import Demand
from app.allocation.facts import UNLIMITED, Candidate, Network, Request
from app.allocation.plans import Passed, Plan, Result, Situation, carry_out
from app.domain.decision import Outcome

NOON = 1_795_492_800  # 2026-11-24 12:00 in Shanghai


def candidate(code: str, stock: dict[str, int], **facts: Any) -> Candidate:
    made = Candidate()
    made.code = code
    made.stock = {}
    made.have = dict(stock)
    defaults = {"km_to_buyer": 10.0, "km_to_target": 10.0, "capacity_left": UNLIMITED, "freight": 500, "province": ""}
    for name, value in {**defaults, **facts}.items():
        setattr(made, name, value)
    return made


def situation(needs: list[tuple[str, str, int]], *candidates: Candidate, target: str | None = None) -> Situation:
    units: dict[str, int] = {}
    for _, sku, count in needs:
        units[sku] = units.get(sku, 0) + count
    request = Request(units, "", {}, lambda _units: None)
    for each in candidates:
        each.request = request
        each.have = {sku: each.have.get(sku, 0) for sku in units}
        each.covers_order = each.covers(units)
    request.target = next((c for c in candidates if c.code == target), None)
    return Situation(Demand(tuple(needs), units), candidates, request.target, Network(candidates, units), NOON)


def picked(result: Result | None) -> list[tuple[str, str, int, str]]:
    assert isinstance(result, Plan)
    return [(f.warehouse, p.sku, p.quantity, p.source) for f in result.fulfilments for p in f.picks]


def test_target_reserves_when_it_covers_the_order() -> None:
    at = situation([("1", "A", 2)], candidate("W1", {"A": 2}), candidate("W2", {"A": 9}), target="W1")
    assert picked(carry_out({"do": "reserve", "at": "target"}, at)) == [("W1", "A", 2, "W1")]


def test_one_sku_on_two_lines_is_not_counted_twice() -> None:
    at = situation([("1", "A", 1), ("2", "A", 1)], candidate("W1", {"A": 1}), target="W1")
    assert carry_out({"do": "reserve", "at": "target"}, at) == Passed("target-short")


def test_nearest_takes_the_nearest_that_covers_and_ties_end_at_the_code() -> None:
    far = candidate("W0", {"A": 1}, km_to_buyer=90.0)
    at = situation([("1", "A", 1)], far, candidate("W2", {"A": 1}), candidate("W1", {"A": 1}), candidate("W3", {}))
    assert picked(carry_out({"do": "reserve", "at": "nearest"}, at)) == [("W1", "A", 1, "W1")]


def test_an_unknown_freight_is_not_free() -> None:
    cheap, unknown = candidate("W1", {"A": 1}), candidate("W2", {"A": 1}, freight=None)
    at = situation([("1", "A", 1)], cheap, unknown)
    assert carry_out({"do": "reserve", "at": "cheapest"}, at) == Unsure("freight", "W2")


def test_one_warehouse_alone_needs_no_comparison() -> None:
    at = situation([("1", "A", 1)], candidate("W1", {}), candidate("W2", {"A": 1}, freight=None))
    assert picked(carry_out({"do": "reserve", "at": "cheapest"}, at)) == [("W2", "A", 1, "W2")]


@pytest.mark.parametrize(
    ("weights", "chosen"),
    [
        ({"distance": 1}, "near"),
        ({"freight": 1}, "cheap"),
        ({"load": 1}, "idle"),
        ({"distance": 1, "freight": 3}, "cheap"),
    ],
)
def test_a_score_weighs_what_it_is_told_to(weights: dict[str, float], chosen: str) -> None:
    at = situation(
        [("1", "A", 1)],
        candidate("cheap", {"A": 1}, km_to_buyer=50.0, freight=100, capacity_left=5),
        candidate("idle", {"A": 1}, km_to_buyer=60.0, freight=900, capacity_left=50),
        candidate("near", {"A": 1}, km_to_buyer=5.0, freight=800, capacity_left=6),
    )
    assert picked(carry_out({"do": "reserve", "at": "score", "weights": weights}, at))[0][0] == chosen


def test_a_tied_score_ends_at_the_declared_tie_break() -> None:
    at = situation(
        [("1", "A", 1)],
        candidate("W1", {"A": 1}, freight=900),
        candidate("W2", {"A": 1}, freight=100),
    )
    action = {"do": "reserve", "at": "score", "weights": {"distance": 1}, "tie_break": "cheapest"}
    assert picked(carry_out(action, at))[0][0] == "W2"


def test_a_transfer_moves_only_what_the_target_lacks() -> None:
    at = situation(
        [("1", "A", 3), ("2", "B", 1)], candidate("T", {"A": 1}), candidate("S", {"A": 9, "B": 1}), target="T"
    )
    plan = carry_out({"do": "transfer", "from": "nearest", "arrives": "T+1"}, at)
    assert picked(plan) == [("T", "A", 1, "T"), ("T", "A", 2, "S"), ("T", "B", 1, "S")]
    assert isinstance(plan, Plan)
    moves = [(t.source, t.destination, t.sku, t.quantity, t.arrives_on) for t in plan.transfers]
    assert moves == [("S", "T", "A", 2, "2026-11-25"), ("S", "T", "B", 1, "2026-11-25")]


def test_a_transfer_needs_one_source_for_the_whole_shortfall() -> None:
    parts = candidate("S1", {"A": 1}), candidate("S2", {"A": 1})
    at = situation([("1", "A", 2)], candidate("T", {}), *parts, target="T")
    assert carry_out({"do": "transfer", "from": "nearest"}, at) == Passed("no-source")


def test_a_split_keeps_to_its_limit_of_parcels() -> None:
    stocks = candidate("W1", {"A": 1}), candidate("W2", {"B": 1}), candidate("W3", {"C": 1})
    needs = [("1", "A", 1), ("2", "B", 1), ("3", "C", 1)]
    assert carry_out({"do": "split", "at_most": 2}, situation(needs, *stocks)) == Passed("no-cover")
    assert len(picked(carry_out({"do": "split", "at_most": 3}, situation(needs, *stocks)))) == 3


def test_a_purchase_asks_for_what_no_warehouse_has_and_reserves_nothing() -> None:
    at = situation([("1", "A", 5), ("2", "B", 1)], candidate("W1", {"A": 1, "B": 1}), candidate("W2", {"A": 1}))
    plan = carry_out({"do": "purchase"}, at)
    assert isinstance(plan, Plan)
    assert (plan.outcome, plan.fulfilments) == (Outcome.BACKORDERED, [])
    assert [(p.sku, p.quantity) for p in plan.purchases] == [("A", 3)]


def test_nothing_is_bought_when_the_goods_exist() -> None:
    at = situation([("1", "A", 2)], candidate("W1", {"A": 1}), candidate("W2", {"A": 1}))
    assert carry_out({"do": "purchase"}, at) == Passed("nothing-short")


def test_without_a_known_target_the_order_waits_for_a_person() -> None:
    at = situation([("1", "A", 1)], candidate("W1", {"A": 1}))
    assert carry_out({"do": "reserve", "at": "target"}, at) == Unsure("target", "")


stocks = st.lists(st.dictionaries(st.sampled_from("ABC"), st.integers(0, 3), max_size=3), min_size=1, max_size=5)
wants = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 3)), min_size=1, max_size=4)


@given(stocks, wants, st.integers(1, 5))
def test_a_split_is_the_smallest_there_is_and_never_oversells(
    shelves: list[dict[str, int]], lines: list[tuple[str, int]], at_most: int
) -> None:
    needs = [(str(n), sku, count) for n, (sku, count) in enumerate(lines)]
    at = situation(needs, *(candidate(f"W{n}", shelf, km_to_buyer=float(n)) for n, shelf in enumerate(shelves)))
    result = carry_out({"do": "split", "at_most": at_most}, at)
    fewest = naive_fewest(shelves, at.demand.units)
    if fewest is None or fewest > at_most:
        assert result == Passed("no-cover")
        return
    assert isinstance(result, Plan)
    assert len(result.fulfilments) == fewest
    taken = [(p.source, p.sku, p.quantity) for f in result.fulfilments for p in f.picks]
    for code, shelf in ((f"W{n}", shelf) for n, shelf in enumerate(shelves)):
        for sku in "ABC":
            assert sum(q for c, s, q in taken if (c, s) == (code, sku)) <= shelf.get(sku, 0)
    given_out = {n: sum(p.quantity for f in result.fulfilments for p in f.picks if p.line == n) for n, _, _ in needs}
    assert given_out == {n: count for n, _, count in needs}


def naive_fewest(shelves: list[dict[str, int]], units: dict[str, int]) -> int | None:
    for size in range(1, len(shelves) + 1):
        for group in combinations(shelves, size):
            if all(sum(shelf.get(sku, 0) for shelf in group) >= need for sku, need in units.items()):
                return size
    return None
