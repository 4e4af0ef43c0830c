"""Imports get tables of their own: how each stands, its checkpoints, the orders it brought, remembered layouts.

Revision ID: 20261125_engine
Revises: 20261124
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "20261125_engine"
down_revision = "20261124"
branch_labels = None
depends_on = None

_PREFIX = "import:"


def upgrade() -> None:
    """Make the tables, and move the imports that were remembered as facts."""
    op.create_table(
        "imports",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("shop", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("doc", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
    op.create_index("ix_imports_state", "imports", ["state"])
    op.create_index("ix_imports_digest", "imports", ["digest"])
    op.create_table(
        "import_chunks",
        sa.Column("import_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("accepted", sa.Integer, nullable=False),
        sa.Column("duplicates", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Integer, nullable=False),
        sa.Column("added", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("known", sa.Text, nullable=False),
        sa.Column("sent", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_import_chunks"),
    )
    op.create_table(
        "imported_orders",
        sa.Column("order_id", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("import_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "revision", name="pk_imported_orders"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_imported_orders_import_id", "imported_orders", ["import_id", "order_id"])
    op.create_table(
        "import_layouts",
        sa.Column("signature", sa.String(64), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("layout", sa.Text, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("signature", name="pk_import_layouts"),
    )
    op.create_index("ix_import_layouts_name", "import_layouts", ["name"])
    _move_facts()


def downgrade() -> None:
    """Back without them; imports are forgotten, their orders stay."""
    for table in ("import_layouts", "imported_orders", "import_chunks", "imports"):
        op.drop_table(table)


def _move_facts() -> None:
    bind = op.get_bind()
    wanted = {"low": _PREFIX, "high": _PREFIX + "~"}
    found = bind.execute(sa.text("SELECT key, value FROM facts WHERE key > :low AND key < :high"), wanted).all()
    for key, value in found:
        state = json.loads(value)
        row = {"id": key[len(_PREFIX) :], "state": state["state"], "shop": state.get("shop", ""), "doc": value}
        bind.execute(
            sa.text("INSERT INTO imports (id, state, shop, digest, doc) VALUES (:id, :state, :shop, '', :doc)"), row
        )
    bind.execute(sa.text("DELETE FROM facts WHERE key > :low AND key < :high"), wanted)
