"""Every table. Times are epoch seconds, money is fen, `personal` columns are AES-GCM sealed.

The migrations must equal these (a test holds them so).
"""

from __future__ import annotations

from app.persistence.tables.base import Id, metadata
from app.persistence.tables.fulfilment import fulfilments, purchases, reservations, transfers
from app.persistence.tables.goods import (
    balances,
    components,
    freight,
    ledger,
    listings,
    shops,
    skus,
    unmatched_items,
    warehouse_days,
    warehouses,
)
from app.persistence.tables.orders import (
    WAITING,
    decisions,
    identities,
    order_lines,
    orders,
    receipt_totals,
    receipts,
    source_orders,
)
from app.persistence.tables.people import audit, facts, logins, pack_versions, users
from app.persistence.tables.work import (
    assignments,
    deeds,
    desk_deeds,
    interventions,
    minute_stats,
    notes,
    outbox,
    redecisions,
    tasks,
    verdicts,
)

__all__ = [
    "WAITING",
    "Id",
    "assignments",
    "audit",
    "balances",
    "components",
    "decisions",
    "deeds",
    "desk_deeds",
    "facts",
    "freight",
    "fulfilments",
    "identities",
    "interventions",
    "ledger",
    "listings",
    "logins",
    "metadata",
    "minute_stats",
    "notes",
    "order_lines",
    "orders",
    "outbox",
    "pack_versions",
    "purchases",
    "receipt_totals",
    "receipts",
    "redecisions",
    "reservations",
    "shops",
    "skus",
    "source_orders",
    "tasks",
    "transfers",
    "unmatched_items",
    "users",
    "verdicts",
    "warehouse_days",
    "warehouses",
]
