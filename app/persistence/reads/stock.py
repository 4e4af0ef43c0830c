"""Balances, and the ledger that explains them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select, tuple_

from app.persistence.tables import balances, ledger, skus, warehouses

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """Units of one SKU in one warehouse."""

    warehouse_id: int
    warehouse: str
    warehouse_name: str
    sku: str
    name: str
    on_hand: int
    reserved: int
    bin: str

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


def find_balances(
    connection: Connection, *, sku: str = "", warehouse: str = "", short: bool = False, after: str = ""
) -> tuple[list[BalanceRow], str]:
    """A page of balances by SKU, and the cursor of the next page (empty on the last).

    `sku` is the beginning of a SKU; `warehouse` a code; `short` keeps only those with nothing available.
    """
    statement = _balances().limit(PAGE_ROWS + 1)
    if sku:
        # A range instead of LIKE, so that the index on sku serves it in every collation of the database.
        statement = statement.where(balances.c.sku >= sku, balances.c.sku < sku + "\U0010ffff")
    if warehouse:
        statement = statement.where(warehouses.c.code == warehouse)
    if short:
        statement = statement.where(balances.c.on_hand <= balances.c.reserved)
    if after:
        place, _, number = after.rpartition("@")
        statement = statement.where(
            tuple_(balances.c.sku, balances.c.warehouse_id) > tuple_(place, int(number) if number.isdigit() else 0)
        )
    rows = [BalanceRow(*row) for row in connection.execute(statement)]
    older = f"{rows[PAGE_ROWS - 1].sku}@{rows[PAGE_ROWS - 1].warehouse_id}" if len(rows) > PAGE_ROWS else ""
    return rows[:PAGE_ROWS], older


def read_balance(connection: Connection, warehouse: str, sku: str) -> BalanceRow | None:
    """The balance of `sku` at the warehouse with this code, or None when it was never set."""
    row = connection.execute(_balances().where(warehouses.c.code == warehouse, balances.c.sku == sku)).first()
    return BalanceRow(*row) if row else None


def read_ledger(connection: Connection, sku: str, before: int | None = None, limit: int = 100) -> list[Row[Any]]:
    """The changes of a SKU's balances over all warehouses, the latest first, ids below `before` when given."""
    statement = (
        select(ledger, warehouses.c.code.label("warehouse"), warehouses.c.name.label("warehouse_name"))
        .join(warehouses, warehouses.c.id == ledger.c.warehouse_id)
        .where(ledger.c.sku == sku)
        .order_by(ledger.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(ledger.c.id < before)
    return list(connection.execute(statement).all())


def has_balances(connection: Connection) -> bool:
    """Whether any stock was ever set."""
    return connection.execute(select(balances.c.sku).limit(1)).first() is not None


def _balances() -> Select[Any]:
    return (
        select(
            balances.c.warehouse_id, warehouses.c.code, warehouses.c.name, balances.c.sku,
            skus.c.name.label("sku_name"), balances.c.on_hand, balances.c.reserved, balances.c.bin,
        )
        .join(warehouses, warehouses.c.id == balances.c.warehouse_id)
        .join(skus, skus.c.sku == balances.c.sku, isouter=True)
        .order_by(balances.c.sku, balances.c.warehouse_id)
    )  # fmt: skip
