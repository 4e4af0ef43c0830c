"""What is to be done for orders, and what was: parcels, reservations, pick lists, shipments, transfers, purchases."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, String, Table, Text, text

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
    Column("list_id", BigInteger),  # the pick list it is on
    Column("parcel_id", BigInteger),  # with list_id: the host's fulfilment, in whose parcel it leaves
    Index("ix_fulfilments_order_id", "order_id"),
    Index("ix_fulfilments_warehouse_id_state", "warehouse_id", "state"),
    Index(
        "ix_fulfilments_list_id",
        "list_id",
        sqlite_where=text("list_id IS NOT NULL"),
        postgresql_where=text("list_id IS NOT NULL"),
    ),
    Index(
        "ix_fulfilments_parcel_id",
        "parcel_id",
        sqlite_where=text("parcel_id IS NOT NULL"),
        postgresql_where=text("parcel_id IS NOT NULL"),
    ),
)

pick_lists = Table(
    "pick_lists",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("warehouse_id", BigInteger, nullable=False),
    Column("wishes", Text, nullable=False, default="{}"),  # what was asked for when it was made, JSON
    Column("parcels", Integer, nullable=False),  # as many as it was made with
    Column("units", Integer, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("taken_back_at", BigInteger),
    Column("taken_back_by", String(64)),
    Index("ix_pick_lists_warehouse_id", "warehouse_id", "id"),
)

# One waybill of one parcel; a parcel may have several.
shipments = Table(
    "shipments",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("parcel_id", BigInteger, nullable=False),
    Column("order_id", BigInteger, nullable=False),  # the host's
    Column("warehouse_id", BigInteger, nullable=False),
    Column("carrier", String(32), nullable=False),
    Column("waybill", String(64), nullable=False),
    Column("open_key", String(100), unique=True),  # carrier:waybill, NULL once undone
    Column("shipped_by", String(64), nullable=False),
    Column("shipped_at", BigInteger, nullable=False),
    Column("undone_at", BigInteger),
    Column("undone_by", String(64)),
    Column("tracked_at", BigInteger),  # its newest event
    Column("signed_at", BigInteger),  # its journey is over
    Index("ix_shipments_parcel_id", "parcel_id"),
    Index("ix_shipments_order_id", "order_id"),
    Index("ix_shipments_waybill", "waybill"),
)

# What left under a waybill; names the reservation it consumed.
shipment_lines = Table(
    "shipment_lines",
    metadata,
    Column("shipment_id", BigInteger, primary_key=True),
    Column("fulfilment_id", BigInteger, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("order_id", BigInteger, nullable=False),
    Column("quantity", Integer, nullable=False),
    Index("ix_shipment_lines_order_id", "order_id"),
    sqlite_with_rowid=False,
)

# Columns of the file a carrier wants; a carrier without a row has the template that ships.
carrier_templates = Table(
    "carrier_templates",
    metadata,
    Column("carrier", String(32), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("columns", Text, nullable=False),  # [{"heading", "field" or "text"}], JSON
    Column("changed_by", String(64), nullable=False),
    Column("changed_at", BigInteger, nullable=False),
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

MOVING = "state || '' IN ('open', 'sent')"
"""Transfers whose arrival somebody still has to confirm, said as in `orders.WAITING`."""

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
    Column("state", String(12), nullable=False),  # open | sent | arrived | cancelled
    Column("created_at", BigInteger),
    Column("sent_at", BigInteger),
    Column("sent_by", String(64)),
    Column("arrived_at", BigInteger),
    Column("arrived_by", String(64)),
    Column("arrived", Integer),  # units, when it has arrived
    Column("missing", String(16)),  # why fewer arrived than were asked for: lost | left
    Index("ix_transfers_order_id", "order_id"),
    Index("ix_transfers_state", "state", "id"),
    Index(
        "ix_transfers_arrives_on",
        "arrives_on",
        "id",
        sqlite_where=text(MOVING),
        postgresql_where=text(MOVING),
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
    Column("done_at", BigInteger),
    Column("done_by", String(64)),
    Index("ix_purchases_order_id", "order_id"),
    Index("ix_purchases_state", "state", "id"),
)
