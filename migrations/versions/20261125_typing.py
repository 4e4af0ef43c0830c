"""Orders that people typed: their numbers, and which order they copy or ship again.

Revision ID: 20261125_typing
Revises: 20261125_engine
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_typing"
down_revision = "20261125_engine"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "typed_orders",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=False),
        sa.Column("tid", sa.String(128), nullable=False),
        sa.Column("day", sa.String(8), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("source_id", sa.BigInteger()),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.String(32)),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_typed_orders"),
        sa.UniqueConstraint("tid", name="uq_typed_orders_tid"),
        sa.UniqueConstraint("day", "seq", name="uq_typed_orders_day_seq"),
    )
    known = sa.text("source_id IS NOT NULL")
    op.create_index(
        "ix_typed_orders_source_id", "typed_orders", ["source_id"], sqlite_where=known, postgresql_where=known
    )


def downgrade() -> None:
    """Remove it."""
    op.drop_table("typed_orders")
