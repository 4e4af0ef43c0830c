"""Events of waybills: kept once each, and the newest of them starts the waybill's timers again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, text

from app.domain.tracking import FUTURE_SECONDS, SIGNED, Sighting
from app.fulfilment.carriers import carrier_code
from app.fulfilment.waybills import clean_waybill
from app.persistence import tables as t
from app.persistence.fulfilment.locking import lock_orders
from app.persistence.rows import insert, listed, update
from app.persistence.timers import set_for_waybills

_COLUMNS = ("shipment_id", "at", "kind", "place", "order_id", "received_at")
_ENDED = ("signed", "closed", "refunded")
"""States of an order in which nobody waits for its parcel any more."""


def record(db: Connection, shop_id: int, sightings: Sequence[Sighting], *, now: int) -> list[str]:
    """Keep what was seen of the shop's waybills; what became of each, as in `domain.tracking.STATUSES`.

    An event is known by its waybill, time, kind and place: said again, it changes nothing.
    """
    shipments = _shipments(db, shop_id, sightings)
    lock_orders(db, {row.order_id for rows in shipments.values() for row in rows})
    # Somebody may have told of them until we had the lock.
    diary = _Diary(db, _shipments(db, shop_id, sightings), now)
    became = [diary.note(one) for one in sightings]
    diary.write()
    return became


def end_journeys(db: Connection, orders: Collection[tuple[int, str]], *, now: int) -> None:
    """Orders (id, platform state) of which the platform says that nobody waits for their parcels any more."""
    ended = sorted(order_id for order_id, state in orders if state in _ENDED)
    if not ended:
        return
    one_of, values = listed(db, ended, "bigint")
    moving = f"SELECT id FROM shipments WHERE order_id IN {one_of} AND signed_at IS NULL AND undone_at IS NULL"
    ids = [row[0] for row in db.execute(text(moving), {"values": values})]
    update(db, "UPDATE shipments SET signed_at = ? WHERE id = ?", [(now, each) for each in ids])
    set_for_waybills(db, ids, now=now)


def _shipments(db: Connection, shop_id: int, sightings: Sequence[Sighting]) -> dict[str, list[Row[Any]]]:
    """The shop's waybills among these, by number; a parcel is also of every shop whose order leaves in it."""
    one_of, values = listed(db, sorted({clean_waybill(one.waybill) for one in sightings}))
    rows = db.execute(
        text(
            "SELECT s.id, s.order_id, s.carrier, s.waybill, COALESCE(s.tracked_at, s.shipped_at) AS newest, "
            f"s.signed_at FROM shipments s WHERE s.waybill IN {one_of} AND s.undone_at IS NULL AND (EXISTS "
            "(SELECT 1 FROM orders o WHERE o.id = s.order_id AND o.shop_id = :shop) OR EXISTS (SELECT 1 FROM "
            "shipment_lines l JOIN orders p ON p.id = l.order_id WHERE l.shipment_id = s.id AND p.shop_id = :shop))"
        ),
        {"values": values, "shop": shop_id},
    )
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.waybill].append(row)
    return found


class _Diary:
    """What is noted in one go."""

    def __init__(self, db: Connection, shipments: dict[str, list[Row[Any]]], now: int) -> None:
        self._db = db
        self._shipments = shipments
        self._now = now
        rows = {row.id: row for several in shipments.values() for row in several}
        self._newest = {row.id: row.newest for row in rows.values()}
        self._signed: dict[int, int] = {}
        self._moved: set[int] = set()
        self._known = self._events(rows)
        self._fresh: list[tuple[Any, ...]] = []

    def note(self, seen: Sighting) -> str:
        """Note one; what became of it."""
        if seen.at > self._now + FUTURE_SECONDS:
            return "future"
        rows = self._shipments.get(clean_waybill(seen.waybill), [])
        if seen.carrier:
            rows = [row for row in rows if row.carrier == carrier_code(seen.carrier)]
        if len(rows) != 1:
            return "ambiguous" if rows else "unknown"
        row = rows[0]
        event = (row.id, seen.at, seen.kind, seen.place)
        if event in self._known:
            return "repeated"
        self._known.add(event)
        self._fresh.append((*event, row.order_id, self._now))
        if seen.kind == SIGNED and row.signed_at is None:
            self._signed[row.id] = seen.at
        if seen.at <= self._newest[row.id]:
            return "late"
        self._newest[row.id] = seen.at
        self._moved.add(row.id)
        return "taken"

    def write(self) -> None:
        """Write what was noted, and let the timers of what moved start again."""
        insert(self._db, t.tracking_events, _COLUMNS, self._fresh)
        newest = [(self._newest[each], each) for each in sorted(self._moved)]
        update(self._db, "UPDATE shipments SET tracked_at = ? WHERE id = ?", newest)
        signed = [(at, each) for each, at in sorted(self._signed.items())]
        update(self._db, "UPDATE shipments SET signed_at = ? WHERE id = ?", signed)
        set_for_waybills(self._db, self._moved | self._signed.keys(), now=self._now)

    def _events(self, ids: Collection[int]) -> set[tuple[int, int, str, str]]:
        one_of, values = listed(self._db, sorted(ids), "bigint")
        rows = self._db.execute(
            text(f"SELECT shipment_id, at, kind, place FROM tracking_events WHERE shipment_id IN {one_of}"),
            {"values": values},
        )
        return {(row.shipment_id, row.at, row.kind, row.place) for row in rows}
