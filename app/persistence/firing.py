"""Firing timers that are due, each once, in the order in which they were due.

A batch of firings is one transaction: what a step does and that it was done are one. Who else fires at the same time
finds nothing (PostgreSQL: a lock; SQLite: the writer is alone). Each timer is looked at again when it fires.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from app.domain.alarms import Target
from app.persistence.database import is_sqlite
from app.persistence.fulfilment.locking import lock_idle_orders
from app.persistence.ladder import Ladder
from app.persistence.rows import listed
from app.persistence.tables.work import UNTIMED
from app.persistence.timers import escalation_of, order_facts, set_for_orders, set_for_tasks, set_for_waybills
from app.rulebook.alarms import OrderFacts, order_waits
from app.rulebook.escalation import Escalation, EscalationRule

log = logging.getLogger("pandan.timer")

AT_ONCE = 100
BROKEN_SECONDS = 3600
"""A timer that breaks is tried again after this long; the others go on."""
_ONE_AT_A_TIME = 0x636C_6F63_6B
_KEY = "order_id, target, target_id, rule"
_HERE = "order_id = :order_id AND target = :target AND target_id = :target_id AND rule = :rule"
Wants = Callable[[EscalationRule, int], bool]
"""Whether a rule's condition holds for an order (its id) now."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A step that was carried out: for whom, which rule's, its number, when it was due."""

    target: str
    target_id: int
    rule: str
    step: int
    due_at: int


@dataclass(slots=True)
class Round:
    """What one transaction did: `looked` timers that were due, of which `fired`."""

    looked: int
    fired: list[Fired]


def fire_due(db: Connection, wants: Wants, *, now: int, most: int = AT_ONCE) -> Round:
    """Fire the first timers that are due, at most `most`; nothing is due when it looked at none."""
    if not is_sqlite(db) and not db.scalar(text(f"SELECT pg_try_advisory_xact_lock({_ONE_AT_A_TIME})")):
        return Round(0, [])
    escalation = escalation_of(db)
    _see_due_tasks(db, escalation, now)
    rows = _due(db, now, most)
    if not rows:
        return Round(0, [])
    return Round(len(rows), _Firing(db, escalation, wants, rows, now).run())


def is_due(db: Connection, now: int) -> bool:
    """Whether anything is due."""
    timer = text("SELECT 1 FROM timers WHERE due_at <= :now LIMIT 1")
    task = text(f"SELECT 1 FROM tasks WHERE {UNTIMED} AND due_at <= :now LIMIT 1")
    return any(db.execute(which, {"now": now}).first() is not None for which in (timer, task))


def _see_due_tasks(db: Connection, escalation: Escalation, now: int) -> None:
    """Open tasks whose due time has come get their timers, whoever opened them."""
    if not escalation.task_due:
        return
    lock = "" if is_sqlite(db) else " FOR UPDATE SKIP LOCKED"
    due = text(f"SELECT id FROM tasks WHERE {UNTIMED} AND due_at <= :now{lock}")
    set_for_tasks(db, [row.id for row in db.execute(due, {"now": now})])


def _due(db: Connection, now: int, most: int) -> list[Row[Any]]:
    """The first due timers. Those of orders that somebody decides about or ships just now wait for the next round."""
    chosen = text(
        "SELECT * FROM timers WHERE due_at <= :now ORDER BY due_at, order_id, target, target_id, rule LIMIT :n"
    )
    rows = list(db.execute(chosen, {"now": now, "n": most}).all())
    if is_sqlite(db) or not rows:
        return rows
    idle = lock_idle_orders(db, {row.order_id for row in rows if row.order_id})
    # Somebody may have changed one until we had the lock.
    again = list(db.execute(chosen, {"now": now, "n": most}).all())
    return [row for row in again if row.order_id in idle or not row.order_id]


class _Firing:
    """One round."""

    def __init__(self, db: Connection, escalation: Escalation, wants: Wants, rows: list[Row[Any]], now: int) -> None:
        self._db = db
        self._escalation = escalation
        self._wants = wants
        self._rows = rows
        self._now = now
        self._orders = {one.order_id: one for one in order_facts(db, {row.order_id for row in rows if row.order_id})}
        self._moving = self._moving_waybills()
        self._tasks = self._open_tasks()
        self._ladder = Ladder(db, now)
        self._changed: list[Row[Any]] = []
        self._fired: list[Fired] = []

    def run(self) -> list[Fired]:
        for row in self._rows:
            try:
                with self._db.begin_nested():
                    self._look(row)
            except Exception:
                log.exception("timer of %s %s by rule %s broke", row.target, row.target_id, row.rule)
                self._set(row, row.step, self._now + BROKEN_SECONDS)
        self._set_anew()
        return self._fired

    def _look(self, row: Row[Any]) -> None:
        rule = self._escalation.rules.get(row.rule)
        if rule is None or not self._still(row, rule):
            self._clear(row)
        elif rule.digest != row.digest:
            self._changed.append(row)
        elif row.step >= len(rule.steps) or not (rule.when is None or self._wanted(rule, row)):
            self._set(row, row.step, None)
        else:
            self._step(row, rule)

    def _step(self, row: Row[Any], rule: EscalationRule) -> None:
        """Carry out the step; the ladder ends early where a person has closed what an earlier step opened."""
        if not self._ladder.climb(row, rule, self._orders.get(row.order_id)):
            self._set(row, row.step, None)
            return
        self._set(row, row.step + 1, rule.next_due(row.step, self._now))
        self._fired.append(Fired(row.target, row.target_id, row.rule, row.step, row.due_at))

    def _wanted(self, rule: EscalationRule, row: Row[Any]) -> bool:
        return bool(row.order_id) and self._wants(rule, row.order_id)

    def _still(self, row: Row[Any], rule: EscalationRule) -> bool:
        if row.target == Target.TASK:
            return bool(self._tasks.get(row.target_id) == row.since)
        if row.target == Target.WAYBILL:
            return row.target_id in self._moving
        facts: OrderFacts | None = self._orders.get(row.order_id)
        return facts is not None and order_waits(rule.wait, facts)

    def _moving_waybills(self) -> set[int]:
        one_of, values = listed(self._db, self._ids(Target.WAYBILL), "bigint")
        moving = f"SELECT id FROM shipments WHERE undone_at IS NULL AND signed_at IS NULL AND id IN {one_of}"
        return {row[0] for row in self._db.execute(text(moving), {"values": values})}

    def _open_tasks(self) -> dict[int, int]:
        one_of, values = listed(self._db, self._ids(Target.TASK), "bigint")
        due = f"SELECT id, due_at FROM tasks WHERE open_key IS NOT NULL AND due_at IS NOT NULL AND id IN {one_of}"
        return {row.id: row.due_at for row in self._db.execute(text(due), {"values": values})}

    def _ids(self, target: Target) -> list[int]:
        return sorted({row.target_id for row in self._rows if row.target == target})

    def _set(self, row: Row[Any], step: int, due_at: int | None) -> None:
        """Where the timer stands now; guarded by where it stood."""
        stands = text(f"UPDATE timers SET step = :step, due_at = :due_at WHERE {_HERE} AND step = :was")
        self._db.execute(stands, {**_key(row), "step": step, "due_at": due_at, "was": row.step})

    def _clear(self, row: Row[Any]) -> None:
        self._db.execute(text(f"DELETE FROM timers WHERE {_HERE}"), _key(row))
        self._ladder.settle(row)

    def _set_anew(self) -> None:
        """Timers that were set by another wording of their rule start by the present one."""
        found = {target: {row.target_id for row in self._changed if row.target == target} for target in Target}
        set_for_orders(self._db, found[Target.ORDER], now=self._now)
        set_for_waybills(self._db, found[Target.WAYBILL], now=self._now)
        set_for_tasks(self._db, found[Target.TASK])


def _key(row: Row[Any]) -> dict[str, Any]:
    return {"order_id": row.order_id, "target": row.target, "target_id": row.target_id, "rule": row.rule}
