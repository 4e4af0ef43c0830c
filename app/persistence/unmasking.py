"""Who looked at buyers' personal data, how often, and how much more of it today; all of it told by the audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, func, insert, select

from app.domain.calendar import local_date
from app.domain.errors import Refused
from app.persistence import tables as t
from app.persistence.audit import note

ACTION = "order.unmask"
DAILY = 40
"""Orders a clerk or the warehouse may look at in a day (Asia/Shanghai) before the supervisor is asked."""
TASK = "unmask-often"
_LIMITED = ("clerk", "warehouse")
_DAY_SECONDS, _CHINA_SECONDS = 86_400, 8 * 3600


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who wants to see an order's personal data, and what for: a reason's code, and words where it is another."""

    name: str
    role: str
    reason: str
    words: str = ""


def look(db: Connection, viewer: Viewer, order_id: int, fields: list[str], *, now: int) -> None:
    """Leave the row in the audit that lets the viewer see these fields of the order once.

    Raises `Refused("unmask-enough")` beyond the day's allowance; `ask_supervisor` is for then.
    """
    if viewer.role in _LIMITED and seen_today(db, now=now).get(viewer.name, 0) >= _allowance(db, viewer.name, now):
        raise Refused("unmask-enough", most=_allowance(db, viewer.name, now))
    said = {"words": viewer.words} if viewer.words else {}
    note(db, viewer.name, ACTION, str(order_id), now=now, fields=fields, reason=viewer.reason, **said)


def ask_supervisor(db: Connection, viewer: Viewer, *, now: int) -> None:
    """Open the task that lets the viewer see more today once it is closed, unless it is open already."""
    open_key = f"{TASK}:{_of_today(viewer.name, now)}"
    if db.execute(select(t.tasks.c.id).where(t.tasks.c.open_key == open_key)).first():
        return
    details = {"person": viewer.name, "count": seen_today(db, now=now).get(viewer.name, 0), "day": _day(now)}
    row = {"open_key": open_key, "kind": TASK, "owner": "supervisor", "opened_at": now, "waits_by": now}
    db.execute(insert(t.tasks).values(**row, details=orjson.dumps(details).decode()))
    note(db, viewer.name, "unmask.ask", now=now)


def seen_today(db: Connection, *, now: int) -> dict[str, int]:
    """How many orders each person has looked at since midnight in China."""
    looked = (t.audit.c.action == ACTION) & (t.audit.c.at >= _midnight(now))
    counted = select(t.audit.c.actor, func.count()).where(looked).group_by(t.audit.c.actor)
    return {row[0]: int(row[1]) for row in db.execute(counted)}


def looks_at(db: Connection, order_id: int) -> list[Row[Any]]:
    """What only the audit tells of an order: looks at its personal data, its erasure, askings for a new decision."""
    told = t.audit.c.action.in_((ACTION, "order.erase", "order.again"))
    return list(db.execute(select(t.audit).where(t.audit.c.target == str(order_id), told).order_by(t.audit.c.id)))


def _allowance(db: Connection, name: str, now: int) -> int:
    """The day's orders: once more for each time the supervisor has closed the task that asked."""
    closed = (t.tasks.c.kind == TASK) & t.tasks.c.closed_at.is_not(None) & (t.tasks.c.opened_at >= _midnight(now))
    granted = [orjson.loads(details)["person"] for details in db.scalars(select(t.tasks.c.details).where(closed))]
    return DAILY * (1 + granted.count(name))


def _midnight(now: int) -> int:
    return now - (now + _CHINA_SECONDS) % _DAY_SECONDS


def _day(now: int) -> str:
    return local_date(now).isoformat()


def _of_today(name: str, now: int) -> str:
    return f"{name}:{_day(now)}"
