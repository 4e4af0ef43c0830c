"""Choosing one warehouse among several, deterministically: ties end at the code, unknown values decide nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.allocation.facts import Candidate


@dataclass(frozen=True, slots=True)
class Unsure:
    """The choice hangs on a fact of a warehouse that is not known."""

    fact: str
    warehouse: str


Value = Callable[[Candidate], float | int | None]

CRITERIA: dict[str, tuple[str, bool]] = {
    "distance": ("km_to_buyer", False),
    "freight": ("freight", False),
    "stock": ("available", True),
    "load": ("capacity_left", True),
}
"""What a score may weigh: the fact, and whether more is better."""
TIE_BREAKS = {"nearest": "km_to_buyer", "cheapest": "freight", "code": "code"}


def least(candidates: Sequence[Candidate], fact: str) -> Candidate | Unsure:
    """The candidate with the least value of `fact`, ties by code; one alone needs no value."""
    if len(candidates) == 1:
        return candidates[0]
    for candidate in candidates:
        if getattr(candidate, fact) is None:
            return Unsure(fact, candidate.code)
    return min(candidates, key=lambda candidate: (getattr(candidate, fact), candidate.code))


def best_score(candidates: Sequence[Candidate], weights: Mapping[str, float], tie_break: str) -> Candidate | Unsure:
    """The candidate with the highest weighted score, ties by `tie_break`, then code.

    Each criterion runs from 0 (worst among the candidates) to 1 (best); where all are equal it is 1.
    """
    if len(candidates) == 1:
        return candidates[0]
    scores = scores_of(candidates, weights)
    if isinstance(scores, Unsure):
        return scores
    top = max(scores)
    return least([c for c, score in zip(candidates, scores, strict=True) if score == top], tie_fact(tie_break))


def scores_of(candidates: Sequence[Candidate], weights: Mapping[str, float]) -> list[float] | Unsure:
    """The weighted score of each candidate, rounded so that equal ones are equal."""
    scores = [0.0] * len(candidates)
    for name, weight in sorted(weights.items()):
        fact, more_is_better = CRITERIA[name]
        values = [getattr(candidate, fact) for candidate in candidates]
        if None in values and weight:
            return Unsure(fact, candidates[values.index(None)].code)
        if weight:
            scores = [s + weight * n for s, n in zip(scores, _normalised(values, more_is_better), strict=True)]
    return [round(score, 9) for score in scores]


def tie_fact(tie_break: str) -> str:
    """The fact that breaks a tie of scores."""
    return TIE_BREAKS.get(tie_break, "code")


def _normalised(values: list[float], more_is_better: bool) -> list[float]:
    low, high = min(values), max(values)
    if low == high:
        return [1.0] * len(values)
    return [(v - low if more_is_better else high - v) / (high - low) for v in values]
