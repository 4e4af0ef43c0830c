"""Shops, goods, warehouses and what they hold."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from app.persistence.tables.base import Id, metadata

shops = Table(
    "shops",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False, default=""),
    Column("platform", String(32), nullable=False),
    Column("key_hash", String(64), unique=True),  # sha256 of the API key, hex
    Column("key_tail", String(8)),
    Column("active", Boolean, nullable=False, default=True),
    Column("demo", Boolean, nullable=False, default=False),
    Column("created_at", BigInteger, nullable=False),
)

skus = Table(
    "skus",
    metadata,
    Column("sku", String(128), primary_key=True),
    Column("name", String(300), nullable=False, default=""),
    Column("weight_g", Integer),
    Column("cost", BigInteger),
    Column("demo", Boolean, nullable=False, default=False),
)

components = Table(
    "components",
    metadata,
    Column("bundle", ForeignKey("skus.sku", ondelete="CASCADE"), primary_key=True),
    Column("sku", String(128), primary_key=True),
    Column("quantity", Integer, nullable=False),
    CheckConstraint("quantity > 0", name="positive"),
)

listings = Table(
    "listings",
    metadata,
    Column("shop_id", ForeignKey("shops.id"), primary_key=True),
    Column("item", String(128), primary_key=True),
    Column("sku", String(128), nullable=False),
    Column("price", BigInteger),  # what it is offered for, in fen; NULL: not told
)

unmatched_items = Table(
    "unmatched_items",
    metadata,
    Column("shop_id", ForeignKey("shops.id"), primary_key=True),
    Column("item", String(128), primary_key=True),  # the platform's item id, or `code:` + the merchant code
    Column("code", String(128)),
    Column("title", String(500), nullable=False, default=""),
    Column("spec", String(500), nullable=False, default=""),
    Column("first_seen_at", BigInteger, nullable=False),
)

warehouses = Table(
    "warehouses",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False, default=""),
    Column("province", String(32), nullable=False, default=""),
    Column("city", String(64), nullable=False, default=""),
    Column("district", String(64), nullable=False, default=""),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("kind", String(16), nullable=False, default="own"),
    Column("provinces_served", Text, nullable=False, default=""),  # joined by |
    Column("daily_capacity", Integer),
    Column("cut_off", Integer),  # minutes after midnight, Asia/Shanghai
    Column("active", Boolean, nullable=False, default=True),
    Column("demo", Boolean, nullable=False, default=False),
)

warehouse_days = Table(
    "warehouse_days",
    metadata,
    Column("warehouse_id", ForeignKey("warehouses.id"), primary_key=True),
    Column("day", String(10), primary_key=True),  # ISO date, Asia/Shanghai
    Column("used", Integer, nullable=False, default=0),
)

freight = Table(
    "freight",
    metadata,
    Column("warehouse_id", ForeignKey("warehouses.id"), primary_key=True),
    Column("province", String(32), primary_key=True),
    Column("first_weight_g", Integer, nullable=False),
    Column("first_price", Integer, nullable=False),
    Column("step_g", Integer, nullable=False),
    Column("step_price", Integer, nullable=False),
)

balances = Table(
    "balances",
    metadata,
    Column("warehouse_id", ForeignKey("warehouses.id"), primary_key=True),
    Column("sku", String(128), primary_key=True),
    Column("on_hand", BigInteger, nullable=False, default=0),
    Column("reserved", BigInteger, nullable=False, default=0),
    Column("bin", String(64), nullable=False, default=""),
    CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved_within_on_hand"),
    Index("ix_balances_sku", "sku"),
)

# One row for each change of a balance, never changed or removed: balances can be recounted from it.
ledger = Table(
    "ledger",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("warehouse_id", BigInteger, nullable=False),
    Column("sku", String(128), nullable=False),
    Column("on_hand_delta", BigInteger, nullable=False),
    Column("reserved_delta", BigInteger, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("doc", String(128), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_ledger_sku_warehouse_id", "sku", "warehouse_id"),
)
