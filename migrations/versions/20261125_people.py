"""Which shops a person works for; when an order's personal data was erased; finding in the audit.

Revision ID: 20261125_people
Revises: 20261125_words
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_people"
down_revision = "20261125_words"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AUDIT_INDEXES = {"ix_audit_actor_id": ["actor", "id"], "ix_audit_action_id": ["action", "id"], "ix_audit_at": ["at"]}


def upgrade() -> None:
    """Everybody who is there works for all shops, as before."""
    op.add_column("users", sa.Column("all_shops", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "user_shops",
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("shop_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], op.f("fk_user_shops_user_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], op.f("fk_user_shops_shop_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "shop_id", name=op.f("pk_user_shops")),
    )
    op.add_column("orders", sa.Column("erased_at", sa.BigInteger()))
    for name, columns in _AUDIT_INDEXES.items():
        op.create_index(name, "audit", columns)


def downgrade() -> None:
    """Drop what was added."""
    for name in _AUDIT_INDEXES:
        op.drop_index(name, "audit")
    op.drop_column("orders", "erased_at")
    op.drop_table("user_shops")
    op.drop_column("users", "all_shops")
