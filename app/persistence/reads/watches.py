"""What watches found and what they protect, for pages and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, func, select, text

from app.persistence.rows import listed
from app.persistence.tables import orders, protections, watch_facts, watch_firings, watch_states

PAGE_ROWS = 50
ENDED_SHOWN_SECONDS = 7 * 86_400


@dataclass(frozen=True, slots=True)
class Firing:
    """One window that a watch fired for; `orders` are (number, platform's number), the earliest first."""

    row: Row[Any]
    details: Mapping[str, Any]
    orders: Sequence[tuple[int, str]]


def states(db: Connection) -> dict[str, Row[Any]]:
    """How each watch's looks went, by watch."""
    return {row.watch: row for row in db.execute(select(watch_states))}


def firings(db: Connection, before: int | None = None) -> tuple[list[Firing], int | None]:
    """The latest firings with their orders; and the number to go on before, None when there are no more."""
    statement = select(watch_firings).order_by(watch_firings.c.id.desc()).limit(PAGE_ROWS + 1)
    if before is not None:
        statement = statement.where(watch_firings.c.id < before)
    rows = list(db.execute(statement))
    found = _orders(db, [row.id for row in rows[:PAGE_ROWS]])
    more = rows[PAGE_ROWS - 1].id if len(rows) > PAGE_ROWS else None
    return [Firing(row, orjson.loads(row.details), found.get(row.id, [])) for row in rows[:PAGE_ROWS]], more


def standing_now(db: Connection, now: int) -> list[tuple[Row[Any], int]]:
    """Protections that hold now, the latest first, with how many orders each holds."""
    held = {row[0]: row[1] for row in db.execute(text(_HELD), {"now": now})}
    chosen = protections.c.ended_at.is_(None) & (protections.c.until > now)
    rows = db.execute(select(protections).where(chosen).order_by(protections.c.id.desc()))
    return [(row, held.get(row.id, 0)) for row in rows]


def ended_lately(db: Connection, now: int) -> list[Row[Any]]:
    """Protections that ended in the last days, the latest first."""
    chosen = protections.c.ended_at >= now - ENDED_SHOWN_SECONDS
    return list(db.execute(select(protections).where(chosen).order_by(protections.c.ended_at.desc()).limit(PAGE_ROWS)))


def totals(db: Connection, now: int) -> dict[str, int]:
    """Figures: firings, protections that hold, looks, looks by the correlator, comparisons, differences."""
    state = watch_states.c
    sums = [func.coalesce(func.sum(state[name]), 0) for name in ("runs", "fell_back", "compared", "differed")]
    runs, fell_back, compared, differed = db.execute(select(*sums)).one()
    fired = db.execute(select(func.count()).select_from(watch_firings)).scalar_one()
    stand = select(func.count()).where(protections.c.ended_at.is_(None), protections.c.until > now)
    return {
        "fired": int(fired), "standing": int(db.execute(stand).scalar_one()), "runs": int(runs),
        "fell_back": int(fell_back), "compared": int(compared), "differed": int(differed),
    }  # fmt: skip


_HELD = (
    "SELECT p.id, COUNT(DISTINCT o.id) FROM protections p JOIN orders o ON o.outcome = 'held' AND NOT o.history "
    "WHERE p.ended_at IS NULL AND p.until > :now AND p.action = 'hold' AND o.decided_at >= p.since AND ("
    "(p.kind = 'sku' AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND (l.sku = p.subject "
    "OR l.sku IN (SELECT bundle FROM components WHERE sku = p.subject)))) OR "
    "(p.kind = 'buyer' AND EXISTS (SELECT 1 FROM identities i WHERE i.order_id = o.id AND i.key = p.look_up))) "
    "GROUP BY p.id"
)


def _orders(db: Connection, numbers: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    one_of, values = listed(db, numbers, "bigint")
    rows = db.execute(
        select(watch_facts.c.firing_id, orders.c.id, orders.c.tid)
        .join(orders, orders.c.id == watch_facts.c.order_id)
        .where(text(f"firing_id IN {one_of}"))
        .order_by(orders.c.created_at, orders.c.id),
        {"values": values},
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for firing, order_id, tid in rows:
        found.setdefault(firing, []).append((order_id, tid))
    return found
