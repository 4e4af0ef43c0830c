"""Every table, in one place. Times are epoch seconds, money is fen, `personal` columns are AES-GCM sealed.

The migrations must equal this file (a test holds them so).
"""

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
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _index_of_named(column: str) -> Index:
    """An index of the few orders that name another one in this column."""
    known = text(f"{column} IS NOT NULL")
    return Index(f"ix_orders_{column}", column, sqlite_where=known, postgresql_where=known)


Id = BigInteger().with_variant(Integer, "sqlite")

# --- shops and goods ---------------------------------------------------------------------------------------

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

# --- orders ------------------------------------------------------------------------------------------------

# The inbox: one row for each receipt, made in the same transaction as the receipt's effect.
receipts = Table(
    "receipts",
    metadata,
    Column("id", String(32), primary_key=True),  # the entry's id in the stream: its place in the order of arrival
    Column("shop_id", BigInteger, nullable=False),
    Column("tid", String(128)),
    Column("order_id", BigInteger),
    Column("status", String(12), nullable=False),  # decided | quarantined | duplicate | dead
    Column("note", String(32), nullable=False, default=""),
    Column("problems", Text),
    Column("payload", LargeBinary),  # sealed; kept for quarantined and dead ones only
    Column("received_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger, nullable=False),
    Index("ix_receipts_status_id", "status", "id"),
    sqlite_with_rowid=False,
)

receipt_totals = Table(
    "receipt_totals",
    metadata,
    Column("status", String(12), primary_key=True),
    Column("n", BigInteger, nullable=False, default=0),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("shop_id", ForeignKey("shops.id"), nullable=False),
    Column("tid", String(128), nullable=False),
    Column("state", String(12), nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("reason", String(64), nullable=False, default=""),
    Column("owner", String(32), nullable=False, default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("modified_at", BigInteger),
    Column("ship_by", BigInteger),
    Column("priority", Integer, nullable=False, default=0),
    Column("province", String(32)),
    Column("phone_tail", String(8)),
    Column("paid", BigInteger),
    Column("revision", Integer, nullable=False, default=1),
    Column("decision_seq", Integer, nullable=False, default=1),
    Column("history", Boolean, nullable=False, default=False),
    Column("picked_at", BigInteger),
    Column("anchor_id", BigInteger),
    Column("joins_id", BigInteger),
    Column("doc", LargeBinary, nullable=False),  # canonical order without personal data, JSON
    Column("personal", LargeBinary),  # sealed JSON of the personal fields
    Column("decided_at", BigInteger, nullable=False),
    UniqueConstraint("shop_id", "tid"),
    Index("ix_orders_created_at", "created_at"),
    Index("ix_orders_outcome_created_at", "outcome", "created_at"),
    Index("ix_orders_shop_id_created_at", "shop_id", "created_at"),
    Index("ix_orders_state_created_at", "state", "created_at"),
    Index("ix_orders_phone_tail", "phone_tail"),
    Index(
        "ix_orders_joins_id",
        "joins_id",
        sqlite_where=text("joins_id IS NOT NULL"),
        postgresql_where=text("joins_id IS NOT NULL"),
    ),
    Index(
        "ix_orders_anchor_id",
        "anchor_id",
        sqlite_where=text("anchor_id IS NOT NULL"),
        postgresql_where=text("anchor_id IS NOT NULL"),
    ),
)

# The platform's own words, one row for each revision, never changed.
source_orders = Table(
    "source_orders",
    metadata,
    Column("order_id", BigInteger, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("receipt_id", String(32), nullable=False),
    Column("modified_at", BigInteger),
    Column("digest", LargeBinary, nullable=False),
    Column("applied", Boolean, nullable=False, default=True),
    Column("payload", LargeBinary, nullable=False),  # sealed
    Column("received_at", BigInteger, nullable=False),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_id", BigInteger, primary_key=True),
    Column("line", String(64), primary_key=True),
    Column("sku", String(128)),
    Column("item", String(128)),
    Column("quantity", Integer, nullable=False),
    Column("refund", String(8), nullable=False),
    Index("ix_order_lines_sku", "sku", "order_id"),
    Index("ix_order_lines_item", "item"),
    sqlite_with_rowid=False,
)

identities = Table(
    "identities",
    metadata,
    Column("key", BigInteger, primary_key=True),  # hash of kind, scope and value
    Column("created_at", BigInteger, primary_key=True),
    Column("order_id", BigInteger, primary_key=True),
    Index("ix_identities_order_id", "order_id"),
    sqlite_with_rowid=False,
)

fulfilments = Table(
    "fulfilments",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("order_id", BigInteger, nullable=False),
    Column("warehouse_id", BigInteger, nullable=False),
    Column("state", String(12), nullable=False),  # open | picked | shipped | cancelled
    Column("carrier", String(32)),
    Column("decision_seq", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_fulfilments_order_id", "order_id"),
    Index("ix_fulfilments_warehouse_id_state", "warehouse_id", "state"),
)

reservations = Table(
    "reservations",
    metadata,
    Column("fulfilment_id", BigInteger, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("order_id", BigInteger, nullable=False),
    Column("line", String(64), nullable=False),
    Column("sku", String(128), nullable=False),
    Column("warehouse_id", BigInteger, nullable=False),  # where the stock is, which a transfer may still move
    Column("quantity", Integer, nullable=False),
    Column("state", String(8), nullable=False),  # live | released | consumed
    CheckConstraint("quantity > 0", name="positive"),
    Index("ix_reservations_order_id", "order_id"),
    sqlite_with_rowid=False,
)

decisions = Table(
    "decisions",
    metadata,
    Column("order_id", BigInteger, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("outcome", String(12), nullable=False),
    # received | revision | stock | listing | intervention | cluster | people
    Column("cause", String(32), nullable=False),
    Column("pack_version", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),  # JSON, see processing.record
)

transfers = Table(
    "transfers",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("order_id", BigInteger, nullable=False),
    Column("source_id", BigInteger, nullable=False),
    Column("destination_id", BigInteger, nullable=False),
    Column("sku", String(128), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("arrives_on", String(10), nullable=False),
    Column("state", String(12), nullable=False),  # open | arrived | cancelled
    Index("ix_transfers_order_id", "order_id"),
)

purchases = Table(
    "purchases",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("order_id", BigInteger, nullable=False),
    Column("sku", String(128), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("rule", String(128), nullable=False),
    Column("state", String(12), nullable=False),  # requested | cancelled | done
    Column("created_at", BigInteger, nullable=False),
    Index("ix_purchases_order_id", "order_id"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("open_key", String(200), unique=True),  # kind:target:rule while open, NULL once closed
    Column("kind", String(64), nullable=False),
    Column("order_id", BigInteger),
    Column("owner", String(32), nullable=False),
    Column("details", Text, nullable=False, default="{}"),
    Column("opened_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("closed_by", String(64)),
    Index("ix_tasks_order_id", "order_id"),
)

# What people said of an order; laid over the platform's mirror, undone by `undone_at`, never deleted.
interventions = Table(
    "interventions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("order_id", BigInteger, nullable=False),
    # hold | release | cancel | warehouse | carrier | priority | urgent | address
    Column("kind", String(32), nullable=False),
    Column("value", Text, nullable=False, default="{}"),
    Column("actor", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("undone_at", BigInteger),
    Index("ix_interventions_order_id", "order_id"),
)

# "These two are (not) the same", remembered; order_a < order_b.
verdicts = Table(
    "verdicts",
    metadata,
    Column("order_a", BigInteger, primary_key=True),
    Column("order_b", BigInteger, primary_key=True),
    Column("same", Boolean, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_verdicts_order_b", "order_b"),
)

# Orders to decide again; the pump empties it by priority, then ship-by time.
redecisions = Table(
    "redecisions",
    metadata,
    Column("order_id", BigInteger, primary_key=True),
    Column("cause", String(32), nullable=False),
    Column("priority", Integer, nullable=False, default=0),
    Column("ship_by", BigInteger),
    Column("queued_at", BigInteger, nullable=False),
)

# Effects to carry outside after the commit; the relay takes them, at least once, by key.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("topic", String(32), nullable=False),
    Column("key", String(128), nullable=False, unique=True),
    Column("body", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

# Filled by the relay: orders decided, by minute, shop and outcome.
minute_stats = Table(
    "minute_stats",
    metadata,
    Column("minute", BigInteger, primary_key=True),
    Column("shop_id", BigInteger, primary_key=True),
    Column("outcome", String(12), primary_key=True),
    Column("n", BigInteger, nullable=False),
)

# --- rules -------------------------------------------------------------------------------------------------

pack_versions = Table(
    "pack_versions",
    metadata,
    Column("version", Id, primary_key=True, autoincrement=True),
    Column("pack", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("document", Text, nullable=False),
    Column("author", String(64), nullable=False),
    Column("note", String(500), nullable=False, default=""),
    Column("published_at", BigInteger, nullable=False),
    Column("live", Boolean, nullable=False, default=False),
)

# --- people ------------------------------------------------------------------------------------------------

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("password_hash", String(200)),
    Column("role", String(16), nullable=False),
    Column("language", String(2), nullable=False, default="zh"),
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", BigInteger, nullable=False),
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
)

facts = Table(
    "facts",
    metadata,
    Column("key", String(64), primary_key=True),  # one-off facts: set-up token hash, demo since, …
    Column("value", Text, nullable=False),
)
