"""The workbench: how the line runs now, and what needs a person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import Connection, text

from app.bootstrap import Services
from app.persistence.database import reading
from app.persistence.reads.numbers import read_totals
from app.web.permissions import permit

_MINUTES = 30
_WIDTH, _HEIGHT = 240, 48


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("workbench", __name__)

    @pages.get("/")
    @permit("workbench.read")
    def page() -> str:
        return render_template("pages/workbench.html", live=_live(services))

    @pages.get("/workbench/live")
    @permit("workbench.read")
    def live() -> str:
        return render_template("partials/workbench/live.html", live=_live(services))

    return pages


def _live(services: Services) -> dict[str, Any]:
    accepted, backlog, oldest = services.stream.pulse()
    now = services.clock.now()
    with reading(services.database) as db:
        totals = read_totals(db)
        minutes = _minutes(db, now // 60)
        return {
            "accepted": accepted,
            "totals": totals,
            "backlog": backlog,
            "oldest": max(0, now - oldest) if oldest else 0,
            "per_minute": minutes[-2] if len(minutes) > 1 else 0,
            "line": _line(minutes),
            "held": _held(db),
            "tasks": _count(db, "SELECT COUNT(*) FROM tasks WHERE open_key IS NOT NULL"),
            "unmatched": _count(db, "SELECT COUNT(*) FROM unmatched_items"),
            "shops": _count(db, "SELECT COUNT(*) FROM shops"),
            "warehouses": _count(db, "SELECT COUNT(*) FROM warehouses"),
            "stocked": _count(db, "SELECT COUNT(*) FROM (SELECT 1 FROM balances LIMIT 1) one"),
        }


def _minutes(db: Connection, this: int) -> list[int]:
    statement = text("SELECT minute, SUM(n) AS n FROM minute_stats WHERE minute > :since GROUP BY minute")
    found = {row.minute: int(row.n) for row in db.execute(statement, {"since": this - _MINUTES})}
    return [found.get(minute, 0) for minute in range(this - _MINUTES + 1, this + 1)]


def _line(minutes: list[int]) -> str:
    most = max([*minutes, 1])
    step = _WIDTH / (len(minutes) - 1)
    points = [f"{place * step:.1f},{_HEIGHT - 2 - n / most * (_HEIGHT - 4):.1f}" for place, n in enumerate(minutes)]
    return " ".join(points)


def _held(db: Connection) -> list[Any]:
    statement = (
        "SELECT reason, owner, COUNT(*) AS n FROM orders WHERE outcome = 'held' GROUP BY reason, owner ORDER BY 3 DESC"
    )
    return list(db.execute(text(statement)))


def _count(db: Connection, statement: str) -> int:
    return int(db.execute(text(statement)).scalar() or 0)
