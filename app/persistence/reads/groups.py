"""What waits in groups: items without a SKU with their orders, quarantined receipts by fault, dead receipts by shop.

There are few groups however many things are in them, so they are read whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from app.domain.work import OWNERS, PATIENCE_SECONDS, Kind
from app.persistence.reads.lanes import UNMATCHED
from app.persistence.reads.receipts import DISCARDED, quarantine_groups
from app.persistence.reads.waiting import Waiting, WorkFilter
from app.persistence.tables import order_lines, orders, receipts, shops, unmatched_items

_MOST_GROUPS = 1_000


def find_groups(connection: Connection, asked: WorkFilter) -> list[Waiting]:
    """The groups that are asked for, in no order."""
    found: list[Waiting] = []
    if _wanted(asked, Kind.UNMATCHED):
        found += (one for one in unmatched_groups(connection) if _holds(asked, one))
    if _wanted(asked, Kind.QUARANTINE) and not asked.words:
        found += (one for one in _quarantine(connection) if _holds(asked, one))
    if _wanted(asked, Kind.DEAD) and not asked.words:
        found += (one for one in _dead(connection) if _holds(asked, one))
    return found


def unmatched_groups(connection: Connection) -> list[Waiting]:
    """Items without a SKU that held orders wait for, with how many and when the first of them breaches."""
    at = func.min(func.coalesce(orders.c.ship_by, orders.c.created_at + PATIENCE_SECONDS))
    first_due = func.min(orders.c.ship_by)
    items = unmatched_items.c
    statement = (
        select(
            unmatched_items, shops.c.code.label("shop"), shops.c.name.label("shop_name"),
            func.count(func.distinct(orders.c.id)).label("n"), at.label("breaches"), first_due.label("due"),
        )
        .select_from(orders)
        .join(order_lines, order_lines.c.order_id == orders.c.id)
        .join(
            unmatched_items,
            and_(
                items.shop_id == orders.c.shop_id,
                items.item.in_((order_lines.c.item, order_lines.c.sku, order_lines.c.line)),
            ),
        )
        .join(shops, shops.c.id == items.shop_id)
        .where(orders.c.outcome == "held", orders.c.reason == UNMATCHED)
        .group_by(*unmatched_items.c, shops.c.code, shops.c.name)
        .limit(_MOST_GROUPS)
    )  # fmt: skip
    return [_item(row) for row in connection.execute(statement)]


def _item(row: Row[Any]) -> Waiting:
    group = {
        "n": row.n, "shops": {row.shop}, "shop_id": row.shop_id, "shop_name": row.shop_name, "item": row.item,
        "code": row.code or "", "title": row.title, "spec": row.spec,
        "dated": row.due == row.breaches,
    }  # fmt: skip
    return _group(Kind.UNMATCHED, f"i{row.shop_id}/{row.item}", row.breaches, group)


def _quarantine(connection: Connection) -> Iterable[Waiting]:
    for fault in quarantine_groups(connection):
        group = {"n": len(fault.receipts), "shops": fault.shops, "fault": fault}
        yield _group(Kind.QUARANTINE, f"q{fault.key}", fault.oldest_at + PATIENCE_SECONDS, group)


def _dead(connection: Connection) -> Iterable[Waiting]:
    oldest = func.min(receipts.c.received_at).label("at")
    statement = (
        select(shops.c.code, shops.c.name, shops.c.id, func.count().label("n"), oldest)
        .join(shops, shops.c.id == receipts.c.shop_id)
        .where(receipts.c.status == "dead", receipts.c.note != DISCARDED)
        .group_by(shops.c.code, shops.c.name, shops.c.id)
    )
    for row in connection.execute(statement):
        group = {"n": row.n, "shops": {row.code}, "shop_id": row.id, "shop_name": row.name}
        yield _group(Kind.DEAD, f"d{row.id}", row.at + PATIENCE_SECONDS, group)


def _group(kind: Kind, key: str, at: int, group: dict[str, Any]) -> Waiting:
    return Waiting(key, kind, zlib.crc32(key.encode()), at, OWNERS[kind], group=group)


def _wanted(asked: WorkFilter, kind: Kind) -> bool:
    theirs = asked.whose == "all" or (asked.whose == "role" and OWNERS[kind] in asked.roles)
    return asked.wants(kind) and theirs and asked.only is None


def _holds(asked: WorkFilter, one: Waiting) -> bool:
    if asked.shop and asked.shop not in one.group["shops"]:
        return False
    words = asked.words.casefold()
    return not words or any(words in str(one.group.get(name, "")).casefold() for name in ("item", "code", "title"))
