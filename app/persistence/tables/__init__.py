"""Every table. Times are epoch seconds, money is fen, `personal` columns are AES-GCM sealed.

The migrations must equal these (a test holds them so).
"""

from __future__ import annotations

from app.persistence.tables.base import Id, metadata
from app.persistence.tables.clock import timers, tracking_events, webhook_deliveries, webhooks
from app.persistence.tables.fulfilment import (
    MOVING,
    carrier_templates,
    fulfilments,
    pick_lists,
    purchases,
    reservations,
    shipment_lines,
    shipments,
    transfers,
)
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
from app.persistence.tables.imports import import_chunks, import_layouts, imported_orders, imports
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
from app.persistence.tables.people import audit, facts, logins, user_shops, users
from app.persistence.tables.rules import draft_steps, drafts, pack_loads, pack_versions
from app.persistence.tables.trials import divergences, shadow_batches, trial_changes, trials
from app.persistence.tables.typed import typed_orders
from app.persistence.tables.watches import protections, watch_facts, watch_firings, watch_states
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
    "MOVING",
    "WAITING",
    "Id",
    "assignments",
    "audit",
    "balances",
    "carrier_templates",
    "components",
    "decisions",
    "deeds",
    "desk_deeds",
    "divergences",
    "draft_steps",
    "drafts",
    "facts",
    "freight",
    "fulfilments",
    "identities",
    "import_chunks",
    "import_layouts",
    "imported_orders",
    "imports",
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
    "pack_loads",
    "pack_versions",
    "pick_lists",
    "protections",
    "purchases",
    "receipt_totals",
    "receipts",
    "redecisions",
    "reservations",
    "shadow_batches",
    "shipment_lines",
    "shipments",
    "shops",
    "skus",
    "source_orders",
    "tasks",
    "timers",
    "tracking_events",
    "transfers",
    "trial_changes",
    "trials",
    "typed_orders",
    "unmatched_items",
    "user_shops",
    "users",
    "verdicts",
    "warehouse_days",
    "warehouses",
    "watch_facts",
    "watch_firings",
    "watch_states",
    "webhook_deliveries",
    "webhooks",
]
