"""Trials: backtests with the orders they would change, shadows with their divergences.

Revision ID: 20261126_trials
Revises: 20261126_versions
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_trials"
down_revision = "20261126_timers"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "trials",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("candidate", sa.Text(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trials")),
    )
    op.create_index("ix_trials_kind_id", "trials", ["kind", "id"])
    op.create_index("ix_trials_state", "trials", ["state"])
    op.create_table(
        "trial_changes",
        sa.Column("trial_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trials.id"], name=op.f("fk_trial_changes_trial_id_trials"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("trial_id", "number", name=op.f("pk_trial_changes")),
    )
    op.create_table(
        "divergences",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("trial_id", sa.String(32), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["trial_id"], ["trials.id"], name=op.f("fk_divergences_trial_id_trials"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_divergences")),
    )
    op.create_index("ix_divergences_trial_id_id", "divergences", ["trial_id", "id"])
    op.create_index("ix_divergences_order_id", "divergences", ["order_id"])
    op.create_table(
        "shadow_batches",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadow_batches")),
    )


def downgrade() -> None:
    """Remove them."""
    for name in ("shadow_batches", "divergences", "trial_changes", "trials"):
        op.drop_table(name)
