"""Finding in the audit: the latest first, a page at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, func, select, text

from app.domain.errors import Refused
from app.persistence.rows import listed
from app.persistence.tables import audit

PAGE_ROWS = 50
MOST_ROWS = 100_000
"""The rows one export takes."""


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """What was asked for; empty means any. Times are epoch seconds: `since` included, `until` not."""

    actor: str = ""
    actions: Collection[str] = ()
    target: str = ""
    since: int | None = None
    until: int | None = None


def find_rows(
    connection: Connection, search: AuditSearch, cursor: str = "", limit: int = PAGE_ROWS
) -> tuple[list[Row[Any]], str]:
    """The rows after `cursor` (empty: the first), and the next page's cursor. Raises `Refused("bad-cursor")`."""
    statement = _chosen(search).order_by(audit.c.id.desc()).limit(limit + 1)
    if cursor:
        if not cursor.isdigit():
            raise Refused("bad-cursor")
        statement = statement.where(audit.c.id < int(cursor))
    rows = list(connection.execute(statement))
    return rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else ""


def names_of(connection: Connection, rows: Collection[Row[Any]]) -> dict[str, str]:
    """What people call the targets of these rows: an order's number, an import's file; those that are gone left out."""
    numbers = {int(row.target) for row in rows if is_of_order(row)}
    ids = {row.target for row in rows if is_of_import(row)}
    one_of, values = listed(connection, sorted(numbers), "bigint")
    orders = text(f"SELECT id, tid FROM orders WHERE id IN {one_of}")
    found = {str(row.id): str(row.tid) for row in connection.execute(orders, {"values": values})}
    one_of, values = listed(connection, sorted(ids))
    imports = text(f"SELECT id, doc FROM imports WHERE id IN {one_of}")
    return found | {row.id: orjson.loads(row.doc)["file"] for row in connection.execute(imports, {"values": values})}


def is_of_order(row: Row[Any]) -> bool:
    """Whether a row's target is the id of an order."""
    return bool(row.action.startswith("order.") and row.target.isdigit())


def is_of_import(row: Row[Any]) -> bool:
    """Whether a row's target is the id of an import."""
    return bool(row.action.startswith("import."))


def actors(connection: Connection) -> list[str]:
    """Everybody who ever did anything."""
    return list(connection.scalars(select(audit.c.actor).distinct().order_by(audit.c.actor)))


def actions(connection: Connection) -> list[str]:
    """The code of everything that was ever done."""
    return list(connection.scalars(select(audit.c.action).distinct().order_by(audit.c.action)))


def began(connection: Connection) -> tuple[int | None, int]:
    """When the first row was written, and how many there are."""
    row = connection.execute(select(func.min(audit.c.at), func.count())).one()
    return row[0], int(row[1])


def _chosen(search: AuditSearch) -> Select[Any]:
    statement = select(audit)
    if search.actor:
        statement = statement.where(audit.c.actor == search.actor)
    if search.actions:
        statement = statement.where(audit.c.action.in_(search.actions))
    if search.target:
        statement = statement.where(audit.c.target == search.target)
    if search.since is not None:
        statement = statement.where(audit.c.at >= search.since)
    if search.until is not None:
        statement = statement.where(audit.c.at < search.until)
    return statement
