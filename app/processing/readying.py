"""Making an order ready to be decided: people's words laid over it, its items matched, its goods summed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.allocation.parts import share_lines, waiting_shares
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
    # Once a part of it has left, the platform may well call the whole order shipped.
    wanted_state = order.state == OrderState.PAID or (case.given.left and order.state == OrderState.SHIPPED)
    if case.history or case.overlay.cancelled or not wanted_state or order.flags & MUST_NOT_SHIP:
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


def shares_of(ready: Ready, catalogue: Catalogue) -> list[list[Line]]:
    """The lines of each parcel to decide of an order that people split: all, or those that wait; else none."""
    case = ready.case
    shares = share_lines(ready.lines, case.overlay.parts) if case.overlay.parts else []
    return waiting_shares(shares, case.given.units, catalogue) if case.given else shares


def has_waiting_part(case: Case, catalogue: Catalogue) -> bool:
    """Whether the order has parcels in somebody's hands, and others that are still to be decided."""
    ready = make_ready(case, catalogue) if case.given else None
    return ready is not None and not ready.unmatched and bool(shares_of(ready, catalogue))
