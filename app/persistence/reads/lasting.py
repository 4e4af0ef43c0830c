"""What lasted in the last days: orders unallocated, held or near their ship-by time, open tasks, silent waybills."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Connection, Row, text

from app.domain.alarms import Wait
from app.rulebook.climbing import Span

MOST = 20_000
"""So many orders, tasks or waybills, the latest."""
_DECIDED = (
    "SELECT d.order_id, d.at, d.outcome FROM (SELECT id FROM orders WHERE created_at >= :since AND NOT history "
    "{chosen}ORDER BY created_at DESC LIMIT :most) o CROSS JOIN decisions d WHERE d.order_id = o.id "
    "ORDER BY d.order_id, d.seq"
)
_GIVEN_GOODS = ("allocated", "consolidated")


def lasting(db: Connection, wait: Wait, since: int) -> list[Span]:
    """What the timers of that kind ran for since then."""
    return list(_READERS[wait](db, {"since": since, "most": MOST}))


def _unallocated(db: Connection, asked: Mapping[str, Any]) -> Iterator[Span]:
    rows = db.execute(
        text(
            "SELECT o.id, o.created_at, o.doc FROM orders o WHERE o.created_at >= :since AND NOT o.history "
            "ORDER BY o.created_at DESC LIMIT :most"
        ),
        asked,
    )
    paid = {row.id: orjson.loads(row.doc)["paid_at"] or row.created_at for row in rows}
    for order_id, decided in _by_order(db.execute(text(_DECIDED.format(chosen="")), asked).all()):
        wanted = [row for row in decided if row.outcome != "recorded"]
        if not wanted:
            continue
        over = next((row.at for row in decided if row.outcome in _GIVEN_GOODS), None)
        if over is None and decided[-1].outcome == "recorded":
            over = decided[-1].at
        yield Span(order_id, order_id, paid[order_id], over)


def _held(db: Connection, asked: Mapping[str, Any]) -> Iterator[Span]:
    chosen = "AND EXISTS (SELECT 1 FROM decisions h WHERE h.order_id = orders.id AND h.outcome = 'held') "
    for order_id, decided in _by_order(db.execute(text(_DECIDED.format(chosen=chosen)), asked).all()):
        since = None
        for row in decided:
            if row.outcome == "held":
                since = row.at if since is None else since
            elif since is not None:
                yield Span(order_id, order_id, since, row.at)
                since = None
        if since is not None:
            yield Span(order_id, order_id, since, None)


def _ship_by(db: Connection, asked: Mapping[str, Any]) -> Iterator[Span]:
    rows = db.execute(
        text(
            "SELECT o.id, o.ship_by, o.outcome, o.decided_at, "
            "(SELECT MIN(s.shipped_at) FROM shipments s WHERE s.order_id = o.id AND s.undone_at IS NULL) AS shipped "
            "FROM orders o WHERE o.created_at >= :since AND NOT o.history AND o.ship_by IS NOT NULL "
            "ORDER BY o.created_at DESC LIMIT :most"
        ),
        asked,
    )
    for row in rows:
        over = row.shipped or (row.decided_at if row.outcome == "recorded" else None)
        yield Span(row.id, row.id, row.ship_by, over)


def _tasks(db: Connection, asked: Mapping[str, Any]) -> Iterator[Span]:
    rows = db.execute(
        text(
            "SELECT id, COALESCE(order_id, 0) AS order_id, due_at, closed_at FROM tasks "
            "WHERE opened_at >= :since AND due_at IS NOT NULL ORDER BY id DESC LIMIT :most"
        ),
        asked,
    )
    return (Span(row.id, row.order_id, row.due_at, row.closed_at) for row in rows)


def _silent(db: Connection, asked: Mapping[str, Any]) -> Iterator[Span]:
    rows = db.execute(
        text(
            "SELECT s.id, s.order_id, s.shipped_at, s.signed_at, e.at FROM (SELECT * FROM shipments "
            "WHERE shipped_at >= :since AND undone_at IS NULL ORDER BY id DESC LIMIT :most) s "
            "LEFT JOIN tracking_events e ON e.shipment_id = s.id ORDER BY s.id, e.at"
        ),
        asked,
    )
    for _, events in groupby(rows, key=lambda row: row.id):
        told = list(events)
        times = sorted({told[0].shipped_at, *(row.at for row in told if row.at is not None)})
        ends = [*times[1:], told[0].signed_at]
        yield from (
            Span(told[0].id, told[0].order_id, at, over)
            for at, over in zip(times, ends, strict=True)
            if over is None or over > at
        )


def _by_order(rows: Sequence[Row[Any]]) -> Iterator[tuple[int, list[Row[Any]]]]:
    for order_id, decided in groupby(rows, key=lambda row: row.order_id):
        yield order_id, list(decided)


_READERS: Mapping[Wait, Callable[[Connection, Mapping[str, Any]], Iterator[Span]]] = {
    Wait.UNALLOCATED: _unallocated, Wait.HELD: _held, Wait.SHIP_BY: _ship_by, Wait.TASK_DUE: _tasks,
    Wait.NO_TRACKING: _silent,
}  # fmt: skip
