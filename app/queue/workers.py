"""Whether anybody works."""

from __future__ import annotations

import redis
from rq import Worker

from app.queue.wakeups import queue_of


def anybody_works(client: redis.Redis, name: str) -> bool:
    """Whether a worker of the queue `name` is registered; one that was killed counts for some minutes more."""
    return Worker.count(queue=queue_of(name, client)) > 0
