"""What a trial is about: which part of the past, and whether its orders must be mapped again."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import Connection, text

from app.domain.errors import Refused
from app.domain.past import Span
from app.persistence.imports import read_import

Json = dict[str, Any]
_DAY_SECONDS = 86_400


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
        text("SELECT MIN(at) FROM (SELECT received_at AS at FROM imported_orders i JOIN source_orders so "
             "ON so.order_id = i.order_id AND so.revision = i.revision WHERE i.import_id = :id) x"),
        {"id": import_id},
    ).scalar()  # fmt: skip
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
