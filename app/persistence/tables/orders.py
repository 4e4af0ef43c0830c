"""Receipts, orders, and what was decided about them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from app.persistence.tables.base import Id, metadata

WAITING = (
    ("waiting_due", "ship_by", "outcome || '' IN ('held', 'backordered') AND ship_by IS NOT NULL"),
    ("waiting_aged", "created_at", "outcome || '' IN ('held', 'backordered') AND ship_by IS NULL"),
    (
        "unpicked_due",
        "ship_by",
        "outcome || '' IN ('allocated', 'consolidated') AND picked_at IS NULL AND ship_by IS NOT NULL",
    ),
    ("blocked_aged", "created_at", "outcome || '' = 'recorded' AND reason <> ''"),
)
"""(name, what it is ordered by, which orders) of each index over what waits; a query says the same words.

`outcome || ''` keeps planners from the larger index on the outcome alone, after which they would have to sort.
"""

# The inbox: one row for each receipt, made in the same transaction as the receipt's effect.
receipts = Table(
    "receipts",
    metadata,
    Column("id", String(32), primary_key=True),  # the entry's id in the stream: its place in the order of arrival
    Column("shop_id", BigInteger, nullable=False),
    Column("tid", String(128)),
    Column("order_id", BigInteger),
    Column("status", String(12), nullable=False),  # decided | quarantined | duplicate | dead
    Column("note", String(32), nullable=False, default=""),
    Column("problems", Text),
    Column("payload", LargeBinary),  # sealed; kept for quarantined and dead ones only
    Column("received_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger, nullable=False),
    Index("ix_receipts_status_id", "status", "id"),
    sqlite_with_rowid=False,
)

receipt_totals = Table(
    "receipt_totals",
    metadata,
    Column("status", String(12), primary_key=True),
    Column("n", BigInteger, nullable=False, default=0),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("shop_id", ForeignKey("shops.id"), nullable=False),
    Column("tid", String(128), nullable=False),
    Column("state", String(12), nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("reason", String(64), nullable=False, default=""),
    Column("owner", String(32), nullable=False, default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("modified_at", BigInteger),
    Column("ship_by", BigInteger),
    Column("priority", Integer, nullable=False, default=0),
    Column("province", String(32)),
    Column("phone_tail", String(8)),
    Column("paid", BigInteger),
    Column("revision", Integer, nullable=False, default=1),
    Column("decision_seq", Integer, nullable=False, default=1),
    Column("history", Boolean, nullable=False, default=False),
    Column("picked_at", BigInteger),
    Column("anchor_id", BigInteger),
    Column("joins_id", BigInteger),
    Column("doc", LargeBinary, nullable=False),  # canonical order without personal data, JSON
    Column("personal", LargeBinary),  # sealed JSON of the personal fields
    Column("decided_at", BigInteger, nullable=False),
    Column("erased_at", BigInteger),  # when its personal data was taken away
    UniqueConstraint("shop_id", "tid"),
    Index("ix_orders_created_at", "created_at"),
    Index("ix_orders_outcome_created_at", "outcome", "created_at"),
    Index("ix_orders_shop_id_created_at", "shop_id", "created_at"),
    Index("ix_orders_state_created_at", "state", "created_at"),
    Index("ix_orders_phone_tail", "phone_tail"),
    Index(
        "ix_orders_joins_id",
        "joins_id",
        sqlite_where=text("joins_id IS NOT NULL"),
        postgresql_where=text("joins_id IS NOT NULL"),
    ),
    Index(
        "ix_orders_anchor_id",
        "anchor_id",
        sqlite_where=text("anchor_id IS NOT NULL"),
        postgresql_where=text("anchor_id IS NOT NULL"),
    ),
    # What waits for a person, by when it breaches: small trees beside the millions that wait for nobody.
    *(
        Index(f"ix_orders_{name}", column, "id", sqlite_where=text(which), postgresql_where=text(which))
        for name, column, which in WAITING
    ),
)

# The platform's own words, one row for each revision, never changed.
source_orders = Table(
    "source_orders",
    metadata,
    Column("order_id", BigInteger, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("receipt_id", String(32), nullable=False),
    Column("modified_at", BigInteger),
    Column("digest", LargeBinary, nullable=False),
    Column("applied", Boolean, nullable=False, default=True),
    Column("payload", LargeBinary, nullable=False),  # sealed
    Column("received_at", BigInteger, nullable=False),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_id", BigInteger, primary_key=True),
    Column("line", String(64), primary_key=True),
    Column("sku", String(128)),
    Column("item", String(128)),
    Column("quantity", Integer, nullable=False),
    Column("refund", String(8), nullable=False),
    Index("ix_order_lines_sku", "sku", "order_id"),
    Index("ix_order_lines_item", "item"),
    sqlite_with_rowid=False,
)

identities = Table(
    "identities",
    metadata,
    Column("key", BigInteger, primary_key=True),  # hash of kind, scope and value
    Column("created_at", BigInteger, primary_key=True),
    Column("order_id", BigInteger, primary_key=True),
    Index("ix_identities_order_id", "order_id"),
    sqlite_with_rowid=False,
)

decisions = Table(
    "decisions",
    metadata,
    Column("order_id", BigInteger, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("outcome", String(12), nullable=False),
    # received | revision | stock | listing | intervention | cluster | people | rollback
    Column("cause", String(32), nullable=False),
    Column("pack_version", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),  # JSON, see processing.record
    # What a version decided, when it is withdrawn: in the order of writing, so that it costs next to nothing.
    Index("ix_decisions_pack_version", "pack_version", "order_id"),
)
