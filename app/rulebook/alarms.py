"""Which timers an order, a waybill or a task is to have: from its facts and the rules alone. Pure."""

from __future__ import annotations

from typing import NamedTuple

from app.domain.alarms import Alarm, Target, Wait
from app.domain.order import OrderState
from app.rulebook.escalation import Escalation, EscalationRule

WAITING = frozenset({"held", "backordered"})
WANTED = WAITING | {"allocated", "consolidated"}
"""Outcomes of orders that are to leave; of the others nothing can take too long."""


class OrderFacts(NamedTuple):
    """One order as its timers need it.

    `paid_at` None: not known, it counts as paid `now`. `held_since` is when it was held and not let go since.
    `gone`: nothing of it is left to ship.
    """

    order_id: int
    state: str
    outcome: str
    paid_at: int | None
    ship_by: int | None
    held_since: int
    gone: bool = False


def order_alarms(escalation: Escalation, facts: OrderFacts, now: int) -> list[Alarm]:
    """The timers that the order is to have."""
    order_id = facts.order_id
    found = []
    if escalation.ship_by and facts.ship_by is not None and order_waits(Wait.SHIP_BY, facts):
        found = [_alarm(rule, _ORDER, order_id, order_id, facts.ship_by) for rule in escalation.ship_by]
    if facts.outcome in WAITING:
        if facts.state == OrderState.PAID:
            since, lasting = facts.paid_at or now, facts.paid_at is None
            found += [_alarm(rule, _ORDER, order_id, order_id, since, lasting) for rule in escalation.unallocated]
        if facts.outcome == "held":
            found += [_alarm(rule, _ORDER, order_id, order_id, facts.held_since, True) for rule in escalation.held]
    return found


def order_waits(wait: Wait, facts: OrderFacts) -> bool:
    """Whether that which the timer waits for is so now."""
    if wait is Wait.SHIP_BY:
        return (
            facts.state == OrderState.PAID and facts.outcome in WANTED and facts.ship_by is not None and not facts.gone
        )
    if wait is Wait.HELD:
        return facts.outcome == "held"
    return wait is Wait.UNALLOCATED and facts.state == OrderState.PAID and facts.outcome in WAITING


def waybill_alarms(escalation: Escalation, shipment_id: int, order_id: int, newest: int) -> list[Alarm]:
    """The timers of a waybill on its way whose newest event was at `newest`."""
    return [_alarm(rule, _WAYBILL, shipment_id, order_id, newest) for rule in escalation.no_tracking]


def task_alarms(escalation: Escalation, task_id: int, order_id: int, due_at: int) -> list[Alarm]:
    """The timers of an open task that must be done by `due_at`; `order_id` 0 without an order."""
    return [_alarm(rule, _TASK, task_id, order_id, due_at) for rule in escalation.task_due]


def _alarm(
    rule: EscalationRule, target: str, target_id: int, order_id: int, since: int, lasting: bool = False
) -> Alarm:
    return Alarm(target, target_id, order_id, rule.id, rule.digest, since, rule.first_due(since), lasting)


# Plain text: an enumeration would be made plain again for each of many thousand rows.
_ORDER, _TASK, _WAYBILL = Target.ORDER.value, Target.TASK.value, Target.WAYBILL.value
