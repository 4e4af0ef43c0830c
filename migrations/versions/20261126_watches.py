"""Watches: what they found, what they protect, how far they have looked; and what a listing is offered for.

Revision ID: 20261126_watches
Revises: 20261126_timers
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_watches"
down_revision = "20261126_trials"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables and the column."""
    op.add_column("listings", sa.Column("price", sa.BigInteger()))
    op.create_table(
        "watch_firings",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("watch", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("shop", sa.String(64), nullable=False),
        sa.Column("anchor", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("covers", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("engine", sa.String(16), nullable=False),
        sa.Column("pack_version", sa.Integer(), nullable=False),
        sa.Column("fired_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watch_firings"),
        sa.UniqueConstraint(
            "watch", "subject", "shop", "anchor", name="uq_watch_firings_watch_subject_shop_anchor"
        ),
    )
    op.create_index("ix_watch_firings_fired_at", "watch_firings", ["fired_at"])
    op.create_table(
        "watch_facts",
        sa.Column("firing_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("firing_id", "order_id", name="pk_watch_facts"),
    )
    op.create_index("ix_watch_facts_order_id", "watch_facts", ["order_id"])
    _protections()
    op.create_table(
        "watch_states",
        sa.Column("watch", sa.String(64), nullable=False),
        sa.Column("definition", sa.String(64), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("ran_at", sa.BigInteger(), nullable=False),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.Column("engine", sa.String(16), nullable=False),
        sa.Column("failure", sa.String(32), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("fell_back", sa.BigInteger(), nullable=False),
        sa.Column("compared", sa.BigInteger(), nullable=False),
        sa.Column("differed", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("watch", name="pk_watch_states"),
    )


def _protections() -> None:
    op.create_table(
        "protections",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("firing_id", sa.BigInteger(), nullable=False),
        sa.Column("watch", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("shop", sa.String(64), nullable=False),
        sa.Column("look_up", sa.BigInteger()),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("tag", sa.String(64), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("ended_by", sa.String(64)),
        sa.Column("freed_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_protections"),
    )
    op.create_index(
        "ix_protections_until",
        "protections",
        ["until"],
        sqlite_where=sa.text("freed_at IS NULL"),
        postgresql_where=sa.text("freed_at IS NULL"),
    )


def downgrade() -> None:
    """Take them away again."""
    for name in ("watch_states", "protections", "watch_facts", "watch_firings"):
        op.drop_table(name)
    op.drop_column("listings", "price")
