"""The smallest change that meets a goal: single changes first, then pairs, each tried by deciding again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from app.domain.decision import Decision
from app.processing.why.changes import Change, Path
from app.processing.why.goals import Goal

MOST_FOUND = 3
MOST_SINGLES = 400
MOST_PAIRS = 1_000
_PAIRED = 60

Decide = Callable[[tuple[Change, ...]], Decision | None]
"""What the order comes to with these changes; None when they cannot be made together."""


@dataclass(frozen=True, slots=True)
class Found:
    """Changes that together meet the goal, and the decision that proves it."""

    changes: tuple[Change, ...]
    decision: Decision

    @property
    def cost(self) -> tuple[int, float]:
        """Fewer facts first, then smaller ones."""
        return sum(change.size for change in self.changes), sum(change.cost for change in self.changes)


@dataclass(frozen=True, slots=True)
class Search:
    """What was found, the smallest first, and how many changes were tried."""

    found: list[Found]
    tried: int


def smallest(changes: Sequence[Change], goal: Goal, decide: Decide) -> Search:
    """Up to three smallest sets of one or two changes after which the goal is met."""
    ranked = sorted(changes, key=lambda change: (change.size, change.cost))[:MOST_SINGLES]
    singles = [found for change in ranked if (found := _met((change,), goal, decide)) is not None]
    if singles:
        return Search(_best(singles), len(ranked))
    pairs = list(_pairs(ranked[:_PAIRED]))
    kept: list[Found] = []
    for tried, pair in enumerate(pairs, 1):
        found = _met(pair, goal, decide)
        if found is not None:
            kept.append(found)
        if len(_best(kept)) == MOST_FOUND:
            return Search(_best(kept), len(ranked) + tried)
    return Search(_best(kept), len(ranked) + len(pairs))


def _met(changes: tuple[Change, ...], goal: Goal, decide: Decide) -> Found | None:
    decision = decide(changes)
    return Found(changes, decision) if decision is not None and goal.met(decision) else None


def _pairs(changes: Sequence[Change]) -> Iterator[tuple[Change, ...]]:
    """Pairs of changes at different spots, the smallest first."""
    apart = (pair for pair in combinations(changes, 2) if not _touch(pair[0].spot, pair[1].spot))
    ranked = sorted(apart, key=lambda pair: (pair[0].size + pair[1].size, pair[0].cost + pair[1].cost))
    return iter(ranked[:MOST_PAIRS])


def _touch(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _best(found: Sequence[Found]) -> list[Found]:
    """The smallest at each spot."""
    kept: dict[tuple[Path, ...], Found] = {}
    for one in sorted(found, key=lambda f: f.cost):
        kept.setdefault(tuple(change.spot for change in one.changes), one)
    return list(kept.values())[:MOST_FOUND]
