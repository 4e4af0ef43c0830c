"""Goods between own warehouses: sent, arrived (perhaps fewer), and taken back; "arrived" moves the stock."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from app.domain.errors import NotFound, Refused, Unavailable
from app.persistence import tables as t
from app.persistence.balances import Move, move_stock
from app.persistence.fulfilment.locking import lock_orders
from app.persistence.fulfilment.release import free_orders
from app.persistence.redecisions import ask_for_sku
from app.persistence.rows import insert, listed, update

LOST = "lost"
"""The missing units are nowhere any more."""
LEFT = "left"
"""The missing units never left; they are at the source."""
_RESERVATION = ("fulfilment_id", "position", "order_id", "line", "sku", "warehouse_id", "quantity", "state")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What arrived of a transfer: `units` None is all of it; fewer need `missing`, which says where they are."""

    transfer_id: int
    units: int | None = None
    missing: str = ""


def send(db: Connection, transfer_ids: Collection[int], *, actor: str, now: int) -> int:
    """The goods are on the road: their orders are left as they are until they arrive; how many were sent just now."""
    rows = _locked(db, transfer_ids)
    going = [row for row in rows if row.state == "open"]
    chosen = [(now, actor, row.id) for row in going]
    _all(db, "UPDATE transfers SET state = 'sent', sent_at = ?, sent_by = ? WHERE id = ? AND state = 'open'", chosen)
    orders = sorted({row.order_id for row in going})
    update(db, "UPDATE orders SET picked_at = ? WHERE id = ? AND picked_at IS NULL", [(now, one) for one in orders])
    return len(going)


def unsend(db: Connection, transfer_id: int, *, now: int) -> None:
    """The goods have not left after all. Raises `Refused("transfer-not-sent")`."""
    (row,) = _locked(db, [transfer_id])
    if row.state != "sent":
        raise Refused("transfer-not-sent")
    back = "UPDATE transfers SET state = 'open', sent_at = NULL, sent_by = NULL WHERE id = ?"
    update(db, back, [(transfer_id,)])
    free_orders(db, [row.order_id], now=now)


def arrive(db: Connection, arrivals: Sequence[Arrival], *, actor: str, now: int) -> int:
    """Move what arrived to its destination, still reserved for its order; how many transfers.

    Those that have arrived or were cancelled are passed over. Units that did not arrive are free again at the
    source (`left`) or written off (`lost`), and their order is decided again. Raises `NotFound("not-found")`,
    `Refused("transfer-units")` and `Refused("transfer-missing-why")`; then nothing is changed.
    """
    wanted = {one.transfer_id: one for one in arrivals}
    rows = [row for row in _locked(db, wanted) if row.state in ("open", "sent")]
    short: set[int] = set()
    for row in rows:
        if _book(db, row, wanted[row.id], actor, now):
            short.add(row.order_id)
    ask_for_sku(db, {row.sku for row in rows}, now=now)
    free_orders(db, {row.order_id for row in rows}, now=now, changed=short)
    return len(rows)


def unarrive(db: Connection, transfer_id: int, *, now: int) -> None:
    """The goods have not arrived after all: back to the source, as long as nothing was done with them.

    Raises `Refused("transfer-not-arrived")`, and `Refused("transfer-used")` once the order is picked or decided anew,
    or when fewer arrived than were asked for.
    """
    (row,) = _locked(db, [transfer_id])
    if row.state != "arrived":
        raise Refused("transfer-not-arrived")
    places = _reserved(db, row, row.destination_id, came=True)
    if row.missing or sum(place.quantity for place in places) < row.quantity or any(p.picked for p in places):
        raise Refused("transfer-used")
    _move_reservations(db, places, row.quantity, row.destination_id, row.source_id)
    _move_goods(db, row, row.destination_id, row.source_id, row.quantity, "transfer-undone", now)
    sent = "sent" if row.sent_at is not None else "open"
    back = "UPDATE transfers SET state = ?, arrived = NULL, arrived_at = NULL, arrived_by = NULL WHERE id = ?"
    update(db, back, [(sent, transfer_id)])
    if sent == "sent":
        update(db, "UPDATE orders SET picked_at = ? WHERE id = ? AND picked_at IS NULL", [(now, row.order_id)])


def _locked(db: Connection, transfer_ids: Collection[int]) -> list[Any]:
    """The transfers as they are once nobody decides about their orders. Raises `NotFound("not-found")`."""
    lock_orders(db, {row.order_id for row in _rows(db, transfer_ids)})
    rows = _rows(db, transfer_ids)
    missing = set(transfer_ids) - {row.id for row in rows}
    if missing:
        raise NotFound("not-found", what=str(min(missing)))
    return rows


def _rows(db: Connection, transfer_ids: Collection[int]) -> list[Any]:
    one_of, values = listed(db, sorted(transfer_ids), "bigint")
    return list(db.execute(text(f"SELECT * FROM transfers WHERE id IN {one_of} ORDER BY id"), {"values": values}))


def _book(db: Connection, row: Any, arrival: Arrival, actor: str, now: int) -> bool:
    """Book one arrival; whether something is missing."""
    units = row.quantity if arrival.units is None else arrival.units
    if not 0 <= units <= row.quantity:
        raise Refused("transfer-units", most=row.quantity)
    missing = row.quantity - units
    if missing and arrival.missing not in (LOST, LEFT):
        raise Refused("transfer-missing-why", missing=missing)
    places = _reserved(db, row, row.source_id)
    if sum(place.quantity for place in places) < row.quantity:
        raise Unavailable("stock-moved")
    _move_reservations(db, places, units, row.source_id, row.destination_id)
    _move_goods(db, row, row.source_id, row.destination_id, units, "transfer", now)
    if missing:
        _release(db, row, missing, arrival.missing, now)
    values = {"state": "arrived", "arrived": units, "arrived_at": now, "arrived_by": actor}
    why = arrival.missing if missing else None
    db.execute(t.transfers.update().where(t.transfers.c.id == row.id).values(**values, missing=why))
    return bool(missing)


def _move_goods(db: Connection, row: Any, source: int, destination: int, units: int, reason: str, now: int) -> None:
    document = f"transfer:{row.id}"
    out, into = (
        Move(source, row.sku, -units, -units, document),
        Move(destination, row.sku, units, units, document),
    )
    move_stock(db, (out, into), reason, now=now)


def _release(db: Connection, row: Any, missing: int, why: str, now: int) -> None:
    """Free what did not come; nobody can pick the rest alone, so the order is decided again by the caller."""
    for place in _reserved(db, row, row.source_id):
        if missing <= 0:
            break
        units = min(missing, place.quantity)
        missing -= units
        if units == place.quantity:
            release = "UPDATE reservations SET state = 'released' WHERE fulfilment_id = ? AND position = ?"
            update(db, release, [(place.fulfilment_id, place.position)])
        else:
            less = "UPDATE reservations SET quantity = quantity - ? WHERE fulfilment_id = ? AND position = ?"
            update(db, less, [(units, place.fulfilment_id, place.position)])
        gone = units if why == LOST else 0
        move = Move(row.source_id, row.sku, -gone, -units, f"transfer:{row.id}")
        move_stock(db, (move,), f"transfer-{why}", now=now)


def _reserved(db: Connection, row: Any, warehouse_id: int, *, came: bool = False) -> list[Any]:
    """Live reservations of the transfer's SKU at this warehouse, in the parcel that leaves from its destination.

    `came`: the ones that came with a transfer rather than lay there.
    """
    rows = db.execute(
        text(
            "SELECT r.*, f.state <> 'open' AS picked FROM reservations r JOIN fulfilments f ON f.id = r.fulfilment_id "
            "WHERE r.order_id = :order_id AND r.sku = :sku AND r.warehouse_id = :warehouse_id AND r.state = 'live' "
            "AND f.warehouse_id = :destination ORDER BY r.fulfilment_id, r.position"
        ),
        {
            "order_id": row.order_id,
            "sku": row.sku,
            "warehouse_id": warehouse_id,
            "destination": row.destination_id,
        },
    )
    found = list(rows)
    # What was reserved there from the start stands before what came.
    return found[::-1] if came else found


def _move_reservations(db: Connection, places: list[Any], units: int, source: int, destination: int) -> None:
    """Let `units` of these reservations lie at the destination; what goes only in part becomes two rows."""
    for place in places:
        if units <= 0:
            return
        count = min(units, place.quantity)
        units -= count
        if count == place.quantity:
            _all(
                db,
                "UPDATE reservations SET warehouse_id = ? WHERE fulfilment_id = ? AND position = ? "
                "AND warehouse_id = ? AND state = 'live'",
                [(destination, place.fulfilment_id, place.position, source)],
            )
            continue
        less = "UPDATE reservations SET quantity = quantity - ? WHERE fulfilment_id = ? AND position = ?"
        update(db, less, [(count, place.fulfilment_id, place.position)])
        last = text("SELECT MAX(position) FROM reservations WHERE fulfilment_id = :id")
        behind = int(db.execute(last, {"id": place.fulfilment_id}).scalar() or 0) + 1
        part = (place.fulfilment_id, behind, place.order_id, place.line, place.sku, destination, count, "live")
        insert(db, t.reservations, _RESERVATION, [part])


def _all(db: Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    if update(db, statement, rows) != len(rows):
        raise Unavailable("stock-moved")
