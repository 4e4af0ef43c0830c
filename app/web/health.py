"""Whether the process lives, whether it can accept orders durably, and figures for Prometheus."""

from __future__ import annotations

import redis
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from app.bootstrap import Services
from app.domain.errors import Unavailable
from app.persistence.database import reading
from app.persistence.migrate import current, head
from app.persistence.reads.numbers import read_totals
from app.web.permissions import PUBLIC, permit

_WANTED = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    health = Blueprint("health", __name__)

    @health.get("/healthz")
    @permit(PUBLIC)
    def alive() -> Response:
        """This process answers."""
        return Response("ok\n", content_type="text/plain")

    @health.get("/readyz")
    @permit(PUBLIC)
    def ready() -> Response:
        """Orders can be accepted durably; 503 with the reason when not."""
        reason = _obstacle(services)
        return Response(f"{reason or 'ready'}\n", 503 if reason else 200, content_type="text/plain")

    @health.get("/metrics")
    @permit(PUBLIC)
    def metrics() -> Response:
        """Counts as Prometheus text."""
        with reading(services.database) as db:
            totals = read_totals(db)
        lines = [f'pandan_receipts_total{{status="{status}"}} {n}' for status, n in sorted(totals.items())]
        lines += [
            f"pandan_accepted_total {services.stream.accepted()}",
            f"pandan_backlog_room {services.stream.room()}",
        ]
        return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")

    return health


def _obstacle(services: Services) -> str | None:
    try:
        if services.stream.room() <= 0:
            return "backlog full"
        for name, wanted in _WANTED.items():
            found = services.stream.setting(name)
            if found != wanted:
                return f"{name} is {found}"
        if current(services.database) != head():
            return "migrations missing"
    except (redis.RedisError, SQLAlchemyError, Unavailable) as error:
        return str(error).splitlines()[0]
    return None
