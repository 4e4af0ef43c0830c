"""What waits for a person: held orders and open tasks, by the role that owns them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from app.persistence.reads.orders import OrderRow, order_rows
from app.persistence.tables import orders, shops, tasks

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for one owner."""

    owner: str
    holds: int
    tasks: int


def waiting_by_owner(connection: Connection) -> list[Waiting]:
    """Held orders and open tasks counted by owner, in the owners' alphabetical order."""
    holds = _counts(connection, _held().with_only_columns(orders.c.owner, func.count()).group_by(orders.c.owner))
    open_tasks = _counts(connection, _open().with_only_columns(tasks.c.owner, func.count()).group_by(tasks.c.owner))
    owners = sorted(holds.keys() | open_tasks.keys())
    return [Waiting(owner, holds.get(owner, 0), open_tasks.get(owner, 0)) for owner in owners]


def open_tasks(connection: Connection, owner: str = "", limit: int = PAGE_ROWS) -> list[Row[Any]]:
    """Open tasks, the earliest due first, those without a due time last; with the order's number and shop."""
    statement = (
        _open()
        .with_only_columns(
            tasks, orders.c.tid, orders.c.outcome, shops.c.code.label("shop"), shops.c.name.label("shop_name")
        )
        .join(orders, orders.c.id == tasks.c.order_id, isouter=True)
        .join(shops, shops.c.id == orders.c.shop_id, isouter=True)
        .order_by(tasks.c.due_at.is_(None), tasks.c.due_at, tasks.c.id)
        .limit(limit)
    )
    if owner:
        statement = statement.where(tasks.c.owner == owner)
    return list(connection.execute(statement).all())


def held_orders(connection: Connection, owner: str = "", limit: int = PAGE_ROWS) -> list[OrderRow]:
    """Held orders, the first to be late first, those without a ship-by time last."""
    statement = _held().with_only_columns(orders.c.id)
    if owner:
        statement = statement.where(orders.c.owner == owner)
    statement = statement.order_by(orders.c.ship_by.is_(None), orders.c.ship_by, orders.c.created_at).limit(limit)
    return order_rows(connection, list(connection.scalars(statement)))


def _held() -> Select[Any]:
    return select(orders.c.id).where(orders.c.outcome == "held")


def _open() -> Select[Any]:
    # A range on the unique open_key, which is NULL once closed: closed tasks are never read.
    return select(tasks.c.id).where(tasks.c.open_key > "")


def _counts(connection: Connection, statement: Select[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(statement)}
