"""Shop scopes: a person who works for some shops only finds nothing of the others, whatever a page asks.

A scope narrows a connection, not a query. Every statement on it is led by common table expressions that stand in the
tables' place and leave out other shops' rows, in SQLite and PostgreSQL alike. Which rows are a shop's follows from a
table's columns; a table from whose columns it does not follow is empty for such a person until it is named in `HOUSE`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, event, select, text

from app.domain.errors import NotFound
from app.persistence import tables as t
from app.persistence.tables.base import metadata

Shops = frozenset[int] | None
"""The ids of the shops that a person works for; None for the whole house."""

HOUSE = frozenset(
    {
        "balances", "carrier_templates", "components", "draft_steps", "drafts", "facts", "freight",
        "import_layouts", "ledger", "pack_loads", "pack_versions", "skus", "users", "warehouse_days", "warehouses",
        "watch_states",
    }
)  # fmt: skip
"""Tables that everybody may read whole: goods, places, rules and colleagues belong to no shop."""

_PARENTS = ("order_id", "orders"), ("fulfilment_id", "fulfilments"), ("task_id", "tasks"), ("import_id", "imports")
"""Columns that name a row which is a shop's; the first that a table has tells whose its rows are."""
_NOBODYS = "1 = 0"
_NO_ROWS = ("shadow_batches", "trial_changes", "trials")
"""Of trials, which go over every shop's orders, whoever works for some shops only sees nothing."""
_SPECIAL = {
    **{name: f"SELECT * FROM {{main}}{name} WHERE 1 = 0" for name in _NO_ROWS},
    "receipt_totals": "SELECT status, COUNT(*) AS n FROM {main}receipts WHERE shop_id IN ({shops}) GROUP BY status",
    "audit": (
        "SELECT * FROM {main}audit AS x WHERE CASE WHEN substr(x.action, 1, 6) = 'order.' AND {is_number} THEN EXISTS "
        "(SELECT 1 FROM {main}orders AS p WHERE p.id = CAST(x.target AS BIGINT) AND p.shop_id IN ({shops})) "
        "ELSE 1 = 0 END"
    ),
}
_DIALECTS = {
    True: {
        "main": "main.",
        "is_number": "x.target <> '' AND x.target NOT GLOB '*[^0-9]*'",
    },
    False: {
        "main": "",
        "is_number": "x.target ~ '^[0-9]{1,18}$'",
    },
}  # fmt: skip
_shops: ContextVar[Shops] = ContextVar("shops", default=None)


@contextmanager
def limited_to(shops: Shops) -> Iterator[None]:
    """Within the block, reads see only these shops' rows; None lifts the limit."""
    token = _shops.set(shops)
    try:
        yield
    finally:
        _shops.reset(token)


def limit(shops: Shops) -> None:
    """From now on reads of this thread see only these shops' rows; None: the whole house."""
    _shops.set(shops)


def limited() -> Shops:
    """The shops that reads see now; None for the whole house."""
    return _shops.get()


def narrow(connection: Connection) -> None:
    """Let the connection see what this thread's person may see. Called by `reading`."""
    shops = _shops.get()
    if shops is None:
        return
    sqlite = connection.dialect.name == "sqlite"
    connection.execution_options(narrowed=True)

    @event.listens_for(connection, "before_cursor_execute", retval=True)
    def _lead(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> tuple[str, Any]:
        return narrowed(statement, shops, sqlite=sqlite), values


def narrowed(statement: str, shops: frozenset[int], *, sqlite: bool) -> str:
    """The statement with stand-ins for the tables it names. Raises `ValueError` for a recursive one."""
    used = sorted(set(_names().findall(statement)))
    if not used:
        return statement
    listed = ", ".join(str(shop) for shop in sorted(shops)) or "NULL"
    standing = ", ".join(f"{name} AS NOT MATERIALIZED ({_body(name, listed, sqlite=sqlite)})" for name in used)
    start, rest = re.match(r"\s*(WITH\b)?(.*)", statement, re.DOTALL | re.IGNORECASE).groups()  # type: ignore[union-attr]
    if start and rest.lstrip().upper().startswith("RECURSIVE"):
        raise ValueError("a stand-in would be recursive too")
    return f"WITH {standing}{',' if start else ' '}{rest}"


def must_see_order(connection: Connection, *order_ids: int) -> None:
    """Raise `NotFound("not-found")` unless this thread's person may see every one of these orders.

    For what writes: a write transaction itself sees the whole house, since stock and clusters know no shops.
    """
    shops = _shops.get()
    if shops is None or not order_ids:
        return
    mine = set(
        connection.scalars(select(t.orders.c.id).where(t.orders.c.id.in_(order_ids), t.orders.c.shop_id.in_(shops)))
    )
    for order_id in order_ids:
        if order_id not in mine:
            raise NotFound("not-found", what=str(order_id))


def must_see(connection: Connection, name: str, **key: Any) -> None:
    """Raise `NotFound("not-found")` unless this thread's person may see the row of table `name` with this key."""
    shops = _shops.get()
    if shops is None:
        return
    wanted = " AND ".join(f"{column} = :{column}" for column in key)
    statement = f"SELECT 1 FROM {name} WHERE {wanted}"
    if not connection.get_execution_options().get("narrowed"):
        statement = narrowed(statement, shops, sqlite=connection.dialect.name == "sqlite")
    if connection.execute(text(statement), key).first() is None:
        raise NotFound("not-found", what=", ".join(str(value) for value in key.values()))


def belongs(table: Table) -> bool:
    """Whether it is known whose a table's rows are: a shop's, or everybody's."""
    return table.name in HOUSE or table.name in _SPECIAL or _owner(table) != _NOBODYS


@cache
def _names() -> re.Pattern[str]:
    return re.compile(r"\b(" + "|".join(sorted(name for name in metadata.tables if name not in HOUSE)) + r")\b")


def _body(name: str, listed: str, *, sqlite: bool) -> str:
    words = {**_DIALECTS[sqlite], "shops": listed}
    if name in _SPECIAL:
        return _SPECIAL[name].format_map(words)
    return f"SELECT x.* FROM {{main}}{name} AS x WHERE {_owner(metadata.tables[name])}".format_map(words)


def _owner(table: Table, row: str = "x") -> str:
    """The condition under which a row of the table, called `row`, is of the shops."""
    columns = table.c
    if table is t.shops:
        return f"{row}.id IN ({{shops}})"
    if "shop_id" in columns:
        return f"{row}.shop_id IN ({{shops}})"
    if "shop" in columns:
        return f"{row}.shop IN (SELECT code FROM {{main}}shops WHERE id IN ({{shops}}))"
    if "order_a" in columns:
        return " AND ".join(_through(row, column, "orders") for column in ("order_a", "order_b"))
    return next((_through(row, column, parent) for column, parent in _PARENTS if column in columns), _NOBODYS)


def _through(row: str, column: str, parent: str) -> str:
    """The condition that the row which the column names is of the shops."""
    owned = _owner(metadata.tables[parent], f"{row}p")
    return f"EXISTS (SELECT 1 FROM {{main}}{parent} AS {row}p WHERE {row}p.id = {row}.{column} AND {owned})"
