"""Rule packs: published versions, which of them workers decide by, and drafts of the next one."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from app.persistence.tables.base import Id, metadata

# Published and never changed again, but for `live`, which exactly one of them is.
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
    Column("follows", Integer),  # the version that was live before it
    Column("restores", Integer),  # the earlier version whose content it brings back
    Column("sections", Text, nullable=False, server_default="[]"),  # JSON: the sections in which it differs from that
    Column("warnings", Text, nullable=False, server_default="[]"),  # JSON: what it was published in spite of
    Index("uq_pack_versions_live", "live", unique=True, sqlite_where=text("live"), postgresql_where=text("live")),
)

# By which version a worker decides, told when it changes; `failed` is a version that it could not load.
pack_loads = Table(
    "pack_loads",
    metadata,
    Column("worker", String(100), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("failed", Integer),
    Column("reason", Text, nullable=False, default=""),
    Column("at", BigInteger, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("title", String(100), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("revision", Integer, nullable=False),  # grows with everything that is done to it
    Column("step", Integer, nullable=False),  # the step that is shown: undo goes back, redo forth
    Column("created_at", BigInteger, nullable=False),
    Column("saved_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("ending", String(12)),  # published | discarded
)

# Every state that a draft was in, the document whole; the oldest go when there are many.
draft_steps = Table(
    "draft_steps",
    metadata,
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("document", Text, nullable=False),
    Column("base", Integer, nullable=False),  # the published version that it was made of
    Column("behind", Text, nullable=False, default="{}"),  # JSON: section → an older version that it is still based on
    Column("edit", Text, nullable=False),  # JSON: what was done
    Column("actor", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
)
