"""The clock: fires what is due, and sets timers anew when the rules have changed."""

from __future__ import annotations

import math
import time

from sqlalchemy import Connection

from app.bootstrap import Services
from app.jobs import current
from app.persistence.book import SqlOrderBook
from app.persistence.database import writing
from app.persistence.firing import Fired, Wants, fire_due
from app.persistence.rearming import go_on
from app.processing.escalation import moment_of
from app.rulebook.escalation import EscalationRule

_WALK_SECONDS = 20.0


def fire_all(services: Services, seconds: float = math.inf) -> list[Fired]:
    """Fire what is due now, in the order in which it was due; what was fired. It ends early after `seconds`."""
    fired: list[Fired] = []
    ends = time.monotonic() + seconds
    while True:
        with writing(services.database) as db:
            now = services.clock.now()
            done = fire_due(db, _wants(db, services, now), now=now)
        fired += done.fired
        # A step that follows at once is due by now.
        if not done.looked or time.monotonic() > ends:
            return fired


def set_anew() -> None:
    """Set the timers of what is there by the rules that are live now; goes on where an earlier run stopped."""
    walk(current.services())


def walk(services: Services, seconds: float = _WALK_SECONDS) -> None:
    """Walk over what is there for a while, a step a transaction, so that orders pass in between."""
    ends = time.monotonic() + seconds
    more = True
    while more and time.monotonic() < ends:
        with writing(services.database) as db:
            more = go_on(db, now=services.clock.now())


def _wants(db: Connection, services: Services, now: int) -> Wants:
    book = SqlOrderBook(db, services.sealer)

    def wants(rule: EscalationRule, order_id: int) -> bool:
        (stored,) = book.by_ids([order_id])
        return rule.wants(moment_of(stored, book.catalogue(), now))

    return wants
