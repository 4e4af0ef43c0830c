"""The relay: carries effects out of the outbox: counts what was decided, tells the shadow and the watches of it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import orjson
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.bootstrap import Services
from app.jobs import current
from app.jobs.webhooks import send_webhooks
from app.persistence import tables as t
from app.persistence.database import is_sqlite, writing
from app.persistence.rows import listed, upsert
from app.persistence.shadows import follow_batch, running_shadow
from app.queue.watching import ask_to_watch

EVERY_SECONDS = 1.0
_AT_ONCE = 100


def relay() -> int:
    """Empty the outbox, then send the webhooks that are due; how many effects were carried out."""
    services = current.services()
    return empty_outbox(services) + send_webhooks(services)


def empty_outbox(services: Services) -> int:
    """Carry out everything in the outbox, a transaction for each hundred: counted once, whatever dies."""
    carried = 0
    while True:
        with writing(services.database) as db:
            taken = _carry(db)
        carried += taken
        if taken:
            ask_to_watch(services.redis)
        if taken < _AT_ONCE:
            return carried


@contextmanager
def relaying(services: Services) -> Iterator[None]:
    """Empty the outbox every second until the block ends.

    For what takes long: the worker that does it may be the only one, and what is decided meanwhile must not wait.
    """
    over = threading.Event()
    beside = threading.Thread(target=_relay_until, args=(services, over), daemon=True)
    beside.start()
    try:
        yield
    finally:
        over.set()
        beside.join()


def _relay_until(services: Services, over: threading.Event) -> None:
    while not over.wait(EVERY_SECONDS):
        with suppress(SQLAlchemyError):  # the next turn does it
            empty_outbox(services)


def _carry(db: Connection) -> int:
    lock = "" if is_sqlite(db) else " FOR UPDATE SKIP LOCKED"
    # What left (`order.shipped`) stays until its platform can be told.
    rows = db.execute(
        text(f"SELECT id, body, at FROM outbox WHERE topic = 'orders.decided' ORDER BY id LIMIT {_AT_ONCE}{lock}")
    ).all()
    if not rows:
        return 0
    counts: Counter[tuple[int, int, str]] = Counter()
    shadowed = running_shadow(db) is not None
    for row in rows:
        body = orjson.loads(row.body)
        if isinstance(body, list):
            # Written before the last upgrade: counts alone.
            body = {"counts": body, "decided": []}
        for shop_id, outcome, n in body["counts"]:
            counts[(row.at // 60, shop_id, outcome)] += n
        if shadowed:
            follow_batch(db, row.at, body["decided"])
    upsert(
        db,
        t.minute_stats,
        ("minute", "shop_id", "outcome", "n"),
        [(*key, n) for key, n in sorted(counts.items())],
        "(minute, shop_id, outcome) DO UPDATE SET n = minute_stats.n + excluded.n",
    )
    one_of, values = listed(db, [row.id for row in rows], "bigint")
    db.execute(text(f"DELETE FROM outbox WHERE id IN {one_of}"), {"values": values})
    return len(rows)
