"""What waits on the clock: the timers that come due next, and those whose ladder has ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from app.persistence.tables.clock import RUNNING
from app.persistence.tables.work import UNTIMED

_NEXT = (
    "SELECT t.target, t.target_id, t.rule, t.since, t.step, t.due_at, t.order_id, o.tid, s.name AS shop_name, "
    "h.carrier, h.waybill, k.kind, k.details FROM timers t LEFT JOIN orders o ON o.id = t.order_id "
    "LEFT JOIN shops s ON s.id = o.shop_id LEFT JOIN shipments h ON t.target = 'waybill' AND h.id = t.target_id "
    "LEFT JOIN tasks k ON t.target = 'task' AND k.id = t.target_id WHERE t.due_at IS NOT NULL "
    "{which} ORDER BY t.due_at, t.order_id, t.rule LIMIT :n"
)
_TASKS = f"SELECT id, kind, details, due_at, order_id FROM tasks WHERE {UNTIMED} ORDER BY due_at, id LIMIT :n"


def next_timers(db: Connection, limit: int, rule: str = "") -> Sequence[Row[Any]]:
    """The timers that come due next, with what they run for."""
    which = "AND t.rule = :rule" if rule else ""
    return db.execute(text(_NEXT.format(which=which)), {"n": limit, **({"rule": rule} if rule else {})}).all()


def next_tasks(db: Connection, limit: int) -> Sequence[Row[Any]]:
    """The open tasks that are due next and whose due time has not come."""
    return db.execute(text(_TASKS), {"n": limit}).all()


def count_timers(db: Connection) -> dict[str, int]:
    """How many timers run, by rule."""
    counted = text(f"SELECT rule, COUNT(*) AS n FROM timers WHERE {RUNNING} GROUP BY rule")
    return {row.rule: row.n for row in db.execute(counted)}


def first_due(db: Connection) -> int | None:
    """When the first of all running timers is due; None when none runs."""
    first: int | None = db.scalar(text(f"SELECT MIN(due_at) FROM timers WHERE {RUNNING}"))
    return first


def events_of(db: Connection, order_id: int) -> Sequence[Row[Any]]:
    """Tracking events of the order's waybills."""
    found = (
        "SELECT e.at, e.kind, e.place, e.received_at, s.carrier, s.waybill FROM tracking_events e "
        "JOIN shipments s ON s.id = e.shipment_id WHERE e.shipment_id IN (SELECT shipment_id FROM shipment_lines "
        "WHERE order_id = :id UNION SELECT id FROM shipments WHERE order_id = :id) ORDER BY e.at"
    )
    return db.execute(text(found), {"id": order_id}).all()
