"""How the order book stood at a moment of the past: the orders that what came afterwards could touch."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, text

from app.domain.book import Stored
from app.domain.order import Order
from app.domain.past import Before, Opening, Span
from app.domain.ports import Entry
from app.persistence.order_rows import decode
from app.persistence.past_stock import first_counted, free_at, ledger_began, parcels_at
from app.persistence.rows import listed
from app.persistence.sealing import Sealer

_LONGEST_WAIT_SECONDS = 60 * 86_400
"""Orders that had waited for longer than this when the time began, and were decided in it, take no part."""
_NEAR = "SELECT id FROM orders WHERE NOT history AND created_at >= :near AND created_at < :until"
_STILL_WAITING = (
    "SELECT id FROM orders WHERE NOT history AND outcome IN ('held', 'backordered') AND decided_at < :since"
)
_DECIDED_SINCE = (
    "SELECT id FROM orders WHERE NOT history AND decided_at >= :since AND created_at < :since AND created_at >= :long"
)
_WAITING = ("held", "backordered")


def read_opening(
    db: Connection, sealer: Sealer, span: Span, since: int, first: Mapping[int, int], reach_seconds: int
) -> Opening:
    """How things stood before `since`. `first` gives, of each order that came afterwards, its first revision then."""
    if span.history:
        began = ledger_began(db)
        counted = began is None or since < began
        return Opening(since, first_counted(db) if counted else free_at(db, since))
    ids = {order_id for order_id, revision in first.items() if revision > 1}
    ids |= _chosen(db, _NEAR, near=since - reach_seconds, until=since + reach_seconds)
    if not span.import_id:
        ids |= _chosen(db, _STILL_WAITING, since=since)
        ids |= _chosen(db, _DECIDED_SINCE, since=since, long=since - _LONGEST_WAIT_SECONDS)
    ids -= {order_id for order_id, revision in first.items() if revision == 1}
    return Opening(since, free_at(db, since), parcels_at(db, since), list(_before(db, sealer, ids, first, since)))


def _chosen(db: Connection, statement: str, **given: int) -> set[int]:
    return set(db.execute(text(statement), given).scalars())


def _before(
    db: Connection, sealer: Sealer, ids: Collection[int], first: Mapping[int, int], since: int
) -> Iterator[Before]:
    decided = _last_decisions(db, ids, since)
    rows = _rows(db, decided)
    contents = _contents(db, sealer, [row.id for row in rows if row.revision > 1], first, since)
    for row in rows:
        decision = decided[row.id]
        entry = contents.get(row.id)
        personal = sealer.open(row.personal, f"order:{row.id}") if row.personal else None
        # Where only a payload tells what the order said then, the side maps it.
        yield _as_it_stood(row, decode(row.shop, row.tid, row.doc, personal), decision, entry, since)


def _as_it_stood(row: Any, order: Order, decision: Any, entry: Entry | None, since: int) -> Before:
    said = orjson.loads(decision.record)["decision"]
    picked = row.picked_at is not None and row.picked_at < since
    stored = Stored(row.id, order, bytes(row.digest), decision_seq=decision.seq, picked=picked)
    stored.revision = 1 if entry is None else int(entry.id)
    stored.outcome = decision.outcome
    stored.anchor = tuple(said["anchor"]) if "anchor" in said else None
    stored.joins = tuple(said["joins"]) if "joins" in said else None
    parcels = said.get("fulfilments", ())
    alone = decision.outcome == "allocated" and len(parcels) == 1 and "transfers" not in said and not picked
    return Before(
        stored,
        [(source, sku, units) for parcel in parcels for _, sku, units, source in parcel["picks"]],
        parcels[0]["warehouse"] if alone else None,
        said.get("priority", 0),
        decision.outcome in _WAITING or any(task[0] == "part-waits" for task in said.get("tasks", ())),
        entry,
    )


def _last_decisions(db: Connection, ids: Collection[int], since: int) -> dict[int, Any]:
    """The last decision about each of these orders before `since`; none for those that came later."""
    one_of, values = listed(db, sorted(ids), "bigint")
    rows = db.execute(
        text(
            "SELECT d.order_id, d.seq, d.outcome, d.record FROM decisions d JOIN (SELECT order_id, MAX(seq) AS seq "
            f"FROM decisions WHERE order_id IN {one_of} AND at < :since GROUP BY order_id) n "
            "ON n.order_id = d.order_id AND n.seq = d.seq"
        ),
        {"values": values, "since": since},
    )
    return {row.order_id: row for row in rows}


def _rows(db: Connection, ids: Collection[int]) -> list[Any]:
    one_of, values = listed(db, sorted(ids), "bigint")
    statement = (
        "SELECT o.id, s.code AS shop, o.tid, o.doc, o.personal, o.revision, o.picked_at, so.digest FROM orders o "
        "JOIN shops s ON s.id = o.shop_id JOIN source_orders so ON so.order_id = o.id AND so.revision = o.revision "
        f"WHERE o.id IN {one_of} ORDER BY o.id"
    )
    return list(db.execute(text(statement), {"values": values}))


def _contents(
    db: Connection, sealer: Sealer, ids: Collection[int], first: Mapping[int, int], since: int
) -> dict[int, Entry]:
    """The payload that each of these orders was by `since`; its id is the revision's number."""
    one_of, values = listed(db, sorted(ids), "bigint")
    rows = db.execute(
        text(
            "SELECT so.order_id, so.revision, so.payload, so.received_at, s.code AS shop FROM source_orders so "
            "JOIN orders o ON o.id = so.order_id JOIN shops s ON s.id = o.shop_id "
            f"WHERE so.order_id IN {one_of} AND so.received_at < :since AND so.applied "
            "ORDER BY so.order_id, so.revision"
        ),
        {"values": values, "since": since},
    )
    return {
        row.order_id: Entry(
            str(row.revision),
            row.shop,
            sealer.open(row.payload, f"payload:{row.order_id}:{row.revision}"),
            row.received_at,
        )
        for row in rows
        if row.payload and row.revision < first.get(row.order_id, row.revision + 1)
    }
