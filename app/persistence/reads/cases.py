"""What is behind one thing that waits: the orders of a suspected cluster, those an item holds up, people's notes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, exists, or_, select

from app.persistence.reads.lanes import UNMATCHED
from app.persistence.tables import decisions, notes, order_lines, orders, shops

_MOST_IN_CLUSTER = 6
_MOST_SHOWN = 20


def cluster_of(connection: Connection, order_id: int, *, alone: bool = False) -> list[Row[Any]]:
    """The earliest order that this one may repeat, this one, and others held as repeats of the same; at most six.

    `alone` gives the order itself only.
    """
    columns = (shops.c.code.label("shop"), shops.c.name.label("shop_name"), shops.c.platform)
    whole = select(orders, *columns).join(shops, shops.c.id == orders.c.shop_id)
    mine = connection.execute(whole.where(orders.c.id == order_id)).first()
    if mine is None or alone or mine.anchor_id is None:
        return [mine] if mine is not None else []
    anchor = list(connection.execute(whole.where(orders.c.id == mine.anchor_id)))
    alike = (orders.c.anchor_id == mine.anchor_id, orders.c.outcome == "held", orders.c.id != order_id)
    others = whole.where(*alike).order_by(orders.c.created_at, orders.c.id).limit(_MOST_IN_CLUSTER - 2)
    return [*anchor, mine, *connection.execute(others)]


def latest_decision(connection: Connection, order_id: int) -> Row[Any] | None:
    """The decision of an order that counts now."""
    mine = select(decisions).where(decisions.c.order_id == order_id).order_by(decisions.c.seq.desc()).limit(1)
    return connection.execute(mine).first()


def waiting_for_item(connection: Connection, shop_id: int, item: str) -> list[Row[Any]]:
    """Some orders (id, tid) that wait until this item of the shop is matched, the first to ship first."""
    lines = order_lines.c
    has_it = exists().where(
        lines.order_id == orders.c.id, or_(lines.item == item, lines.sku == item, lines.line == item)
    )
    statement = (
        select(orders.c.id, orders.c.tid)
        .where(orders.c.outcome == "held", orders.c.reason == UNMATCHED, orders.c.shop_id == shop_id, has_it)
        .order_by(orders.c.ship_by.is_(None), orders.c.ship_by, orders.c.id)
        .limit(_MOST_SHOWN)
    )
    return list(connection.execute(statement))


def notes_of(connection: Connection, order_id: int | None, task_id: int | None = None) -> list[Row[Any]]:
    """What people wrote about an order, or about a task that is about none; the latest first."""
    about = notes.c.order_id == order_id if order_id is not None else notes.c.task_id == task_id
    return list(connection.execute(select(notes).where(about).order_by(notes.c.id.desc())))
