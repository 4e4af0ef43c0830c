"""One step of an escalation's ladder: a task opened or raised, or a webhook put into the outbox.

A target and rule have one task open at most. For an order or a waybill a step opens it, and each later step raises
that same task; for a task that is overdue every step raises the task itself.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection, Row, text

from app.domain.alarms import Target, Wait
from app.domain.work import breach_at
from app.persistence import tables as t
from app.persistence.rows import upsert
from app.persistence.timers import PATH, open_key
from app.rulebook.alarms import OrderFacts
from app.rulebook.escalation import HOUR_SECONDS, EscalationRule, Step

WEBHOOK = "webhook"
"""The outbox's topic of signed webhooks."""
_OPENING = frozenset({"remind", "supervisor", "ticket"})
_OWNERS = {Wait.SHIP_BY: "warehouse", Wait.NO_TRACKING: "clerk"}
_TASK = (
    "open_key", "kind", "order_id", "owner", "details", "opened_at", "due_at", "waits_by", "raised",
)  # fmt: skip


class Ladder:
    """Carries out steps within one transaction."""

    def __init__(self, db: Connection, now: int) -> None:
        self._db = db
        self._now = now

    def climb(self, row: Row[Any], rule: EscalationRule, facts: OrderFacts | None) -> bool:
        """Carry out the timer's next step; False when a person has closed what an earlier one opened."""
        step = rule.steps[row.step]
        if row.target == Target.TASK:
            task = self._task("id = :given", row.target_id)
            opened_before = True
        else:
            task = self._task("open_key = :given", open_key(row.target, row.target_id, row.rule))
            opened_before = any(earlier.do in _OPENING for earlier in rule.steps[: row.step])
        if task is None and opened_before:
            return False
        if step.do == WEBHOOK:
            self._send(row, rule)
        elif task is None:
            self._open(row, rule, step, facts)
        else:
            self._raise(task, rule, step, own=row.target == Target.TASK)
        return True

    def settle(self, row: Row[Any]) -> None:
        """What the timer waited for is over: the task that it opened is closed."""
        closed = text(
            "UPDATE tasks SET open_key = NULL, closed_at = :now, closed_by = 'decision' WHERE open_key = :key"
        )
        self._db.execute(closed, {"now": self._now, "key": open_key(row.target, row.target_id, row.rule)})

    def _task(self, which: str, given: int | str) -> Row[Any] | None:
        found = text(f"SELECT * FROM tasks WHERE {which} AND open_key IS NOT NULL")
        return self._db.execute(found, {"given": given}).first()

    def _open(self, row: Row[Any], rule: EscalationRule, step: Step, facts: OrderFacts | None) -> None:
        owner = self._owner(row, rule, step)
        due = rule.due_of(step, self._now)
        kind = step.kind or f"{PATH}-{rule.wait}"
        details = {
            "rule": rule.id, "hours": rule.seconds // HOUR_SECONDS, **self._waybill(row),
            "climbed": [[self._now, step.do, owner]],
        }  # fmt: skip
        if step.kind:
            details["was"] = f"{PATH}-{rule.wait}"
        ship_by = facts.ship_by if facts is not None and rule.wait is Wait.SHIP_BY else None
        # It has taken too long already: it stands in the queue with what has breached.
        waits_by = breach_at(self._now, due, ship_by) if due or ship_by else self._now
        told = orjson.dumps(details).decode()
        key = open_key(row.target, row.target_id, row.rule)
        values = (key, kind, row.order_id, owner, told, self._now, due, waits_by, 1)
        upsert(self._db, t.tasks, _TASK, [values], "(open_key) DO NOTHING")

    def _raise(self, task: Row[Any], rule: EscalationRule, step: Step, *, own: bool) -> None:
        """`own`: the task is what was timed. It keeps its due time, or its timer would start again for ever."""
        owner = "supervisor" if step.do == "supervisor" else step.owner or task.owner
        details = orjson.loads(task.details)
        details.setdefault("climbed", []).append([self._now, step.do, owner])
        kind, due = task.kind, task.due_at
        if step.kind and step.kind != task.kind:
            details.setdefault("was", task.kind)
            kind, due = step.kind, due if own else rule.due_of(step, self._now) or due
        raised = {
            "id": task.id, "owner": owner, "person": task.person if owner == task.owner else None, "kind": kind,
            "due_at": due, "details": orjson.dumps(details).decode(),
        }  # fmt: skip
        self._db.execute(
            text(
                "UPDATE tasks SET raised = raised + 1, owner = :owner, person = :person, kind = :kind, "
                "due_at = :due_at, details = :details WHERE id = :id"
            ),
            raised,
        )

    def _owner(self, row: Row[Any], rule: EscalationRule, step: Step) -> str:
        if step.do == "supervisor":
            return "supervisor"
        if step.owner or rule.wait in _OWNERS:
            return step.owner or _OWNERS[rule.wait]
        held = self._db.scalar(text("SELECT owner FROM orders WHERE id = :id"), {"id": row.order_id})
        return held or "supervisor"

    def _waybill(self, row: Row[Any]) -> dict[str, Any]:
        if row.target != Target.WAYBILL:
            return {}
        found = self._db.execute(
            text("SELECT carrier, waybill FROM shipments WHERE id = :id"), {"id": row.target_id}
        ).first()
        return dict(found._mapping) if found is not None else {}

    def _send(self, row: Row[Any], rule: EscalationRule) -> None:
        """Put the webhook into the outbox. Its id names the firing: whoever gets it twice can tell."""
        event = f"{row.target}:{row.target_id}:{row.rule}:{row.since}:{row.step}"
        order = self._db.execute(
            text("SELECT o.tid, s.code AS shop FROM orders o JOIN shops s ON s.id = o.shop_id WHERE o.id = :id"),
            {"id": row.order_id},
        ).first()
        body = {
            "event": event, "at": self._now, "rule": rule.id, "title": dict(rule.title), "timer": str(rule.wait),
            "hours": rule.seconds // HOUR_SECONDS, "since": row.since, "step": row.step + 1,
            "target": {"kind": row.target, "id": row.target_id}, **self._waybill(row),
            "order": {"shop": order.shop, "id": order.tid} if order is not None else None,
        }  # fmt: skip
        values = (WEBHOOK, event, orjson.dumps({"order_id": row.order_id or None, "body": body}).decode(), self._now)
        upsert(self._db, t.outbox, ("topic", "key", "body", "at"), [values], "(key) DO NOTHING")
