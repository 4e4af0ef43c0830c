"""The job that runs a backtest asked for on a page: telling how far it is, stopping when told, keeping its result."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import Any

from app.bootstrap import Services
from app.domain.errors import PandanError
from app.jobs import current
from app.jobs.backtest import Result, backtest, changes_of, trial_of
from app.persistence.database import reading, writing
from app.persistence.import_files import alone
from app.persistence.trials import (
    candidate_of,
    change_trial,
    due_backtests,
    is_cancelled,
    keep_changes,
    read_trial,
)
from app.processing.comparison import change_json
from app.queue.wakeups import BACKTEST, send
from app.rulebook.pack import load_pack

TELL_EVERY_SECONDS = 0.7
MOST_TRIES = 3
"""Times a backtest is begun before it is given up."""
_NICE = 10


class _Cancelled(Exception):
    """A person stopped it."""


def run_backtest(trial_id: str) -> None:
    """Run the backtest unless somebody does; what stops it is told in its document, not raised."""
    # The line goes first: this only ever gets the time that it leaves.
    os.nice(_NICE)
    services = current.services()
    with alone(services.settings.home, trial_id) as free, suppress(PandanError):
        if free:
            perform(services, trial_id)


def take_up() -> None:
    """Have what waits, or whose worker died, begun again, each as a job of its own."""
    services, now = current.services(), current.services().clock.now()
    with writing(services.database) as db:
        due = due_backtests(db, now=now)
        for trial_id in due:
            # Told, so that it is not sent again at the next tick.
            change_trial(db, trial_id, told_at=now)
    for trial_id in due:
        send(services.redis, BACKTEST, trial_id)


def perform(services: Services, trial_id: str) -> dict[str, Any]:
    """Run the backtest to its end; its document then. Raises what stopped it for good."""
    now = services.clock.now()
    with writing(services.database) as db:
        state = read_trial(db, trial_id)
        if state["state"] not in ("waiting", "running"):
            return state
        if state["tries"] >= MOST_TRIES:
            return change_trial(db, trial_id, state="failed", code="trial-broke", details={}, told_at=now)
        change_trial(
            db, trial_id, state="running", tries=state["tries"] + 1, started_at=now, told_at=now, done=0, total=0
        )
        candidate = candidate_of(db, trial_id)
    try:
        draft = load_pack(candidate)
        trial = trial_of(services, draft, days=state.get("days") or 1, import_id=state.get("import_id"))
        with backtest(services, trial, _Telling(services, trial_id)) as result:
            return _keep(services, trial_id, result)
    except _Cancelled:
        with reading(services.database) as db:
            return read_trial(db, trial_id)
    except PandanError as error:
        with writing(services.database) as db:
            change_trial(db, trial_id, state="failed", code=error.code, details=error.details, told_at=now)
        raise


class _Telling:
    """Writes how far the backtest is, about once a second, and stops it when a person said so."""

    def __init__(self, services: Services, trial_id: str) -> None:
        self._services, self._trial_id = services, trial_id
        self._told = 0.0

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self._told < TELL_EVERY_SECONDS:
            return
        self._told = time.monotonic()
        with writing(self._services.database) as db:
            if is_cancelled(db, self._trial_id):
                raise _Cancelled
            change_trial(db, self._trial_id, done=done, total=total, told_at=self._services.clock.now())


def _keep(services: Services, trial_id: str, result: Result) -> dict[str, Any]:
    now = services.clock.now()
    with writing(services.database) as db:
        if is_cancelled(db, trial_id):
            return read_trial(db, trial_id)
        keep_changes(db, trial_id, (change_json(change) for change in changes_of(result)))
        total = 2 * result.document["orders"]
        return change_trial(
            db, trial_id, state="done", result=result.document, done=total, total=total, ended_at=now, told_at=now
        )
