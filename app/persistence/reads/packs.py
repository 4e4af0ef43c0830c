"""Published rule packs."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, select

from app.domain.errors import NotFound
from app.persistence.tables import decisions, orders, pack_loads, pack_versions
from app.rulebook.pack import content_hash

RECENT_DECISIONS = 1_000


def list_versions(connection: Connection) -> list[Row[Any]]:
    """Every published version, the latest first, without its document."""
    columns = [column for column in pack_versions.c if column.name != "document"]
    return list(connection.execute(select(*columns).order_by(pack_versions.c.version.desc())).all())


def live_pack(connection: Connection) -> Row[Any] | None:
    """The live version, its document with it; None before the first is published."""
    return connection.execute(select(pack_versions).where(pack_versions.c.live)).first()


def read_pack(connection: Connection, version: int) -> Row[Any]:
    """One version with its document. Raises `NotFound("not-found")`."""
    row = connection.execute(select(pack_versions).where(pack_versions.c.version == version)).first()
    if row is None:
        raise NotFound("not-found", what=str(version))
    return row


def failing_workers(connection: Connection) -> list[Row[Any]]:
    """The workers that could not load the live version, with the one by which they go on deciding."""
    live = select(pack_versions.c.version).where(pack_versions.c.live).scalar_subquery()
    chosen = select(pack_loads).where(pack_loads.c.failed == live).order_by(pack_loads.c.worker)
    return list(connection.execute(chosen).all())


def changed_versions(connection: Connection) -> list[int]:
    """Versions whose document is no longer the one that was published, by its hash."""
    rows = connection.execute(select(pack_versions.c.version, pack_versions.c.hash, pack_versions.c.document))
    return [row.version for row in rows if content_hash(orjson.loads(row.document)) != row.hash]


def recent_hits(connection: Connection) -> tuple[Counter[str], int]:
    """How often each `section/rule-id` decided in the latest 1,000 decisions, and how many there were."""
    hits: Counter[str] = Counter()
    records = list(connection.scalars(_recent_records()))
    for record in records:
        hits.update(set(orjson.loads(record)["decision"]["rules"]))
    return hits, len(records)


def latest_records(connection: Connection, most: int) -> list[bytes]:
    """The records of the latest decisions, at most so many."""
    return list(connection.scalars(_recent_records().limit(most)))


def _recent_records() -> Select[Any]:
    latest = select(orders.c.id, orders.c.decision_seq).order_by(orders.c.id.desc()).limit(RECENT_DECISIONS).subquery()
    return select(decisions.c.record).join(
        latest, (decisions.c.order_id == latest.c.id) & (decisions.c.seq == latest.c.decision_seq)
    )
