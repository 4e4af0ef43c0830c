"""Payloads of a platform as samples: of orders that were read, and of receipts that could not be."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from app.persistence.reads.receipts import DISCARDED
from app.persistence.tables import orders, receipts, shops, source_orders


@dataclass(frozen=True, slots=True)
class SealedSample:
    """A payload with the context that opens it; `number` is the platform's order number where it is known."""

    context: str
    payload: bytes
    number: str
    shop: str
    received_at: int
    quarantined: bool


def quarantined_payloads(db: Connection, platform: str, most: int) -> list[SealedSample]:
    """Of receipts in the quarantine, the latest first."""
    chosen = (
        select(receipts.c.id, receipts.c.payload, receipts.c.tid, receipts.c.received_at, shops.c.name)
        .join(shops, shops.c.id == receipts.c.shop_id)
        .where(shops.c.platform == platform, receipts.c.status == "quarantined", receipts.c.note != DISCARDED)
        .where(receipts.c.payload.is_not(None))
        .order_by(receipts.c.id.desc())
        .limit(most)
    )
    return [
        SealedSample(f"receipt:{row.id}", row.payload, row.tid or "", row.name, row.received_at, True)
        for row in db.execute(chosen)
    ]


def order_payloads(db: Connection, platform: str, most: int, after: int = 0) -> list[SealedSample]:
    """Of orders, as they came first, the latest first; those after so many later ones."""
    chosen = (
        select(
            orders.c.id, orders.c.tid, shops.c.name, source_orders.c.revision, source_orders.c.payload,
            source_orders.c.received_at,
        )
        .join(shops, shops.c.id == orders.c.shop_id)
        .join(source_orders, source_orders.c.order_id == orders.c.id)
        .where(shops.c.platform == platform, source_orders.c.revision == 1, func.length(source_orders.c.payload) > 0)
        .order_by(orders.c.id.desc())
        .limit(most)
        .offset(after)
    )  # fmt: skip
    return [
        SealedSample(f"payload:{row.id}:{row.revision}", row.payload, row.tid, row.name, row.received_at, False)
        for row in db.execute(chosen)
    ]


def waiting_by_platform(db: Connection) -> dict[str, int]:
    """How many receipts of each platform wait in the quarantine."""
    chosen = (
        select(shops.c.platform, func.count())
        .join(receipts, receipts.c.shop_id == shops.c.id)
        .where(receipts.c.status == "quarantined", receipts.c.note != DISCARDED)
        .group_by(shops.c.platform)
    )
    return {row[0]: int(row[1]) for row in db.execute(chosen)}


def platforms_of_shops(db: Connection) -> list[str]:
    """The platforms that shops are of."""
    return list(db.scalars(select(shops.c.platform).distinct().order_by(shops.c.platform)))
