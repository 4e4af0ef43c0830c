"""How orders stand, as far as an import must know before it sends them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from app.persistence.rows import listed


@dataclass(frozen=True, slots=True)
class Standing:
    """A stored order's current revision; `digest` is of its content, as `order_rows.content` tells it."""

    id: int
    history: bool
    created_at: int
    modified_at: int | None
    digest: bytes


def standing_of(connection: Connection, shop: str, numbers: Sequence[str]) -> dict[str, Standing]:
    """The stored ones among these orders of a shop, by number."""
    if not numbers:
        return {}
    one_of, values = listed(connection, numbers)
    rows = connection.execute(
        text(
            "SELECT o.tid, o.id, o.history, o.created_at, o.modified_at, r.digest FROM orders o "
            "JOIN source_orders r ON r.order_id = o.id AND r.revision = (SELECT MAX(a.revision) "
            "FROM source_orders a WHERE a.order_id = o.id AND a.applied) "
            f"WHERE o.shop_id = (SELECT id FROM shops WHERE code = :shop) AND o.tid IN {one_of}"
        ),
        {"shop": shop, "values": values},
    )
    return {row.tid: Standing(row.id, bool(row.history), row.created_at, row.modified_at, row.digest) for row in rows}
