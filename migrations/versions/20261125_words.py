"""Words about orders: the personal part sealed, the order they name, and the deed they belong to.

Revision ID: 20261125_words
Revises: 20261125_out
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_words"
down_revision = "20261125_out"
branch_labels = None
depends_on = None

_NAMING = ("other_id", "deed_id")


def upgrade() -> None:
    """One table for deeds done to many orders at once, three columns for what each word says beyond its value."""
    op.create_table(
        "deeds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.BigInteger()),
    )
    op.add_column("interventions", sa.Column("sealed", sa.LargeBinary()))
    for column in _NAMING:
        op.add_column("interventions", sa.Column(column, sa.BigInteger()))
        known = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_interventions_{column}", "interventions", [column], sqlite_where=known, postgresql_where=known
        )


def downgrade() -> None:
    """As it was; what was said of addresses is lost."""
    for column in _NAMING:
        op.drop_index(f"ix_interventions_{column}", "interventions")
        op.drop_column("interventions", column)
    op.drop_column("interventions", "sealed")
    op.drop_table("deeds")
