"""Whose work a waiting order or task is: handed over by people, given back when somebody leaves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, insert, select

from app.persistence import tables as t


def assignment_of(db: Connection, order_id: int) -> dict[str, Any] | None:
    """The order's assignment as it is stored, None without one."""
    row = db.execute(select(t.assignments).where(t.assignments.c.order_id == order_id)).first()
    return dict(row._mapping) if row is not None else None


def set_assignment(db: Connection, order_id: int, cause: str, actor: str, now: int, **values: Any) -> None:
    """Change an order's assignment; one that was made for another cause counts no more."""
    former = assignment_of(db, order_id)
    kept = former if former is not None and former["cause"] == cause else {}
    db.execute(t.assignments.delete().where(t.assignments.c.order_id == order_id))
    plain = {"owner": None, "person": None, "set_aside": False}
    row = {**plain, **kept, **values, "order_id": order_id, "cause": cause, "actor": actor, "at": now}
    db.execute(insert(t.assignments).values(**row))


def assign_order(
    db: Connection, order_id: int, cause: str, actor: str, now: int, *, owner: str = "", person: str = ""
) -> None:
    """Hand an order that waits for `cause` to a role, or to a person by name."""
    given: dict[str, Any] = {"person": person or None} | ({"owner": owner} if owner else {})
    set_assignment(db, order_id, cause, actor, now, **given)


def assign_task(db: Connection, task_id: int, *, owner: str = "", person: str = "") -> None:
    """Hand a task to a role, or to a person by name."""
    given: dict[str, Any] = {"person": person or None} | ({"owner": owner} if owner else {})
    db.execute(t.tasks.update().where(t.tasks.c.id == task_id).values(**given))


def waits_for(db: Connection, person: str) -> int:
    """How many open tasks and orders are handed to this person by name."""
    tasks = select(func.count()).where(t.tasks.c.person == person, t.tasks.c.open_key.is_not(None))
    orders = select(func.count()).where(t.assignments.c.person == person)
    return int(db.scalar(tasks) or 0) + int(db.scalar(orders) or 0)


def give_back(db: Connection, person: str) -> None:
    """Let what waited for this person by name wait for the owning role again."""
    tasks = (t.tasks.c.person == person) & t.tasks.c.open_key.is_not(None)
    db.execute(t.tasks.update().where(tasks).values(person=None))
    db.execute(t.assignments.update().where(t.assignments.c.person == person).values(person=None))
