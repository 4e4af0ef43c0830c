"""What an escalation rule's condition reads when its time has come: the order as it is then. Pure."""

from __future__ import annotations

from app.domain.book import Stored
from app.domain.decision import Case
from app.domain.goods import Catalogue
from app.processing.inputs import Inputs
from app.processing.readying import make_ready


def moment_of(stored: Stored, catalogue: Catalogue, now: int) -> Inputs:
    """The order with people's words laid over it, its lines with their SKUs, and the time."""
    ready = make_ready(Case(stored.order, stored.overlay, stored.history), catalogue)
    moment = Inputs(ready.order, stored.order, stored.overlay, now)
    # An order that may not leave just now is asked about with the lines that it has.
    moment.line = ready.lines if ready.eligible else stored.order.lines
    return moment
