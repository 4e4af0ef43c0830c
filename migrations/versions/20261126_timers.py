"""The clock: timers of escalation rules, events of waybills, and signed webhooks.

Revision ID: 20261126_timers
Revises: 20261125_exceptions
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261126_timers"
down_revision = "20261126_versions"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UNTIMED = "open_key IS NOT NULL AND due_at IS NOT NULL AND NOT timed"
_TABLES = ("webhook_deliveries", "webhooks", "tracking_events", "timers")


def upgrade() -> None:
    """Add the tables and columns. Timers of what is there already are set by the work queue once a pack is live."""
    op.add_column("tasks", sa.Column("raised", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("tasks", sa.Column("timed", sa.Boolean(), nullable=False, server_default=sa.text("FALSE")))
    _partial("ix_tasks_due_at", "tasks", ["due_at", "id"], _UNTIMED)
    op.add_column("shipments", sa.Column("tracked_at", sa.BigInteger()))
    op.add_column("shipments", sa.Column("signed_at", sa.BigInteger()))
    op.create_index("ix_shipments_waybill", "shipments", ["waybill"])
    op.create_table(
        "timers",
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("target", sa.String(8), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(16), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("order_id", "target", "target_id", "rule", name="pk_timers"),
        sqlite_with_rowid=False,
    )
    _partial("ix_timers_due_at", "timers", ["due_at", "order_id"], "due_at IS NOT NULL")
    op.create_table(
        "tracking_events",
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shipment_id", "at", "kind", "place", name="pk_tracking_events"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tracking_events_order_id", "tracking_events", ["order_id"])
    _webhooks()


def downgrade() -> None:
    """As it was."""
    for name in _TABLES:
        op.drop_table(name)
    op.drop_index("ix_shipments_waybill", "shipments")
    op.drop_index("ix_tasks_due_at", "tasks")
    for table, column in (
        ("shipments", "signed_at"), ("shipments", "tracked_at"), ("tasks", "timed"), ("tasks", "raised"),
    ):  # fmt: skip
        op.drop_column(table, column)


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("event", sa.String(128), nullable=False),
        sa.Column("order_id", sa.BigInteger()),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger()),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("status", sa.Integer()),
        sa.Column("problem", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_deliveries"),
        sa.UniqueConstraint("event", name="uq_webhook_deliveries_event"),
    )
    _partial("ix_webhook_deliveries_next_at", "webhook_deliveries", ["next_at"], "next_at IS NOT NULL")


def _partial(name: str, table: str, columns: list[str], which: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(which), postgresql_where=sa.text(which))
