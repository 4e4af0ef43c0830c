"""The order book over one open transaction: what the line asks before it decides."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Row, text

from app.domain.book import BatchResult, Key, Stored
from app.domain.decision import Neighbour
from app.domain.goods import Catalogue, Stock, Warehouse
from app.domain.order import Order
from app.domain.ports import Entry
from app.domain.protection import Protection
from app.duplicates.evidence import MASKED, neighbour_of
from app.persistence.database import is_sqlite
from app.persistence.keys import advisory_locks, identity_key, identity_keys, next_ids, order_ids, order_lock
from app.persistence.order_rows import content, decode
from app.persistence.people_words import overlays
from app.persistence.picked import fill_given
from app.persistence.places import load_catalogue, load_warehouses
from app.persistence.protections import standing
from app.persistence.redecisions import ask_again, take_waiting
from app.persistence.rows import listed
from app.persistence.sealing import Sealer
from app.persistence.store import Writer

_MOST_HOPS = 50
_ORDER = (
    "SELECT o.*, s.code AS shop, a.tid AS anchor_tid, ash.code AS anchor_shop, j.tid AS joins_tid, "
    "jsh.code AS joins_shop FROM orders o JOIN shops s ON s.id = o.shop_id "
    "LEFT JOIN orders a ON a.id = o.anchor_id LEFT JOIN shops ash ON ash.id = a.shop_id "
    "LEFT JOIN orders j ON j.id = o.joins_id LEFT JOIN shops jsh ON jsh.id = j.shop_id "
)


class SqlOrderBook:
    """Fulfils `domain.book.OrderBook`; lives as long as one write transaction."""

    def __init__(self, connection: Connection, sealer: Sealer, *, looking: bool = False) -> None:
        """`looking`: only to see what would be; nothing is locked and nobody waits."""
        self._db = connection
        self._looking = looking
        self._sealer = sealer
        self._catalogue: Catalogue | None = None

    def seen(self, receipts: Sequence[str]) -> set[str]:
        """See the port."""
        one_of, values = listed(self._db, receipts)
        rows = self._db.execute(text(f"SELECT id FROM receipts WHERE id IN {one_of}"), {"values": values})
        return {row[0] for row in rows}

    def lock(self, orders: Sequence[Order]) -> None:
        """SQLite: the transaction alone writes. PostgreSQL: advisory locks on buyers and orders, in sorted order."""
        if is_sqlite(self._db) or self._looking or not orders:
            return
        advisory_locks(self._db, {key for order in orders for key in _locks(order)})

    def stored(self, keys: Collection[Key]) -> dict[Key, Stored]:
        """See the port."""
        found = self.by_ids(order_ids(self._db, keys).values())
        return {(one.order.shop, one.order.id): one for one in found}

    def waiting(self, limit: int) -> list[Stored]:
        """See the port. PostgreSQL: what another pump decides about now is left for later."""
        causes = take_waiting(self._db, limit)
        found = {one.id: one for one in self._mine(self.by_ids(causes))}
        for order_id, cause in causes.items():
            if order_id in found:
                found[order_id].cause = cause
            else:
                ask_again(self._db, [order_id], cause, now=int(time.time()))
        return [found[order_id] for order_id in causes if order_id in found]

    def retries(self, limit: int) -> list[Entry]:
        """See the port."""
        mine = "" if is_sqlite(self._db) else " FOR UPDATE OF r SKIP LOCKED"
        rows = self._db.execute(
            text(
                "SELECT r.id, s.code, r.payload, r.received_at FROM receipts r JOIN shops s ON s.id = r.shop_id "
                f"WHERE r.status = 'retry' ORDER BY r.id LIMIT :limit{mine}"
            ),
            {"limit": limit},
        )
        return [
            Entry(row.id, row.code, self._sealer.open(row.payload, f"receipt:{row.id}"), row.received_at)
            for row in rows
        ]

    def new_ids(self, count: int) -> list[int]:
        """See the port."""
        return next_ids(self._db, "orders", count)

    def neighbours(self, orders: Sequence[Order], window_seconds: int, weak_seconds: int) -> list[Neighbour]:
        """See the port."""
        own = {(order.shop, order.id) for order in orders}
        asked: set[tuple[int, int, int]] = set()
        ids: set[int] = set()
        found: list[Stored] = []
        near: Iterable[Order] = orders
        for _ in range(_MOST_HOPS):
            reach = set(_reach(near, window_seconds, weak_seconds)) - asked
            if not reach:
                break
            asked |= reach
            fresh = [one for one in self.by_ids(self._near(reach) - ids) if (one.order.shop, one.order.id) not in own]
            ids |= {one.id for one in fresh}
            found += fresh
            near = [one.order for one in fresh]
            # Only a parcel to join may lie further off; clusters reach from order to order by their own window.
            window_seconds = weak_seconds
        parcels = self._parcels([one.id for one in found])
        catalogue, hasher = self.catalogue(), self._sealer.hasher
        return [neighbour_of(one, parcels.get(one.id), catalogue, hasher) for one in found]

    def parcels(self, keys: Collection[Key]) -> dict[Key, str]:
        """See the port."""
        ids = order_ids(self._db, keys) if keys else {}
        found = self._parcels([*ids.values()])
        return {key: found[order_id] for key, order_id in ids.items() if order_id in found}

    def verdicts(self, keys: Collection[Key]) -> set[frozenset[Key]]:
        """See the port."""
        rows = self._db.execute(
            text(
                "SELECT sa.code, a.tid, sb.code, b.tid FROM verdicts v JOIN orders a ON a.id = v.order_a "
                "JOIN orders b ON b.id = v.order_b JOIN shops sa ON sa.id = a.shop_id "
                "JOIN shops sb ON sb.id = b.shop_id "
                "WHERE NOT v.same "
                # Whoever ships an order again has said that it is another one.
                "UNION ALL SELECT s.code, r.tid, so.code, o.tid FROM typed_orders r JOIN shops s ON s.id = r.shop_id "
                "JOIN orders o ON o.id = r.source_id JOIN shops so ON so.id = o.shop_id "
                "WHERE r.source_id IS NOT NULL AND r.kind = 'reship'"
            )
        )
        pairs = (frozenset({(row[0], row[1]), (row[2], row[3])}) for row in rows)
        known = set(keys)
        return {pair for pair in pairs if pair <= known}

    def stock(self, skus: Collection[str], freed: Collection[int]) -> Stock:
        """See the port. PostgreSQL locks the balances, in sorted order."""
        stock = Stock()
        one_of, values = listed(self._db, sorted(skus))
        lock = "" if is_sqlite(self._db) or self._looking else " FOR UPDATE OF b"
        rows = self._db.execute(
            text(
                "SELECT w.code, b.sku, b.on_hand - b.reserved FROM balances b "
                "JOIN warehouses w ON w.id = b.warehouse_id "
                f"WHERE b.sku IN {one_of} ORDER BY b.sku, b.warehouse_id{lock}"
            ),
            {"values": values},
        )
        for code, sku, units in rows:
            stock.available.setdefault(code, {})[sku] = units
        self._free(stock, freed)
        return stock

    def warehouses(self, now: int) -> list[Warehouse]:
        """See the port."""
        return load_warehouses(self._db, now)

    def catalogue(self) -> Catalogue:
        """See the port; read once for the transaction."""
        if self._catalogue is None:
            self._catalogue = load_catalogue(self._db)
        return self._catalogue

    def protections(self, now: int) -> list[Protection]:
        """See the port. PostgreSQL: whoever ends one waits until what was decided under it is stored."""
        return standing(self._db, now, keep=not self._looking)

    def store(self, result: BatchResult, shops: Mapping[str, int]) -> None:
        """See the port."""
        Writer(self._db, self._sealer, self.catalogue(), shops, result).write()

    def _mine(self, found: list[Stored]) -> list[Stored]:
        """Of these the ones that no other pump has locked, as they are now that we have."""
        if is_sqlite(self._db) or not found:
            return found
        pairs = [(one.id, key) for one in found for key in sorted(_locks(one.order))]
        ids, keys = (list(column) for column in zip(*pairs, strict=True))
        rows = self._db.execute(
            text(
                "SELECT id FROM unnest(CAST(:ids AS bigint[]), CAST(:keys AS bigint[])) AS v(id, k) "
                "GROUP BY id HAVING bool_and(pg_try_advisory_xact_lock(k))"
            ),
            {"ids": ids, "keys": keys},
        )
        return self.by_ids([row[0] for row in rows])

    def _free(self, stock: Stock, freed: Collection[int]) -> None:
        if not freed:
            return
        one_of, values = listed(self._db, list(freed), "bigint")
        rows = self._db.execute(
            text(
                "SELECT w.code, r.sku, SUM(r.quantity) FROM reservations r JOIN warehouses w ON w.id = r.warehouse_id "
                f"WHERE r.state = 'live' AND r.order_id IN {one_of} GROUP BY w.code, r.sku"
            ),
            {"values": values},
        )
        for code, sku, units in rows:
            stock.move(code, sku, int(units))

    def _near(self, reach: set[tuple[int, int, int]]) -> set[int]:
        if is_sqlite(self._db):
            near = (
                "SELECT DISTINCT i.order_id FROM json_each(:reach) v JOIN identities i "
                "ON i.key = json_extract(v.value, '$[0]') AND i.created_at "
                "BETWEEN json_extract(v.value, '$[1]') AND json_extract(v.value, '$[2]')"
            )
            rows = self._db.execute(text(near), {"reach": orjson.dumps(sorted(reach)).decode()})
        else:
            near = (
                "SELECT DISTINCT i.order_id FROM unnest(CAST(:k AS bigint[]), CAST(:lo AS bigint[]), "
                "CAST(:hi AS bigint[])) AS v(k, lo, hi) JOIN identities i "
                "ON i.key = v.k AND i.created_at BETWEEN v.lo AND v.hi"
            )
            keys, low, high = (list(column) for column in zip(*sorted(reach), strict=True))
            rows = self._db.execute(text(near), {"k": keys, "lo": low, "hi": high})
        return {row[0] for row in rows}

    def by_ids(self, order_ids: Collection[int]) -> list[Stored]:
        """What is stored under these ids, in the ids' order; an unknown id is left out."""
        if not order_ids:
            return []
        one_of, values = listed(self._db, sorted(order_ids), "bigint")
        rows = self._db.execute(text(f"{_ORDER} WHERE o.id IN {one_of} ORDER BY o.id"), {"values": values})
        found = [self._stored(row) for row in self._laid(rows)]
        fill_given(self._db, [one for one in found if one.picked and one.overlay.parts])
        return found

    def _laid(self, rows: Iterable[Any]) -> Iterator[Row[Any]]:
        every = list(rows)
        self._overlays = overlays(self._db, [row.id for row in every], self._sealer)
        return iter(every)

    def _digest_before(self, row: Any) -> bytes:
        """The digest of an erased order as it came: sent again just so, it is still a repeat."""
        came = "SELECT digest FROM source_orders WHERE order_id = :id AND revision = :revision"
        return bytes(self._db.execute(text(came), {"id": row.id, "revision": row.revision}).scalar_one())

    def _stored(self, row: Any) -> Stored:
        personal = self._sealer.open(row.personal, f"order:{row.id}") if row.personal else None
        order = decode(row.shop, row.tid, row.doc, personal)
        digest = self._sealer.fingerprint(content(order)) if row.erased_at is None else self._digest_before(row)
        stored = Stored(row.id, order, digest, row.revision, row.decision_seq)
        stored.history, stored.picked, stored.outcome = bool(row.history), row.picked_at is not None, row.outcome
        stored.overlay = self._overlays.get(row.id, stored.overlay)
        stored.anchor = (row.anchor_shop, row.anchor_tid) if row.anchor_tid else None
        stored.joins = (row.joins_shop, row.joins_tid) if row.joins_tid else None
        return stored

    def _parcels(self, order_ids: Sequence[int]) -> dict[int, str]:
        """Warehouse of each allocated order that leaves in one open parcel, without a transfer."""
        if not order_ids:
            return {}
        one_of, values = listed(self._db, order_ids, "bigint")
        rows = self._db.execute(
            text(
                "SELECT f.order_id, MIN(w.code) FROM fulfilments f JOIN warehouses w ON w.id = f.warehouse_id "
                "JOIN orders o ON o.id = f.order_id WHERE f.state = 'open' AND o.outcome = 'allocated' "
                "AND o.picked_at IS NULL "
                "AND NOT EXISTS (SELECT 1 FROM transfers t WHERE t.order_id = o.id AND t.state = 'open') "
                f"AND f.order_id IN {one_of} GROUP BY f.order_id HAVING COUNT(*) = 1"
            ),
            {"values": values},
        )
        return {row[0]: row[1] for row in rows}


def _locks(order: Order) -> set[int]:
    """What a pump must have locked before it decides about the order: the order, and each sign of its buyer."""
    return {order_lock(order.shop, order.id), *identity_keys(order)}


def _reach(orders: Iterable[Order], window: int, weak_window: int) -> Iterator[tuple[int, int, int]]:
    for order in orders:
        if order.created_at is None:
            continue
        for evidence in order.identity:
            key = identity_key(evidence, order)
            if key is not None:
                seconds = weak_window if evidence.kind == MASKED else window
                yield key, order.created_at - seconds, order.created_at + seconds
