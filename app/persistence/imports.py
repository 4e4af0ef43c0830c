"""Imports of files as far as they have come: one document each, that pages and workers share, and its checkpoints.

The document of an import (`read_import`) is plain JSON; what is not known yet is left out.

- Given by whoever makes it: `file` (its name), `shop` (code), `live`, `dry_run`, `actor`, `at` (epoch seconds),
  `layout` (a `Layout` by `layouts.layout_json`; empty or left out: all is found), `state`, `rows` 0, `done` 0.
- `state`: `waiting` (for a worker), `running`, `interrupted` (stopped by a person, or given up after several tries
  without getting further; goes on once it is made `waiting` with `tries` 0), `checked` (a dry run is through),
  `done`, `failed` (`code` and `details` say why), `undoing`, `undone`. Any other word is the pages' own.
- While it runs: `started_at`, `told_at`; `rows` of the file (0 until it is read), `done` rows whose fate is known;
  `layout` complete, as found; `columns` field → heading; `preview`, the first orders by `intake.preview.preview_of`.
- Once it is through: `accepted`, `duplicates`, `rejected` count rows (their sum is `rows`); `orders` in the file,
  `added` new ones and `changed` ones; `reasons` rows by code, `problem_count`, and of the problems the first 200 as
  `{"row", "column", "value", "code", "message", "message_en"}`; `errors_file`, the name that the error workbook is
  fetched by (it lies at `import_files.errors_path`), None when no row is wrong.
- `undo`: `{"actor", "at", "removed", "kept": {reason: orders}}`, the reasons being those of `undo_import.Undoing`.

Making one: `open_import`, `import_files.keep_upload`, then `wakeups.send(redis, wakeups.IMPORT, id)` after the commit;
if the message is lost, or the worker dies, the timer has it taken up. After a dry run: `state` waiting, `dry_run`
False, `tries` 0, and sent again. Undoing: `undo_import.foresee_undo` tells what would happen, `begin_undo` asks for it,
`wakeups.send(redis, wakeups.UNDO, id)` after the commit. How far the line is with its orders: `count_brought`.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import orjson
from sqlalchemy import Connection, func, insert, select, update

from app.domain.errors import NotFound, Refused
from app.intake.journal import Chunk
from app.persistence import tables as t
from app.persistence.audit import note
from app.persistence.database import is_sqlite

UNFINISHED = ("waiting", "running", "undoing")
RESUMABLE = ("waiting", "running", "interrupted")
UNDOABLE = ("done", "interrupted", "failed")
SILENCE_SECONDS = 60
"""An import that runs tells of itself far more often than this; one that does not has died."""


def open_import(db: Connection, state: dict[str, Any], *, now: int, digest: str = "") -> str:
    """Remember a new import; its id, which sorts by time. The same `digest` means the same file, read the same way."""
    import_id = f"{now:011d}-{secrets.token_hex(6)}"
    row = {"id": import_id, "state": state["state"], "shop": state["shop"], "digest": digest}
    db.execute(insert(t.imports).values(**row, doc=orjson.dumps(state).decode()))
    return import_id


def change_import(db: Connection, import_id: str, **changes: Any) -> None:
    """Lay `changes` over an import's document. Raises `NotFound("import-gone")`."""
    state = {**_read(db, import_id, lock=True), **changes}
    values = {"state": state["state"], "doc": orjson.dumps(state).decode()}
    db.execute(update(t.imports).where(t.imports.c.id == import_id).values(**values))


def read_import(db: Connection, import_id: str) -> dict[str, Any]:
    """An import's document. Raises `NotFound("import-gone")`."""
    return _read(db, import_id, lock=False)


def _read(db: Connection, import_id: str, *, lock: bool) -> dict[str, Any]:
    statement = select(t.imports.c.doc).where(t.imports.c.id == import_id)
    # A change reads the document and writes it back; SQLite's writer is alone anyway.
    value = db.scalar(statement.with_for_update() if lock and not is_sqlite(db) else statement)
    if value is None:
        raise NotFound("import-gone")
    state: dict[str, Any] = orjson.loads(value)
    return state


def is_interrupted(state: dict[str, Any], *, now: int, queued: bool) -> bool:
    """Whether nobody works on an unfinished import any more; `queued`: whether the work queue holds anything."""
    if state["state"] not in ("waiting", "running") or now - state.get("told_at", state["at"]) < SILENCE_SECONDS:
        return False
    # One that waits may wait for long behind others; it is lost only when the queue has forgotten it.
    return state["state"] == "running" or not queued


def recent_imports(db: Connection, limit: int = 20) -> list[tuple[str, dict[str, Any]]]:
    """(id, document) of the latest imports."""
    rows = db.execute(select(t.imports.c.id, t.imports.c.doc).order_by(t.imports.c.id.desc()).limit(limit))
    return [(row.id, orjson.loads(row.doc)) for row in rows]


def unfinished_imports(db: Connection) -> list[str]:
    """Ids of the imports that wait or run, the oldest first."""
    wanted = t.imports.c.state.in_(("waiting", "running"))
    return list(db.execute(select(t.imports.c.id).where(wanted).order_by(t.imports.c.id)).scalars())


def due_imports(db: Connection, *, now: int) -> list[tuple[str, str]]:
    """(id, state) of the unfinished imports that need not wait before they are tried again, the oldest first."""
    wanted = select(t.imports).where(t.imports.c.state.in_(UNFINISHED)).order_by(t.imports.c.id)
    return [(row.id, row.state) for row in db.execute(wanted) if orjson.loads(row.doc).get("retry_at", 0) <= now]


def resumable_import(db: Connection, digest: str) -> str | None:
    """The latest import of this file, read this way, that has not come to its end."""
    wanted = (t.imports.c.digest == digest) & t.imports.c.state.in_(RESUMABLE)
    return db.scalar(select(t.imports.c.id).where(wanted).order_by(t.imports.c.id.desc()).limit(1))


def begin_undo(db: Connection, import_id: str, *, actor: str, now: int) -> None:
    """Have the import undone: the caller sends `wakeups.UNDO` after the commit, else the timer does.

    Raises `Refused("import-not-undoable")` for one that is not through, or undone already.
    """
    state = _read(db, import_id, lock=True)
    if state["state"] not in UNDOABLE or state["dry_run"]:
        raise Refused("import-not-undoable")
    begun = {"actor": actor, "at": now, "removed": 0, "kept": {}}
    change_import(db, import_id, state="undoing", undo=begun, told_at=now)
    note(db, actor, "import.undo", import_id, now=now)


def chunks_of(db: Connection, import_id: str) -> dict[int, Chunk]:
    """The checkpoints of an import by number."""
    chunks = t.import_chunks.c
    rows = db.execute(select(t.import_chunks).where(chunks.import_id == import_id))
    return {
        row.number: Chunk(
            row.number,
            row.accepted,
            row.duplicates,
            row.rejected,
            row.added,
            row.changed,
            tuple(orjson.loads(row.known)),
            row.sent,
        )
        for row in rows
    }


def note_chunk(db: Connection, import_id: str, chunk: Chunk) -> None:
    """Write a checkpoint down."""
    row = {**asdict(chunk), "import_id": import_id, "known": orjson.dumps(chunk.known).decode()}
    db.execute(insert(t.import_chunks).values(**row))


def mark_chunk(db: Connection, import_id: str, number: int) -> None:
    """Mark a chunk as sent."""
    chosen = (t.import_chunks.c.import_id == import_id) & (t.import_chunks.c.number == number)
    db.execute(update(t.import_chunks).where(chosen).values(sent=True))


def doubt_chunks(db: Connection) -> None:
    """Have every chunk sent again: after a restore nobody knows what the stream of the copy had of them."""
    db.execute(update(t.import_chunks).values(sent=False))


def forget_chunks(db: Connection, import_id: str) -> None:
    """Forget the checkpoints of an import that is through."""
    db.execute(t.import_chunks.delete().where(t.import_chunks.c.import_id == import_id))


def count_brought(db: Connection, import_ids: Sequence[str]) -> dict[str, int]:
    """Import id → how many of its orders the line has decided so far."""
    found = t.imported_orders.c
    statement = select(found.import_id, func.count()).where(found.import_id.in_(import_ids)).group_by(found.import_id)
    return {row[0]: row[1] for row in db.execute(statement)}
