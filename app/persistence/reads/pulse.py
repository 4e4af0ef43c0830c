"""How the line runs and what waits for a person: counts that a page may ask for every two seconds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from app.persistence.reads.numbers import read_totals
from app.persistence.reads.receipts import DISCARDED

_COUNTS = {
    "quarantined": f"SELECT COUNT(*) FROM receipts WHERE status = 'quarantined' AND note <> '{DISCARDED}'",
    "dead": f"SELECT COUNT(*) FROM receipts WHERE status = 'dead' AND note <> '{DISCARDED}'",
}
RULES_CHOSEN, STEPS_DISMISSED = "rules-chosen", "steps-dismissed"
"""Facts: which shipped pack somebody chose, and that the list of first steps was put away."""
_SET_UP = {
    "shops": "SELECT EXISTS (SELECT 1 FROM shops WHERE NOT demo)",
    "warehouses": "SELECT EXISTS (SELECT 1 FROM warehouses WHERE NOT demo)",
    "skus": "SELECT EXISTS (SELECT 1 FROM skus WHERE NOT demo)",
    "stock": "SELECT EXISTS (SELECT 1 FROM balances b JOIN warehouses w ON w.id = b.warehouse_id WHERE NOT w.demo)",
    "rules": (
        "SELECT EXISTS (SELECT 1 FROM pack_versions WHERE author <> 'pandan') "
        f"OR EXISTS (SELECT 1 FROM facts WHERE key = '{RULES_CHOSEN}')"
    ),
    "orders": (
        "SELECT EXISTS (SELECT 1 FROM shops s WHERE NOT s.demo AND EXISTS "
        "(SELECT 1 FROM orders o WHERE o.shop_id = s.id))"
    ),
    "people": "SELECT COUNT(*) > 1 FROM users WHERE active",
    "dismissed": f"SELECT EXISTS (SELECT 1 FROM facts WHERE key = '{STEPS_DISMISSED}')",
}


@dataclass(frozen=True, slots=True)
class Pulse:
    """Receipts by how they ended; orders decided in each minute, the current one last; `waiting`: receipts that wait
    for a person, quarantined and dead; `set_up`: which of the first steps are done, the demo's things left out;
    `pack`: the live rule pack."""

    totals: dict[str, int]
    minutes: list[int]
    waiting: dict[str, int]
    set_up: dict[str, bool]
    pack: str


def read_pulse(db: Connection, now: int, minutes: int) -> Pulse:
    """The pulse at `now`, with that many minutes."""
    return Pulse(
        totals=read_totals(db),
        minutes=_minutes(db, now // 60, minutes),
        waiting={kind: int(db.execute(text(s)).scalar() or 0) for kind, s in _COUNTS.items()},
        set_up={kind: bool(db.execute(text(statement)).scalar()) for kind, statement in _SET_UP.items()},
        pack=str(db.scalar(text("SELECT pack FROM pack_versions WHERE live")) or ""),
    )


def _minutes(db: Connection, this: int, count: int) -> list[int]:
    statement = text("SELECT minute, SUM(n) AS n FROM minute_stats WHERE minute > :since GROUP BY minute")
    found = {row.minute: int(row.n) for row in db.execute(statement, {"since": this - count})}
    return [found.get(minute, 0) for minute in range(this - count + 1, this + 1)]
