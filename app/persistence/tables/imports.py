"""Imports of order files: how each stands, what it has done chunk by chunk, and which orders it brought."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from app.persistence.tables.base import metadata

imports = Table(
    "imports",
    metadata,
    Column("id", String(32), primary_key=True),  # begins with its time
    # waiting | running | interrupted | checked | done | failed | undoing | undone
    Column("state", String(12), nullable=False),
    Column("shop", String(64), nullable=False, default=""),
    Column("digest", String(64), nullable=False, default=""),  # of the file and how it is read
    Column("doc", Text, nullable=False),  # everything that pages show, see persistence.imports
    Index("ix_imports_state", "state"),
    Index("ix_imports_digest", "digest"),
)

# Checkpoints: written before a chunk's orders are sent, marked after.
import_chunks = Table(
    "import_chunks",
    metadata,
    Column("import_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("accepted", Integer, nullable=False),
    Column("duplicates", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("known", Text, nullable=False),  # JSON list of the numbers of orders that were stored just so already
    Column("sent", Boolean, nullable=False, default=False),
)

# Which revision of an order came by which import.
imported_orders = Table(
    "imported_orders",
    metadata,
    Column("order_id", BigInteger, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("import_id", String(32), nullable=False),
    Index("ix_imported_orders_import_id", "import_id", "order_id"),
    sqlite_with_rowid=False,
)

# How files with these headings were read last; `signature` is a hash of the headings.
import_layouts = Table(
    "import_layouts",
    metadata,
    Column("signature", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("layout", Text, nullable=False),  # JSON of an intake.layout.Layout
    Column("author", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_import_layouts_name", "name"),
)
