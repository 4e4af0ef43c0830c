"""Giving orders back to the line once the warehouse has nothing of them in hand, and stock back to everybody."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, text

from app.domain.errors import NotFound, Refused, Unavailable
from app.fulfilment.parcels import Goods, Parcel, Share
from app.persistence.balances import Move, move_stock
from app.persistence.fulfilment.locking import lock_orders
from app.persistence.reads.parcels import read_parcels, shares_of
from app.persistence.redecisions import ask_again, ask_for_sku
from app.persistence.rows import listed, update

_IN_HAND = (
    "SELECT order_id FROM fulfilments WHERE state IN ('picked', 'shipped') AND order_id IN {one_of} "
    "UNION SELECT order_id FROM shipment_lines WHERE order_id IN {one_of} "
    "UNION SELECT order_id FROM transfers WHERE state = 'sent' AND order_id IN {one_of}"
)
"""Orders that the line must leave alone: something of them is picked, has left, or is on the road between houses."""
_TOUCHED = (
    "SELECT o.id FROM orders o WHERE o.id IN {one_of} AND ("
    "EXISTS (SELECT 1 FROM tasks k WHERE k.order_id = o.id AND k.open_key IS NOT NULL "
    "AND k.kind IN ('changed-after-pick', 'rolled-back-after-pick', 'stop-parcel')) "
    "OR EXISTS (SELECT 1 FROM interventions i WHERE i.order_id = o.id "
    "AND (i.at >= o.picked_at OR i.undone_at >= o.picked_at)))"
)


def free_orders(db: Connection, order_ids: Collection[int], *, now: int, changed: Collection[int] = ()) -> None:
    """Give those of these orders back to the line of which nothing is in hand any more.

    What was said of them, or changed, since they were picked is decided again, and so are those in `changed`.
    """
    one_of, values = listed(db, sorted(order_ids), "bigint")
    given = {"values": values}
    in_hand = {row[0] for row in db.execute(text(_IN_HAND.format(one_of=one_of)), given)}
    free = sorted(set(order_ids) - in_hand)
    if not free:
        return
    one_of, values = listed(db, free, "bigint")
    touched = {row[0] for row in db.execute(text(_TOUCHED.format(one_of=one_of)), {"values": values})}
    touched |= {share.order_id for share in _shares(db, free) if share.stop}
    db.execute(text(f"UPDATE orders SET picked_at = NULL WHERE id IN {one_of}"), {"values": values})
    ask_again(db, touched | (set(changed) & set(free)), "people", now=now)


def put_back(db: Connection, parcel_id: int, *, actor: str, now: int) -> tuple[list[str], int]:
    """Put back what must not leave of a parcel: its stock is free again; (order numbers, units).

    Raises `NotFound("parcel-unknown")`, `Refused("parcel-not-stopped")`, and `Refused("parcel-on-the-road")` while its
    goods are on their way from another warehouse.
    """
    parcel = _locked(db, parcel_id)
    stopped = [share for share in parcel.shares if share.stop and share.here]
    if not stopped:
        raise Refused("parcel-not-stopped", parcel=parcel.number)
    orders = [share.order_id for share in stopped]
    _end_transfers(db, orders, parcel.number)
    goods = [each for share in stopped for each in share.here]
    _release(db, parcel, goods, now=now)
    rows = [
        ("shipped" if any(each.state == "consumed" for each in share.goods) else "cancelled", share.fulfilment_id)
        for share in stopped
    ]
    if update(db, "UPDATE fulfilments SET state = ? WHERE id = ? AND state IN ('open', 'picked')", rows) != len(rows):
        raise Unavailable("stock-moved")
    _close_tasks(db, orders, actor, now=now)
    free_orders(db, orders, now=now, changed=orders)
    return [share.order.id for share in stopped], sum(each.quantity for each in goods)


def _locked(db: Connection, parcel_id: int) -> Parcel:
    """The parcel as it is once nobody decides about its orders. One that is on no list has its fulfilment's id."""
    parcel = _parcel(db, parcel_id)
    lock_orders(db, {share.order_id for share in parcel.shares})
    return _parcel(db, parcel_id)


def _parcel(db: Connection, parcel_id: int) -> Parcel:
    found = read_parcels(db, [parcel_id]).get(parcel_id)
    if found is None:
        shares = shares_of(db, [parcel_id])
        if not shares:
            raise NotFound("parcel-unknown", parcel=str(parcel_id))
        warehouse_id = shares[0].goods[0].warehouse_id if shares[0].goods else 0
        found = Parcel(parcel_id, None, warehouse_id, None, shares)
    return found


def _release(db: Connection, parcel: Parcel, goods: list[Goods], *, now: int) -> None:
    rows = [(each.fulfilment_id, each.position) for each in goods]
    statement = "UPDATE reservations SET state = 'released' WHERE fulfilment_id = ? AND position = ? AND state = 'live'"
    if update(db, statement, rows) != len(rows):
        raise Unavailable("stock-moved")
    moves = [Move(each.warehouse_id, each.sku, 0, -each.quantity, f"parcel:{parcel.number}") for each in goods]
    move_stock(db, moves, "put-back", now=now)
    ask_for_sku(db, {each.sku for each in goods}, now=now)


def _end_transfers(db: Connection, order_ids: list[int], parcel: str) -> None:
    one_of, values = listed(db, order_ids, "bigint")
    sent = text(f"SELECT 1 FROM transfers WHERE state = 'sent' AND order_id IN {one_of}")
    if db.execute(sent, {"values": values}).first():
        raise Refused("parcel-on-the-road", parcel=parcel)
    ended = text(f"UPDATE transfers SET state = 'cancelled' WHERE state = 'open' AND order_id IN {one_of}")
    db.execute(ended, {"values": values})


def _close_tasks(db: Connection, order_ids: list[int], actor: str, *, now: int) -> None:
    one_of, values = listed(db, order_ids, "bigint")
    db.execute(
        text(
            "UPDATE tasks SET open_key = NULL, closed_at = :now, closed_by = :actor "
            f"WHERE open_key IS NOT NULL AND kind = 'stop-parcel' AND order_id IN {one_of}"
        ),
        {"values": values, "now": now, "actor": actor},
    )


def _shares(db: Connection, order_ids: list[int]) -> list[Share]:
    one_of, values = listed(db, order_ids, "bigint")
    statement = text(f"SELECT id FROM fulfilments WHERE state = 'open' AND order_id IN {one_of}")
    return shares_of(db, [row[0] for row in db.execute(statement, {"values": values})])
