"""The relay: carries effects out of the outbox: counts decided orders by minute, shop and outcome, wakes watches."""

from __future__ import annotations

from collections import Counter

import orjson
from sqlalchemy import Connection, text

from app.bootstrap import Services
from app.jobs import current
from app.persistence import tables as t
from app.persistence.database import is_sqlite, writing
from app.persistence.rows import listed, upsert
from app.queue.watching import ask_to_watch

_AT_ONCE = 100


def relay() -> int:
    """Empty the outbox; how many effects were carried out."""
    return empty_outbox(current.services())


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


def _carry(db: Connection) -> int:
    lock = "" if is_sqlite(db) else " FOR UPDATE SKIP LOCKED"
    # What left (`order.shipped`) stays until its platform can be told.
    rows = db.execute(
        text(f"SELECT id, body, at FROM outbox WHERE topic = 'orders.decided' ORDER BY id LIMIT {_AT_ONCE}{lock}")
    ).all()
    if not rows:
        return 0
    counts: Counter[tuple[int, int, str]] = Counter()
    for row in rows:
        for shop_id, outcome, n in orjson.loads(row.body):
            counts[(row.at // 60, shop_id, outcome)] += n
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
