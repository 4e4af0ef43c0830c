"""Parcels read from one snapshot, without personal data; what is open, what is on a list, what has left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, text

from app.domain.decision import Overlay
from app.fulfilment.parcels import Goods, Parcel, Share, Shipment, why_stopped
from app.persistence.order_rows import decode
from app.persistence.people_words import overlays
from app.persistence.rows import listed

_SHARES = (
    "SELECT f.id, COALESCE(f.parcel_id, f.id) AS parcel_id, f.list_id, f.order_id, f.warehouse_id, f.state, "
    "f.carrier, f.decision_seq, o.tid, o.doc, o.ship_by, o.priority, s.code AS shop, s.name AS shop_name "
    "FROM fulfilments f JOIN orders o ON o.id = f.order_id JOIN shops s ON s.id = o.shop_id "
)
PICKABLE = (
    "f.state = 'open' AND o.outcome = 'allocated' AND NOT o.history "
    "AND NOT EXISTS (SELECT 1 FROM transfers t WHERE t.order_id = o.id AND t.state IN ('open', 'sent')) "
    "AND NOT EXISTS (SELECT 1 FROM redecisions q WHERE q.order_id = o.id) "
    "AND NOT EXISTS (SELECT 1 FROM orders c JOIN redecisions q ON q.order_id = c.id WHERE c.joins_id = o.id)"
)
"""What a parcel `f` of the order `o` must be to be picked: decided, with all its goods here, waiting for nothing."""
_GOODS = (
    "SELECT r.fulfilment_id, r.position, r.line, r.sku, COALESCE(k.name, r.sku) AS name, COALESCE(b.bin, '') AS bin, "
    "r.quantity, r.state, r.warehouse_id, k.weight_g FROM reservations r LEFT JOIN skus k ON k.sku = r.sku "
    "LEFT JOIN balances b ON b.warehouse_id = r.warehouse_id AND b.sku = r.sku WHERE r.fulfilment_id IN {one_of} "
    "ORDER BY r.fulfilment_id, r.position"
)


def read_parcels(db: Connection, parcel_ids: Collection[int]) -> dict[int, Parcel]:
    """Parcels that are or were on a list, by their ids; unknown ones are left out."""
    one_of, values = listed(db, sorted(parcel_ids), "bigint")
    rows = db.execute(text(f"{_SHARES}WHERE f.parcel_id IN {one_of}"), {"values": values})
    return _assembled(db, rows)


def list_parcels(db: Connection, list_id: int) -> list[Parcel]:
    """The parcels of a pick list, in the order of their numbers."""
    rows = db.execute(text(f"{_SHARES}WHERE f.list_id = :list_id"), {"list_id": list_id})
    found = _assembled(db, rows)
    return [found[each] for each in sorted(found)]


def order_parcels(db: Connection, order_id: int) -> list[Parcel]:
    """The parcels that an order has a share in, cancelled ones left out unless something of them left."""
    statement = f"{_SHARES}WHERE f.order_id = :order_id AND f.state <> 'cancelled'"
    shared = [row.parcel_id for row in db.execute(text(statement), {"order_id": order_id})]
    found = read_parcels(db, shared)
    own = _assembled(db, db.execute(text(statement), {"order_id": order_id}))
    found.update({number: parcel for number, parcel in own.items() if number not in found})
    return [found[each] for each in sorted(found)]


def stranded_parcels(db: Connection, warehouse_id: int) -> list[Parcel]:
    """Parcels on no list that must not leave, of orders of which another part is on its way: only people end them."""
    rows = db.execute(
        text(
            f"{_SHARES}WHERE f.warehouse_id = :warehouse_id AND f.state = 'open' AND o.picked_at IS NOT NULL "
            "AND NOT EXISTS (SELECT 1 FROM transfers t WHERE t.order_id = o.id AND t.state = 'sent')"
        ),
        {"warehouse_id": warehouse_id},
    )
    return [parcel for parcel in _assembled(db, rows).values() if parcel.stop]


def shares_of(db: Connection, fulfilment_ids: Collection[int]) -> list[Share]:
    """The shares with these fulfilments, whether on a list or not."""
    one_of, values = listed(db, sorted(fulfilment_ids), "bigint")
    rows = db.execute(text(f"{_SHARES}WHERE f.id IN {one_of}"), {"values": values})
    return [share for parcel in _assembled(db, rows).values() for share in parcel.shares]


def read_sealed(db: Connection, order_ids: Collection[int]) -> dict[int, bytes]:
    """The sealed personal part of these orders; erased ones are left out."""
    one_of, values = listed(db, sorted(order_ids), "bigint")
    statement = text(f"SELECT id, personal FROM orders WHERE personal IS NOT NULL AND id IN {one_of}")
    return {row.id: bytes(row.personal) for row in db.execute(statement, {"values": values})}


def _assembled(db: Connection, found: Iterable[Any]) -> dict[int, Parcel]:
    # The host's share first: its fulfilment carries the parcel's number.
    rows = sorted(found, key=lambda row: (row.parcel_id, row.id != row.parcel_id, row.id))
    shipments = _shipments(db, {row.parcel_id for row in rows})
    goods = _goods(db, [row.id for row in rows])
    words = overlays(db, [row.order_id for row in rows], None)
    left = orders_leaving(db, {row.order_id for row in rows})
    parcels: dict[int, Parcel] = {}
    for row in rows:
        parcel = parcels.get(row.parcel_id)
        if parcel is None:
            sent = shipments.get(row.parcel_id, [])
            parcel = Parcel(row.parcel_id, row.list_id, row.warehouse_id, row.carrier, [], sent)
            parcels[row.parcel_id] = parcel
        overlay, leaving = words.get(row.order_id, Overlay()), row.order_id in left
        parcel.shares.append(_share(row, overlay, goods.get(row.id, []), leaving=leaving))
    return parcels


def orders_leaving(db: Connection, order_ids: Collection[int]) -> set[int]:
    """Those of these orders of which something has left, in whichever parcel."""
    one_of, values = listed(db, sorted(order_ids), "bigint")
    statement = f"SELECT DISTINCT order_id FROM reservations WHERE state = 'consumed' AND order_id IN {one_of}"
    return {row[0] for row in db.execute(text(statement), {"values": values})}


def _share(row: Any, overlay: Overlay, goods: list[Goods], *, leaving: bool) -> Share:
    order = decode(row.shop, row.tid, row.doc, None)
    share = Share(
        row.id, row.order_id, row.shop_name, order, overlay, row.state, row.decision_seq, row.ship_by, row.priority,
        goods,
    )  # fmt: skip
    share.stop = why_stopped(order, overlay, {each.line for each in share.here}, leaving=leaving)
    return share


def _goods(db: Connection, fulfilment_ids: Collection[int]) -> dict[int, list[Goods]]:
    one_of, values = listed(db, sorted(fulfilment_ids), "bigint")
    grouped: dict[int, list[Goods]] = defaultdict(list)
    for row in db.execute(text(_GOODS.format(one_of=one_of)), {"values": values}):
        grouped[row.fulfilment_id].append(Goods(*row))
    return grouped


def _shipments(db: Connection, parcel_ids: Collection[int]) -> dict[int, list[Shipment]]:
    one_of, values = listed(db, sorted(parcel_ids), "bigint")
    statement = (
        "SELECT s.id, s.parcel_id, s.carrier, s.waybill, s.shipped_by, s.shipped_at, "
        "COALESCE((SELECT SUM(l.quantity) FROM shipment_lines l WHERE l.shipment_id = s.id), 0) AS units "
        f"FROM shipments s WHERE s.undone_at IS NULL AND s.parcel_id IN {one_of} ORDER BY s.id"
    )
    grouped: dict[int, list[Shipment]] = defaultdict(list)
    for row in db.execute(text(statement), {"values": values}):
        sent = Shipment(row.id, row.carrier, row.waybill, row.shipped_by, row.shipped_at, int(row.units))
        grouped[row.parcel_id].append(sent)
    return grouped
