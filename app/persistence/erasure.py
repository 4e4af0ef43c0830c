"""Personal data taken away for good: of orders older than so many days, or of one buyer who asks for it.

An order that anything is still to be done for keeps it. Decision records stay, and replay to the same answer: they hold
keyed hashes only, and the results of the conditions that read personal text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, delete, insert, select, text, update

from app.domain.errors import Refused
from app.persistence import tables as t
from app.persistence.audit import note
from app.persistence.keys import evidence_key
from app.persistence.reads.receipts import DISCARDED
from app.persistence.rows import listed
from app.persistence.sealing import Sealer

SHORTEST_DAYS, LONGEST_DAYS, SUGGESTED_DAYS = 30, 3650, 180
AT_ONCE = 200
_DAYS, _PLACE = "retention:days", "retention:place"
_MOST_FOUND = 200
_HANGING = (t.source_orders, t.receipts, t.interventions, t.identities, t.notes)
_KEPT = "o.personal IS NOT NULL"
_OPEN = (
    "(o.outcome IN ('held', 'backordered') OR o.state = 'refunding' "
    "OR (o.state = 'paid' AND o.outcome = 'recorded' AND NOT o.history AND NOT EXISTS (SELECT 1 FROM interventions i "
    "WHERE i.order_id = o.id AND i.kind = 'cancel' AND i.undone_at IS NULL)) "
    "OR EXISTS (SELECT 1 FROM fulfilments f WHERE f.order_id IN (o.id, o.joins_id) "
    "AND f.state NOT IN ('shipped', 'cancelled')) "
    "OR EXISTS (SELECT 1 FROM tasks k WHERE k.order_id = o.id AND k.open_key IS NOT NULL) "
    "OR EXISTS (SELECT 1 FROM redecisions r WHERE r.order_id = o.id))"
)
"""Something is still to be done for the order o."""


@dataclass(frozen=True, slots=True)
class Found:
    """An order of a buyer; `sure`: by the whole phone number, else by its last four digits only."""

    id: int
    shop_name: str
    tid: str
    created_at: int
    sure: bool
    open: bool


def retention_days(db: Connection) -> int | None:
    """After how many days personal data is erased; None: never."""
    value = db.scalar(select(t.facts.c.value).where(t.facts.c.key == _DAYS))
    return int(value) if value else None


def set_retention_days(db: Connection, days: int | None) -> None:
    """Erase personal data after so many days from now on, or never. Raises `Refused("retention-days")`."""
    if days is not None and not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        raise Refused("retention-days", least=SHORTEST_DAYS, most=LONGEST_DAYS)
    db.execute(delete(t.facts).where(t.facts.c.key.in_((_DAYS, _PLACE))))
    if days is not None:
        db.execute(insert(t.facts).values(key=_DAYS, value=str(days)))


def count_due(db: Connection, before: int) -> int:
    """How many orders created before then would lose their personal data now."""
    due = f"SELECT COUNT(*) FROM orders o WHERE o.created_at < :before AND {_KEPT} AND NOT {_OPEN}"
    return int(db.execute(text(due), {"before": before}).scalar() or 0)


def sweep(db: Connection, before: int, *, now: int) -> int | None:
    """Erase what is due among the next orders created before then; how many, None when all have been looked at.

    The place is remembered, so that each call reads no more than its own few; after the last it begins anew.
    """
    place = db.scalar(select(t.facts.c.value).where(t.facts.c.key == _PLACE)) or "0.0"
    created_at, order_id = (int(part) for part in place.split("."))
    rows = db.execute(
        text(
            f"SELECT o.id, o.created_at, {_OPEN} AS open FROM orders o WHERE o.created_at < :before "
            f"AND (o.created_at, o.id) > (:created_at, :order_id) AND {_KEPT} "
            f"ORDER BY o.created_at, o.id LIMIT {AT_ONCE}"
        ),
        {"before": before, "created_at": created_at, "order_id": order_id},
    ).all()
    db.execute(delete(t.facts).where(t.facts.c.key == _PLACE))
    if not rows:
        return None
    db.execute(insert(t.facts).values(key=_PLACE, value=f"{rows[-1].created_at}.{rows[-1].id}"))
    due = [row.id for row in rows if not row.open]
    if due:
        erase(db, due, now=now)
        note(db, "pandan", "retention.swept", now=now, orders=len(due))
    return len(due)


def find_buyer(db: Connection, phone: str, sealer: Sealer) -> list[Found]:
    """Orders of the buyer with this phone number, the latest first. Raises `Refused("phone-needed")`."""
    digits = "".join(filter(str.isdigit, phone))[-11:]
    if len(digits) < 7:
        raise Refused("phone-needed")
    key = evidence_key("phone", "", sealer.hasher("phone", "", digits))
    sure = set(db.scalars(select(t.identities.c.order_id).where(t.identities.c.key == key)))
    tail = select(t.orders.c.id).where(t.orders.c.phone_tail == digits[-4:]).limit(_MOST_FOUND)
    one_of, values = listed(db, sorted(sure | set(db.scalars(tail))), "bigint")
    rows = db.execute(
        text(
            f"SELECT o.id, s.name, o.tid, o.created_at, {_OPEN} AS open FROM orders o JOIN shops s ON s.id = o.shop_id "
            f"WHERE o.id IN {one_of} AND {_KEPT} ORDER BY o.created_at DESC LIMIT {_MOST_FOUND}"
        ),
        {"values": values},
    )
    return [Found(row.id, row.name, row.tid, row.created_at, row.id in sure, bool(row.open)) for row in rows]


def erase_asked(db: Connection, order_ids: Sequence[int], *, actor: str, now: int) -> int:
    """Erase the personal data of those of these orders that are not open any more; how many."""
    one_of, values = listed(db, sorted(order_ids), "bigint")
    due = text(f"SELECT o.id FROM orders o WHERE o.id IN {one_of} AND {_KEPT} AND NOT {_OPEN}")
    chosen = [row.id for row in db.execute(due, {"values": values})]
    erase(db, chosen, now=now)
    for order_id in chosen:
        note(db, actor, "order.erase", str(order_id), now=now)
    return len(chosen)


def erase(db: Connection, order_ids: Sequence[int], *, now: int) -> None:
    """Take every trace of the buyers away from these orders: what is sealed, signs of who it is, what people wrote."""
    if not order_ids:
        return
    for row in db.execute(select(t.orders.c.id, t.orders.c.doc).where(t.orders.c.id.in_(order_ids))).all():
        gone = {"personal": None, "phone_tail": None, "erased_at": now, "doc": _without_buyer(row.doc)}
        db.execute(update(t.orders).where(t.orders.c.id == row.id).values(**gone))
    of_them = {table: table.c.order_id.in_(order_ids) for table in _HANGING}
    db.execute(update(t.source_orders).where(of_them[t.source_orders]).values(payload=b""))
    closed = of_them[t.receipts] & (t.receipts.c.status != "retry")
    db.execute(update(t.receipts).where(closed).values(payload=None, problems=None))
    db.execute(update(t.interventions).where(of_them[t.interventions]).values(sealed=None))
    db.execute(delete(t.identities).where(of_them[t.identities]))
    db.execute(delete(t.notes).where(of_them[t.notes]))


def forget_receipts(db: Connection, before: int) -> int:
    """Take the payloads of entries away that were put aside before then; how many."""
    chosen = (t.receipts.c.note == DISCARDED) & t.receipts.c.payload.is_not(None) & (t.receipts.c.closed_at < before)
    return db.execute(update(t.receipts).where(chosen).values(payload=None, problems=None)).rowcount


def _without_buyer(doc: bytes) -> bytes:
    """The plain document without what tells of the buyer: signs of who it is, the place below the city."""
    document = orjson.loads(doc)
    return orjson.dumps({**document, "identity": [], "district": None, "town": None})
