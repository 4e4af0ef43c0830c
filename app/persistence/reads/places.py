"""Shops and warehouses, as their pages list them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from app.domain.errors import NotFound
from app.persistence.tables import balances, freight, shops, warehouse_days, warehouses


@dataclass(frozen=True, slots=True)
class ShopRow:
    """A shop; `key_tail` is the end of its API key, None when it has none."""

    id: int
    code: str
    name: str
    platform: str
    key_tail: str | None
    active: bool
    demo: bool
    created_at: int


def list_shops(connection: Connection) -> list[ShopRow]:
    """Every shop by code."""
    return [ShopRow(*row) for row in connection.execute(_shops().order_by(shops.c.code))]


def read_shop(connection: Connection, code: str) -> ShopRow:
    """The shop `code`. Raises `NotFound("not-found")`."""
    row = connection.execute(_shops().where(shops.c.code == code)).first()
    if row is None:
        raise NotFound("not-found", what=code)
    return ShopRow(*row)


def list_warehouses(connection: Connection, day: str) -> list[Row[Any]]:
    """Every warehouse by code with `skus`, `units` (on hand), `reserved`, and `used` parcels on the ISO date `day`."""
    held = _held().subquery()
    statement = (
        select(warehouses, held.c.skus, held.c.units, held.c.reserved, warehouse_days.c.used)
        .join(held, held.c.warehouse_id == warehouses.c.id, isouter=True)
        .join(warehouse_days, _on_day(day), isouter=True)
        .order_by(warehouses.c.code)
    )
    return list(connection.execute(statement).all())


def warehouse_kinds(connection: Connection) -> list[str]:
    """The kinds that warehouses are of."""
    return list(connection.scalars(select(warehouses.c.kind).distinct().order_by(warehouses.c.kind)))


def read_warehouse(connection: Connection, code: str) -> Row[Any]:
    """The warehouse `code`. Raises `NotFound("not-found")`."""
    row = connection.execute(select(warehouses).where(warehouses.c.code == code)).first()
    if row is None:
        raise NotFound("not-found", what=code)
    return row


def read_freight(connection: Connection, warehouse_id: int) -> list[Row[Any]]:
    """A warehouse's freight table by province; prices in fen."""
    statement = select(freight).where(freight.c.warehouse_id == warehouse_id).order_by(freight.c.province)
    return list(connection.execute(statement).all())


def warehouse_names(connection: Connection) -> list[tuple[str, str]]:
    """(code, name) of every active warehouse, for choosing one."""
    statement = select(warehouses.c.code, warehouses.c.name).where(warehouses.c.active).order_by(warehouses.c.code)
    return [(row.code, row.name) for row in connection.execute(statement)]


def _shops() -> Select[Any]:
    return select(
        shops.c.id, shops.c.code, shops.c.name, shops.c.platform, shops.c.key_tail, shops.c.active, shops.c.demo,
        shops.c.created_at,
    )  # fmt: skip


def _held() -> Select[Any]:
    return select(
        balances.c.warehouse_id,
        func.count().label("skus"),
        func.sum(balances.c.on_hand).label("units"),
        func.sum(balances.c.reserved).label("reserved"),
    ).group_by(balances.c.warehouse_id)


def _on_day(day: str) -> Any:
    return and_(warehouse_days.c.warehouse_id == warehouses.c.id, warehouse_days.c.day == day)
