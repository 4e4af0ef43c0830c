"""How long orders of a trial waited, and how far they would have climbed the ladders of its escalation rules. Pure.

Nobody is there to do what a step asks for, so that every ladder is climbed to its end while the order waits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import NamedTuple

from app.domain.alarms import Wait
from app.domain.book import Stored
from app.domain.goods import Catalogue
from app.domain.order import Order
from app.processing.escalation import moment_of
from app.rulebook.alarms import OrderFacts, order_waits
from app.rulebook.climbing import Span, climb
from app.rulebook.escalation import Escalation, EscalationRule

Find = Callable[[int], Stored]
"""Tells an order by its number as it stands at the end."""


class Climbed(NamedTuple):
    """Of one rule: for how many orders its first step came due, and how many steps in all."""

    orders: int
    steps: int


class Lasting:
    """Hears of every change of an order, and keeps from when to when it waited for what."""

    def __init__(self, escalation: Escalation) -> None:
        self._rules = {
            Wait.UNALLOCATED: escalation.unallocated,
            Wait.SHIP_BY: escalation.ship_by,
            Wait.HELD: escalation.held,
        }
        self._asked = tuple(wait for wait, rules in self._rules.items() if rules)
        self._running: dict[tuple[int, Wait], int] = {}
        self._spans: dict[Wait, list[Span]] = {wait: [] for wait in self._asked}

    def note(self, stored: Stored, order: Order, now: int, *, gone: bool = False) -> None:
        """`order`, as people left it, stands so from `now` on; `gone`: the warehouse has it in hand."""
        if not self._asked or stored.history:
            return
        paid_at = order.paid_at or order.created_at
        facts = OrderFacts(stored.id, order.state, stored.outcome, paid_at, order.ship_by, now, gone)
        for wait in self._asked:
            waits = order_waits(wait, facts) and not gone
            self._set(stored.id, wait, _since(wait, facts, now) if waits else None, now)

    def climbed(self, asked: Collection[int], stored: Find, catalogue: Catalogue, now: int) -> dict[str, Climbed]:
        """By rule, what came until `now` of the orders that are asked about."""
        for (order_id, wait), since in self._running.items():
            self._spans[wait].append(Span(order_id, order_id, since, None))
        self._running.clear()
        found = {}
        for wait in self._asked:
            spans = [span for span in self._spans[wait] if span.order_id in asked]
            for rule in self._rules[wait]:
                steps = climb(rule, spans, now, partial(_wants, rule, stored, catalogue, now)).steps
                found[rule.id] = Climbed(steps[0], sum(steps))
        return found

    def _set(self, order_id: int, wait: Wait, since: int | None, now: int) -> None:
        """Begin, go on with, or end a wait. What is held goes on since it was held first."""
        key = (order_id, wait)
        began = self._running.get(key)
        if began is not None and since is not None and (wait is Wait.HELD or began == since):
            return
        if began is not None:
            self._spans[wait].append(Span(order_id, order_id, began, now))
            del self._running[key]
        if since is not None:
            self._running[key] = since


def _since(wait: Wait, facts: OrderFacts, now: int) -> int:
    """Since when the timer of an order that begins to wait runs."""
    if wait is Wait.SHIP_BY:
        return facts.ship_by or now
    return now if wait is Wait.HELD else facts.paid_at or now


def _wants(rule: EscalationRule, stored: Find, catalogue: Catalogue, now: int, order_id: int) -> bool:
    return rule.wants(moment_of(stored(order_id), catalogue, now))
