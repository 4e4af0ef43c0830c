"""What a person may do to the parts of the rules, where an administrator chose it.

Revision ID: 20261126_rights
Revises: 20261126_watches
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_rights"
down_revision = "20261126_watches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("users", sa.Column("rights", sa.Text()))


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("users", "rights")
