"""Keys that rows are found and numbered by."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, select, text

from app.domain.order import Evidence, Order
from app.duplicates.evidence import looked_up_as
from app.persistence import tables as t
from app.persistence.database import is_sqlite
from app.persistence.rows import listed, upsert

_LAST = "last:"


def identity_key(evidence: Evidence, order: Order) -> int | None:
    """The look-up key of a piece of evidence, a signed 64-bit hash; None when an order cannot be found by it."""
    value = looked_up_as(evidence, order)
    return None if value is None else _key(evidence.kind, evidence.scope, value)


def order_lock(shop: str, tid: str) -> int:
    """The key of the advisory lock that whoever decides, picks or ships an order holds (PostgreSQL)."""
    plain = f"order\x1f{shop}\x1f{tid}".encode()
    return int.from_bytes(hashlib.blake2b(plain, digest_size=8).digest(), "big", signed=True)


def evidence_key(kind: str, scope: str, value: str) -> int:
    """The look-up key of strong evidence, whose `value` is a keyed hash."""
    return _key(kind, scope, value)


# Each key is asked for twice in a batch: to find neighbours, then to be stored.
@lru_cache(maxsize=16384)
def _key(kind: str, scope: str, value: str) -> int:
    plain = f"{kind}\x1f{scope}\x1f{value}".encode()
    return int.from_bytes(hashlib.blake2b(plain, digest_size=8).digest(), "big", signed=True)


def identity_keys(order: Order) -> set[int]:
    """All look-up keys of an order."""
    return {key for key in (identity_key(e, order) for e in order.identity) if key is not None}


def advisory_locks(connection: Connection, keys: Collection[int]) -> None:
    """PostgreSQL: wait for these locks, in sorted order, and hold them until the transaction ends."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(k) FROM (SELECT unnest(CAST(:keys AS bigint[])) AS k ORDER BY 1) s"),
        {"keys": sorted(keys)},
    )


def lock_orders(connection: Connection, ids: Sequence[int]) -> None:
    """Wait until no pump decides about these stored orders or their buyers; SQLite's writer is alone anyway."""
    if is_sqlite(connection):
        return
    one_of, values = listed(connection, ids, "bigint")
    named = connection.execute(
        text(f"SELECT s.code, o.tid FROM orders o JOIN shops s ON s.id = o.shop_id WHERE o.id IN {one_of}"),
        {"values": values},
    ).all()
    signs = connection.execute(text(f"SELECT key FROM identities WHERE order_id IN {one_of}"), {"values": values})
    advisory_locks(connection, {*(order_lock(shop, tid) for shop, tid in named), *signs.scalars()})


def order_ids(connection: Connection, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Ids of the known orders among these keys (shop code, platform order id)."""
    if not keys:
        return {}
    if is_sqlite(connection):
        asked = "(SELECT json_extract(value, '$[0]') AS shop, json_extract(value, '$[1]') AS tid FROM json_each(:keys))"
        given: dict[str, Any] = {"keys": orjson.dumps(sorted(keys)).decode()}
    else:
        asked = "(SELECT * FROM unnest(CAST(:shops AS text[]), CAST(:tids AS text[])) AS u(shop, tid))"
        given = dict(zip(("shops", "tids"), map(list, zip(*sorted(keys), strict=True)), strict=True))
    # CROSS JOIN keeps SQLite from scanning the orders instead of looking each key up.
    rows = connection.execute(
        text(
            f"SELECT k.shop, k.tid, o.id FROM {asked} k CROSS JOIN shops s CROSS JOIN orders o "
            "WHERE s.code = k.shop AND o.shop_id = s.id AND o.tid = k.tid"
        ),
        given,
    )
    return {(shop, tid): order_id for shop, tid, order_id in rows}


def next_ids(connection: Connection, table: str, count: int) -> list[int]:
    """`count` unused ids. SQLite: the writer is alone, so the next free ones. PostgreSQL: from a sequence."""
    if not count:
        return []
    if is_sqlite(connection):
        last = _last_id(connection, table)
        return list(range(last + 1, last + 1 + count))
    sequence = {"orders": "orders_ids", "fulfilments": "fulfilments_ids"}[table]
    rows = connection.execute(text(f"SELECT nextval('{sequence}') FROM generate_series(1, :n)"), {"n": count})
    return [int(row[0]) for row in rows]


def keep_ids(connection: Connection) -> None:
    """SQLite: before rows are removed, have their ids never given again; a receipt or an audit row may name them."""
    if is_sqlite(connection):
        rows = [(f"{_LAST}{table}", str(_last_id(connection, table))) for table in ("orders", "fulfilments")]
        upsert(connection, t.facts, ("key", "value"), rows, "(key) DO UPDATE SET value = excluded.value")


def _last_id(connection: Connection, table: str) -> int:
    newest = select(t.metadata.tables[table].c.id).order_by(text("id DESC")).limit(1)
    kept = select(t.facts.c.value).where(t.facts.c.key == f"{_LAST}{table}")
    return max(connection.execute(newest).scalar() or 0, int(connection.execute(kept).scalar() or 0))
