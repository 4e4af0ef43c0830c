"""What waits for a person: whose it is, what was said about it, and indexes by when it breaches.

Revision ID: 20261125_exceptions
Revises: 20261125_people
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261125_exceptions"
down_revision = "20261125_people"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXES = (
    ("ix_orders_waiting_due", "orders", "ship_by", "outcome || '' IN ('held', 'backordered') AND ship_by IS NOT NULL"),
    ("ix_orders_waiting_aged", "orders", "created_at", "outcome || '' IN ('held', 'backordered') AND ship_by IS NULL"),
    (
        "ix_orders_unpicked_due",
        "orders",
        "ship_by",
        "outcome || '' IN ('allocated', 'consolidated') AND picked_at IS NULL AND ship_by IS NOT NULL",
    ),
    ("ix_orders_blocked_aged", "orders", "created_at", "outcome || '' = 'recorded' AND reason <> ''"),
    ("ix_tasks_waits_by", "tasks", "waits_by", "open_key IS NOT NULL"),
    ("ix_transfers_arrives_on", "transfers", "arrives_on", "state || '' IN ('open', 'sent')"),
)


def upgrade() -> None:
    """Add the tables, columns and indexes; paid orders that were only recorded are decided again, to say why."""
    for column in (
        sa.Column("person", sa.String(64)),
        sa.Column("waits_by", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("solution", sa.String(16)),
        sa.Column("remark", sa.String(500)),
    ):
        op.add_column("tasks", column)
    op.execute(
        sa.text(
            "UPDATE tasks SET waits_by = COALESCE(due_at, "
            "(SELECT ship_by FROM orders WHERE orders.id = tasks.order_id), opened_at + 172800)"
        )
    )
    _tables()
    for name, table, column, which in _INDEXES:
        op.create_index(name, table, [column, "id"], sqlite_where=sa.text(which), postgresql_where=sa.text(which))
    op.execute(
        sa.text(
            "INSERT INTO redecisions (order_id, cause, priority, ship_by, queued_at) "
            "SELECT id, 'revision', priority, ship_by, decided_at FROM orders "
            "WHERE state = 'paid' AND outcome = 'recorded' AND NOT history ON CONFLICT (order_id) DO NOTHING"
        )
    )


def downgrade() -> None:
    """As it was."""
    for name, table, _, _ in _INDEXES:
        op.drop_index(name, table)
    for table in ("desk_deeds", "notes", "assignments"):
        op.drop_table(table)
    for column in ("remark", "solution", "waits_by", "person"):
        op.drop_column("tasks", column)


def _tables() -> None:
    op.create_table(
        "assignments",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cause", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(32)),
        sa.Column("person", sa.String(64)),
        sa.Column("set_aside", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name="pk_assignments"),
    )
    op.create_index("ix_assignments_person", "assignments", ["person"])
    op.create_table(
        "notes",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("order_id", sa.BigInteger()),
        sa.Column("task_id", sa.BigInteger()),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_order_id", "notes", ["order_id"])
    op.create_index("ix_notes_task_id", "notes", ["task_id"])
    op.create_table(
        "desk_deeds",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_desk_deeds"),
    )
