"""Whether the process lives, whether it can accept orders durably, and figures for Prometheus."""

from __future__ import annotations

import redis
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from app.bootstrap import Services
from app.domain.errors import Unavailable
from app.persistence.migrate import current, head
from app.queue.durability import durability_problem
from app.web.metrics import metrics_text
from app.web.permissions import PUBLIC, permit


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    health = Blueprint("health", __name__)

    @health.get("/healthz")
    @permit(PUBLIC)
    def alive() -> Response:
        """This process answers."""
        return _plain("ok")

    @health.get("/readyz")
    @permit(PUBLIC)
    def ready() -> Response:
        """Orders can be accepted durably; 503 with the reason when not."""
        obstacle = _obstacle(services)
        return _plain(obstacle or "ready", 503 if obstacle else 200)

    @health.get("/metrics")
    @permit(PUBLIC)
    def metrics() -> Response:
        """Counts as Prometheus text; no personal data, no names of orders."""
        return Response(metrics_text(services), content_type="text/plain; version=0.0.4; charset=utf-8")

    return health


def _obstacle(services: Services) -> str | None:
    """What keeps orders from being accepted durably; None when nothing does."""
    try:
        if services.stream.room() <= 0:
            return "backlog full"
        problem = durability_problem(services.redis)
        if problem is not None:
            return problem
        found, wanted = current(services.database), head()
        return None if found == wanted else f"database is at {found}, not {wanted}"
    except (redis.RedisError, SQLAlchemyError, Unavailable) as error:
        return str(error).splitlines()[0]


def _plain(text: str, status: int = 200) -> Response:
    return Response(f"{text}\n", status, content_type="text/plain; charset=utf-8")
