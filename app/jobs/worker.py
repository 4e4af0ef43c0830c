"""Workers: RQ, one queue for each process (one that listens on two can lose a killed job)."""

from __future__ import annotations

import os
import socket
from typing import Any

from rq import Worker
from rq.serializers import JSONSerializer

from app.bootstrap import Services
from app.jobs import current
from app.jobs.pump import Pump
from app.persistence.packs import LivePack, publish_shipped
from app.queue.lifeline import die_with_parent
from app.queue.wakeups import PUMP, WORK, AllowedJob, queue_of

_MAINTENANCE_SECONDS = 30


class PandanWorker(Worker):
    """Readies what jobs share in the parent, so that each fork finds it warm; its children end when it ends."""

    def execute_job(self, job: Any, queue: Any) -> Any:
        """Look for a newer pack before the fork."""
        if queue.name == PUMP:
            services = current.services()
            current.pump().live.refresh(services.database, now=services.clock.now())
        current.services().database.dispose()
        return super().execute_job(job, queue)

    def main_work_horse(self, *args: Any, **kwargs: Any) -> Any:
        """The child: dies with its parent, and opens connections of its own."""
        die_with_parent()
        current.services().database.dispose(close=False)
        return super().main_work_horse(*args, **kwargs)


def run_worker(services: Services, name: str, slot: str = "0") -> None:
    """Work on the queue `pump` or `work` until told to stop. `slot` tells apart the pumps of one machine."""
    consumer = f"{socket.gethostname()}:{slot}"
    current.hold(services, _pump(services, consumer) if name == PUMP else None)
    worker = PandanWorker(
        [queue_of(name, services.redis)],
        connection=services.redis,
        serializer=JSONSerializer,
        job_class=AllowedJob,
        maintenance_interval=_MAINTENANCE_SECONDS,
    )
    worker.work(logging_level="WARNING")


def _pump(services: Services, consumer: str) -> Pump:
    publish_shipped(services.database, now=services.clock.now())
    pump = Pump(services, consumer, LivePack(consumer), os.environ.get("PANDAN_TEST_ACK_FIRST") == "1")
    pump.live.refresh(services.database, now=services.clock.now())
    return pump


NAMES = (PUMP, WORK)
