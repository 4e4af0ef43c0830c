"""Carrying out an allocation action: a plan, or why not.

Nothing is spent here; a plan says what would be. An action that cannot be carried out gives `Passed` (the next
rule is tried), one whose choice hangs on an unknown value gives `Unsure` (the order is held).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.allocation.choose import Unsure, best_score, least
from app.allocation.cover import share_out, smallest_cover
from app.allocation.demand import Demand
from app.allocation.facts import Candidate, Network
from app.domain.calendar import arrival_date
from app.domain.decision import Fulfilment, Outcome, Pick, Purchase, Transfer


@dataclass(slots=True)
class Plan:
    """What carrying out an action would do."""

    outcome: Outcome
    fulfilments: list[Fulfilment] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Passed:
    """The action cannot be carried out; `why` is a code with a sentence."""

    why: str


Result = Plan | Passed | Unsure


class Situation:
    """Where an action is to be carried out. `members` are the candidates that the rule's conditions picked."""

    __slots__ = ("_members", "candidates", "demand", "network", "now", "rule", "target")

    def __init__(
        self,
        demand: Demand,
        candidates: Sequence[Candidate],
        target: Candidate | None,
        network: Network,
        now: int,
    ) -> None:
        self.demand = demand
        self.candidates = candidates
        self.target = target
        self.network = network
        self.now = now
        self.rule = ""
        self._members: Callable[[], Sequence[Candidate]] = lambda: candidates

    def under(self, rule: str, members: Callable[[], Sequence[Candidate]]) -> None:
        """Say which rule acts now and how to find the members its conditions picked."""
        self.rule = rule
        self._members = members

    def members(self) -> Sequence[Candidate]:
        """The candidates that satisfied the acting rule's warehouse conditions; all when it has none."""
        return self._members()

    def covering(self) -> list[Candidate]:
        """Members that cover the order alone."""
        return [candidate for candidate in self.members() if candidate.covers_order]


def carry_out(action: Mapping[str, Any], situation: Situation) -> Result | None:
    """The result of an allocating action; None when the action does not allocate."""
    act = _ACTIONS.get(action["do"])
    return act(action, situation) if act is not None else None


def whole(candidate: Candidate, demand: Demand) -> Plan:
    """Everything from one warehouse, in one parcel."""
    code = candidate.code
    picks = [Pick(line, sku, count, code) for line, sku, count in demand.needs]
    return Plan(Outcome.ALLOCATED, [Fulfilment(code, picks)])


def _reserve(action: Mapping[str, Any], situation: Situation) -> Result:
    if action["at"] == "target":
        return _reserve_at_target(situation)
    if action["at"] == "fewest_parcels":
        return _share(situation, len(situation.candidates))
    covering = situation.covering()
    if not covering:
        return Passed("none-covers")
    chosen = _chosen(action, covering)
    return chosen if isinstance(chosen, Unsure) else whole(chosen, situation.demand)


def _reserve_at_target(situation: Situation) -> Result:
    target = situation.target
    if target is None:
        return Unsure("target", "")
    return whole(target, situation.demand) if target.covers_order else Passed("target-short")


def _chosen(action: Mapping[str, Any], covering: list[Candidate]) -> Candidate | Unsure:
    if action["at"] == "score":
        return best_score(covering, action.get("weights") or {}, action.get("tie_break") or "code")
    return least(covering, "freight" if action["at"] == "cheapest" else "km_to_buyer")


def _split(action: Mapping[str, Any], situation: Situation) -> Result:
    return _share(situation, action["at_most"])


def _share(situation: Situation, at_most: int) -> Result:
    group = smallest_cover(situation.members(), situation.demand.units, at_most)
    if group is None:
        return Passed("no-cover")
    return Plan(Outcome.ALLOCATED, share_out(situation.demand.needs, group))


def _transfer(action: Mapping[str, Any], situation: Situation) -> Result:
    target = situation.target
    if target is None:
        return Unsure("target", "")
    shortfall = target.request.shortfall()
    if not shortfall:
        return Passed("nothing-short")
    sources = [c for c in situation.members() if c is not target and c.covers(shortfall)]
    if not sources:
        return Passed("no-source")
    source = least(sources, "transfer_freight" if action["from"] == "cheapest" else "km_to_target")
    return source if isinstance(source, Unsure) else _moved(action, situation, target, source)


def _moved(action: Mapping[str, Any], situation: Situation, target: Candidate, source: Candidate) -> Plan:
    arrives = arrival_date(situation.now, action.get("arrives") or "T+1")
    shortfall = target.request.shortfall()
    moves = [Transfer(source.code, target.code, sku, count, arrives) for sku, count in shortfall.items()]
    return Plan(Outcome.ALLOCATED, [Fulfilment(target.code, _picks_of_both(situation.demand, target, source))], moves)


def _picks_of_both(demand: Demand, target: Candidate, source: Candidate) -> list[Pick]:
    left = {sku: target.at(sku) for sku in demand.units}
    picks: list[Pick] = []
    for line, sku, count in demand.needs:
        here = min(count, left[sku])
        left[sku] -= here
        if here:
            picks.append(Pick(line, sku, here, target.code))
        if count > here:
            picks.append(Pick(line, sku, count - here, source.code))
    return picks


def _purchase(_action: Mapping[str, Any], situation: Situation) -> Result:
    lacks = situation.network.lacks()
    if not lacks:
        return Passed("nothing-short")
    return Plan(Outcome.BACKORDERED, purchases=[Purchase(sku, n, situation.rule) for sku, n in lacks.items()])


def _backorder(_action: Mapping[str, Any], _situation: Situation) -> Result:
    return Plan(Outcome.BACKORDERED)


_ACTIONS: dict[str, Callable[[Mapping[str, Any], Situation], Result]] = {
    "reserve": _reserve,
    "split": _split,
    "transfer": _transfer,
    "purchase": _purchase,
    "backorder": _backorder,
}
