"""What people and the line still have to do, and what people said."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, text

from app.persistence.tables.base import Id, metadata

UNTIMED = "open_key IS NOT NULL AND due_at IS NOT NULL AND NOT timed"
"""Tasks whose due time nobody has looked at."""

tasks = Table(
    "tasks",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("open_key", String(200), unique=True),  # kind:target:rule while open, NULL once closed
    Column("kind", String(64), nullable=False),
    Column("order_id", BigInteger),
    Column("owner", String(32), nullable=False),  # a role
    Column("person", String(64)),  # the user it is handed to by name
    Column("details", Text, nullable=False, default="{}"),
    Column("opened_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),
    Column("waits_by", BigInteger, nullable=False, server_default="0"),  # when it breaches: the queue's order
    Column("closed_at", BigInteger),
    Column("closed_by", String(64)),
    Column("solution", String(16)),  # domain.work.Solution
    Column("remark", String(500)),  # what was said when it was closed
    Column("raised", Integer, nullable=False, server_default="0"),  # steps of an escalation's ladder it has climbed
    Column("timed", Boolean, nullable=False, server_default=text("FALSE")),  # its due time has been seen
    Index("ix_tasks_order_id", "order_id"),
    Index(
        "ix_tasks_waits_by",
        "waits_by",
        "id",
        sqlite_where=text("open_key IS NOT NULL"),
        postgresql_where=text("open_key IS NOT NULL"),
    ),
    # Open tasks are timers already, whoever opened them: the clock reads those that come due, each once.
    Index("ix_tasks_due_at", "due_at", "id", sqlite_where=text(UNTIMED), postgresql_where=text(UNTIMED)),
)

# Whose a waiting order is, where people said otherwise than the rules; it counts while the order waits for `cause`
# (the reason of a hold, else the outcome).
assignments = Table(
    "assignments",
    metadata,
    Column("order_id", BigInteger, primary_key=True, autoincrement=False),
    Column("cause", String(64), nullable=False),
    Column("owner", String(32)),  # a role; NULL: as the rules say
    Column("person", String(64)),
    Column("set_aside", Boolean, nullable=False, default=False),  # wait for stock: shown again when time runs out
    Column("actor", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_assignments_person", "person"),
)

# What people wrote about orders and tasks, for each other.
notes = Table(
    "notes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("order_id", BigInteger),
    Column("task_id", BigInteger),
    Column("author", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("text", String(500), nullable=False),
    Index("ix_notes_order_id", "order_id"),
    Index("ix_notes_task_id", "task_id"),
)

# What one click in the queue did, with the steps that take it back.
desk_deeds = Table(
    "desk_deeds",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("actor", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("deed", String(16), nullable=False),
    Column("n", Integer, nullable=False),
    Column("steps", Text, nullable=False),  # JSON, see persistence.desk_deeds
    Column("undone_at", BigInteger),
)

# What people said of an order; laid over the platform's mirror, undone by `undone_at`, never deleted.
interventions = Table(
    "interventions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("order_id", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),  # domain.words.KINDS, or undo: a word that takes another back
    Column("value", Text, nullable=False, default="{}"),  # without personal data
    Column("sealed", LargeBinary),  # sealed JSON of what is personal: an address
    Column("other_id", BigInteger),  # the order that it names
    Column("deed_id", BigInteger),  # the deed to several orders that it is a part of
    Column("actor", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("undone_at", BigInteger),
    Index("ix_interventions_order_id", "order_id"),
    Index(
        "ix_interventions_other_id",
        "other_id",
        sqlite_where=text("other_id IS NOT NULL"),
        postgresql_where=text("other_id IS NOT NULL"),
    ),
    Index(
        "ix_interventions_deed_id",
        "deed_id",
        sqlite_where=text("deed_id IS NOT NULL"),
        postgresql_where=text("deed_id IS NOT NULL"),
    ),
)

# Something done to several orders at once, and how it ended for each; taken back as a whole.
deeds = Table(
    "deeds",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("results", Text, nullable=False),  # JSON: [[order id, "" or the code of the refusal], …]
    Column("undone_at", BigInteger),
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
    Index("ix_outbox_topic", "topic", "id"),
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
