"""Parcels go out: pick lists, shipments, carriers' templates; transfers and purchases say what became of them.

Revision ID: 20261125_out
Revises: 20261125_typing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_out"
down_revision = "20261125_typing"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_ADDED = {
    "fulfilments": (("list_id", sa.BigInteger()), ("parcel_id", sa.BigInteger())),
    "transfers": (
        ("created_at", sa.BigInteger()), ("sent_at", sa.BigInteger()), ("sent_by", sa.String(64)),
        ("arrived_at", sa.BigInteger()), ("arrived_by", sa.String(64)), ("arrived", sa.Integer()),
        ("missing", sa.String(16)),
    ),
    "purchases": (("done_at", sa.BigInteger()), ("done_by", sa.String(64))),
}
_MADE = ("pick_lists", "shipments", "shipment_lines", "carrier_templates")


def upgrade() -> None:
    """Add the columns and make the tables."""
    for table, columns in _ADDED.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind))
    for name in ("list_id", "parcel_id"):
        known = sa.text(f"{name} IS NOT NULL")
        op.create_index(f"ix_fulfilments_{name}", "fulfilments", [name], sqlite_where=known, postgresql_where=known)
    op.create_index("ix_transfers_state", "transfers", ["state", "id"])
    op.create_index("ix_purchases_state", "purchases", ["state", "id"])
    op.create_index("ix_outbox_topic", "outbox", ["topic", "id"])
    _make_lists()
    _make_shipments()


def _make_lists() -> None:
    op.create_table(
        "pick_lists",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("wishes", sa.Text(), nullable=False),
        sa.Column("parcels", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_back_at", sa.BigInteger()),
        sa.Column("taken_back_by", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_pick_lists"),
    )
    op.create_index("ix_pick_lists_warehouse_id", "pick_lists", ["warehouse_id", "id"])
    op.create_table(
        "carrier_templates",
        sa.Column("carrier", sa.String(32), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("carrier", name="pk_carrier_templates"),
    )


def _make_shipments() -> None:
    op.create_table(
        "shipments",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("parcel_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("carrier", sa.String(32), nullable=False),
        sa.Column("waybill", sa.String(64), nullable=False),
        sa.Column("open_key", sa.String(100)),
        sa.Column("shipped_by", sa.String(64), nullable=False),
        sa.Column("shipped_at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger()),
        sa.Column("undone_by", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_shipments"),
        sa.UniqueConstraint("open_key", name="uq_shipments_open_key"),
    )
    op.create_index("ix_shipments_parcel_id", "shipments", ["parcel_id"])
    op.create_index("ix_shipments_order_id", "shipments", ["order_id"])
    op.create_table(
        "shipment_lines",
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("fulfilment_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("shipment_id", "fulfilment_id", "position", name="pk_shipment_lines"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_shipment_lines_order_id", "shipment_lines", ["order_id"])


def downgrade() -> None:
    """Without them."""
    for table in reversed(_MADE):
        op.drop_table(table)
    op.drop_index("ix_outbox_topic", "outbox")
    for table, index in (
        ("purchases", "state"), ("transfers", "state"), ("fulfilments", "parcel_id"), ("fulfilments", "list_id"),
    ):
        op.drop_index(f"ix_{table}_{index}", table)
    for table, columns in _ADDED.items():
        for name, _ in columns:
            op.drop_column(table, name)
