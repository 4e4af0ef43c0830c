"""What people and the line still have to do, and what people said."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from app.persistence.tables.base import Id, metadata

tasks = Table(
    "tasks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("open_key", String(200), unique=True),  # kind:target:rule while open, NULL once closed
    Column("kind", String(64), nullable=False),
    Column("order_id", BigInteger),
    Column("owner", String(32), nullable=False),
    Column("details", Text, nullable=False, default="{}"),
    Column("opened_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("closed_by", String(64)),
    Index("ix_tasks_order_id", "order_id"),
)

# What people said of an order; laid over the platform's mirror, undone by `undone_at`, never deleted.
interventions = Table(
    "interventions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("order_id", BigInteger, nullable=False),
    # hold | release | cancel | warehouse | carrier | priority | urgent | address
    Column("kind", String(32), nullable=False),
    Column("value", Text, nullable=False, default="{}"),
    Column("actor", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("undone_at", BigInteger),
    Index("ix_interventions_order_id", "order_id"),
)

# "These two are (not) the same", remembered; order_a < order_b.
verdicts = Table(
    "verdicts",
    metadata,
    Column("order_a", BigInteger, primary_key=True),
    Column("order_b", BigInteger, primary_key=True),
    Column("same", Boolean, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_verdicts_order_b", "order_b"),
)

# Orders to decide again; the pump empties it by priority, then ship-by time.
redecisions = Table(
    "redecisions",
    metadata,
    Column("order_id", BigInteger, primary_key=True),
    Column("cause", String(32), nullable=False),
    Column("priority", Integer, nullable=False, default=0),
    Column("ship_by", BigInteger),
    Column("queued_at", BigInteger, nullable=False),
)

# Effects to carry outside after the commit; the relay takes them, at least once, by key.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("topic", String(32), nullable=False),
    Column("key", String(128), nullable=False, unique=True),
    Column("body", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_outbox_topic", "topic", "id"),
)

# Filled by the relay: orders decided, by minute, shop and outcome.
minute_stats = Table(
    "minute_stats",
    metadata,
    Column("minute", BigInteger, primary_key=True),
    Column("shop_id", BigInteger, primary_key=True),
    Column("outcome", String(12), primary_key=True),
    Column("n", BigInteger, nullable=False),
)
