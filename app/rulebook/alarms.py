"""Which timers an order, a waybill or a task is to have: from its facts and the rules alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator
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


def order_alarms(escalation: Escalation, facts: OrderFacts, now: int) -> Iterator[Alarm]:
    """The timers that the order is to have."""
    for wait in Wait:
        if escalation.by_wait.get(wait) and order_waits(wait, facts):
            since = _since(wait, facts, now)
            lasting = wait is Wait.HELD or (wait is Wait.UNALLOCATED and facts.paid_at is None)
            for rule in escalation.by_wait[wait]:
                yield _alarm(rule, Target.ORDER, facts.order_id, facts.order_id, since, lasting=lasting)


def order_waits(wait: Wait, facts: OrderFacts) -> bool:
    """Whether that which the timer waits for is so now."""
    match wait:
        case Wait.UNALLOCATED:
            return facts.state == OrderState.PAID and facts.outcome in WAITING
        case Wait.HELD:
            return facts.outcome == "held"
        case Wait.SHIP_BY:
            wanted = facts.state == OrderState.PAID and facts.outcome in WANTED
            return wanted and facts.ship_by is not None and not facts.gone
    return False


def waybill_alarms(escalation: Escalation, shipment_id: int, order_id: int, newest: int) -> Iterator[Alarm]:
    """The timers of a waybill on its way whose newest event was at `newest`."""
    for rule in escalation.by_wait.get(Wait.NO_TRACKING, ()):
        yield _alarm(rule, Target.WAYBILL, shipment_id, order_id, newest)


def task_alarms(escalation: Escalation, task_id: int, order_id: int, due_at: int) -> Iterator[Alarm]:
    """The timers of an open task that must be done by `due_at`; `order_id` 0 without an order."""
    for rule in escalation.by_wait.get(Wait.TASK_DUE, ()):
        yield _alarm(rule, Target.TASK, task_id, order_id, due_at)


def _since(wait: Wait, facts: OrderFacts, now: int) -> int:
    if wait is Wait.SHIP_BY:
        return facts.ship_by or now
    return facts.held_since if wait is Wait.HELD else facts.paid_at or now


def _alarm(
    rule: EscalationRule, target: Target, target_id: int, order_id: int, since: int, *, lasting: bool = False
) -> Alarm:
    return Alarm(target, target_id, order_id, rule.id, rule.digest, since, rule.first_due(since), lasting)
