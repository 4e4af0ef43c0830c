"""Trials as far as they have come: one document each, that pages and workers share.

The document of a trial is plain JSON; what is not known yet is left out.

- Given by whoever makes it: `source` (`{"kind": "draft" | "version" | "file", "number", "title"}`), `live` (the version
  it is held against), `days` or `import_id`, `actor`, `at` (epoch seconds), `told_at`, `tries` 0.
- While it runs: `done` and `total` orders, both sides counted; `started_at`.
- A backtest that is through: `ended_at`, `result` (`processing.comparison.summary` with `remarks` and `seconds`).
- Failed: `code` and `details` say why.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select, text, update

from app.domain.errors import NotFound, Refused
from app.domain.past import Span
from app.persistence import tables as t
from app.persistence.database import is_sqlite
from app.persistence.imports import read_import

Json = dict[str, Any]
BACKTEST, SHADOW = "backtest", "shadow"
UNFINISHED = ("waiting", "running")
SILENCE_SECONDS = 60
"""A backtest that runs tells of itself far more often than this; one that does not has died."""
_DAY_SECONDS = 86_400
_AT_ONCE = 1000
_MOST_KEPT = 30
"""As many trials of a kind are kept; the oldest go."""


def open_trial(db: Connection, kind: str, state: str, candidate: Json, doc: Json, *, now: int) -> str:
    """Remember a new trial; its id, which sorts by time. The oldest ended ones beyond thirty go."""
    trial_id = f"{now:011d}-{secrets.token_hex(6)}"
    row = {"id": trial_id, "kind": kind, "state": state, "at": now}
    texts = {"candidate": orjson.dumps(candidate).decode(), "doc": orjson.dumps(doc).decode()}
    db.execute(insert(t.trials).values(**row, **texts))
    old = select(t.trials.c.id).where(t.trials.c.kind == kind, t.trials.c.state.not_in(UNFINISHED))
    for gone in db.execute(old.order_by(t.trials.c.id.desc()).offset(_MOST_KEPT)).scalars().all():
        for table in (t.trial_changes, t.divergences):
            db.execute(delete(table).where(table.c.trial_id == gone))
        db.execute(delete(t.trials).where(t.trials.c.id == gone))
    return trial_id


def read_trial(db: Connection, trial_id: str, *, lock: bool = False) -> Json:
    """A trial's document with its `id`, `kind` and `state`. Raises `NotFound("trial-gone")`."""
    columns = (t.trials.c.id, t.trials.c.kind, t.trials.c.state, t.trials.c.doc)
    statement = select(*columns).where(t.trials.c.id == trial_id)
    row = db.execute(statement.with_for_update() if lock and not is_sqlite(db) else statement).first()
    if row is None:
        raise NotFound("trial-gone")
    return {**orjson.loads(row.doc), "id": row.id, "kind": row.kind, "state": row.state}


def candidate_of(db: Connection, trial_id: str) -> Json:
    """The pack that a trial tries. Raises `NotFound("trial-gone")`."""
    found = db.execute(select(t.trials.c.candidate).where(t.trials.c.id == trial_id)).scalar()
    if found is None:
        raise NotFound("trial-gone")
    document: Json = orjson.loads(found)
    return document


def change_trial(db: Connection, trial_id: str, *, state: str = "", **changes: Any) -> Json:
    """Lay `changes` over a trial's document, and put it into `state`; the document then. Raises `NotFound`."""
    doc = {**read_trial(db, trial_id, lock=True), **changes}
    doc["state"] = state or doc["state"]
    kept = {name: value for name, value in doc.items() if name not in ("id", "kind", "state")}
    values = {"state": doc["state"], "doc": orjson.dumps(kept).decode()}
    db.execute(update(t.trials).where(t.trials.c.id == trial_id).values(**values))
    return doc


def list_trials(db: Connection, kind: str) -> list[Json]:
    """The trials of a kind, newest first."""
    rows = db.execute(select(t.trials.c.id).where(t.trials.c.kind == kind).order_by(t.trials.c.id.desc()))
    return [read_trial(db, trial_id) for trial_id in rows.scalars().all()]


def due_backtests(db: Connection, *, now: int) -> list[str]:
    """Backtests that wait, or that ran and fell silent."""
    chosen = (t.trials.c.kind == BACKTEST) & t.trials.c.state.in_(UNFINISHED)
    ids = db.execute(select(t.trials.c.id).where(chosen).order_by(t.trials.c.id)).scalars().all()
    return [trial_id for trial_id in ids if now - read_trial(db, trial_id)["told_at"] >= SILENCE_SECONDS]


def is_cancelled(db: Connection, trial_id: str) -> bool:
    """Whether a person stopped the trial."""
    state = db.execute(select(t.trials.c.state).where(t.trials.c.id == trial_id)).scalar()
    return state not in UNFINISHED


def keep_changes(db: Connection, trial_id: str, changes: Iterable[Json]) -> None:
    """Keep the orders that end otherwise, in place of any kept before."""
    db.execute(delete(t.trial_changes).where(t.trial_changes.c.trial_id == trial_id))
    every, number = iter(changes), 0
    while some := list(islice(every, _AT_ONCE)):
        row = {"trial_id": trial_id, "number": number, "body": orjson.dumps(some).decode()}
        db.execute(insert(t.trial_changes).values(**row))
        number += 1


def changes_of(db: Connection, trial_id: str) -> Iterator[Json]:
    """The orders that end otherwise, in the order of coming."""
    columns = t.trial_changes.c
    statement = select(columns.body).where(columns.trial_id == trial_id).order_by(columns.number)
    for body in db.execute(statement).scalars():
        yield from orjson.loads(body)


def span_of_days(db: Connection, days: int, *, now: int) -> Span:
    """The last `days` days. Where nothing live came in them, the history orders that were created in them."""
    span = Span(now - days * _DAY_SECONDS, now + 1)
    given = {"since": span.since, "until": span.until}
    came = "SELECT 1 FROM orders WHERE NOT history AND decided_at >= :since AND decided_at < :until LIMIT 1"
    if db.execute(text(came), given).first() is not None:
        return span
    history = "SELECT 1 FROM orders WHERE history AND created_at >= :since AND created_at < :until LIMIT 1"
    is_history = db.execute(text(history), given).first() is not None
    return Span(span.since, span.until, history=is_history)


def span_of_import(db: Connection, import_id: str, *, now: int) -> Span:
    """What an import brought. Raises `NotFound("import-gone")` and `Refused("trial-import-empty")`."""
    state = read_import(db, import_id)
    found = db.execute(
        text(
            "SELECT MIN(so.received_at) FROM imported_orders i JOIN source_orders so "
            "ON so.order_id = i.order_id AND so.revision = i.revision WHERE i.import_id = :id"
        ),
        {"id": import_id},
    ).scalar()
    if found is None:
        raise Refused("trial-import-empty")
    return Span(int(found), now + 1, import_id, history=not state["live"])


def mappings_since(db: Connection, since: int) -> list[Json]:
    """The mappings of every version that was live at some time from `since` on."""
    rows = db.execute(text("SELECT document, published_at FROM pack_versions ORDER BY version DESC"))
    found = []
    for row in rows:
        found.append(orjson.loads(row.document)["mappings"])
        if row.published_at <= since:
            break
    return found


def cancel(db: Connection, trial_id: str, *, now: int) -> None:
    """Stop a backtest that waits or runs. Raises `NotFound("trial-gone")` and `Refused("trial-ended")`."""
    if read_trial(db, trial_id)["state"] not in ("waiting", "running"):
        raise Refused("trial-ended")
    change_trial(db, trial_id, state="cancelled", told_at=now)
