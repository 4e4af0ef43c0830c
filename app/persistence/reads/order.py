"""Everything about one order that its page tells. Sealed columns are handed on sealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, or_, select

from app.domain.errors import NotFound
from app.persistence.reads.timers import events_of
from app.persistence.tables import (
    balances,
    decisions,
    fulfilments,
    interventions,
    notes,
    order_lines,
    orders,
    purchases,
    redecisions,
    reservations,
    shops,
    source_orders,
    tasks,
    transfers,
    verdicts,
    warehouses,
)
from app.persistence.unmasking import looks_at

HeadRow = Row[Any]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A fulfilment with what it reserves; `picks` are rows of (line, sku, quantity, source, state)."""

    id: int
    warehouse: str
    warehouse_name: str
    state: str
    carrier: str | None
    created_at: int
    picks: list[Row[Any]]


@dataclass(frozen=True, slots=True)
class OrderFile:
    """One order with all that hangs on it. Rows carry the columns of their tables, times in epoch seconds."""

    head: HeadRow
    doc: dict[str, Any]
    lines: list[Row[Any]]
    parcels: list[Parcel]
    revisions: list[Row[Any]]
    decisions: list[Row[Any]]
    interventions: list[Row[Any]]
    tasks: list[Row[Any]]
    notes: list[Row[Any]]
    transfers: list[Row[Any]]
    purchases: list[Row[Any]]
    waiting: Row[Any] | None
    looks: list[Row[Any]]
    sightings: list[Row[Any]]


def read_order(connection: Connection, order_id: int) -> OrderFile:
    """The order `order_id`. Raises `NotFound("not-found")`."""
    head = connection.execute(_head().where(orders.c.id == order_id)).first()
    if head is None:
        raise NotFound("not-found", what=str(order_id))
    return OrderFile(
        head=head,
        doc=orjson.loads(head.doc),
        lines=_all(connection, select(order_lines).where(order_lines.c.order_id == order_id)),
        parcels=_parcels(connection, order_id),
        revisions=_all(connection, _revisions(order_id)),
        decisions=_all(connection, _decisions(order_id)),
        interventions=_all(connection, _by_order(interventions, order_id).order_by(interventions.c.id)),
        tasks=_all(connection, _by_order(tasks, order_id).order_by(tasks.c.id)),
        notes=_all(connection, _by_order(notes, order_id).order_by(notes.c.id)),
        transfers=_transfers(connection, order_id),
        purchases=_all(connection, _by_order(purchases, order_id)),
        waiting=connection.execute(_by_order(redecisions, order_id)).first(),
        looks=looks_at(connection, order_id),
        sightings=list(events_of(connection, order_id)),
    )


def find_order_id(connection: Connection, text: str) -> int:
    """The order that `text` names: its own id, or the platform's number. Raises `NotFound("not-found")`."""
    numbers = select(orders.c.id).where(orders.c.shop_id.in_(select(shops.c.id)), orders.c.tid == text)
    found = connection.scalar(numbers)
    if found is None and text.isdigit() and int(text) < 2**63:
        found = connection.scalar(select(orders.c.id).where(orders.c.id == int(text)))
    if found is None:
        raise NotFound("not-found", what=text)
    return int(found)


def read_payload(connection: Connection, order_id: int, revision: int) -> bytes:
    """The platform's own words of one revision, sealed. Raises `NotFound("not-found")`."""
    row = connection.scalar(
        select(source_orders.c.payload).where(
            source_orders.c.order_id == order_id, source_orders.c.revision == revision
        )
    )
    if not row:
        # An erased one is empty.
        raise NotFound("not-found", what=f"{order_id}/{revision}")
    return bytes(row)


def read_heads(connection: Connection, order_ids: list[int]) -> dict[int, HeadRow]:
    """The heads of these orders by id, for comparing and linking."""
    return {row.id: row for row in connection.execute(_head().where(orders.c.id.in_(order_ids)))}


def related_orders(connection: Connection, head: HeadRow) -> dict[str, list[HeadRow]]:
    """Orders this one is tied to: `anchor` (it may repeat), `repeats` (of it), `joins`, `joined` (its parcel)."""
    ids = {"anchor": [head.anchor_id] if head.anchor_id else [], "joins": [head.joins_id] if head.joins_id else []}
    ids["repeats"] = list(connection.scalars(select(orders.c.id).where(orders.c.anchor_id == head.id).limit(20)))
    ids["joined"] = list(connection.scalars(select(orders.c.id).where(orders.c.joins_id == head.id).limit(20)))
    heads = read_heads(connection, [each for some in ids.values() for each in some])
    return {tie: [heads[each] for each in some if each in heads] for tie, some in ids.items()}


def verdicts_of(connection: Connection, order_id: int) -> list[Row[Any]]:
    """What people have said of this order being the same as another."""
    either = or_(verdicts.c.order_a == order_id, verdicts.c.order_b == order_id)
    return _all(connection, select(verdicts).where(either).order_by(verdicts.c.at))


def stock_of(connection: Connection, skus: list[str]) -> dict[str, dict[str, tuple[int, int]]]:
    """(on hand, reserved) of these SKUs by warehouse code; a warehouse that holds none of them is left out."""
    statement = (
        select(warehouses.c.code, balances.c.sku, balances.c.on_hand, balances.c.reserved)
        .join(warehouses, warehouses.c.id == balances.c.warehouse_id)
        .where(balances.c.sku.in_(skus))
    )
    held: dict[str, dict[str, tuple[int, int]]] = {}
    for row in connection.execute(statement):
        held.setdefault(row.code, {})[row.sku] = (row.on_hand, row.reserved)
    return held


def _head() -> Select[Any]:
    columns = (shops.c.code.label("shop"), shops.c.name.label("shop_name"), shops.c.platform)
    return select(orders, *columns).join(shops, shops.c.id == orders.c.shop_id)


def _by_order(table: Any, order_id: int) -> Select[Any]:
    return select(table).where(table.c.order_id == order_id)


def _revisions(order_id: int) -> Select[Any]:
    columns = [column for column in source_orders.c if column.name not in {"payload", "digest"}]
    return select(*columns).where(source_orders.c.order_id == order_id).order_by(source_orders.c.revision)


def _decisions(order_id: int) -> Select[Any]:
    return select(decisions).where(decisions.c.order_id == order_id).order_by(decisions.c.seq)


def _transfers(connection: Connection, order_id: int) -> list[Row[Any]]:
    source, destination = warehouses.alias("source"), warehouses.alias("destination")
    statement = (
        select(transfers, source.c.code.label("source"), destination.c.code.label("destination"))
        .join(source, source.c.id == transfers.c.source_id)
        .join(destination, destination.c.id == transfers.c.destination_id)
        .where(transfers.c.order_id == order_id)
    )
    return _all(connection, statement)


def _parcels(connection: Connection, order_id: int) -> list[Parcel]:
    statement = (
        select(fulfilments, warehouses.c.code, warehouses.c.name)
        .join(warehouses, warehouses.c.id == fulfilments.c.warehouse_id)
        .where(fulfilments.c.order_id == order_id)
        .order_by(fulfilments.c.id)
    )
    picks = _picks(connection, order_id)
    return [
        Parcel(row.id, row.code, row.name, row.state, row.carrier, row.created_at, picks.get(row.id, []))
        for row in connection.execute(statement)
    ]


def _picks(connection: Connection, order_id: int) -> dict[int, list[Row[Any]]]:
    statement = (
        select(reservations, warehouses.c.code.label("source"))
        .join(warehouses, warehouses.c.id == reservations.c.warehouse_id)
        .where(reservations.c.order_id == order_id)
        .order_by(reservations.c.fulfilment_id, reservations.c.position)
    )
    grouped: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(statement):
        grouped.setdefault(row.fulfilment_id, []).append(row)
    return grouped


def _all(connection: Connection, statement: Select[Any]) -> list[Row[Any]]:
    return list(connection.execute(statement).all())
