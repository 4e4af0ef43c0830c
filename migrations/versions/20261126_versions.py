"""Drafts of rule packs, what each version changed and restores, and which version each worker decides by.

Revision ID: 20261126_versions
Revises: 20261125_exceptions
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_versions"
down_revision = "20261125_exceptions"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables, columns and indexes; a version follows the one before it."""
    for column in (
        sa.Column("follows", sa.Integer()),
        sa.Column("restores", sa.Integer()),
        sa.Column("sections", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("warnings", sa.Text(), nullable=False, server_default="[]"),
    ):
        op.add_column("pack_versions", column)
    op.execute(
        sa.text(
            "UPDATE pack_versions SET follows = "
            "(SELECT MAX(p.version) FROM pack_versions p WHERE p.version < pack_versions.version)"
        )
    )
    live = sa.text("live")
    op.create_index(
        "uq_pack_versions_live", "pack_versions", ["live"], unique=True, sqlite_where=live, postgresql_where=live
    )
    op.create_index("ix_decisions_pack_version", "decisions", ["pack_version", "order_id"])
    _tables()


def downgrade() -> None:
    """As it was."""
    for table in ("draft_steps", "drafts", "pack_loads"):
        op.drop_table(table)
    op.drop_index("ix_decisions_pack_version", "decisions")
    op.drop_index("uq_pack_versions_live", "pack_versions")
    for column in ("warnings", "sections", "restores", "follows"):
        op.drop_column("pack_versions", column)


def _tables() -> None:
    op.create_table(
        "pack_loads",
        sa.Column("worker", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_pack_loads"),
    )
    op.create_table(
        "drafts",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("ending", sa.String(12)),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    op.create_table(
        "draft_steps",
        sa.Column("draft_id", _ID, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("behind", sa.Text(), nullable=False),
        sa.Column("edit", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name="fk_draft_steps_draft_id_drafts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "step", name="pk_draft_steps"),
    )
