"""The timer: once a second it makes sure that nobody sleeps while there is work."""

from __future__ import annotations

import logging
import threading
import time

import redis
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.bootstrap import Services
from app.jobs.clock import fire_all
from app.persistence.database import reading
from app.persistence.firing import is_due
from app.persistence.import_files import is_abandoned, sweep, upload_path
from app.persistence.imports import due_imports
from app.persistence.protections import anything_due
from app.persistence.rearming import is_behind
from app.persistence.shadows import is_behind as is_shadow_behind
from app.persistence.trials import due_backtests
from app.persistence.webhooks import are_waiting
from app.queue.wakeups import (
    DRAIN,
    ERASE,
    FOLLOW,
    PUMP,
    RELAY,
    SET_ANEW,
    TAKE_UP,
    TAKE_UP_TRIALS,
    WATCH,
    WORK,
    wake,
)
from app.queue.watching import is_time_to_watch

log = logging.getLogger("pandan.timer")

SWEEP_EVERY_SECONDS = 3600.0
_FIRING_SECONDS = 0.25
"""Of each tick at most: after a standstill orders are not to wait until thousands of timers have fired."""


def run_timer(services: Services, stop: threading.Event, every_seconds: float = 1.0) -> None:
    """Tick until `stop` is set; a queue or database that is away is tried again at the next tick."""
    swept = 0.0
    while not stop.wait(every_seconds):
        try:
            tick(services)
            if time.monotonic() - swept > SWEEP_EVERY_SECONDS or not swept:
                swept = time.monotonic()
                sweep(services.settings.home)
                wake(services.redis, WORK, ERASE)
        except (redis.RedisError, SQLAlchemyError) as error:
            log.warning("tick missed: %s", error)


def tick(services: Services) -> None:
    """Arm the pump, the relay when the outbox has something, and whoever goes on with what stands still."""
    wake(services.redis, PUMP, DRAIN)
    with reading(services.database) as db:
        waiting = db.execute(text("SELECT 1 FROM outbox WHERE topic = 'orders.decided' LIMIT 1")).first()
        abandoned = _stands_still(db, services)
        now = services.clock.now()
        due, behind, webhooks = is_due(db, now), is_behind(db), are_waiting(db, now)
        ending = anything_due(db, now)
        tried, shadowed = bool(due_backtests(db, now=now)), is_shadow_behind(db)
    if behind:
        wake(services.redis, WORK, SET_ANEW)
    if waiting is not None or webhooks:
        wake(services.redis, WORK, RELAY)
    if abandoned:
        wake(services.redis, WORK, TAKE_UP)
    if due:
        fire_all(services, _FIRING_SECONDS)
    if tried:
        wake(services.redis, WORK, TAKE_UP_TRIALS)
    if shadowed:
        wake(services.redis, WORK, FOLLOW)
    if is_time_to_watch(services.redis, ending=ending):
        wake(services.redis, WORK, WATCH)


def _stands_still(db: Connection, services: Services) -> bool:
    home = services.settings.home
    return any(
        (state == "undoing" or upload_path(home, import_id).exists()) and is_abandoned(home, import_id)
        for import_id, state in due_imports(db, now=services.clock.now())
    )
