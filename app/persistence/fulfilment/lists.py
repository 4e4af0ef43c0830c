"""Pick lists: made from what is open, taken back until something of them has left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

import orjson
from sqlalchemy import Connection, insert, text

from app.domain.errors import NotFound, Refused, Unavailable
from app.fulfilment.parcels import Parcel, Wishes
from app.persistence import tables as t
from app.persistence.fulfilment.locking import lock_idle_orders, lock_orders
from app.persistence.fulfilment.release import free_orders
from app.persistence.reads.parcels import PICKABLE, list_parcels, shares_of
from app.persistence.rows import listed, update

MOST_PARCELS = 500
_FAR = 9_223_372_036_854_775_807

_SINGLE = (
    "(SELECT SUM(r.quantity) FROM reservations r WHERE r.fulfilment_id = f.id AND r.state = 'live') = 1 "
    "AND NOT EXISTS (SELECT 1 FROM orders c WHERE c.joins_id = o.id AND c.outcome = 'consolidated')"
)
_BY = {
    True: "o.priority DESC, COALESCE(o.ship_by, :far), o.created_at, f.id",
    False: "o.created_at, f.id",
}
Pick = tuple[int, int]
"""(fulfilment id, order id)."""


def make_list(db: Connection, warehouse_id: int, wishes: Wishes, *, actor: str, now: int) -> int:
    """Put open parcels on a new pick list, at most `wishes.limit`; the list's number.

    What is being decided about just now is left for the next list. Raises `Refused("nothing-to-pick")`.
    """
    picks = _chosen(db, warehouse_id, wishes)
    # What others decide about now may be gone in a moment; what we hold is looked at once more.
    idle = lock_idle_orders(db, {order_id for some in picks.values() for _, order_id in some})
    held = [host for host, some in picks.items() if all(order_id in idle for _, order_id in some)]
    picks = _chosen(db, warehouse_id, wishes, held)
    _leave_out_stopped(db, picks)
    if not picks:
        raise Refused("nothing-to-pick")
    values = {
        "warehouse_id": warehouse_id,
        "wishes": orjson.dumps(asdict(wishes)).decode(),
        "parcels": len(picks),
        "units": _units(db, picks),
        "made_by": actor,
        "made_at": now,
    }
    key = db.execute(insert(t.pick_lists).values(**values)).inserted_primary_key
    list_id = int(key[0]) if key else 0
    rows = [(list_id, host, fulfilment_id) for host, some in picks.items() for fulfilment_id, _ in some]
    if update(db, _PICK, rows) != len(rows):
        raise Unavailable("stock-moved")
    orders = sorted({order_id for some in picks.values() for _, order_id in some})
    update(db, "UPDATE orders SET picked_at = ? WHERE id = ? AND picked_at IS NULL", [(now, one) for one in orders])
    return list_id


def take_back(db: Connection, list_id: int, *, actor: str, now: int, parcel_id: int | None = None) -> int:
    """Take a list, or one parcel of it, back: its parcels are open again; how many.

    What changed in the meantime is decided again. Raises `NotFound("not-found")`, `Refused("list-shipped")` when
    something of it has left, and `Refused("list-taken-back")`.
    """
    _open_list(db, list_id)
    parcels = _of_list(db, list_id, parcel_id)
    orders = {share.order_id for parcel in parcels for share in parcel.shares}
    lock_orders(db, orders)
    parcels = _of_list(db, list_id, parcel_id)
    if any(parcel.shipments for parcel in parcels):
        raise Refused("list-shipped")
    back = [share.fulfilment_id for parcel in parcels for share in parcel.shares if share.state == "picked"]
    changed = update(db, _UNPICK, [(one,) for one in back])
    if changed != len(back):
        raise Unavailable("stock-moved")
    free_orders(db, orders, now=now)
    if parcel_id is None:
        done = t.pick_lists.update().where(t.pick_lists.c.id == list_id)
        db.execute(done.values(taken_back_at=now, taken_back_by=actor))
    return len({parcel.id for parcel in parcels if any(share.state == "picked" for share in parcel.shares)})


def _open_list(db: Connection, list_id: int) -> None:
    row = db.execute(t.pick_lists.select().where(t.pick_lists.c.id == list_id)).first()
    if row is None:
        raise NotFound("not-found", what=str(list_id))
    if row.taken_back_at is not None:
        raise Refused("list-taken-back")


def _of_list(db: Connection, list_id: int, parcel_id: int | None) -> list[Parcel]:
    return [one for one in list_parcels(db, list_id) if parcel_id in (None, one.id)]


def _chosen(
    db: Connection, warehouse_id: int, wishes: Wishes, hosts: Collection[int] | None = None
) -> dict[int, list[Pick]]:
    """Parcels by the host's fulfilment: the host's share, then those of the orders that join it."""
    where, values = _where(wishes)
    if hosts is not None:
        one_of, values["values"] = listed(db, sorted(hosts), "bigint")
        where.append(f"f.id IN {one_of}")
    rows = db.execute(
        text(
            "SELECT f.id, f.order_id FROM fulfilments f JOIN orders o ON o.id = f.order_id "
            f"WHERE f.warehouse_id = :warehouse_id AND {' AND '.join([PICKABLE, *where])} "
            f"ORDER BY {_BY[wishes.urgent_first]} LIMIT :limit"
        ),
        {**values, "warehouse_id": warehouse_id, "limit": max(1, min(wishes.limit, MOST_PARCELS)), "far": _FAR},
    )
    picks: dict[int, list[Pick]] = {row.id: [(row.id, row.order_id)] for row in rows}
    for host, child in _joining(db, warehouse_id, picks):
        picks[host].append(child)
    return picks


def _where(wishes: Wishes) -> tuple[list[str], dict[str, Any]]:
    where: list[str] = []
    values: dict[str, Any] = {}
    if wishes.carrier is not None:
        where.append("COALESCE(f.carrier, '') = :carrier")
        values["carrier"] = wishes.carrier
    if wishes.ship_by is not None:
        where.append("o.ship_by <= :ship_by")
        values["ship_by"] = wishes.ship_by
    if wishes.size:
        where.append(f"({_SINGLE})" if wishes.size == "single" else f"NOT ({_SINGLE})")
    return where, values


def _joining(db: Connection, warehouse_id: int, picks: dict[int, list[Pick]]) -> list[tuple[int, Pick]]:
    """(the host's fulfilment, share) of each order that leaves in one of these parcels."""
    hosts = {order_id: fulfilment_id for some in picks.values() for fulfilment_id, order_id in some}
    one_of, values = listed(db, sorted(hosts), "bigint")
    rows = db.execute(
        text(
            "SELECT o.joins_id, f.id, f.order_id FROM orders o JOIN fulfilments f ON f.order_id = o.id "
            f"WHERE o.joins_id IN {one_of} AND o.outcome = 'consolidated' AND f.state = 'open' "
            "AND f.warehouse_id = :warehouse_id ORDER BY f.id"
        ),
        {"values": values, "warehouse_id": warehouse_id},
    )
    return [(hosts[row.joins_id], (row.id, row.order_id)) for row in rows]


def _leave_out_stopped(db: Connection, picks: dict[int, list[Pick]]) -> None:
    """An order of which a part has been picked is not decided again, so that its state may forbid shipping."""
    hosts: dict[int, int] = {each: host for host, some in picks.items() for each, _ in some}
    for share in shares_of(db, list(hosts)):
        if share.stop:
            picks.pop(hosts[share.fulfilment_id], None)


def _units(db: Connection, picks: dict[int, list[Pick]]) -> int:
    totals: dict[int, int] = defaultdict(int)
    ids: Sequence[int] = [each for some in picks.values() for each, _ in some]
    for share in shares_of(db, ids):
        totals[share.fulfilment_id] += sum(goods.quantity for goods in share.here)
    return sum(totals.values())


_PICK = "UPDATE fulfilments SET state = 'picked', list_id = ?, parcel_id = ? WHERE id = ? AND state = 'open'"
_UNPICK = "UPDATE fulfilments SET state = 'open', list_id = NULL, parcel_id = NULL WHERE id = ? AND state = 'picked'"
