"""Orders that are picked: when they change, the mirror follows the platform and people are asked.

Nothing is decided about what is in somebody's hands; only a part that waits for goods goes on by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, text

from app.domain.book import Stored
from app.domain.decision import Given
from app.domain.goods import Catalogue
from app.domain.order import OrderState
from app.fulfilment.parcels import GIFT, why_stopped
from app.persistence import tables as t
from app.persistence.order_rows import encode
from app.persistence.reads.parcels import orders_leaving
from app.persistence.rows import insert, listed, update
from app.persistence.sealing import Sealer

_MIRROR = (
    "UPDATE orders SET state = ?, modified_at = ?, ship_by = ?, province = ?, paid = ?, doc = ?, personal = ? "
    "WHERE id = ?"
)
_LINES = ("order_id", "line", "sku", "item", "quantity", "refund")


def fill_given(db: Connection, picked: Collection[Stored]) -> None:
    """Write into these orders what they have in parcels, gifts left out: it is not decided again."""
    if not picked:
        return
    one_of, values = listed(db, [stored.id for stored in picked], "bigint")
    rows = db.execute(
        text(
            "SELECT order_id, line, sku, SUM(quantity) AS units, SUM(CASE WHEN state = 'consumed' THEN 1 ELSE 0 END) "
            f"AS gone FROM reservations WHERE state IN ('live', 'consumed') AND order_id IN {one_of} "
            "GROUP BY order_id, line, sku"
        ),
        {"values": values},
    )
    units: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    left = set()
    for row in rows:
        if row.gone:
            left.add(row.order_id)
        if not row.line.startswith(GIFT):
            units[row.order_id][row.line, row.sku] = int(row.units)
    for stored in picked:
        stored.given = Given(units[stored.id], stored.id in left)


def follow_platform(db: Connection, sealer: Sealer, catalogue: Catalogue, changed: Collection[Stored]) -> None:
    """Write what the platform says of these orders now."""
    rows, lines = [], []
    for stored in changed:
        order = stored.order
        document, personal = encode(order)
        sealed = sealer.seal(personal, f"order:{stored.id}")
        plain = (str(order.state), order.modified_at, order.ship_by, order.province, order.paid, document)
        rows.append((*plain, sealed, stored.id))
        for line in order.lines:
            sku = catalogue.resolve(order.shop, line.item, line.sku) or line.sku
            lines.append((stored.id, line.id, sku, line.item, line.quantity, str(line.refund)))
    one_of, values = listed(db, [stored.id for stored in changed], "bigint")
    db.execute(text(f"DELETE FROM order_lines WHERE order_id IN {one_of}"), {"values": values})
    insert(db, t.order_lines, _LINES, lines)
    update(db, _MIRROR, rows)


def tasks_of(db: Connection, changed: Collection[Stored], *, now: int) -> list[tuple[Stored, str, str]]:
    """What people must do about these orders now: (order, kind, owner).

    That an order may leave again closes the task that said it must not; that all of it has left, and the platform
    says so too, is no news.
    """
    ids = [stored.id for stored in changed]
    here, left = _lines_here(db, ids), orders_leaving(db, ids)
    asked, going = [], []
    for stored in changed:
        lines = here.get(stored.id)
        if lines and why_stopped(stored.order, stored.overlay, lines, leaving=stored.id in left):
            asked.append((stored, "stop-parcel", "warehouse"))
        elif lines or stored.order.state not in (OrderState.SHIPPED, OrderState.SIGNED):
            going.append(stored)
    again = _close_stopped(db, [stored.id for stored in going], now=now)
    return asked + [(each, "changed-after-pick", "supervisor") for each in going if each.id not in again]


def _close_stopped(db: Connection, order_ids: list[int], *, now: int) -> set[int]:
    """Close the tasks that these orders must not leave; orders that had one."""
    one_of, values = listed(db, order_ids, "bigint")
    chosen = f"open_key IS NOT NULL AND kind = 'stop-parcel' AND order_id IN {one_of}"
    found = {row[0] for row in db.execute(text(f"SELECT order_id FROM tasks WHERE {chosen}"), {"values": values})}
    done = f"UPDATE tasks SET open_key = NULL, closed_at = :now, closed_by = 'decision' WHERE {chosen}"
    db.execute(text(done), {"values": values, "now": now})
    return found


def _lines_here(db: Connection, order_ids: list[int]) -> dict[int, set[str]]:
    """Lines of which something is still in the warehouse, by order."""
    one_of, values = listed(db, order_ids, "bigint")
    statement = f"SELECT order_id, line FROM reservations WHERE state = 'live' AND order_id IN {one_of}"
    found: dict[int, set[str]] = {}
    for order_id, line in db.execute(text(statement), {"values": values}):
        found.setdefault(order_id, set()).add(line)
    return found
