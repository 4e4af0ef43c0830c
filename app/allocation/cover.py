"""The fewest warehouses that cover an order together, and who gives what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import comb

from app.allocation.demand import Need
from app.allocation.facts import Candidate
from app.domain.decision import Fulfilment, Pick

_EXACT_LIMIT = 20_000


def smallest_cover(
    candidates: Sequence[Candidate], units: Mapping[str, int], at_most: int
) -> tuple[Candidate, ...] | None:
    """The fewest warehouses (at most `at_most`) that have all units together; None when there is no such set.

    Among equally few: the least sum of distances to the buyer (unknown counts as farthest), then codes. Exact
    up to 20,000 sets of one size; beyond that the warehouse that adds most is taken each time.
    """
    useful = sorted((c for c in candidates if any(c.at(sku) for sku in units)), key=_nearness)
    for size in range(1, min(at_most, len(useful)) + 1):
        if comb(len(useful), size) > _EXACT_LIMIT:
            return _greedy(useful, units, at_most)
        covering = [group for group in combinations(useful, size) if _cover(group, units)]
        if covering:
            return min(covering, key=_rank)
    return None


def _nearness(candidate: Candidate) -> tuple[float, str]:
    return (float("inf") if candidate.km_to_buyer is None else candidate.km_to_buyer, candidate.code)


def _rank(group: tuple[Candidate, ...]) -> tuple[float, tuple[str, ...]]:
    return (round(sum(_nearness(c)[0] for c in group), 1), tuple(sorted(c.code for c in group)))


def _cover(group: Sequence[Candidate], units: Mapping[str, int]) -> bool:
    return all(sum(c.at(sku) for c in group) >= need for sku, need in units.items())


def _greedy(useful: list[Candidate], units: Mapping[str, int], at_most: int) -> tuple[Candidate, ...] | None:
    missing, chosen = dict(units), list[Candidate]()
    while missing and len(chosen) < at_most:
        best = max(useful, key=lambda c: sum(min(c.at(sku), need) for sku, need in missing.items()))
        chosen.append(best)
        useful = [c for c in useful if c is not best]
        missing = {sku: need - best.at(sku) for sku, need in missing.items() if need > best.at(sku)}
        if not useful:
            break
    return None if missing else tuple(chosen)


def share_out(needs: Sequence[Need], group: Sequence[Candidate]) -> list[Fulfilment]:
    """One fulfilment for each warehouse; a line is divided only where no single warehouse has all of it."""
    left = {c.code: dict(c.have) for c in group}
    picks: dict[str, list[Pick]] = {c.code: [] for c in group}
    for line, sku, count in needs:
        whole = next((code for code, have in left.items() if have.get(sku, 0) >= count), None)
        for code in (whole,) if whole is not None else tuple(left):
            taken = min(count, left[code].get(sku, 0))
            if taken:
                picks[code].append(Pick(line, sku, taken, code))
                left[code][sku] -= taken
                count -= taken
    return [Fulfilment(code, chosen) for code, chosen in picks.items() if chosen]
