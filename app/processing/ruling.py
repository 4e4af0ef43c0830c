"""A decision in the making: holds with releases, and the actions that do not allocate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from app.domain.decision import Decision, Hold, Outcome, TaskRequest
from app.domain.work import PART_WAITS
from app.processing.inputs import Inputs

Each = TypeVar("Each")
UNKNOWN_VALUE = "unknown-value"
HOUR_SECONDS = 3600
CONSOLIDATE_BY_HAND, SPLIT_BY_HAND = "people/consolidate", "people/split"
"""What stands in a rule's place where people decided."""


class Ruling:
    """Collects one order's decision. `tried`: rules that matched but did not decide, each with the reason's code."""

    __slots__ = ("decision", "gifts", "inputs", "tried")

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self.decision = Decision(inputs.source, Outcome.RECORDED)
        self.gifts: list[tuple[str, str, int]] = []
        self.tried: list[list[Any]] = []

    def hold(self, reason: str, owner: str, rule: str = "", **details: Any) -> bool:
        """Hold the order unless people released that reason; whether it is held."""
        if reason in self.inputs.overlay.released:
            if rule:
                self.tried.append([rule, "released", reason])
            return False
        self.hold_always(reason, owner, rule, **details)
        return True

    def hold_always(self, reason: str, owner: str, rule: str = "", **details: Any) -> None:
        """Hold the order for a reason that cannot be released, only mended."""
        self.decision.holds.append(Hold(reason, owner, rule, details))

    def tag(self, tag: str) -> None:
        """Put the tag on the order, once."""
        if tag not in self.decision.tags:
            self.decision.tags.append(tag)

    def act(self, actions: Iterable[Mapping[str, Any]], rule: str) -> None:
        """Carry out the actions that do not allocate, in order; the others are left alone."""
        for action in actions:
            carry_out = _SIDE_ACTIONS.get(action["do"])
            if carry_out is not None:
                carry_out(self, action, rule)

    def gather(self, parts: Sequence[Ruling]) -> None:
        """Take in what was ruled of the parcels into which people split the order.

        It is allocated once one of them is; for each of the others a task waits. None: it waits as a whole.
        """
        for part in parts:
            self._take_wishes(part)
        decision, leaving = self.decision, [part for part in parts if part.decision.fulfilments]
        if leaving:
            decision.outcome = Outcome.ALLOCATED
            decision.fulfilments = [f for part in leaving for f in part.decision.fulfilments]
            waiting = [part for part in parts if part not in leaving]
            if waiting:
                details = {"goods": _goods(waiting)}
                decision.tasks.append(TaskRequest(PART_WAITS, "clerk", SPLIT_BY_HAND, details=details))
            return
        for part in parts:
            decision.holds += [hold for hold in part.decision.holds if hold not in decision.holds]
        decision.outcome = Outcome.HELD if decision.holds else parts[0].decision.outcome

    def _take_wishes(self, part: Ruling) -> None:
        mine, other = self.decision, part.decision
        _add_new(mine.rules, other.rules)
        _add_new(mine.tags, other.tags)
        _add_new(mine.tasks, other.tasks)
        _add_new(self.tried, part.tried)
        _add_new(self.gifts, part.gifts)
        mine.transfers = mine.transfers + other.transfers
        mine.purchases = mine.purchases + other.purchases
        mine.priority = max(mine.priority, other.priority)
        mine.carrier = mine.carrier or other.carrier
        mine.presale = mine.presale or other.presale


def _add_new(here: list[Each], there: list[Each]) -> None:
    here.extend(each for each in there if each not in here)


def _goods(waiting: Sequence[Ruling]) -> str:
    units: Counter[str] = Counter()
    for part in waiting:
        units.update(part.inputs.demand.units)
    return " + ".join(f"{sku} × {count}" for sku, count in sorted(units.items()))


def _hold(ruling: Ruling, action: Mapping[str, Any], rule: str) -> None:
    ruling.hold(action["reason"], action.get("owner") or "supervisor", rule)


def _tag(ruling: Ruling, action: Mapping[str, Any], _rule: str) -> None:
    ruling.tag(action["tag"])


def _set_priority(ruling: Ruling, action: Mapping[str, Any], _rule: str) -> None:
    ruling.decision.priority = max(ruling.decision.priority, action["priority"])


def _wish_carrier(ruling: Ruling, action: Mapping[str, Any], _rule: str) -> None:
    ruling.decision.carrier = ruling.decision.carrier or action["carrier"]


def _add_gift(ruling: Ruling, action: Mapping[str, Any], rule: str) -> None:
    ruling.gifts.append((rule, action["sku"], action.get("quantity") or 1))


def _mark_presale(ruling: Ruling, _action: Mapping[str, Any], _rule: str) -> None:
    ruling.decision.presale = True


def _open_task(ruling: Ruling, action: Mapping[str, Any], rule: str) -> None:
    hours = action.get("within_hours")
    due = ruling.inputs.now + int(hours * HOUR_SECONDS) if hours else None
    ruling.decision.tasks.append(TaskRequest(action["kind"], action.get("owner") or "supervisor", rule, due))


_SIDE_ACTIONS = {
    "hold": _hold,
    "tag": _tag,
    "set_priority": _set_priority,
    "wish_carrier": _wish_carrier,
    "add_gift": _add_gift,
    "mark_presale": _mark_presale,
    "open_task": _open_task,
}
