"""SKUs, bundles, listings, and shop items that nobody has matched yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from app.persistence.tables import components, listings, order_lines, orders, shops, skus, unmatched_items

PAGE_ROWS = 50
MATCHABLE_SKUS = 20_000


@dataclass(frozen=True, slots=True)
class SkuRow:
    """A SKU; `cost` in fen; `parts` are (sku, quantity) of a bundle, empty for a plain SKU."""

    sku: str
    name: str
    weight_g: int | None
    cost: int | None
    parts: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class UnmatchedItem:
    """A shop's item that no SKU is known for; `waiting` counts order lines that wait for it."""

    shop_id: int
    shop: str
    shop_name: str
    item: str
    code: str | None
    title: str
    spec: str
    first_seen_at: int
    waiting: int = 0


def find_skus(connection: Connection, words: str = "", after: str = "") -> tuple[list[SkuRow], str]:
    """A page of SKUs whose code or name holds `words`, and the cursor of the next page (empty on the last)."""
    statement = select(skus).order_by(skus.c.sku).limit(PAGE_ROWS + 1)
    if words:
        statement = statement.where(
            or_(skus.c.sku.contains(words, autoescape=True), skus.c.name.contains(words, autoescape=True))
        )
    if after:
        statement = statement.where(skus.c.sku > after)
    rows = connection.execute(statement).all()
    parts = _parts(connection, [row.sku for row in rows])
    page = [SkuRow(row.sku, row.name, row.weight_g, row.cost, parts.get(row.sku, ())) for row in rows[:PAGE_ROWS]]
    return page, (page[-1].sku if len(rows) > PAGE_ROWS else "")


def read_sku(connection: Connection, sku: str) -> SkuRow | None:
    """One SKU with its parts, or None."""
    row = connection.execute(select(skus).where(skus.c.sku == sku)).first()
    if row is None:
        return None
    return SkuRow(row.sku, row.name, row.weight_g, row.cost, _parts(connection, [sku]).get(sku, ()))


def sku_names(connection: Connection) -> list[tuple[str, str]]:
    """(sku, name) of what an item may be matched with, at most 20,000."""
    rows = connection.execute(select(skus.c.sku, skus.c.name).order_by(skus.c.sku).limit(MATCHABLE_SKUS))
    return [(row.sku, row.name) for row in rows]


def unmatched(connection: Connection, limit: int = PAGE_ROWS) -> list[UnmatchedItem]:
    """Items without a SKU, the longest waiting first, with how many held lines wait for each."""
    statement = (
        select(unmatched_items, shops.c.code.label("shop"), shops.c.name.label("shop_name"))
        .join(shops, shops.c.id == unmatched_items.c.shop_id)
        .order_by(unmatched_items.c.first_seen_at, unmatched_items.c.item)
        .limit(limit)
    )
    return [_unmatched(connection, row) for row in connection.execute(statement).all()]


def unmatched_count(connection: Connection) -> int:
    """How many items wait to be matched."""
    return int(connection.scalar(select(func.count()).select_from(unmatched_items)) or 0)


def find_listings(connection: Connection, words: str = "", limit: int = PAGE_ROWS) -> list[Row[Any]]:
    """Matched shop items whose item or SKU begins with `words`: (shop, item, sku)."""
    statement = (
        select(shops.c.code.label("shop"), shops.c.name.label("shop_name"), listings.c.item, listings.c.sku)
        .join(shops, shops.c.id == listings.c.shop_id)
        .order_by(shops.c.code, listings.c.item)
        .limit(limit)
    )
    if words:
        starts = (listings.c.item.startswith(words, autoescape=True), listings.c.sku.startswith(words, autoescape=True))
        statement = statement.where(or_(*starts))
    return [*connection.execute(statement)]


def _unmatched(connection: Connection, row: Row[Any]) -> UnmatchedItem:
    wanted = or_(order_lines.c.item == row.item, order_lines.c.sku == row.item)
    waiting = (
        select(func.count(func.distinct(order_lines.c.order_id)))
        .join(orders, orders.c.id == order_lines.c.order_id)
        .where(wanted, orders.c.shop_id == row.shop_id, orders.c.outcome == "held")
    )
    return UnmatchedItem(
        row.shop_id, row.shop, row.shop_name, row.item, row.code, row.title, row.spec, row.first_seen_at,
        int(connection.scalar(waiting) or 0),
    )  # fmt: skip


def _parts(connection: Connection, bundles: list[str]) -> dict[str, tuple[tuple[str, int], ...]]:
    statement = select(components).where(components.c.bundle.in_(bundles)).order_by(components.c.sku)
    parts: dict[str, tuple[tuple[str, int], ...]] = {}
    for row in connection.execute(statement):
        parts[row.bundle] = (*parts.get(row.bundle, ()), (row.sku, row.quantity))
    return parts
