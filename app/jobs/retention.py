"""What was kept long enough goes, whenever the timer says so: personal data in small batches, and ended webhooks."""

from __future__ import annotations

import time

from app.bootstrap import Services
from app.jobs import current
from app.persistence.database import writing
from app.persistence.erasure import forget_receipts, retention_days
from app.persistence.erasure import sweep as sweep_batch
from app.persistence.webhooks import forget_ended

BUDGET_SECONDS = 15.0
_DAY_SECONDS = 86_400
_WEBHOOK_SECONDS = 90 * _DAY_SECONDS
"""What became of a webhook is shown this long."""


def sweep() -> int:
    """Erase what is due until all was looked at or the budget is spent; how many orders."""
    services = current.services()
    with writing(services.database) as db:
        forget_ended(db, before=services.clock.now() - _WEBHOOK_SECONDS)
    return erase_due(services)


def erase_due(services: Services, budget_seconds: float = BUDGET_SECONDS) -> int:
    """As `sweep`, over these services; nothing while no number of days is set."""
    deadline, erased = time.monotonic() + budget_seconds, 0
    while time.monotonic() < deadline:
        now = services.clock.now()
        with writing(services.database) as db:
            days = retention_days(db)
            if days is None:
                break
            before = now - days * _DAY_SECONDS
            done = sweep_batch(db, before, now=now)
            if done is None:
                forget_receipts(db, before)
                break
        erased += done
    return erased
