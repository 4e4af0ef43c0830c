"""Protections: those that stand, and ending them.

Ending takes two transactions. The first waits for every batch that is deciding under the protection; the second asks
for what it held to be decided again, and so finds what those batches stored.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, Row, select, text, update

from app.domain.errors import NotFound
from app.domain.protection import SKU, Protection
from app.persistence import tables as t
from app.persistence.audit import note
from app.persistence.database import is_sqlite, reading, writing
from app.persistence.redecisions import ask_again

CAUSE = "protection"


def standing(db: Connection, now: int, *, keep: bool) -> list[Protection]:
    """Protections that hold now. `keep` (PostgreSQL): none of them ends before this transaction does."""
    lock = " FOR SHARE" if keep and not is_sqlite(db) else ""
    rows = db.execute(
        text(
            "SELECT id, watch, kind, subject, shop, action, owner, tag, until FROM protections "
            f"WHERE freed_at IS NULL AND ended_at IS NULL AND until > :now ORDER BY id{lock}"
        ),
        {"now": now},
    )
    return [Protection(*row) for row in rows]


def anything_due(db: Connection, now: int) -> bool:
    """Whether a protection's time is over, or one was ended whose orders still wait."""
    due = "SELECT 1 FROM protections WHERE freed_at IS NULL AND (until <= :now OR ended_at IS NOT NULL) LIMIT 1"
    return db.execute(text(due), {"now": now}).first() is not None


def release(engine: Engine, number: int, *, actor: str, now: int) -> int:
    """A person ends a protection now; how many orders are decided again for it.

    What happened before does not make its watch fire again. Raises `NotFound("not-found")` for one that does not stand.
    """
    with writing(engine) as db:
        chosen = (t.protections.c.id == number) & t.protections.c.ended_at.is_(None) & (t.protections.c.until > now)
        row = db.execute(select(t.protections).where(chosen)).first()
        ended = db.execute(update(t.protections).where(chosen).values(ended_at=now, ended_by=actor)).rowcount
        if row is None or not ended:
            raise NotFound("not-found", what=str(number))
        db.execute(
            text(
                "UPDATE watch_firings SET covers = :now WHERE covers < :now AND EXISTS (SELECT 1 FROM watch_firings f "
                "WHERE f.id = :firing AND f.watch = watch_firings.watch AND f.subject = watch_firings.subject "
                "AND f.shop = watch_firings.shop)"
            ),
            {"now": now, "firing": row.firing_id},
        )
        note(db, actor, "protection.release", str(number), now=now, watch=row.watch)
    return free_ended(engine, now=now)


def end_due(engine: Engine, *, now: int) -> int:
    """End every protection whose time is over; how many orders are decided again."""
    with reading(engine) as db:
        if not anything_due(db, now):
            return 0
    with writing(engine) as db:
        over = "UPDATE protections SET ended_at = until WHERE ended_at IS NULL AND until <= :now"
        db.execute(text(over), {"now": now})
    return free_ended(engine, now=now)


def free_ended(engine: Engine, *, now: int) -> int:
    """Ask for what ended protections held to be decided again; how many orders that is."""
    with writing(engine) as db:
        lock = "" if is_sqlite(db) else " FOR UPDATE SKIP LOCKED"
        ended = db.execute(
            text(f"SELECT * FROM protections WHERE freed_at IS NULL AND ended_at IS NOT NULL{lock}")
        ).all()
        freed = sum(ask_again(db, _held_by(db, row), CAUSE, now=now) for row in ended)
        for row in ended:
            db.execute(update(t.protections).where(t.protections.c.id == row.id).values(freed_at=now))
    return freed


def _held_by(db: Connection, row: Row[Any]) -> list[int]:
    """Held orders of the SKU (bundles that contain it included) or the buyer, whatever else they are held for."""
    if row.action != "hold":
        return []
    held = "o.outcome = 'held' AND NOT o.history AND o.picked_at IS NULL"
    if row.kind == SKU:
        sql = (
            "SELECT DISTINCT o.id FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE "
            f"{held} AND (l.sku = :subject OR l.sku IN (SELECT bundle FROM components WHERE sku = :subject))"
        )
    else:
        sql = f"SELECT DISTINCT o.id FROM identities i JOIN orders o ON o.id = i.order_id WHERE {held} AND i.key = :key"
    return list(db.execute(text(sql), {"subject": row.subject, "key": row.look_up}).scalars())
