"""The timer: once a second it makes sure that nobody sleeps while there is work."""

from __future__ import annotations

import logging
import threading

import redis
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.bootstrap import Services
from app.persistence.database import reading
from app.queue.wakeups import DRAIN, PUMP, RELAY, WORK, wake

log = logging.getLogger("pandan.timer")


def run_timer(services: Services, stop: threading.Event, every_seconds: float = 1.0) -> None:
    """Tick until `stop` is set; a queue or database that is away is tried again at the next tick."""
    while not stop.wait(every_seconds):
        try:
            tick(services)
        except (redis.RedisError, SQLAlchemyError) as error:
            log.warning("tick missed: %s", error)


def tick(services: Services) -> None:
    """Arm the pump, and the relay when the outbox has something."""
    wake(services.redis, PUMP, DRAIN)
    with reading(services.database) as db:
        waiting = db.execute(text("SELECT 1 FROM outbox WHERE topic = 'orders.decided' LIMIT 1")).first()
    if waiting is not None:
        wake(services.redis, WORK, RELAY)
