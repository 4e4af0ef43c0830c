"""Trials of a draft: backtests over the past, and shadows that decide beside the live version."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from app.persistence.tables.base import Id, metadata

trials = Table(
    "trials",
    metadata,
    Column("id", String(32), primary_key=True),  # begins with its time
    Column("kind", String(12), nullable=False),  # backtest | shadow
    # waiting | running | done | failed | cancelled; a shadow: running | stopped | promoted
    Column("state", String(12), nullable=False),
    Column("candidate", Text, nullable=False),  # the pack that is tried, JSON
    Column("doc", Text, nullable=False),  # everything that pages show, see persistence.trials
    Column("at", BigInteger, nullable=False),
    Index("ix_trials_kind_id", "kind", "id"),
    Index("ix_trials_state", "state"),
)

# The orders that end otherwise, a thousand to a row.
trial_changes = Table(
    "trial_changes",
    metadata,
    Column("trial_id", ForeignKey("trials.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("body", Text, nullable=False),  # JSON list, see processing.comparison.change_json
)

# Decisions that a shadow made otherwise; the latest, the rest is only counted.
divergences = Table(
    "divergences",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("trial_id", ForeignKey("trials.id", ondelete="CASCADE"), nullable=False),
    Column("order_id", BigInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("doc", Text, nullable=False),  # JSON, see processing.shadow
    Index("ix_divergences_trial_id_id", "trial_id", "id"),
    Index("ix_divergences_order_id", "order_id"),
)

# Batches that the line decided and a shadow has still to decide; filled by the relay while one runs.
shadow_batches = Table(
    "shadow_batches",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("orders", Integer, nullable=False),
    Column("body", Text, nullable=False),  # JSON: [[order id, decision's number], …]
)
