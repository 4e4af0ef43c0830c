"""What leaves the house: waybills make parcels shipped, their stock is consumed, and the platforms are to be told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, insert, text

from app.domain.errors import NotFound, Refused, Unavailable
from app.fulfilment.carriers import carrier_code
from app.fulfilment.parcels import Goods, Parcel, parcel_id_of
from app.fulfilment.waybills import Said, Shelf, Step, clean_waybill, plan, waybill_key
from app.persistence import tables as t
from app.persistence.balances import Move, move_stock
from app.persistence.fulfilment.locking import lock_orders
from app.persistence.reads.parcels import read_parcels, shares_of
from app.persistence.rows import insert as insert_rows
from app.persistence.rows import listed, update
from app.persistence.timers import set_for_orders, set_for_waybills

_LINES = ("shipment_id", "fulfilment_id", "position", "order_id", "quantity")
_RESERVATION = ("fulfilment_id", "position", "order_id", "line", "sku", "warehouse_id", "quantity", "state")
_CONSUME = (
    "UPDATE reservations SET state = 'consumed' "
    "WHERE fulfilment_id = ? AND position = ? AND quantity = ? AND state = 'live'"
)
_LESS = (
    "UPDATE reservations SET quantity = quantity - ? "
    "WHERE fulfilment_id = ? AND position = ? AND quantity > ? AND state = 'live'"
)
_DONE = (
    "UPDATE fulfilments SET state = 'shipped' WHERE parcel_id = ? AND state = 'picked' AND NOT EXISTS "
    "(SELECT 1 FROM reservations r WHERE r.fulfilment_id = fulfilments.id AND r.state = 'live')"
)
Place = tuple[int, int]
"""(fulfilment id, position) of a reservation."""


def preview(db: Connection, said: Sequence[Said], warehouse_id: int | None) -> list[Step]:
    """What each row would come to now; nothing is changed."""
    return plan(said, _shelf(db, said, warehouse_id))


def ship(db: Connection, said: Sequence[Said], warehouse_id: int | None, *, actor: str, now: int) -> list[Step]:
    """Carry out every row that is right, all in this transaction; wrong ones change nothing and say why."""
    parcels = _shelf(db, said, warehouse_id).parcels
    lock_orders(db, {share.order_id for parcel in parcels.values() for share in parcel.shares})
    steps = preview(db, said, warehouse_id)
    made = _write(db, [step for step in steps if step.kind in ("ship", "part", "extra")], actor, now)
    _time(db, made, [step.parcel for step in steps if step.parcel is not None], now)
    return steps


def _time(db: Connection, shipment_ids: Collection[int], parcels: Iterable[Parcel], now: int) -> None:
    """Waybills run on the clock from now on, or no more; what has left needs no reminder to ship it."""
    set_for_waybills(db, shipment_ids, now=now)
    set_for_orders(db, {share.order_id for parcel in parcels for share in parcel.shares}, now=now)


def undo_shipment(db: Connection, shipment_id: int, *, actor: str, now: int) -> Parcel:
    """Take a waybill back: what left under it is in the house again. The parcel it was of.

    Raises `NotFound("not-found")` and `Refused("shipment-told")` when the platform has been told.
    """
    row = db.execute(
        t.shipments.select().where(t.shipments.c.id == shipment_id, t.shipments.c.undone_at.is_(None))
    ).first()
    if row is None:
        raise NotFound("not-found", what=str(shipment_id))
    parcel = read_parcels(db, [row.parcel_id])[row.parcel_id]
    lock_orders(db, {share.order_id for share in parcel.shares})
    _untell(db, shipment_id)
    lines = db.execute(
        text(
            "SELECT l.fulfilment_id, l.position, r.warehouse_id, r.sku, r.quantity FROM shipment_lines l "
            "JOIN reservations r ON r.fulfilment_id = l.fulfilment_id AND r.position = l.position "
            "WHERE l.shipment_id = :id AND r.state = 'consumed'"
        ),
        {"id": shipment_id},
    ).all()
    back = "UPDATE reservations SET state = 'live' WHERE fulfilment_id = ? AND position = ? AND state = 'consumed'"
    _all(db, back, [(line.fulfilment_id, line.position) for line in lines])
    document = f"shipment:{shipment_id}"
    moves = [Move(line.warehouse_id, line.sku, line.quantity, line.quantity, document) for line in lines]
    move_stock(db, moves, "unship", now=now)
    update(
        db,
        "UPDATE fulfilments SET state = 'picked' WHERE id = ? AND state = 'shipped'",
        [(each,) for each in sorted({line.fulfilment_id for line in lines})],
    )
    gone = {"open_key": None, "undone_at": now, "undone_by": actor}
    db.execute(t.shipments.update().where(t.shipments.c.id == shipment_id).values(**gone))
    db.execute(t.shipment_lines.delete().where(t.shipment_lines.c.shipment_id == shipment_id))
    _time(db, [shipment_id], [parcel], now)
    return read_parcels(db, [row.parcel_id])[row.parcel_id]


def _untell(db: Connection, shipment_id: int) -> None:
    """Take the messages back that the platforms have not had; raises when one is on its way."""
    count = text("SELECT COUNT(DISTINCT order_id) FROM shipment_lines WHERE shipment_id = :id")
    made = int(db.execute(count, {"id": shipment_id}).scalar() or 0) or 1
    keys = text("DELETE FROM outbox WHERE topic = 'order.shipped' AND key LIKE :key")
    if db.execute(keys, {"key": f"shipped:{shipment_id}:%"}).rowcount != made:
        raise Refused("shipment-told")


def _shelf(db: Connection, said: Sequence[Said], warehouse_id: int | None) -> Shelf:
    written = {one.parcel.strip() for one in said}
    numbers = {number for number in written if number[:1] not in ("P", "p")}
    by_order = _by_order(db, numbers)
    ids = {each for number in written - numbers if (each := parcel_id_of(number)) is not None}
    ids |= {each for some in by_order.values() for each in some}
    parcels = read_parcels(db, ids)
    for each in ids - parcels.keys():
        parcels.update(_open_ones(db, each))
    return Shelf(parcels, by_order, _used(db, said, parcels), warehouse_id)


def _by_order(db: Connection, numbers: Collection[str]) -> dict[str, list[int]]:
    one_of, values = listed(db, sorted(numbers))
    found: dict[str, list[int]] = defaultdict(list)
    statement = (
        "SELECT DISTINCT o.tid, COALESCE(f.parcel_id, f.id) AS parcel FROM orders o "
        f"JOIN fulfilments f ON f.order_id = o.id WHERE o.tid IN {one_of} "
        "AND (f.state <> 'cancelled' OR f.parcel_id IS NOT NULL) ORDER BY 2"
    )
    for tid, parcel in db.execute(text(statement), {"values": values}):
        found[tid].append(parcel)
    return dict(found)


def _open_ones(db: Connection, fulfilment_id: int) -> dict[int, Parcel]:
    """A parcel on no list, so that its row can say so."""
    row = db.execute(
        t.fulfilments.select().where(t.fulfilments.c.id == fulfilment_id, t.fulfilments.c.state == "open")
    ).first()
    if row is None:
        return {}
    shares = shares_of(db, [fulfilment_id])
    return {fulfilment_id: Parcel(fulfilment_id, None, row.warehouse_id, row.carrier, shares)}


def _used(db: Connection, said: Sequence[Said], parcels: dict[int, Parcel]) -> dict[str, int]:
    carriers = {carrier_code(one.carrier) for one in said} | {carrier_code(p.carrier or "") for p in parcels.values()}
    keys = {waybill_key(carrier, clean_waybill(one.waybill)) for one in said for carrier in carriers if carrier}
    one_of, values = listed(db, sorted(keys))
    rows = db.execute(text(f"SELECT open_key, parcel_id FROM shipments WHERE open_key IN {one_of}"), {"values": values})
    return {row.open_key: row.parcel_id for row in rows}


@dataclass(slots=True)
class _Box:
    """One new shipment: its parcel, and the units of each reservation that leave under it."""

    key: str
    parcel: Parcel
    step: Step
    id: int = 0
    units: Counter[Place] = field(default_factory=Counter)


def _write(db: Connection, steps: list[Step], actor: str, now: int) -> list[int]:
    """Write the shipments of these steps; their numbers."""
    boxes: dict[str, _Box] = {}
    for step in steps:
        if step.parcel is not None:
            key = waybill_key(step.carrier, step.waybill)
            box = boxes.setdefault(key, _Box(key, step.parcel, step))
            box.units.update({(take.goods.fulfilment_id, take.goods.position): take.quantity for take in step.takes})
    for box in boxes.values():
        box.id = _shipment(db, box, actor, now)
    parcels = {box.parcel.id: box.parcel for box in boxes.values()}
    goods = {(each.fulfilment_id, each.position): each for p in parcels.values() for each in p.here}
    _consume(db, boxes.values(), parcels.values(), goods)
    moves = [
        Move(goods[place].warehouse_id, goods[place].sku, -units, -units, f"shipment:{box.id}")
        for box in boxes.values()
        for place, units in box.units.items()
    ]
    move_stock(db, moves, "ship", now=now)
    update(db, _DONE, [(each,) for each in sorted(parcels)])
    _tell(db, boxes.values(), goods, now)
    return [box.id for box in boxes.values()]


def _shipment(db: Connection, box: _Box, actor: str, now: int) -> int:
    values = {
        "parcel_id": box.parcel.id,
        "order_id": box.parcel.shares[0].order_id,
        "warehouse_id": box.parcel.warehouse_id,
        "carrier": box.step.carrier,
        "waybill": box.step.waybill,
        "open_key": box.key,
        "shipped_by": actor,
        "shipped_at": now,
        "tracked_at": now,
    }
    key = db.execute(insert(t.shipments).values(**values)).inserted_primary_key
    return int(key[0]) if key else 0


def _consume(db: Connection, boxes: Iterable[_Box], parcels: Iterable[Parcel], goods: Mapping[Place, Goods]) -> None:
    """Mark what leaves as consumed. Of a reservation that leaves in parts, each part becomes a row of its own."""
    orders = {share.fulfilment_id: share.order_id for parcel in parcels for share in parcel.shares}
    last: dict[int, int] = {}
    for place in _places(db, orders):
        last[place[0]] = max(last.get(place[0], 0), place[1])
    rest = {place: each.quantity for place, each in goods.items()}
    whole, less, parts, lines = [], [], [], []
    for box in boxes:
        for place, units in box.units.items():
            fulfilment_id, position = place
            if units == rest[place]:
                whole.append((fulfilment_id, position, units))
            else:
                less.append((units, fulfilment_id, position, units))
                last[fulfilment_id] = position = last[fulfilment_id] + 1
                each = goods[place]
                parts.append(
                    (fulfilment_id, position, orders[fulfilment_id], each.line, each.sku, each.warehouse_id, units,
                     "consumed")
                )  # fmt: skip
            rest[place] -= units
            lines.append((box.id, fulfilment_id, position, orders[fulfilment_id], units))
    _all(db, _LESS, less)
    _all(db, _CONSUME, whole)
    insert_rows(db, t.reservations, _RESERVATION, parts)
    insert_rows(db, t.shipment_lines, _LINES, lines)


def _places(db: Connection, fulfilment_ids: Collection[int]) -> list[Place]:
    one_of, values = listed(db, sorted(fulfilment_ids), "bigint")
    statement = text(f"SELECT fulfilment_id, position FROM reservations WHERE fulfilment_id IN {one_of}")
    return [(row.fulfilment_id, row.position) for row in db.execute(statement, {"values": values})]


def _all(db: Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    """Change every row, or find that somebody was faster."""
    if update(db, statement, rows) != len(rows):
        raise Unavailable("stock-moved")


def _tell(db: Connection, boxes: Iterable[_Box], goods: Mapping[Place, Goods], now: int) -> None:
    """A message for each order of each new shipment, for its platform to be told."""
    rows = []
    for box in boxes:
        for share in box.parcel.shares:
            left = [(goods[place], units) for place, units in box.units.items() if place[0] == share.fulfilment_id]
            if not left and (box.units or share is not box.parcel.shares[0]):
                continue
            body = {
                "order": share.order_id, "shop": share.order.shop, "tid": share.order.id, "carrier": box.step.carrier,
                "waybill": box.step.waybill, "at": now,
                "lines": [{"line": each.line, "sku": each.sku, "quantity": units} for each, units in left],
            }  # fmt: skip
            rows.append(("order.shipped", f"shipped:{box.id}:{share.order_id}", orjson.dumps(body).decode(), now))
    insert_rows(db, t.outbox, ("topic", "key", "body", "at"), rows)
