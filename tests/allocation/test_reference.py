"""Every allocation action equals a reference written down as plainly as it can be, on any warehouses and stock."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.allocation.choose import Unsure
from app.allocation.facts import UNLIMITED
from app.allocation.plans import Passed, Plan, carry_out
from tests.allocation.test_plans import candidate, situation

House = dict[str, Any]
SKUS = "ABC"

houses = st.lists(
    st.fixed_dictionaries(
        {
            "stock": st.dictionaries(st.sampled_from(SKUS), st.integers(0, 4), max_size=3),
            "km_to_buyer": st.sampled_from([1.0, 5.0, 5.0, 80.0, None]),
            "km_to_target": st.sampled_from([0.0, 3.0, 60.0, None]),
            "freight": st.sampled_from([300, 500, 500, 900, None]),
            "capacity_left": st.sampled_from([UNLIMITED, 0, 7]),
        }
    ),
    min_size=1,
    max_size=5,
)
needs = st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 4)), min_size=1, max_size=4).map(
    lambda lines: [(str(n), sku, count) for n, (sku, count) in enumerate(lines)]
)
EXAMPLES = settings(deadline=None, max_examples=150)


def units_of(lines: list[tuple[str, str, int]]) -> dict[str, int]:
    return {sku: sum(n for _, s, n in lines if s == sku) for _, sku, _ in lines}


def covers(house: House, units: dict[str, int]) -> bool:
    return all(house["stock"].get(sku, 0) >= need for sku, need in units.items())


def lay_out(shelves: list[House], lines: list[tuple[str, str, int]], target: int | None = None) -> Any:
    made = [candidate(f"W{n}", one["stock"], **{k: v for k, v in one.items() if k != "stock"})
            for n, one in enumerate(shelves)]  # fmt: skip
    return situation(lines, *made, target=None if target is None else f"W{target % len(shelves)}")


def told(result: Any) -> Any:
    """A result as plain values: where everything comes from, or why not."""
    if isinstance(result, Unsure):
        return ("unsure", result.fact, result.warehouse)
    if isinstance(result, Passed):
        return ("passed", result.why)
    assert isinstance(result, Plan)
    return [(f.warehouse, [(p.line, p.sku, p.quantity, p.source) for p in f.picks]) for f in result.fulfilments]


def all_from(code: str, lines: list[tuple[str, str, int]]) -> Any:
    return [(code, [(line, sku, count, code) for line, sku, count in lines])]


def naive_least(codes: list[str], shelves: list[House], fact: str) -> Any:
    """The one with the least value; a warehouse of which it is not known may be the least, so then nobody knows."""
    if len(codes) == 1:
        return codes[0]
    value = {code: shelves[int(code[1:])][fact] for code in codes}
    unknown = [code for code in codes if value[code] is None]
    return ("unsure", fact, unknown[0]) if unknown else min(codes, key=lambda code: (value[code], code))


def naive_reserve(shelves: list[House], lines: list[tuple[str, str, int]], at: str, target: int) -> Any:
    units = units_of(lines)
    if at == "target":
        code = f"W{target % len(shelves)}"
        return all_from(code, lines) if covers(shelves[int(code[1:])], units) else ("passed", "target-short")
    able = [f"W{n}" for n, one in enumerate(shelves) if covers(one, units)]
    if not able:
        return ("passed", "none-covers")
    chosen = naive_least(able, shelves, "freight" if at == "cheapest" else "km_to_buyer")
    return chosen if isinstance(chosen, tuple) else all_from(chosen, lines)


@given(houses, needs, st.sampled_from(["target", "nearest", "cheapest"]), st.integers(0, 4))
@EXAMPLES
def test_reserving_equals_the_reference(shelves: list[House], lines: Any, at: str, target: int) -> None:
    at_hand = lay_out(shelves, lines, target)
    assert told(carry_out({"do": "reserve", "at": at}, at_hand)) == naive_reserve(shelves, lines, at, target)


def naive_transfer(shelves: list[House], lines: list[tuple[str, str, int]], source: str, target: int) -> Any:
    place = target % len(shelves)
    have = dict(shelves[place]["stock"])
    short = {sku: n - have.get(sku, 0) for sku, n in units_of(lines).items() if n > have.get(sku, 0)}
    if not short:
        return ("passed", "nothing-short")
    able = [f"W{n}" for n, one in enumerate(shelves) if n != place and covers(one, short)]
    if not able:
        return ("passed", "no-source")
    chosen = naive_least(able, shelves, "transfer_freight" if source == "cheapest" else "km_to_target")
    if isinstance(chosen, tuple):
        return chosen
    picks = []
    for line, sku, count in lines:
        for _ in range(count):
            here = have.get(sku, 0) > 0
            have[sku] = have.get(sku, 0) - here
            picks.append((line, sku, f"W{place}" if here else chosen))
    return (f"W{place}", picks)


@given(houses, needs, st.sampled_from(["nearest", "cheapest"]), st.integers(0, 4))
@EXAMPLES
def test_a_transfer_equals_the_reference(shelves: list[House], lines: Any, source: str, target: int) -> None:
    for one in shelves:
        one["transfer_freight"] = one["freight"]
    found = carry_out({"do": "transfer", "from": source, "arrives": "T+1"}, lay_out(shelves, lines, target))
    expected = naive_transfer(shelves, lines, source, target)
    if not isinstance(found, Plan):
        assert told(found) == expected
        return
    [(warehouse, picks)] = told(found)
    each_unit = [(line, sku, source) for line, sku, count, source in picks for _ in range(count)]
    assert (warehouse, each_unit) == expected
    moved = {(t.source, t.sku): t.quantity for t in found.transfers}
    assert moved == {(s, sku): sum(p[1:] == (sku, s) for p in each_unit) for _, sku, s in each_unit if s != warehouse}


def naive_group(shelves: list[House], units: dict[str, int], at_most: int) -> tuple[str, ...] | None:
    """The fewest; among equally few the least distance in all, then codes. Who has nothing of it is not asked."""
    useful = [n for n, one in enumerate(shelves) if any(one["stock"].get(sku) for sku in units)]
    for size in range(1, at_most + 1):
        able = [
            group for group in combinations(useful, size)
            if all(sum(shelves[n]["stock"].get(sku, 0) for n in group) >= need for sku, need in units.items())
        ]  # fmt: skip
        if able:
            far = {n: float("inf") if one["km_to_buyer"] is None else one["km_to_buyer"]
                   for n, one in enumerate(shelves)}  # fmt: skip
            best = min(able, key=lambda group: (sum(far[n] for n in group), group))
            return tuple(f"W{n}" for n in best)
    return None


@given(houses, needs, st.integers(1, 4))
@EXAMPLES
def test_a_split_chooses_the_group_of_the_reference(shelves: list[House], lines: Any, at_most: int) -> None:
    found = carry_out({"do": "split", "at_most": at_most}, lay_out(shelves, lines))
    group = naive_group(shelves, units_of(lines), at_most)
    if group is None:
        assert told(found) == ("passed", "no-cover")
        return
    parcels = told(found)
    assert {code for code, _ in parcels} == set(group)
    picks = [pick for _, each in parcels for pick in each]
    assert {line: sum(p[2] for p in picks if p[0] == line) for line, _, _ in lines} == {n: c for n, _, c in lines}
    for code in group:
        for sku in SKUS:
            taken = sum(p[2] for p in picks if p[3] == code and p[1] == sku)
            assert taken <= shelves[int(code[1:])]["stock"].get(sku, 0)


@given(houses, needs)
@EXAMPLES
def test_a_purchase_asks_for_exactly_what_is_nowhere(shelves: list[House], lines: Any) -> None:
    found = carry_out({"do": "purchase"}, lay_out(shelves, lines))
    lacking = {
        sku: need - sum(one["stock"].get(sku, 0) for one in shelves) for sku, need in units_of(lines).items()
    }  # fmt: skip
    lacking = {sku: n for sku, n in lacking.items() if n > 0}
    if not lacking:
        assert told(found) == ("passed", "nothing-short")
    else:
        assert isinstance(found, Plan)
        assert {p.sku: p.quantity for p in found.purchases} == lacking
        assert found.fulfilments == []


weights = st.dictionaries(
    st.sampled_from(["distance", "freight", "stock", "load"]), st.sampled_from([0.5, 1, 3]), min_size=1
)


@given(houses, needs, weights)
@EXAMPLES
def test_a_score_equals_the_reference(shelves: list[House], lines: Any, weights: dict[str, float]) -> None:
    units = units_of(lines)
    facts = {"distance": "km_to_buyer", "freight": "freight", "load": "capacity_left"}
    able = [n for n, one in enumerate(shelves) if covers(one, units)]
    found = told(carry_out({"do": "reserve", "at": "score", "weights": weights}, lay_out(shelves, lines)))
    if not able:
        assert found == ("passed", "none-covers")
        return
    if len(able) > 1:
        for name in sorted(weights.keys() & facts.keys()):
            unknown = [n for n in able if shelves[n][facts[name]] is None]
            if unknown:
                assert found == ("unsure", facts[name], f"W{unknown[0]}")
                return

    def value(n: int, name: str) -> float:
        # A warehouse that covers the order has all of it: by stock they are equal.
        return 1.0 if name == "stock" else shelves[n][facts[name]] * (1 if name == "load" else -1)

    def score(n: int) -> float:
        total = 0.0
        for name, weight in weights.items():
            every = [value(other, name) for other in able]
            low, high = min(every), max(every)
            total += weight * (1.0 if low == high else (value(n, name) - low) / (high - low))
        return round(total, 9)

    best = able[0] if len(able) == 1 else min(able, key=lambda n: (-score(n), n))
    assert found == all_from(f"W{best}", lines)
