"""The orders that an import brought, as far as the line has decided them."""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.persistence.reads.orders import PAGE_ROWS, OrderPage, order_rows
from app.persistence.tables import imported_orders


def orders_of_import(connection: Connection, import_id: str, after: int = 0, limit: int = PAGE_ROWS) -> OrderPage:
    """The page of its orders beyond the id `after`, as they came in the file; `older` is where the next begins."""
    found = imported_orders.c
    wanted = select(found.order_id).where(found.import_id == import_id, found.order_id > after).distinct()
    ids = list(connection.execute(wanted.order_by(found.order_id).limit(limit + 1)).scalars())
    return OrderPage(order_rows(connection, ids[:limit]), str(ids[limit - 1]) if len(ids) > limit else "")
