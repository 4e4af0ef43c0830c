"""Changing stock on hand: each change guarded, in the ledger, and felt by the orders that wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from app.domain.errors import Problem, Refused
from app.persistence import tables as t
from app.persistence.redecisions import ask_for_sku
from app.persistence.rows import insert, upsert


@dataclass(frozen=True, slots=True)
class StockCount:
    """What was counted: `on_hand` units of `sku` at `warehouse` (code); `bin` None keeps the known one."""

    warehouse: str
    sku: str
    on_hand: int
    bin: str | None = None


def set_stock(db: Connection, counts: Sequence[StockCount], *, doc: str, now: int) -> int:
    """Set stock on hand to what was counted; how many waiting orders will be decided again.

    A SKU never heard of is added (its name is its code). Raises `Refused("stock-refused")` with a problem for each
    unknown warehouse, negative count, or count below what is reserved; then nothing is changed.
    """
    places = {row.code: row.id for row in db.execute(text("SELECT id, code FROM warehouses"))}
    known = {
        (row.warehouse_id, row.sku): (row.on_hand, row.reserved)
        for row in db.execute(text("SELECT warehouse_id, sku, on_hand, reserved FROM balances"))
    }
    problems = [p for i, c in enumerate(counts) if (p := _problem(i, c, places, known))]
    if problems:
        raise Refused("stock-refused", problems=tuple(problems))
    upsert(
        db,
        t.skus,
        ("sku", "name", "demo"),
        [(sku, sku, False) for sku in sorted({c.sku for c in counts})],
        "(sku) DO NOTHING",
    )
    rows = [(places[c.warehouse], c.sku, c.on_hand, 0, c.bin or "") for c in counts]
    keep = "" if any(c.bin is not None for c in counts) else "balances.bin"
    change = f"(warehouse_id, sku) DO UPDATE SET on_hand = excluded.on_hand, bin = {keep or 'excluded.bin'}"
    upsert(db, t.balances, ("warehouse_id", "sku", "on_hand", "reserved", "bin"), rows, change)
    deltas = [(p, s, n - known.get((p, s), (0, 0))[0]) for p, s, n, _, _ in rows]
    ledger = [(place, sku, delta, 0, "count", doc, now) for place, sku, delta in deltas if delta]
    columns = ("warehouse_id", "sku", "on_hand_delta", "reserved_delta", "reason", "doc", "at")
    insert(db, t.ledger, columns, ledger)
    return ask_for_sku(db, {sku for _, sku, delta in deltas if delta > 0}, now=now)


def _problem(
    index: int, count: StockCount, places: dict[str, int], known: dict[tuple[int, str], tuple[int, int]]
) -> Problem | None:
    place = places.get(count.warehouse)
    path = f"row {index + 1}"
    if place is None:
        return Problem("warehouse-unknown", path, {"warehouse": count.warehouse})
    if count.on_hand < 0:
        return Problem("stock-negative", path, {"sku": count.sku})
    reserved = known.get((place, count.sku), (0, 0))[1]
    if count.on_hand < reserved:
        details = {"sku": count.sku, "warehouse": count.warehouse, "reserved": reserved, "on_hand": count.on_hand}
        return Problem("stock-below-reserved", path, details)
    return None
