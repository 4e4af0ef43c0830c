"""Shops, warehouses and the catalogue, as the line reads them; read anew when a write elsewhere says so."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from app.domain.calendar import local_date
from app.domain.goods import Catalogue, FreightRate, Sku, Warehouse
from app.persistence import tables as t


def load_warehouses(connection: Connection, now: int) -> list[Warehouse]:
    """Active warehouses by code, with the parcels already given to them today (Asia/Shanghai)."""
    used = dict(_pairs(connection, select(t.warehouse_days.c.warehouse_id, t.warehouse_days.c.used).where(
        t.warehouse_days.c.day == local_date(now).isoformat())))  # fmt: skip
    rows = connection.execute(select(t.warehouses).where(t.warehouses.c.active).order_by(t.warehouses.c.code))
    return [_warehouse(row, used.get(row.id, 0)) for row in rows]


def load_catalogue(connection: Connection) -> Catalogue:
    """SKUs with their components, listings by (shop code, item), freight by (warehouse code, province)."""
    parts: dict[str, list[tuple[str, int]]] = {}
    for row in connection.execute(select(t.components).order_by(t.components.c.bundle, t.components.c.sku)):
        parts.setdefault(row.bundle, []).append((row.sku, row.quantity))
    skus = {
        row.sku: Sku(row.sku, row.name, row.weight_g, row.cost, tuple(parts.get(row.sku, ())))
        for row in connection.execute(select(t.skus))
    }
    listing = select(t.shops.c.code, t.listings.c.item, t.listings.c.sku).join_from(t.listings, t.shops)
    listings = {(code, item): sku for code, item, sku in connection.execute(listing)}
    rate = select(t.warehouses.c.code, t.freight).join_from(t.freight, t.warehouses)
    freight = {
        (row.code, row.province): FreightRate(row.first_weight_g, row.first_price, row.step_g, row.step_price)
        for row in connection.execute(rate)
    }
    return Catalogue(skus, listings, freight)


def load_shops(connection: Connection) -> list[tuple[int, str, str]]:
    """`(id, code, platform)` of every shop."""
    rows = connection.execute(select(t.shops.c.id, t.shops.c.code, t.shops.c.platform))
    return [(row.id, row.code, row.platform) for row in rows]


def _pairs(connection: Connection, statement: Any) -> list[tuple[int, int]]:
    return [(row[0], row[1]) for row in connection.execute(statement)]


def _warehouse(row: Any, used: int) -> Warehouse:
    return Warehouse(
        code=row.code,
        name=row.name,
        province=row.province,
        city=row.city,
        district=row.district,
        latitude=row.latitude,
        longitude=row.longitude,
        kind=row.kind,
        provinces_served=tuple(p for p in row.provinces_served.split("|") if p),
        daily_capacity=row.daily_capacity,
        cut_off=row.cut_off,
        used_today=used,
        id=row.id,
    )
