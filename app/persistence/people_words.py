"""What people said of orders: interventions laid over them, and verdicts on suspected duplicates.

Every word has a number, taking one back included, so that the highest number of an order tells what a person has seen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, select, text

from app.domain.decision import Overlay
from app.domain.words import Word, lay
from app.persistence import tables as t
from app.persistence.database import is_sqlite
from app.persistence.rows import listed
from app.persistence.scope import must_see_order
from app.persistence.sealing import Sealer

UNDO = "undo"
"""The kind of a word that takes another back: `of` is its number, `kind` its kind."""


def overlays(
    connection: Connection, order_ids: Collection[int], sealer: Sealer | None, without: Collection[int] = ()
) -> dict[int, Overlay]:
    """The overlay of every order that has one; undone interventions, and those of `without`, do not count.

    Without a sealer the addresses that people gave stay sealed and are left out.
    """
    if not order_ids:
        return {}
    one_of, values = listed(connection, list(order_ids), "bigint")
    statement = text(
        "SELECT i.id, i.order_id, i.kind, i.value, i.sealed, i.other_id, s.code, o.tid FROM interventions i "
        "LEFT JOIN orders o ON o.id = i.other_id LEFT JOIN shops s ON s.id = o.shop_id "
        f"WHERE i.undone_at IS NULL AND i.kind <> 'undo' AND i.order_id IN {one_of} ORDER BY i.id"
    )
    found: dict[int, Overlay] = {}
    for row in connection.execute(statement, {"values": values}):
        if row.id in without:
            continue
        address = open_address(sealer, row.order_id, row.sealed)
        host = (row.code, row.tid) if row.tid is not None else None
        word = Word(row.kind, orjson.loads(row.value), address, row.other_id, host)
        lay(found.setdefault(row.order_id, Overlay()), word)
    return found


def open_address(sealer: Sealer | None, order_id: int, sealed: bytes | None) -> dict[str, str]:
    """The personal part of a word; empty when it has none, or without the sealer."""
    found: dict[str, str] = orjson.loads(sealer.open(sealed, _context(order_id))) if sealed and sealer else {}
    return found


def seal_address(sealer: Sealer, order_id: int, address: Mapping[str, str]) -> bytes | None:
    """The personal part of a word as it is stored; None when there is none."""
    return sealer.seal(orjson.dumps(dict(address)), _context(order_id)) if address else None


def intervene(
    connection: Connection,
    order_id: int,
    kind: str,
    value: Mapping[str, Any],
    *,
    actor: str,
    now: int,
    sealed: bytes | None = None,
    other: int | None = None,
    deed: int | None = None,
) -> int:
    """Lay a person's word over an order; its number. The caller asks for the order to be decided again.

    Raises `NotFound` for an order that the person may not see.
    """
    must_see_order(connection, order_id)
    row = {
        "order_id": order_id, "kind": kind, "value": orjson.dumps(dict(value)).decode(), "sealed": sealed,
        "other_id": other, "deed_id": deed, "actor": actor, "at": now,
    }  # fmt: skip
    identity = connection.execute(insert(t.interventions).values(**row)).inserted_primary_key
    return int(identity[0]) if identity else 0


def undo_intervention(
    connection: Connection, intervention_id: int, *, actor: str, now: int, deed: int | None = None
) -> int | None:
    """Take an intervention back; the order it was laid over, None when it was taken back before.

    An answer about a duplicate goes with its word: "not the same", or the cancellation that "the same" led to.
    """
    found = t.interventions.c
    chosen = (found.id == intervention_id) & found.undone_at.is_(None) & (found.kind != UNDO)
    row = connection.execute(select(found.order_id, found.kind, found.value, found.other_id).where(chosen)).first()
    if row is None:
        return None
    must_see_order(connection, row.order_id)
    connection.execute(t.interventions.update().where(chosen).values(undone_at=now))
    value = {"of": intervention_id, "kind": row.kind}
    intervene(connection, row.order_id, UNDO, value, actor=actor, now=now, deed=deed)
    repeat = orjson.loads(row.value).get("repeat_of")
    if repeat is not None:
        connection.execute(t.verdicts.delete().where(_between(row.order_id, repeat) & t.verdicts.c.same))
    if row.kind == "not-same":
        connection.execute(t.verdicts.delete().where(_between(row.order_id, row.other_id) & ~t.verdicts.c.same))
    return int(row.order_id)


def say_same(connection: Connection, one: int, other: int, *, same: bool, actor: str, now: int) -> None:
    """Remember that two orders are, or are not, the same purchase; a later answer replaces an earlier one."""
    low, high = sorted((one, other))
    must_see_order(connection, low, high)
    connection.execute(t.verdicts.delete().where(_between(low, high)))
    connection.execute(insert(t.verdicts).values(order_a=low, order_b=high, same=same, actor=actor, at=now))


def hold_still(connection: Connection, order_ids: Collection[int]) -> None:
    """Wait until nobody else says anything of these orders or picks them (SQLite: the transaction alone writes)."""
    if is_sqlite(connection) or not order_ids:
        return
    one_of, values = listed(connection, sorted(order_ids), "bigint")
    connection.execute(text(f"SELECT id FROM orders WHERE id IN {one_of} ORDER BY id FOR UPDATE"), {"values": values})


def last_words(connection: Connection, order_ids: Collection[int]) -> dict[int, int]:
    """The number of the latest word about each of these orders; 0 where nobody said anything."""
    found = t.interventions.c
    latest = select(found.order_id, func.max(found.id)).where(found.order_id.in_(order_ids)).group_by(found.order_id)
    said = {row[0]: row[1] for row in connection.execute(latest)}
    return {order_id: said.get(order_id, 0) for order_id in order_ids}


def words_since(connection: Connection, order_id: int, seen: int) -> list[Row[Any]]:
    """What was said of an order after the word numbered `seen`, in order."""
    found = t.interventions.c
    chosen = (found.order_id == order_id) & (found.id > seen)
    return list(connection.execute(select(t.interventions).where(chosen).order_by(found.id)).all())


def _context(order_id: int) -> str:
    return f"word:{order_id}"


def _between(one: int, other: int) -> ColumnElement[bool]:
    low, high = sorted((one, other))
    return and_(t.verdicts.c.order_a == low, t.verdicts.c.order_b == high)
