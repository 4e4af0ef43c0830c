"""Finding orders among a million: every search is served by an index and read a page at a time by keyset.

A search takes one road. By SKU it walks `order_lines` from the latest arrival back; otherwise it walks `orders`
from the latest created back, narrowed by whatever else was asked. A page is found as ids first, and only those
rows are fetched whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, exists, select, tuple_

from app.domain.errors import Refused
from app.persistence.tables import order_lines, orders, shops

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class OrderSearch:
    """What was asked for; empty means any. Times are epoch seconds: `since` included, `until` not."""

    number: str = ""
    sku: str = ""
    phone_tail: str = ""
    shop_id: int | None = None
    outcome: str = ""
    state: str = ""
    reason: str = ""
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as one line of a list. `personal` is sealed; `paid` in fen; times in epoch seconds."""

    id: int
    shop: str
    shop_name: str
    platform: str
    tid: str
    state: str
    outcome: str
    reason: str
    owner: str
    created_at: int
    ship_by: int | None
    province: str | None
    phone_tail: str | None
    paid: int | None
    history: bool
    priority: int
    personal: bytes | None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of orders; `older` is the cursor of the next page, empty on the last."""

    rows: list[OrderRow]
    older: str = ""


_COLUMNS = (
    orders.c.id, shops.c.code.label("shop"), shops.c.name.label("shop_name"), shops.c.platform, orders.c.tid,
    orders.c.state, orders.c.outcome, orders.c.reason, orders.c.owner, orders.c.created_at, orders.c.ship_by,
    orders.c.province, orders.c.phone_tail, orders.c.paid, orders.c.history, orders.c.priority, orders.c.personal,
)  # fmt: skip


def find_orders(connection: Connection, search: OrderSearch, cursor: str = "", limit: int = PAGE_ROWS) -> OrderPage:
    """The page of orders after `cursor` (empty: the first). Raises `Refused("bad-cursor")`."""
    found = connection.execute(page_statement(search, cursor, limit)).all()
    rows = order_rows(connection, [row.id for row in found[:limit]])
    older = _cursor(found[limit - 1], search) if len(found) > limit else ""
    return OrderPage(rows, older)


def page_statement(search: OrderSearch, cursor: str = "", limit: int = PAGE_ROWS) -> Select[Any]:
    """The statement that finds a page's ids and one more; public so that a test can ask for its query plan."""
    statement = _by_sku(search, cursor) if search.sku else _by_time(search, cursor)
    return statement.limit(limit + 1)


def find_ids(connection: Connection, search: OrderSearch, limit: int) -> list[int]:
    """Ids of what the search finds, the latest first: at most `limit`, and one more when there are more."""
    return [row.id for row in connection.execute(page_statement(search, limit=limit))]


def order_rows(connection: Connection, ids: Sequence[int]) -> list[OrderRow]:
    """The rows of these orders, in the order of `ids`; an id that is not there is left out."""
    statement = select(*_COLUMNS).join(shops, shops.c.id == orders.c.shop_id).where(orders.c.id.in_(ids))
    found = {row.id: OrderRow(**row._mapping) for row in connection.execute(statement)}
    return [found[each] for each in ids if each in found]


def search_for(connection: Connection, text: str) -> OrderSearch:
    """What the words in the search box mean: a platform's order number, else a phone tail, else a SKU."""
    text = text.strip()
    if not text:
        return OrderSearch()
    by_number = OrderSearch(number=text)
    if connection.execute(page_statement(by_number, limit=0)).first() is not None:
        return by_number
    tail = phone_tail(text)
    return OrderSearch(phone_tail=tail) if tail else OrderSearch(sku=text)


def phone_tail(text: str) -> str:
    """The last four digits of a phone as people type it (`8888`, `138****8888`, `*8888`); empty if it is none."""
    compact = re.sub(r"[\s-]", "", text)
    shown = re.fullmatch(r"(?:\+?86)?(?:1\d{6}|1\d{2}\*{4}|\*+)?(\d{4})", compact)
    return shown.group(1) if shown else ""


def _by_time(search: OrderSearch, cursor: str) -> Select[Any]:
    statement = select(orders.c.id, orders.c.created_at).where(*search_conditions(search))
    if cursor:
        statement = statement.where(tuple_(orders.c.created_at, orders.c.id) < tuple_(*_numbers(cursor, 2)))
    return statement.order_by(orders.c.created_at.desc(), orders.c.id.desc())


def _by_sku(search: OrderSearch, cursor: str) -> Select[Any]:
    lines = order_lines.alias("l")
    statement = select(lines.c.order_id.label("id")).where(lines.c.sku == search.sku)
    conditions = search_conditions(search)
    if conditions:
        statement = statement.where(exists().where(orders.c.id == lines.c.order_id, *conditions))
    if cursor:
        statement = statement.where(lines.c.order_id < _numbers(cursor, 1)[0])
    return statement.group_by(lines.c.order_id).order_by(lines.c.order_id.desc())


def search_conditions(search: OrderSearch) -> list[ColumnElement[bool]]:
    """What a search says of an order's own row; its SKU is not among it."""
    equal = {
        orders.c.phone_tail: search.phone_tail,
        orders.c.outcome: search.outcome,
        orders.c.state: search.state,
        orders.c.reason: search.reason,
        orders.c.shop_id: search.shop_id,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value]
    if search.number:
        # Every shop is named so that the unique (shop_id, tid) serves a search over all shops.
        conditions += [orders.c.shop_id.in_(select(shops.c.id)), orders.c.tid == search.number]
    if search.since is not None:
        conditions.append(orders.c.created_at >= search.since)
    if search.until is not None:
        conditions.append(orders.c.created_at < search.until)
    return conditions


def _cursor(row: Row[Any], search: OrderSearch) -> str:
    return str(row.id) if search.sku else f"{row.created_at}.{row.id}"


def _numbers(cursor: str, count: int) -> list[int]:
    parts = cursor.split(".")
    if len(parts) != count or not all(part.lstrip("-").isdigit() for part in parts):
        raise Refused("bad-cursor")
    return [int(part) for part in parts]
