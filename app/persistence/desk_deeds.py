"""What people do with what waits: one deed for one or many things, told in numbers, taken back as a whole.

A deed keeps the steps that take it back: `["word", intervention]`, `["task", task, open key]` a closed task, `["whose",
order, former assignment or null]`, `["task-whose", task, owner, person]`, `["arrived", transfer]`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, Row, insert, select

from app.domain.errors import NotFound, Refused
from app.domain.work import OWNERS, Solution
from app.persistence import tables as t
from app.persistence.assigning import assign_order, assign_task, assignment_of, set_assignment
from app.persistence.audit import note
from app.persistence.fulfilment.transfers import Arrival, arrive, unarrive
from app.persistence.people_words import intervene, say_same, undo_intervention
from app.persistence.reads.lanes import answered
from app.persistence.redecisions import ask_again
from app.persistence.scope import must_see, must_see_order

MOST_AT_ONCE = 200
LONGEST_REMARK = 500
UNRELEASABLE = frozenset({"unmatched-item", "no-rule", "fixed-warehouse-short"})
"""Reasons that a release does not lift: something must be mended, or a warehouse chosen."""
ON_ORDERS = ("release", "not-same", "same", "again", "urgent", "warehouse", "wait", "take", "hand")
ON_TASKS = ("done", "again", "take", "hand")
ON_TRANSFERS = ("arrive",)


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody does. `owner` and `person` say who gets it handed over; `repeats` as in a `WorkFilter`."""

    name: str
    actor: str
    now: int
    repeats: frozenset[str] = frozenset()
    owner: str = ""
    person: str = ""
    warehouse: str = ""
    solution: str = Solution.SOLVED
    remark: str = ""


@dataclass(slots=True)
class Done:
    """How a deed went: how many it was done for, and why not for the others, by code. `id` takes it back, 0: cannot."""

    id: int = 0
    n: int = 0
    passed: Counter[str] = field(default_factory=Counter)


def carry_out(db: Connection, deed: Deed, keys: Sequence[str]) -> Done:
    """Do it for each of these things: `o7` an order, `t7` a task, `x7` a transfer.

    Raises `Refused` for too many, for none, and for a deed that says too little.
    """
    if not keys:
        raise Refused("nothing-chosen")
    if len(set(keys)) > MOST_AT_ONCE:
        raise Refused("chosen-too-many", most=MOST_AT_ONCE)
    _check(db, deed)
    doing = _Doing(db, deed)
    for key in dict.fromkeys(keys):
        doing.do(key)
    return doing.finish()


def take_back(db: Connection, deed_id: int, *, actor: str, now: int) -> tuple[int, int]:
    """Take one's own deed back: how many of its steps were, and how many could not be any more.

    Raises `NotFound("deed-gone")` when it was taken back before, or is somebody else's.
    """
    deeds = t.desk_deeds.c
    chosen = (deeds.id == deed_id) & (deeds.actor == actor) & deeds.undone_at.is_(None)
    row = db.execute(select(t.desk_deeds).where(chosen)).first()
    if row is None or not db.execute(t.desk_deeds.update().where(chosen).values(undone_at=now)).rowcount:
        raise NotFound("deed-gone")
    again: set[int] = set()
    by = Deed("undo", actor, now)
    undone = [_BACK[step[0]](db, again, by, *step[1:]) for step in reversed(orjson.loads(row.steps))]
    ask_again(db, again, "intervention", now=now)
    note(db, actor, "work.undo", str(deed_id), now=now, deed=row.deed, n=sum(undone))
    return sum(undone), len(undone) - sum(undone)


class _Doing:
    """One deed under way."""

    def __init__(self, db: Connection, deed: Deed) -> None:
        self._db, self._deed = db, deed
        self._steps: list[list[Any]] = []
        self._again: set[int] = set()
        self._done = Done()

    def do(self, key: str) -> None:
        """Do it for one thing, or note why not."""
        letter, number = key[:1], int(key[1:]) if key[1:].isdigit() else 0
        can, act = {
            "o": (ON_ORDERS, self._order),
            "t": (ON_TASKS, self._task),
            "x": (ON_TRANSFERS, self._transfer),
        }.get(letter, ((), None))
        try:
            why = "unfit" if act is None or self._deed.name not in can else act(number)
        except NotFound:
            # Another shop's, which this person may not see.
            why = "gone"
        if why:
            self._done.passed[why] += 1
        else:
            self._done.n += 1

    def finish(self) -> Done:
        """Ask for the orders to be decided again, and remember how to take it all back."""
        deed, done = self._deed, self._done
        ask_again(self._db, self._again, "intervention", now=deed.now)
        if self._steps:
            row = {"actor": deed.actor, "at": deed.now, "deed": deed.name, "n": done.n}
            made = self._db.execute(insert(t.desk_deeds).values(**row, steps=orjson.dumps(self._steps).decode()))
            done.id = int(made.inserted_primary_key[0]) if made.inserted_primary_key else 0
        return done

    def _order(self, order_id: int) -> str:
        must_see_order(self._db, order_id)
        head = _head(self._db, order_id)
        if head is None or head.picked_at is not None or head.outcome == "recorded":
            return "gone"
        if head.answered:
            return "answered"
        if not _fits(self._deed, head):
            return "unfit"
        self._act(head)
        note(self._db, self._deed.actor, f"order.{self._deed.name}", str(order_id), now=self._deed.now, **self._told())
        return ""

    def _act(self, head: Row[Any]) -> None:
        deed = self._deed
        match deed.name:
            case "release":
                self._word(head.id, "release", {"reasons": [head.reason]})
            case "urgent":
                self._word(head.id, "urgent", {"urgent": True})
            case "warehouse":
                self._word(head.id, "warehouse", {"warehouse": deed.warehouse})
            case "same" | "not-same":
                self._answer(head)
            case "again":
                self._again.add(head.id)
            case _:
                self._whose(head)

    def _word(self, order_id: int, kind: str, value: dict[str, Any], other: int | None = None) -> None:
        actor, now = self._deed.actor, self._deed.now
        number = intervene(self._db, order_id, kind, value, actor=actor, now=now, other=other)
        self._steps.append(["word", number])
        self._again.add(order_id)

    def _answer(self, head: Row[Any]) -> None:
        deed, same = self._deed, self._deed.name == "same"
        say_same(self._db, head.id, head.anchor_id, same=same, actor=deed.actor, now=deed.now)
        if same:
            self._word(head.id, "cancel", {"repeat_of": head.anchor_id})
        else:
            self._word(head.id, "not-same", {}, head.anchor_id)

    def _whose(self, head: Row[Any]) -> None:
        deed, former = self._deed, assignment_of(self._db, head.id)
        self._steps.append(["whose", head.id, former])
        cause = head.reason if head.outcome == "held" else head.outcome
        if deed.name == "wait":
            set_assignment(self._db, head.id, cause, deed.actor, deed.now, set_aside=True)
        else:
            assign_order(self._db, head.id, cause, deed.actor, deed.now, owner=deed.owner, person=deed.person)
        self._remark(head.id, None)

    def _task(self, task_id: int) -> str:
        must_see(self._db, "tasks", id=task_id)
        open_now = (t.tasks.c.id == task_id) & t.tasks.c.open_key.is_not(None)
        row = self._db.execute(select(t.tasks).where(open_now)).first()
        if row is None:
            return "gone"
        deed = self._deed
        if deed.name == "again":
            if not row.order_id:
                return "unfit"
            self._again.add(row.order_id)
        elif deed.name == "done":
            closed = {"open_key": None, "closed_at": deed.now, "closed_by": deed.actor, "solution": deed.solution}
            self._db.execute(t.tasks.update().where(open_now).values(**closed, remark=deed.remark or None))
            self._steps.append(["task", row.id, row.open_key])
        else:
            self._steps.append(["task-whose", row.id, row.owner, row.person])
            assign_task(self._db, row.id, owner=deed.owner, person=deed.person)
            self._remark(row.order_id, row.id)
        note(self._db, deed.actor, f"task.{deed.name}", str(task_id), now=deed.now, **self._told())
        return ""

    def _transfer(self, transfer_id: int) -> str:
        must_see(self._db, "transfers", id=transfer_id)
        if not arrive(self._db, [Arrival(transfer_id)], actor=self._deed.actor, now=self._deed.now):
            return "gone"
        self._steps.append(["arrived", transfer_id])
        note(self._db, self._deed.actor, "transfers.arrived", now=self._deed.now, transfers=[transfer_id])
        return ""

    def _remark(self, order_id: int | None, task_id: int | None) -> None:
        if self._deed.remark:
            add_note(self._db, order_id, task_id, self._deed.remark, author=self._deed.actor, now=self._deed.now)

    def _told(self) -> dict[str, str]:
        said = {"owner": self._deed.owner, "person": self._deed.person, "warehouse": self._deed.warehouse}
        if self._deed.name == "done":
            said["solution"] = self._deed.solution
        return {name: value for name, value in said.items() if value}


def add_note(db: Connection, order_id: int | None, task_id: int | None, words: str, *, author: str, now: int) -> None:
    """Write something about an order or a task. Raises `Refused`: `note-missing`, `note-long`."""
    words = words.strip()
    if not words:
        raise Refused("note-missing")
    if len(words) > LONGEST_REMARK:
        raise Refused("note-long", most=LONGEST_REMARK)
    db.execute(insert(t.notes).values(order_id=order_id, task_id=task_id, author=author, at=now, text=words))


def _check(db: Connection, deed: Deed) -> None:
    if len(deed.remark) > LONGEST_REMARK:
        raise Refused("note-long", most=LONGEST_REMARK)
    if deed.name == "done" and deed.solution not in set(Solution):
        raise Refused("solution-unknown")
    if deed.name == "done" and deed.solution != Solution.SOLVED and not deed.remark:
        raise Refused("remark-missing")
    if deed.name == "warehouse" and not _is_there(db, t.warehouses.c.code == deed.warehouse):
        raise Refused("choose-warehouse")
    if deed.name in ("take", "hand") and not (deed.owner or deed.person):
        raise Refused("choose-owner")
    able = t.users.c.active & (t.users.c.name == deed.person) & (t.users.c.role != "viewer")
    if deed.person and not _is_there(db, able):
        raise Refused("person-not-able", name=deed.person)
    if deed.owner and deed.owner not in {"administrator", "supervisor", *OWNERS.values()}:
        raise Refused("role-unknown")


def _is_there(db: Connection, which: Any) -> bool:
    return db.execute(select(which).where(which)).first() is not None


def _head(db: Connection, order_id: int) -> Row[Any] | None:
    o = t.orders.c
    columns = (o.id, o.outcome, o.reason, o.owner, o.anchor_id, o.picked_at, answered().label("answered"))
    return db.execute(select(*columns).where(o.id == order_id)).first()


def _fits(deed: Deed, head: Row[Any]) -> bool:
    held, repeat = head.outcome == "held", head.reason in deed.repeats
    match deed.name:
        case "release":
            return held and not repeat and head.reason not in UNRELEASABLE
        case "same" | "not-same":
            return held and repeat and head.anchor_id is not None
        case "wait":
            return bool(head.outcome == "backordered")
    return True


def _back_word(db: Connection, again: set[int], by: Deed, number: int) -> bool:
    of = t.interventions.c
    picked = select(t.orders.c.picked_at).join(t.interventions, of.order_id == t.orders.c.id).where(of.id == number)
    if db.execute(picked).scalar() is not None:
        return False
    order_id = undo_intervention(db, number, actor=by.actor, now=by.now)
    again |= {order_id} - {None}  # type: ignore[arg-type]
    return order_id is not None


def _back_task(db: Connection, _again: set[int], _by: Deed, number: int, open_key: str) -> bool:
    if db.execute(select(t.tasks.c.id).where(t.tasks.c.open_key == open_key)).first() is not None:
        return False
    closed = (t.tasks.c.id == number) & t.tasks.c.open_key.is_(None)
    fresh = {"closed_at": None, "closed_by": None, "solution": None, "remark": None}
    return bool(db.execute(t.tasks.update().where(closed).values(open_key=open_key, **fresh)).rowcount)


def _back_whose(db: Connection, _again: set[int], _by: Deed, order_id: int, former: dict[str, Any] | None) -> bool:
    db.execute(t.assignments.delete().where(t.assignments.c.order_id == order_id))
    if former is not None:
        db.execute(insert(t.assignments).values(**former))
    return True


def _back_task_whose(db: Connection, _again: set[int], _by: Deed, number: int, owner: str, person: str | None) -> bool:
    still = (t.tasks.c.id == number) & t.tasks.c.open_key.is_not(None)
    return bool(db.execute(t.tasks.update().where(still).values(owner=owner, person=person)).rowcount)


def _back_arrived(db: Connection, _again: set[int], by: Deed, number: int) -> bool:
    try:
        unarrive(db, number, now=by.now)
    except Refused:
        return False
    return True


_BACK: dict[str, Callable[..., bool]] = {
    "word": _back_word,
    "task": _back_task,
    "whose": _back_whose,
    "task-whose": _back_task_whose,
    "arrived": _back_arrived,
}
