"""Fewer trees to write for each order: small tables without row ids, indexes without the rows that name nobody.

Revision ID: 20261124
Revises: 20261123
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124"
down_revision = "20261123"
branch_labels = None
depends_on = None

_SMALL = ("order_lines", "identities", "reservations", "receipts")
_NAMING = ("joins_id", "anchor_id")


def upgrade() -> None:
    """Rebuild the small tables (SQLite only) and the two indexes; one message a batch takes the place of one an order."""
    op.execute(sa.text("DELETE FROM outbox WHERE topic = 'order.decided'"))
    _rebuild(with_row_ids=False)
    for column in _NAMING:
        known = sa.text(f"{column} IS NOT NULL")
        op.drop_index(f"ix_orders_{column}", "orders")
        op.create_index(f"ix_orders_{column}", "orders", [column], sqlite_where=known, postgresql_where=known)


def downgrade() -> None:
    """As it was."""
    for column in _NAMING:
        op.drop_index(f"ix_orders_{column}", "orders")
        op.create_index(f"ix_orders_{column}", "orders", [column])
    _rebuild(with_row_ids=True)


def _rebuild(*, with_row_ids: bool) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for name in _SMALL:
        with op.batch_alter_table(
            name, recreate="always", table_kwargs={"sqlite_with_rowid": with_row_ids}
        ):
            pass
