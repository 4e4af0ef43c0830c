"""Making an order ready to be decided: people's words laid over it, its items matched, its goods summed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.domain.decision import Case
from app.domain.goods import Catalogue
from app.domain.order import MUST_NOT_SHIP, Line, Order, OrderState, Refund
from app.duplicates.evidence import Participant, participant

UNMATCHED = "?"
"""What the stand-in SKU of a line without one begins with, in records too."""


@dataclass(slots=True)
class Ready:
    """A case with what follows from it alone. `lines` want goods and carry SKUs after listings."""

    case: Case
    order: Order
    eligible: bool
    lines: list[Line]
    unmatched: list[str]
    participant: Participant | None


def make_ready(case: Case, catalogue: Catalogue) -> Ready:
    """One case, ready; an order that may not get stock stays bare."""
    order = case.overlay.over(case.order)
    ready = Ready(case, order, False, [], [], None)
    if case.history or case.overlay.cancelled or order.state != OrderState.PAID or order.flags & MUST_NOT_SHIP:
        return ready
    wanted = [line for line in order.lines if line.refund == Refund.NONE]
    if wanted:
        ready.eligible = True
        _match(ready, wanted, order.shop, catalogue)
        if order.identity:
            skus = frozenset([line.sku or "" for line in ready.lines])
            # Who the buyer is was said by the platform; an address that a person corrected does not change it.
            ready.participant = participant(case.order, skus)
    return ready


def _match(ready: Ready, wanted: list[Line], shop: str, catalogue: Catalogue) -> None:
    for line in wanted:
        sku = catalogue.resolve(shop, line.item, line.sku)
        if sku is None:
            name = line.item or line.sku or line.id
            ready.unmatched.append(name)
            ready.lines.append(replace(line, sku=f"{UNMATCHED}{name}"))
        else:
            ready.lines.append(line if sku == line.sku else replace(line, sku=sku))
