"""What waits in groups: items without a SKU with their orders, quarantined receipts by fault, dead receipts by shop.

There are few groups however many things are in them, so they are read whole.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, func, select

from app.domain.work import OWNERS, PATIENCE_SECONDS, Kind
from app.persistence.reads.lanes import UNMATCHED
from app.persistence.reads.receipts import DISCARDED, quarantine_groups
from app.persistence.reads.waiting import Waiting, WorkFilter
from app.persistence.tables import order_lines, orders, receipts, shops, unmatched_items


def all_groups(connection: Connection) -> list[Waiting]:
    """Every group there is, in no order."""
    return [*unmatched_groups(connection), *_quarantine(connection), *_dead(connection)]


def chosen_groups(groups: Iterable[Waiting], asked: WorkFilter) -> list[Waiting]:
    """Those of the groups that are asked for."""
    return [one for one in groups if _wanted(asked, one.kind) and _holds(asked, one)]


def unmatched_groups(connection: Connection) -> list[Waiting]:
    """Items without a SKU that held orders wait for, with how many and when the first of them breaches."""
    named = (shops.c.code.label("shop"), shops.c.name.label("shop_name"))
    items = connection.execute(select(unmatched_items, *named).join(shops, shops.c.id == unmatched_items.c.shop_id))
    known = {(row.shop_id, row.item): row for row in items}
    lines = order_lines.c
    held = (
        select(orders.c.id, orders.c.shop_id, orders.c.ship_by, orders.c.created_at, lines.item, lines.sku, lines.line)
        .join(order_lines, lines.order_id == orders.c.id)
        .where(orders.c.outcome == "held", orders.c.reason == UNMATCHED)
    )
    # Matched here, not by the database: it would try every item of the shop with every order.
    waiting: dict[tuple[int, str], dict[int, Any]] = {}
    for row in connection.execute(held):
        for name in (row.item, row.sku, row.line):
            if (row.shop_id, name) in known:
                waiting.setdefault((row.shop_id, name), {})[row.id] = row
    return [_item(known[key], list(rows.values())) for key, rows in waiting.items()]


def _item(row: Row[Any], held: list[Any]) -> Waiting:
    due = min((one.ship_by for one in held if one.ship_by is not None), default=None)
    aged = min((one.created_at for one in held if one.ship_by is None), default=None)
    breaches = min(at for at in (due, None if aged is None else aged + PATIENCE_SECONDS) if at is not None)
    group = {
        "n": len(held), "shops": {row.shop}, "shop_id": row.shop_id, "shop_name": row.shop_name, "item": row.item,
        "code": row.code or "", "title": row.title, "spec": row.spec, "dated": breaches == due,
    }  # fmt: skip
    return _group(Kind.UNMATCHED, f"i{row.shop_id}/{row.item}", breaches, group)


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
    if asked.words and one.kind is not Kind.UNMATCHED:
        return False
    if asked.shop and asked.shop not in one.group["shops"]:
        return False
    words = asked.words.casefold()
    return not words or any(words in str(one.group.get(name, "")).casefold() for name in ("item", "code", "title"))
