"""Who works here and what they did."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, String, Table, Text

from app.persistence.tables.base import Id, metadata

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("password_hash", String(200)),
    Column("role", String(16), nullable=False),
    Column("language", String(2), nullable=False, default="zh"),
    Column("active", Boolean, nullable=False, default=True),
    Column("all_shops", Boolean, nullable=False, default=True),  # else those of user_shops only
    Column("created_at", BigInteger, nullable=False),
    Column("rights", Text),  # over the parts of the rules; without them those of the role
)

user_shops = Table(
    "user_shops",
    metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("shop_id", ForeignKey("shops.id", ondelete="CASCADE"), primary_key=True),
)

logins = Table(
    "logins",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

# Append-only; each row's hash covers the one before it.
audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("target", String(200), nullable=False, default=""),
    Column("details", Text, nullable=False, default="{}"),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_target", "target"),
    Index("ix_audit_actor_id", "actor", "id"),
    Index("ix_audit_action_id", "action", "id"),
    Index("ix_audit_at", "at"),
)

facts = Table(
    "facts",
    metadata,
    Column("key", String(64), primary_key=True),  # one-off facts: set-up token hash, demo since, …
    Column("value", Text, nullable=False),
)
