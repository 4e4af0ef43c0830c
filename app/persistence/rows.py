"""Writing many rows at once, as fast as each database allows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, Table

from app.persistence.database import is_sqlite

Rows = Sequence[tuple[Any, ...]]


def insert(connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows) -> None:
    """Insert new rows given as tuples in the order of `columns`; a row that exists is an error."""
    if not rows:
        return
    if is_sqlite(connection):
        connection.exec_driver_sql(_insert_sql(table.name, columns, "?", ""), list(rows))
    else:
        _copy(connection, table.name, columns, rows)


def upsert(connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows, conflict: str) -> int:
    """Insert rows with an `ON CONFLICT` clause, such as `(sku) DO NOTHING`; how many were written."""
    if not rows:
        return 0
    mark = "?" if is_sqlite(connection) else "%s"
    statement = _insert_sql(table.name, columns, mark, f" ON CONFLICT {conflict}")
    return connection.exec_driver_sql(statement, list(rows)).rowcount


def update(connection: Connection, sql: str, rows: Rows) -> int:
    """Run `sql` (with `?` for values) for every row; how many rows it changed in all."""
    if not rows:
        return 0
    statement = sql if is_sqlite(connection) else sql.replace("?", "%s")
    return connection.exec_driver_sql(statement, list(rows)).rowcount


def listed(connection: Connection, values: Sequence[Any], kind: str = "text") -> tuple[str, Any]:
    """SQL for "one of these" and its one parameter `:values`: any number of values in one statement."""
    if is_sqlite(connection):
        return "(SELECT value FROM json_each(:values))", orjson.dumps(list(values)).decode()
    return f"(SELECT unnest(CAST(:values AS {kind}[])))", list(values)


@cache
def _insert_sql(table: str, columns: tuple[str, ...], mark: str, tail: str) -> str:
    marks = ", ".join([mark] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}){tail}"


def _copy(connection: Connection, table: str, columns: tuple[str, ...], rows: Rows) -> None:
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
