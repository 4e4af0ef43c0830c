"""How far things of the last days would have climbed a rule's ladder. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from app.rulebook.escalation import EscalationRule

MOST_SAMPLES = 5


class Span(NamedTuple):
    """Something that lasted: of which thing and order (0: none), since when and until when (None: it lasts still)."""

    target_id: int
    order_id: int
    since: int
    until: int | None


@dataclass(slots=True)
class Climb:
    """Of so many things: how many reached each step of the written-out ladder, and the orders of the latest of them."""

    looked_at: int = 0
    steps: list[int] = field(default_factory=list)
    samples: list[int] = field(default_factory=list)


def climb(rule: EscalationRule, spans: Iterable[Span], now: int, wants: Callable[[int], bool | None]) -> Climb:
    """The climbs by the rule; `wants` says of an order whether the condition holds, None where nothing is known of it.

    A thing that lasted several times counts once, by its furthest climb.
    """
    furthest: dict[int, tuple[int, int]] = {}
    for span in spans:
        wanted = rule.when is None or wants(span.order_id)
        if wanted is None:
            continue
        reached = _reached(rule, span, now) if wanted else 0
        furthest[span.target_id] = max(furthest.get(span.target_id, (0, 0)), (reached, span.order_id))
    found = Climb(len(furthest), [0] * len(rule.steps))
    for reached, order_id in furthest.values():
        for step in range(reached):
            found.steps[step] += 1
        if reached and order_id:
            found.samples.append(order_id)
    found.samples = sorted(found.samples, reverse=True)[:MOST_SAMPLES]
    return found


def _reached(rule: EscalationRule, span: Span, now: int) -> int:
    """How many steps came before it was over."""
    end = now if span.until is None else min(span.until, now)
    due: int | None = rule.first_due(span.since)
    step = 0
    while due is not None and due <= end:
        step += 1
        due = rule.next_due(step - 1, due)
    return step
