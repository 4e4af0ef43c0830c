"""What is to be done for orders: parcels, reservations, transfers, purchases."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, String, Table, text

from app.persistence.tables.base import Id, metadata

fulfilments = Table(
    "fulfilments",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("order_id", BigInteger, nullable=False),
    Column("warehouse_id", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),  # open | picked | shipped | cancelled
    Column("carrier", String(32)),
    Column("decision_seq", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_fulfilments_order_id", "order_id"),
    Index("ix_fulfilments_warehouse_id_state", "warehouse_id", "state"),
)

reservations = Table(
    "reservations",
    metadata,
    Column("fulfilment_id", BigInteger, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("order_id", BigInteger, nullable=False),
    Column("line", String(64), nullable=False),
    Column("sku", String(128), nullable=False),
    Column("warehouse_id", BigInteger, nullable=False),  # where the stock is, which a transfer may still move
    Column("quantity", Integer, nullable=False),
    Column("state", String(8), nullable=False),  # live | released | consumed
    CheckConstraint("quantity > 0", name="positive"),
    Index("ix_reservations_order_id", "order_id"),
    sqlite_with_rowid=False,
)

transfers = Table(
    "transfers",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("order_id", BigInteger, nullable=False),
    Column("source_id", BigInteger, nullable=False),
    Column("destination_id", BigInteger, nullable=False),
    Column("sku", String(128), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("arrives_on", String(10), nullable=False),
    Column("state", String(12), nullable=False),  # open | arrived | cancelled
    Index("ix_transfers_order_id", "order_id"),
    Index(
        "ix_transfers_arrives_on",
        "arrives_on",
        "id",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)

purchases = Table(
    "purchases",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("order_id", BigInteger, nullable=False),
    Column("sku", String(128), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("rule", String(128), nullable=False),
    Column("state", String(12), nullable=False),  # requested | cancelled | done
    Column("created_at", BigInteger, nullable=False),
    Index("ix_purchases_order_id", "order_id"),
)
