"""Orders that people typed: their numbers, and which order they copy or ship again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, UniqueConstraint, text

from app.persistence.tables.base import metadata

# One row for each form sent. It is made before the order is: the number must stay the same when sending fails.
typed_orders = Table(
    "typed_orders",
    metadata,
    Column("token", String(64), primary_key=True),  # made with the form; a form takes effect once
    Column("shop_id", BigInteger, nullable=False),
    Column("tid", String(128), nullable=False, unique=True),
    Column("day", String(8), nullable=False),  # YYYYMMDD, Asia/Shanghai
    Column("seq", Integer, nullable=False),
    Column("kind", String(8), nullable=False),  # typed | copy | reship
    Column("source_id", BigInteger),  # the order that is copied or shipped again
    Column("reason", String(32), nullable=False, default=""),
    Column("digest", LargeBinary, nullable=False),  # keyed, of what was typed
    Column("receipt", String(32)),  # once it is accepted
    Column("actor", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("day", "seq"),
    Index(
        "ix_typed_orders_source_id",
        "source_id",
        sqlite_where=text("source_id IS NOT NULL"),
        postgresql_where=text("source_id IS NOT NULL"),
    ),
)
