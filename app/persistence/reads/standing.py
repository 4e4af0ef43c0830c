"""Where orders stand now, as much of it as people must know before they say something of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import Connection, or_, select

from app.persistence.tables import (
    decisions,
    fulfilments,
    identities,
    interventions,
    orders,
    reservations,
    shops,
    tasks,
    warehouses,
)


@dataclass(frozen=True, slots=True)
class StandingParcel:
    """A parcel that was not cancelled: its warehouse's code, its state, and its units by (source's code, SKU)."""

    warehouse: str
    state: str
    carrier: str | None
    units: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(slots=True)
class Standing:
    """One order as it stands. `holds` are the reasons of its latest decision; `tasks` the open (kind, details)."""

    order_id: int
    tid: str
    shop_name: str
    outcome: str
    reason: str
    decision_seq: int
    priority: int
    holds: list[str] = field(default_factory=list)
    parcels: dict[int, StandingParcel] = field(default_factory=dict)
    tasks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def shipped(self) -> bool:
        """Whether one of its parcels has left."""
        return any(parcel.state == "shipped" for parcel in self.parcels.values())

    @property
    def units(self) -> Counter[tuple[str, str]]:
        """Units reserved for it, by (source's code, SKU)."""
        return sum((parcel.units for parcel in self.parcels.values()), Counter())

    @property
    def carrier(self) -> str | None:
        """The carrier that its parcels are to go by."""
        return next((parcel.carrier for parcel in self.parcels.values() if parcel.carrier), None)


def followers(connection: Connection, order_ids: Collection[int]) -> list[int]:
    """Unpicked orders that share, or by people's words are to share, the parcel of one of these."""
    said = interventions.c
    named = select(said.order_id).where(
        said.kind == "consolidate", said.undone_at.is_(None), said.other_id.in_(order_ids)
    )
    chosen = or_(orders.c.joins_id.in_(order_ids), orders.c.id.in_(named)) & orders.c.picked_at.is_(None)
    return list(connection.scalars(select(orders.c.id).where(chosen)))


def sharing_identity(connection: Connection, order_id: int, limit: int = 50) -> list[int]:
    """Live, unpicked orders that share a piece of identity evidence with this one and may leave, the latest first."""
    keys = select(identities.c.key).where(identities.c.order_id == order_id)
    near = select(identities.c.order_id).where(identities.c.key.in_(keys))
    wanted = orders.c.outcome.in_(("allocated", "consolidated", "backordered"))
    chosen = orders.c.id.in_(near) & wanted & orders.c.picked_at.is_(None) & (orders.c.id != order_id)
    statement = select(orders.c.id).where(chosen).order_by(orders.c.created_at.desc()).limit(limit)
    return list(connection.scalars(statement))


def standings(connection: Connection, order_ids: Collection[int]) -> dict[int, Standing]:
    """Where these orders stand, by id in the order given; an unknown id is left out."""
    head = (
        orders.c.id,
        orders.c.tid,
        shops.c.name,
        orders.c.outcome,
        orders.c.reason,
        orders.c.decision_seq,
        orders.c.priority,
    )
    statement = select(*head).join(shops, shops.c.id == orders.c.shop_id).where(orders.c.id.in_(order_ids))
    rows = {row[0]: Standing(*row) for row in connection.execute(statement)}
    found = {order_id: rows[order_id] for order_id in order_ids if order_id in rows}
    _add_holds(connection, found)
    _add_parcels(connection, found)
    chosen = tasks.c.order_id.in_(found) & tasks.c.open_key.is_not(None)
    for row in connection.execute(select(tasks.c.order_id, tasks.c.kind, tasks.c.details).where(chosen)):
        found[row.order_id].tasks.append((row.kind, orjson.loads(row.details)))
    return found


def holds_of(connection: Connection, order_id: int, seq: int) -> list[str]:
    """The reasons for which the decision `seq` of an order held it."""
    chosen = (decisions.c.order_id == order_id) & (decisions.c.seq == seq)
    record = connection.scalar(select(decisions.c.record).where(chosen))
    return _reasons(record) if record else []


def _add_holds(connection: Connection, found: dict[int, Standing]) -> None:
    held = [one.order_id for one in found.values() if one.outcome == "held"]
    latest = (decisions.c.order_id == orders.c.id) & (decisions.c.seq == orders.c.decision_seq)
    statement = select(orders.c.id, decisions.c.record).join(decisions, latest).where(orders.c.id.in_(held))
    for order_id, record in connection.execute(statement):
        found[order_id].holds = _reasons(record)


def _reasons(record: bytes) -> list[str]:
    return [hold["reason"] for hold in orjson.loads(record)["decision"].get("holds", ())]


def _add_parcels(connection: Connection, found: dict[int, Standing]) -> None:
    source = warehouses.alias("source")
    statement = (
        select(
            fulfilments.c.order_id, fulfilments.c.id, warehouses.c.code, fulfilments.c.state,
            fulfilments.c.carrier,
            source.c.code.label("source"), reservations.c.sku, reservations.c.quantity,
        )
        .join(warehouses, warehouses.c.id == fulfilments.c.warehouse_id)
        .join(reservations, reservations.c.fulfilment_id == fulfilments.c.id)
        .join(source, source.c.id == reservations.c.warehouse_id)
        .where(fulfilments.c.order_id.in_(found), fulfilments.c.state != "cancelled")
        .order_by(fulfilments.c.id)
    )  # fmt: skip
    for row in connection.execute(statement):
        parcel = found[row.order_id].parcels.setdefault(row.id, StandingParcel(row.code, row.state, row.carrier))
        parcel.units[row.source, row.sku] += row.quantity
