"""How the line runs and what waits for a person: counts that a page may ask for every two seconds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from app.persistence.reads.numbers import read_totals
from app.persistence.reads.receipts import DISCARDED

_SOON_SECONDS = 24 * 3600
_COUNTS = {
    "quarantined": f"SELECT COUNT(*) FROM receipts WHERE status = 'quarantined' AND note <> '{DISCARDED}'",
    "dead": f"SELECT COUNT(*) FROM receipts WHERE status = 'dead' AND note <> '{DISCARDED}'",
    "unmatched": "SELECT COUNT(*) FROM unmatched_items",
    "tasks": "SELECT COUNT(*) FROM tasks WHERE open_key > ''",
    "tasks_late": "SELECT COUNT(*) FROM tasks WHERE open_key > '' AND due_at < :now",
    "ship_soon": (
        "SELECT COUNT(*) FROM orders WHERE outcome IN ('held', 'backordered') AND NOT history AND ship_by < :soon"
    ),
}
_SET_UP = {
    "shops": "SELECT EXISTS (SELECT 1 FROM shops)",
    "warehouses": "SELECT EXISTS (SELECT 1 FROM warehouses)",
    "stock": "SELECT EXISTS (SELECT 1 FROM balances)",
    "orders": "SELECT EXISTS (SELECT 1 FROM receipts)",
}


@dataclass(frozen=True, slots=True)
class Hold:
    """Held orders with one reason and owner."""

    reason: str
    owner: str
    orders: int


@dataclass(frozen=True, slots=True)
class Pulse:
    """Receipts by how they ended; orders decided in each minute, the current one last; holds, the largest first;
    `waiting` by kind: quarantined, dead, unmatched, tasks, tasks_late, ship_soon (held or waiting for stock, to be
    shipped within a day); `set_up`: whether there are shops, warehouses, stock, orders."""

    totals: dict[str, int]
    minutes: list[int]
    holds: list[Hold]
    waiting: dict[str, int]
    set_up: dict[str, bool]


def read_pulse(db: Connection, now: int, minutes: int) -> Pulse:
    """The pulse at `now`, with that many minutes."""
    times = {"now": now, "soon": now + _SOON_SECONDS}
    return Pulse(
        totals=read_totals(db),
        minutes=_minutes(db, now // 60, minutes),
        holds=_holds(db),
        waiting={kind: int(db.execute(text(s), times).scalar() or 0) for kind, s in _COUNTS.items()},
        set_up={kind: bool(db.execute(text(statement)).scalar()) for kind, statement in _SET_UP.items()},
    )


def _minutes(db: Connection, this: int, count: int) -> list[int]:
    statement = text("SELECT minute, SUM(n) AS n FROM minute_stats WHERE minute > :since GROUP BY minute")
    found = {row.minute: int(row.n) for row in db.execute(statement, {"since": this - count})}
    return [found.get(minute, 0) for minute in range(this - count + 1, this + 1)]


def _holds(db: Connection) -> list[Hold]:
    statement = "SELECT reason, owner, COUNT(*) AS n FROM orders WHERE outcome = 'held' GROUP BY reason, owner"
    rows = db.execute(text(f"{statement} ORDER BY n DESC, reason, owner"))
    return [Hold(row.reason, row.owner, int(row.n)) for row in rows]
