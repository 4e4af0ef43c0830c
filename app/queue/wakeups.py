"""Wake-ups for workers: RQ jobs without content, named from a short list, one queue for each kind of worker."""

from __future__ import annotations

import secrets
from typing import Any

import redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from app.domain.errors import Refused

PUMP, WORK = "pump", "work"
DRAIN, RELAY, IMPORT = "app.jobs.pump_job.drain", "app.jobs.relay.relay", "app.jobs.imports.run_import"
TAKE_UP, UNDO = "app.jobs.imports.take_up", "app.jobs.undoing.run_undo"
ERASE = "app.jobs.retention.sweep"
WATCH = "app.jobs.watches.watch"
SET_ANEW = "app.jobs.clock.set_anew"
BACKTEST, TAKE_UP_TRIALS = "app.jobs.trials.run_backtest", "app.jobs.trials.take_up"
FOLLOW = "app.jobs.shadow.follow"
ALLOWED = frozenset({ERASE, WATCH, SET_ANEW, DRAIN, RELAY, IMPORT, TAKE_UP, UNDO, BACKTEST, TAKE_UP_TRIALS, FOLLOW})
"""All that a worker may run; whoever can write to the queue can name nothing else."""


class AllowedJob(Job):
    """A job that runs only what is allowed, whatever the queue says."""

    @property
    def func(self) -> Any:
        """The function; raises `Refused("job-not-allowed")` for any other name."""
        if self.func_name not in ALLOWED:
            raise Refused("job-not-allowed", name=self.func_name)
        return super().func


def queue_of(name: str, client: redis.Redis) -> Queue:
    """The queue of that name."""
    return Queue(name, connection=client, serializer=JSONSerializer, job_class=AllowedJob, default_timeout=45)


def wake(client: redis.Redis, name: str, function: str) -> bool:
    """Put a wake-up for the function into the queue unless one for it waits there already; whether it was put.

    Each function by itself: what there is to do every second must not keep out what there is to do once an hour.
    """
    queue = queue_of(name, client)
    mark = function.replace(".", "_") + "-"
    if any(job.startswith(mark) for job in queue.job_ids):
        return False
    queue.enqueue_call(function, job_id=mark + secrets.token_hex(8), result_ttl=0, failure_ttl=60)
    return True


def send(client: redis.Redis, function: str, *arguments: str) -> None:
    """Put a job with text arguments into the work queue."""
    queue_of(WORK, client).enqueue_call(function, args=arguments, timeout=3600, result_ttl=0, failure_ttl=86_400)
