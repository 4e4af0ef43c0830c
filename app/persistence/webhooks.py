"""Signed webhooks: where they go, and the deliveries, taken from the outbox and tried until they are answered.

The secret is sealed at rest. A delivery is claimed before it is sent, so that two relays do not send it at once; one
that dies in between sends it again: whoever receives it twice knows it by its event's id.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, select, text, update

from app.domain.errors import Refused
from app.persistence import tables as t
from app.persistence.database import is_sqlite
from app.persistence.ladder import WEBHOOK
from app.persistence.rows import listed, upsert
from app.persistence.sealing import Sealer

MOST_TRIES = 8
_FIRST_SECONDS, _LONGEST_SECONDS = 30, 6 * 3600
_LEASE_SECONDS = 120
_AT_ONCE = 100
_CONTEXT = "webhook"
_ONLY = 1
_LONGEST_URL = 500


@dataclass(frozen=True, slots=True)
class Hook:
    """Where webhooks go, and what they are signed with."""

    url: str
    secret: bytes
    active: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook to send now. `tries` counts this one."""

    id: int
    event: str
    body: bytes
    tries: int


def set_hook(
    db: Connection, sealer: Sealer, url: str, *, active: bool, renew: bool, actor: str, now: int
) -> str | None:
    """Say where webhooks go; the secret when it is new (`renew`, or the first), to be shown once."""
    if len(url) > _LONGEST_URL:
        raise Refused("webhook-url")
    there = db.execute(select(t.webhooks)).first()
    secret = None if there is not None and not renew else f"whsec_{secrets.token_urlsafe(32)}"
    sealed = sealer.seal(secret.encode(), _CONTEXT) if secret is not None else there.secret if there else b""
    row = (_ONLY, url, sealed, active, actor, now)
    columns = ("id", "url", "secret", "active", "changed_by", "changed_at")
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
    upsert(db, t.webhooks, columns, [row], f"(id) DO UPDATE SET {changed}")
    return secret


def hook_row(db: Connection) -> Any:
    """Where webhooks go, without the secret; None when nobody said."""
    of = t.webhooks.c
    return db.execute(select(of.url, of.active, of.changed_by, of.changed_at)).first()


def read_hook(db: Connection, sealer: Sealer) -> Hook | None:
    """Where webhooks go now; None when nowhere."""
    row = db.execute(select(t.webhooks).where(t.webhooks.c.active)).first()
    return Hook(row.url, sealer.open(row.secret, _CONTEXT), True) if row is not None else None


def send_test(db: Connection, *, actor: str, now: int) -> str:
    """Put a webhook that only says hello into the outbox; its event's id."""
    event = f"test:{now}:{secrets.token_hex(4)}"
    body = {"event": event, "at": now, "test": True, "by": actor}
    row = (WEBHOOK, event, orjson.dumps({"order_id": None, "body": body}).decode(), now)
    upsert(db, t.outbox, ("topic", "key", "body", "at"), [row], "(key) DO NOTHING")
    return event


def are_waiting(db: Connection, now: int) -> bool:
    """Whether any webhook is to be sent now."""
    outbox = text(f"SELECT 1 FROM outbox WHERE topic = '{WEBHOOK}' LIMIT 1")
    due = text("SELECT 1 FROM webhook_deliveries WHERE next_at <= :now LIMIT 1")
    return db.execute(outbox).first() is not None or db.execute(due, {"now": now}).first() is not None


def count_in_outbox(db: Connection) -> int:
    """How many webhooks no relay has taken yet."""
    return int(db.execute(text(f"SELECT COUNT(*) FROM outbox WHERE topic = '{WEBHOOK}'")).scalar_one())


def take_from_outbox(db: Connection, *, now: int) -> int:
    """Make deliveries of what is in the outbox; how many. Where webhooks go nowhere, they say so and are not tried."""
    lock = "" if is_sqlite(db) else " FOR UPDATE SKIP LOCKED"
    rows = db.execute(
        text(f"SELECT id, key, body FROM outbox WHERE topic = '{WEBHOOK}' ORDER BY id LIMIT {_AT_ONCE}{lock}")
    ).all()
    if not rows:
        return 0
    active = db.execute(select(t.webhooks.c.id).where(t.webhooks.c.active)).first() is not None
    columns = ("event", "order_id", "body", "created_at", "tries", "next_at", "problem")
    made = []
    for row in rows:
        said = orjson.loads(row.body)
        body = orjson.dumps(said["body"]).decode()
        made.append(
            (row.key, said["order_id"], body, now, 0, now if active else None, "" if active else "webhook-unset")
        )
    upsert(db, t.webhook_deliveries, columns, made, "(event) DO NOTHING")
    one_of, values = listed(db, [row.id for row in rows], "bigint")
    db.execute(text(f"DELETE FROM outbox WHERE id IN {one_of}"), {"values": values})
    return len(rows)


def claim(db: Connection, *, now: int) -> Delivery | None:
    """The next delivery to send, for nobody else until a while has passed; None when there is none."""
    lock = "" if is_sqlite(db) else " FOR UPDATE SKIP LOCKED"
    row = db.execute(
        text(
            "SELECT id, event, body, tries FROM webhook_deliveries WHERE next_at <= :now "
            f"ORDER BY next_at, id LIMIT 1{lock}"
        ),
        {"now": now},
    ).first()
    if row is None:
        return None
    claimed = update(t.webhook_deliveries).where(t.webhook_deliveries.c.id == row.id)
    db.execute(claimed.values(tries=row.tries + 1, next_at=now + _LEASE_SECONDS))
    return Delivery(row.id, row.event, row.body.encode(), row.tries + 1)


def settle(db: Connection, delivery: Delivery, status: int | None, problem: str, *, now: int) -> None:
    """Note how it went: sent, tried again later, or given up with a task for the administrator."""
    dead = bool(problem) and (delivery.tries >= MOST_TRIES or problem == "webhook-unset")
    wait = min(_FIRST_SECONDS * 4 ** (delivery.tries - 1), _LONGEST_SECONDS)
    values = {
        "status": status, "problem": problem, "next_at": now + wait if problem and not dead else None,
        "sent_at": None if problem else now,
    }  # fmt: skip
    db.execute(update(t.webhook_deliveries).where(t.webhook_deliveries.c.id == delivery.id).values(**values))
    if dead and not delivery.event.startswith("test:"):
        columns = ("open_key", "kind", "owner", "details", "opened_at", "waits_by")
        row = ("escalation-webhook", "escalation-webhook", "administrator", "{}", now, now)
        upsert(db, t.tasks, columns, [row], "(open_key) DO NOTHING")


def forget_ended(db: Connection, *, before: int) -> int:
    """Remove deliveries that ended before that time; how many."""
    gone = text("DELETE FROM webhook_deliveries WHERE next_at IS NULL AND created_at < :before")
    return db.execute(gone, {"before": before}).rowcount


def last_deliveries(db: Connection, limit: int = 20) -> Sequence[Row[Any]]:
    """The latest deliveries, the newest first."""
    return db.execute(select(t.webhook_deliveries).order_by(t.webhook_deliveries.c.id.desc()).limit(limit)).all()
