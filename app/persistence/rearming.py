"""Timers of what is there already, when the rules have changed: walked over in bounded steps, each a transaction.

What changes meanwhile is set by the new rules anyway, so that it does not matter which of the two comes first.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection, select, text

from app.persistence import tables as t
from app.persistence.fulfilment.locking import lock_orders
from app.persistence.rows import upsert
from app.persistence.timers import escalation_of, set_for_orders, set_for_waybills, wait_for_setters

AT_ONCE = 500
OLDEST_SECONDS = 15 * 86_400
"""A waybill of which nobody has heard for longer is history: a new rule does not ask about it."""
_DONE, _PLACE = "timers:rules", "timers:place"
_ORDERS = (
    "SELECT id, id AS order_id FROM orders WHERE id > :after AND NOT history "
    "AND outcome IN ('held', 'backordered', 'allocated', 'consolidated') ORDER BY id LIMIT :most"
)
_WAYBILLS = (
    "SELECT id, order_id FROM shipments WHERE id > :after AND undone_at IS NULL AND signed_at IS NULL "
    "AND COALESCE(tracked_at, shipped_at) >= :oldest ORDER BY id LIMIT :most"
)
_LANES = (_ORDERS, _WAYBILLS)


def is_behind(db: Connection) -> bool:
    """Whether timers are still to be set by the rules that are live now."""
    return _digests(db) != _read(db, _DONE)


def go_on(db: Connection, *, now: int) -> bool:
    """Walk one step further; whether there is more to walk."""
    wanted, place = _digests(db), _read(db, _PLACE)
    if wanted == _read(db, _DONE):
        return False
    if place.get("wanted") != wanted:
        # Whoever still sets timers by the rules before ends first; who comes later knows the new ones.
        wait_for_setters(db)
        _keep(db, _PLACE, {"wanted": wanted, "lane": 0, "after": 0})
        db.execute(text("UPDATE tasks SET timed = FALSE WHERE open_key IS NOT NULL AND timed"))
        return True
    lane, after = place["lane"], _step(db, place["lane"], place["after"], now)
    if not after:
        lane += 1
    if lane == len(_LANES):
        _keep(db, _DONE, wanted)
        return False
    _keep(db, _PLACE, {"wanted": wanted, "lane": lane, "after": after})
    return True


def _step(db: Connection, lane: int, after: int, now: int) -> int:
    """Set the timers of the next few; the number of the last, 0 when there were no more."""
    given = {"after": after, "most": AT_ONCE, **({"oldest": now - OLDEST_SECONDS} if lane else {})}
    rows = db.execute(text(_LANES[lane]), given).all()
    lock_orders(db, {row.order_id for row in rows})
    (set_for_waybills if lane else set_for_orders)(db, [row.id for row in rows], now=now)
    return int(rows[-1].id) if rows else 0


def _digests(db: Connection) -> dict[str, Any]:
    return {name: rule.digest for name, rule in sorted(escalation_of(db).rules.items())}


def _read(db: Connection, key: str) -> dict[str, Any]:
    kept = db.scalar(select(t.facts.c.value).where(t.facts.c.key == key))
    found: dict[str, Any] = orjson.loads(kept) if kept else {}
    return found


def _keep(db: Connection, key: str, value: dict[str, Any]) -> None:
    row = (key, orjson.dumps(value).decode())
    upsert(db, t.facts, ("key", "value"), [row], "(key) DO UPDATE SET value = excluded.value")
