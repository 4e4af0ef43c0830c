"""Timers, kept where what they wait for changes: set, set anew and cleared in the same transaction.

A timer that is cleared, or whose beginning moved, takes the task that it opened with it: what it asked for is settled.
Times are epoch seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, text

from app.domain.alarms import Alarm, Target
from app.persistence import tables as t
from app.persistence.database import is_sqlite
from app.persistence.rows import insert, listed, update, upsert
from app.rulebook.alarms import OrderFacts, order_alarms, task_alarms, waybill_alarms
from app.rulebook.escalation import Escalation, compile_escalation

_COLUMNS = ("order_id", "target", "target_id", "rule", "digest", "since", "step", "due_at")
_KEY = "(order_id, target, target_id, rule)"
_REPLACE = (
    f"{_KEY} DO UPDATE SET digest = excluded.digest, since = excluded.since, step = 0, due_at = excluded.due_at "
    "WHERE timers.since <> excluded.since OR timers.digest <> excluded.digest"
)
_KEEPING = (
    f"{_KEY} DO UPDATE SET digest = excluded.digest, step = 0, due_at = excluded.due_at "
    "WHERE timers.digest <> excluded.digest"
)
_DELETE = "DELETE FROM timers WHERE order_id = ? AND target = ? AND target_id = ? AND rule = ?"
_CLOSE = "UPDATE tasks SET open_key = NULL, closed_at = ?, closed_by = 'decision' WHERE open_key = ?"
_RULES_LOCK = 0x7061_6E64_616E
Key = tuple[int, str, int, str]
"""A timer's: (order id, target, target id, rule)."""
_compiled: dict[str, Escalation] = {}
NO_RULES = Escalation()
PATH = "escalation"


def open_key(target: str, target_id: int, rule: str) -> str:
    """The key of the one task that a target and rule may have open."""
    return f"{PATH}:{target}:{target_id}:{rule}"


def escalation_of(db: Connection) -> Escalation:
    """The live rules' escalation; none before a pack is live."""
    head = db.execute(text("SELECT version, hash FROM pack_versions WHERE live")).first()
    if head is None:
        return NO_RULES
    found = _compiled.get(head.hash)
    if found is None:
        document = db.execute(
            text("SELECT document FROM pack_versions WHERE version = :version"), {"version": head.version}
        ).scalar_one()
        if len(_compiled) > 8:
            _compiled.clear()
        found = _compiled[head.hash] = compile_escalation(orjson.loads(document))
    return found


def rules_to_set_by(db: Connection) -> Escalation:
    """The live escalation for whoever sets timers by it: until the transaction ends nobody walks over what is there."""
    if not is_sqlite(db):
        db.execute(text(f"SELECT pg_advisory_xact_lock_shared({_RULES_LOCK})"))
    return escalation_of(db)


def wait_for_setters(db: Connection) -> None:
    """Wait until whoever sets timers by earlier rules is done (SQLite: the transaction alone writes)."""
    if not is_sqlite(db):
        db.execute(text(f"SELECT pg_advisory_xact_lock({_RULES_LOCK})"))


def set_new(db: Connection, alarms: Iterable[Alarm]) -> None:
    """Set the timers of things that are new."""
    insert(db, t.timers, _COLUMNS, [_row(alarm) for alarm in alarms])


def set_for(db: Connection, order_ids: Collection[int], alarms: Iterable[Alarm], *, now: int) -> None:
    """Make these the orders' own timers: others are cleared, and what runs since the same time already goes on."""
    _make_so(db, _there(db, Target.ORDER, order_ids), alarms, now)


def set_for_orders(db: Connection, order_ids: Collection[int], *, now: int) -> None:
    """Look at these stored orders and set their own timers as they are to be."""
    escalation = rules_to_set_by(db)
    facts = order_facts(db, order_ids)
    alarms = [alarm for one in facts for alarm in order_alarms(escalation, one, now)]
    set_for(db, order_ids, alarms, now=now)


def set_for_waybills(db: Connection, shipment_ids: Collection[int], *, now: int) -> None:
    """Look at these shipments and set their timers as they are to be."""
    if not shipment_ids:
        return
    escalation = rules_to_set_by(db)
    one_of, values = listed(db, sorted(shipment_ids), "bigint")
    rows = db.execute(
        text(
            "SELECT id, order_id, COALESCE(tracked_at, shipped_at) AS newest, "
            f"undone_at IS NULL AND signed_at IS NULL AS moving FROM shipments WHERE id IN {one_of}"
        ),
        {"values": values},
    ).all()
    alarms = [a for row in rows if row.moving for a in waybill_alarms(escalation, row.id, row.order_id, row.newest)]
    there = _there(db, Target.WAYBILL, {row.order_id for row in rows})
    _make_so(db, {key: since for key, since in there.items() if key[2] in shipment_ids}, alarms, now)


def set_for_tasks(db: Connection, task_ids: Collection[int]) -> None:
    """The due times of these open tasks have been seen: set their timers."""
    if not task_ids:
        return
    escalation = escalation_of(db)
    one_of, values = listed(db, sorted(task_ids), "bigint")
    db.execute(text(f"UPDATE tasks SET timed = TRUE WHERE id IN {one_of}"), {"values": values})
    rows = db.execute(
        text(
            "SELECT id, COALESCE(order_id, 0) AS order_id, due_at FROM tasks "
            f"WHERE open_key IS NOT NULL AND due_at IS NOT NULL AND id IN {one_of}"
        ),
        {"values": values},
    )
    alarms = [a for row in rows for a in task_alarms(escalation, row.id, row.order_id, row.due_at)]
    upsert(db, t.timers, _COLUMNS, [_row(a) for a in alarms], _REPLACE)


def order_facts(db: Connection, order_ids: Collection[int]) -> list[OrderFacts]:
    """These orders as their timers need them; history has none."""
    if not order_ids:
        return []
    one_of, values = listed(db, sorted(order_ids), "bigint")
    rows = db.execute(text(f"{_FACTS} WHERE o.id IN {one_of} AND NOT o.history ORDER BY o.id"), {"values": values})
    return [_facts(row) for row in rows.all()]


_FACTS = (
    "SELECT o.id, o.state, o.outcome, o.ship_by, o.created_at, o.doc, o.decided_at, "
    "EXISTS (SELECT 1 FROM fulfilments f WHERE f.order_id = o.id AND f.state = 'shipped') AND NOT EXISTS "
    "(SELECT 1 FROM fulfilments f WHERE f.order_id = o.id AND f.state IN ('open', 'picked')) AS gone, "
    "CASE WHEN o.outcome = 'held' THEN (SELECT MIN(d.at) FROM decisions d WHERE d.order_id = o.id AND d.seq > "
    "COALESCE((SELECT MAX(e.seq) FROM decisions e WHERE e.order_id = o.id AND e.outcome <> 'held'), 0)) "
    "END AS held_since FROM orders o"
)


def _facts(row: Any) -> OrderFacts:
    paid_at = orjson.loads(row.doc)["paid_at"] or row.created_at
    return OrderFacts(
        row.id, row.state, row.outcome, paid_at, row.ship_by, row.held_since or row.decided_at, bool(row.gone)
    )


def _make_so(db: Connection, there: Mapping[Key, int], alarms: Iterable[Alarm], now: int) -> None:
    wanted = {(a.order_id, a.target, a.target_id, a.rule): a for a in alarms}
    over = [key for key in there if key not in wanted]
    moved = [key for key, a in wanted.items() if not a.lasting and there.get(key, a.since) != a.since]
    update(db, _DELETE, over)
    close_tasks(db, [*over, *moved], now)
    upsert(db, t.timers, _COLUMNS, [_row(a) for a in wanted.values() if not a.lasting], _REPLACE)
    upsert(db, t.timers, _COLUMNS, [_row(a) for a in wanted.values() if a.lasting], _KEEPING)


def _there(db: Connection, target: Target, order_ids: Collection[int]) -> dict[Key, int]:
    if not order_ids:
        return {}
    one_of, values = listed(db, sorted(order_ids), "bigint")
    rows = db.execute(
        text(
            "SELECT order_id, target, target_id, rule, since FROM timers "
            f"WHERE order_id IN {one_of} AND target = :target"
        ),
        {"values": values, "target": target},
    )
    return {(row.order_id, row.target, row.target_id, row.rule): row.since for row in rows}


def close_tasks(db: Connection, keys: Sequence[Key], now: int) -> None:
    """Close the tasks that these timers opened, where they are open."""
    update(db, _CLOSE, [(now, open_key(target, target_id, rule)) for _, target, target_id, rule in keys])


def _row(alarm: Alarm) -> tuple[Any, ...]:
    target, target_id, order_id, rule, digest, since, due_at, _ = alarm
    return order_id, target, target_id, rule, digest, since, 0, due_at
