"""What watches found, and what they laid over further orders."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from app.persistence.tables.base import Id, metadata

# A watch fires once for a window and a key, whatever dies, repeats or runs beside it.
watch_firings = Table(
    "watch_firings",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("watch", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject", String(128), nullable=False),  # a SKU, or a buyer's sign as a keyed hash
    Column("shop", String(64), nullable=False),  # '': over all shops
    Column("anchor", BigInteger, nullable=False),  # the first fact's time
    Column("ends", BigInteger, nullable=False),  # the last fact's time
    Column("covers", BigInteger, nullable=False),  # until then nothing fires again
    Column("amount", BigInteger, nullable=False),  # units, times, or the gap in fen
    Column("details", Text, nullable=False),  # JSON: threshold, window, prices
    Column("engine", String(16), nullable=False),
    Column("pack_version", Integer, nullable=False),
    Column("fired_at", BigInteger, nullable=False),
    UniqueConstraint("watch", "subject", "shop", "anchor"),
    Index("ix_watch_firings_fired_at", "fired_at"),
)

watch_facts = Table(
    "watch_facts",
    metadata,
    Column("firing_id", BigInteger, primary_key=True),
    Column("order_id", BigInteger, primary_key=True),
    Index("ix_watch_facts_order_id", "order_id"),
)

protections = Table(
    "protections",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("firing_id", BigInteger, nullable=False),
    Column("watch", String(64), nullable=False),
    Column("kind", String(8), nullable=False),  # domain.protection: sku | buyer
    Column("subject", String(128), nullable=False),
    Column("shop", String(64), nullable=False),
    Column("look_up", BigInteger),  # a buyer's key in `identities`
    Column("action", String(8), nullable=False),  # hold | tag
    Column("owner", String(32), nullable=False),
    Column("tag", String(64), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("ended_by", String(64)),  # who released it; NULL: its time was over
    Column("freed_at", BigInteger),  # when what it held was asked to be decided again
    Index(
        "ix_protections_until",
        "until",
        sqlite_where=text("freed_at IS NULL"),
        postgresql_where=text("freed_at IS NULL"),
    ),
)

# How far each watch has looked, and how it went.
watch_states = Table(
    "watch_states",
    metadata,
    Column("watch", String(64), primary_key=True),
    Column("definition", String(64), nullable=False),  # sha256 of what the watch says; another one looks back anew
    Column("mark", BigInteger, nullable=False),  # receipts before this millisecond have been looked at
    Column("ran_at", BigInteger, nullable=False),
    Column("runs", BigInteger, nullable=False, default=0),
    Column("engine", String(16), nullable=False),
    Column("failure", String(32), nullable=False),
    Column("steps", Integer, nullable=False),
    Column("fell_back", BigInteger, nullable=False, default=0),
    Column("compared", BigInteger, nullable=False, default=0),
    Column("differed", BigInteger, nullable=False, default=0),
)
