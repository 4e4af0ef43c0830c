"""The clock: fires what is due, and sets timers anew when the rules have changed."""

from __future__ import annotations

from sqlalchemy import Connection

from app.bootstrap import Services
from app.persistence.book import SqlOrderBook
from app.persistence.database import writing
from app.persistence.firing import AT_ONCE, Fired, Wants, fire_due
from app.processing.escalation import moment_of
from app.rulebook.escalation import EscalationRule


def fire_all(services: Services) -> list[Fired]:
    """Fire everything that is due now, in the order in which it was due; what was fired."""
    fired: list[Fired] = []
    while True:
        with writing(services.database) as db:
            now = services.clock.now()
            done = fire_due(db, _wants(db, services, now), now=now)
        fired += done.fired
        if done.looked < AT_ONCE:
            return fired


def _wants(db: Connection, services: Services, now: int) -> Wants:
    book = SqlOrderBook(db, services.sealer)

    def wants(rule: EscalationRule, order_id: int) -> bool:
        (stored,) = book.by_ids([order_id])
        return rule.wants(moment_of(stored, book.catalogue(), now))

    return wants
