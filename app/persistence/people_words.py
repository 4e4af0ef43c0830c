"""What people said of orders: interventions laid over them, and verdicts on suspected duplicates."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, and_, insert, select, text

from app.domain.decision import Overlay
from app.persistence import tables as t
from app.persistence.rows import listed

KINDS = ("hold", "release", "cancel", "warehouse", "carrier", "priority", "urgent", "address")


def overlays(connection: Connection, order_ids: Collection[int]) -> dict[int, Overlay]:
    """The overlay of every order that has one; undone interventions do not count."""
    if not order_ids:
        return {}
    one_of, values = listed(connection, list(order_ids), "bigint")
    statement = text(
        f"SELECT order_id, kind, value FROM interventions WHERE undone_at IS NULL AND order_id IN {one_of} ORDER BY id"
    )
    found: dict[int, Overlay] = {}
    for order_id, kind, value in connection.execute(statement, {"values": values}):
        _lay(found.setdefault(order_id, Overlay()), kind, orjson.loads(value))
    return found


def _lay(overlay: Overlay, kind: str, value: dict[str, Any]) -> None:
    match kind:
        case "hold":
            overlay.held, overlay.hold_reason = True, value.get("reason", "")
            overlay.released -= {overlay.hold_reason or "held-by-person"}
        case "release":
            overlay.held = False
            overlay.released = overlay.released | set(value.get("reasons", ()))
        case "cancel":
            overlay.cancelled = True
        case "address":
            overlay.address = {**overlay.address, **value}
        case _:
            setattr(overlay, kind, value.get(kind))


def intervene(connection: Connection, order_id: int, kind: str, value: dict[str, Any], *, actor: str, now: int) -> int:
    """Lay a person's word over an order and ask for it to be decided again; the intervention's id."""
    row = {"order_id": order_id, "kind": kind, "value": orjson.dumps(value).decode(), "actor": actor, "at": now}
    identity = connection.execute(insert(t.interventions).values(**row)).inserted_primary_key
    return int(identity[0]) if identity else 0


def undo_intervention(connection: Connection, intervention_id: int, *, now: int) -> int | None:
    """Take an intervention back; the order it was laid over, None when it was taken back before.

    A cancellation that came of the answer "the same" (`repeat_of`) takes the answer along.
    """
    found = t.interventions.c
    chosen = (found.id == intervention_id) & found.undone_at.is_(None)
    row = connection.execute(select(found.order_id, found.value).where(chosen)).first()
    if row is None:
        return None
    connection.execute(t.interventions.update().where(chosen).values(undone_at=now))
    other = orjson.loads(row.value).get("repeat_of")
    if other is not None:
        connection.execute(t.verdicts.delete().where(_between(row.order_id, other) & t.verdicts.c.same))
    return int(row.order_id)


def say_same(connection: Connection, one: int, other: int, *, same: bool, actor: str, now: int) -> None:
    """Remember that two orders are, or are not, the same purchase; a later answer replaces an earlier one."""
    low, high = sorted((one, other))
    connection.execute(t.verdicts.delete().where(_between(low, high)))
    connection.execute(insert(t.verdicts).values(order_a=low, order_b=high, same=same, actor=actor, at=now))


def forget_answer(connection: Connection, one: int, other: int) -> bool:
    """Take back the answer whether two orders are the same; whether there was one."""
    return bool(connection.execute(t.verdicts.delete().where(_between(one, other))).rowcount)


def _between(one: int, other: int) -> ColumnElement[bool]:
    low, high = sorted((one, other))
    return and_(t.verdicts.c.order_a == low, t.verdicts.c.order_b == high)
