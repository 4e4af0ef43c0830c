"""What runs on the clock: timers of escalation rules, events of waybills, and the signed webhooks that rules send."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, text

from app.persistence.tables.base import Id, metadata

RUNNING = "due_at IS NOT NULL"
"""Timers whose ladder has not ended."""

# One for each target and rule; set, reset and cleared where the thing itself changes. A timer whose ladder has ended
# stays without `due_at`, so that it does not start again while nothing has changed.
timers = Table(
    "timers",
    metadata,
    Column("order_id", BigInteger, primary_key=True),  # 0: of no order
    Column("target", String(8), primary_key=True),  # domain.alarms.Target
    Column("target_id", BigInteger, primary_key=True),
    Column("rule", String(64), primary_key=True),
    Column("digest", String(16), nullable=False),  # of the rule it was set by
    Column("since", BigInteger, nullable=False),
    Column("step", Integer, nullable=False),  # the step that comes next
    Column("due_at", BigInteger),
    Index(
        "ix_timers_due_at",
        "due_at",
        "order_id",
        sqlite_where=text(RUNNING),
        postgresql_where=text(RUNNING),
    ),
    sqlite_with_rowid=False,
)

# What carriers said of a parcel on its way, each thing once.
tracking_events = Table(
    "tracking_events",
    metadata,
    Column("shipment_id", BigInteger, primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("kind", String(16), primary_key=True),  # domain.tracking.KINDS
    Column("place", String(100), primary_key=True),
    Column("order_id", BigInteger, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Index("ix_tracking_events_order_id", "order_id"),
    sqlite_with_rowid=False,
)

# Where signed webhooks go; one row at most.
webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("url", String(500), nullable=False),
    Column("secret", LargeBinary, nullable=False),  # sealed
    Column("active", Boolean, nullable=False),
    Column("changed_by", String(64), nullable=False),
    Column("changed_at", BigInteger, nullable=False),
)

# Webhooks taken from the outbox: tried until one is answered or given up.
webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("event", String(128), nullable=False, unique=True),
    Column("order_id", BigInteger),
    Column("body", Text, nullable=False),  # as it is sent
    Column("created_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", BigInteger),  # NULL once sent or given up
    Column("sent_at", BigInteger),
    Column("status", Integer),  # of the latest answer
    Column("problem", String(64), nullable=False),  # code of what went wrong last
    Index(
        "ix_webhook_deliveries_next_at",
        "next_at",
        sqlite_where=text("next_at IS NOT NULL"),
        postgresql_where=text("next_at IS NOT NULL"),
    ),
)
