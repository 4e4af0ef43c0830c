"""A decision in the making: holds with releases, and the actions that do not allocate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.decision import Decision, Hold, Outcome, TaskRequest
from app.processing.inputs import Inputs

UNKNOWN_VALUE = "unknown-value"
HOUR_SECONDS = 3600


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

    def act(self, actions: Iterable[Mapping[str, Any]], rule: str) -> None:
        """Carry out the actions that do not allocate, in order; the others are left alone."""
        for action in actions:
            carry_out = _SIDE_ACTIONS.get(action["do"])
            if carry_out is not None:
                carry_out(self, action, rule)


def _hold(ruling: Ruling, action: Mapping[str, Any], rule: str) -> None:
    ruling.hold(action["reason"], action.get("owner") or "supervisor", rule)


def _tag(ruling: Ruling, action: Mapping[str, Any], _rule: str) -> None:
    if action["tag"] not in ruling.decision.tags:
        ruling.decision.tags.append(action["tag"])


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
