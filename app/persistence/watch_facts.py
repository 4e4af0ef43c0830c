"""The facts that watches look at, loaded from the database around what has newly arrived.

A window that became true since the last look holds an order that came, or changed, since then: so only the SKUs and
buyers of those are loaded. Never a history order. Buyers go by keyed hashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Connection, Row, text

from app.domain.order import Evidence, Strength
from app.domain.protection import sign_of
from app.insight.watches.facts import Fact, Key
from app.persistence.keys import evidence_key
from app.persistence.rows import listed
from app.persistence.sealing import Sealer
from app.rulebook.watches import BURST, CANCELLATIONS, PRICE_GAP, Watch

LATE_SECONDS = 86_400
"""A window that ended longer than this before the look is over and done with, whoever comes late to it."""
MOST_ARRIVALS = 5_000
"""Receipts that one look takes in; what is left is the next look's."""
MOST_ROWS = 200_000
"""Rows that one look loads, the latest ones."""
CANCELLED_LATER_SECONDS = 90 * 86_400
"""A cancellation counts when its order is not older than this beyond the window."""
_WANTED = "o.state IN ('paid', 'shipped', 'signed') AND NOT o.history"
_GIVEN_UP = (
    "(o.state IN ('closed', 'refunding', 'refunded') OR EXISTS (SELECT 1 FROM order_lines g "
    "WHERE g.order_id = o.id AND g.refund <> 'none')) AND NOT o.history"
)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Orders of receipts that were decided since a mark: their numbers, and the span of their times.

    `last` is the millisecond of the last receipt taken in; `more`: there are others behind it.
    """

    orders: tuple[int, ...]
    earliest: int
    latest: int
    last: int
    more: bool


@dataclass(slots=True)
class Loaded:
    """The facts of one look. `buyers`: what finds a buyer again, by the keyed hash of the sign."""

    facts: list[Fact] = field(default_factory=list)
    buyers: dict[str, int] = field(default_factory=dict)
    cut: bool = False


def arrivals(db: Connection, mark: int) -> Arrivals:
    """What has arrived from the millisecond `mark` on."""
    rows = db.execute(
        text(
            "SELECT r.id, r.order_id, r.status, o.created_at, COALESCE(o.modified_at, o.created_at) AS changed_at "
            "FROM receipts r LEFT JOIN orders o ON o.id = r.order_id WHERE r.id >= :mark ORDER BY r.id LIMIT :most"
        ),
        {"mark": f"{mark}-", "most": MOST_ARRIVALS},
    ).all()
    orders = [row for row in rows if row.status == "decided" and row.created_at is not None]
    times = [at for row in orders for at in (row.created_at, row.changed_at)]
    return Arrivals(
        tuple(dict.fromkeys(row.order_id for row in orders)),
        min(times, default=0),
        max(times, default=0),
        max((int(row.id.partition("-")[0]) for row in rows), default=mark),
        len(rows) == MOST_ARRIVALS,
    )


def load_facts(db: Connection, watch: Watch, new: Arrivals, sealer: Sealer, now: int) -> Loaded:
    """Everything that could share a window with what has arrived."""
    loaded = Loaded()
    oldest = now - watch.window_seconds - LATE_SECONDS
    new = replace(new, earliest=max(new.earliest, oldest), latest=min(new.latest, now + LATE_SECONDS))
    if watch.kind == PRICE_GAP:
        _load_prices(db, watch, new, loaded, now)
    elif new.orders and watch.kind == BURST:
        _load_units(db, watch, new, loaded)
    elif new.orders:
        _load_buyers(db, watch, new, sealer, loaded)
    return loaded


def load_past(db: Connection, watch: Watch, since: int, sealer: Sealer, now: int) -> Loaded:
    """The facts that the watch would have looked at since then, of the latest `MOST_ARRIVALS` orders.

    Of a price gap, which compares what is listed now, only those of its latest window.
    """
    latest = "WHERE created_at >= :since AND NOT history ORDER BY created_at DESC LIMIT :most"
    rows = db.execute(
        text(f"SELECT id, created_at FROM orders {latest}"), {"since": since, "most": MOST_ARRIVALS}
    ).all()
    orders = tuple(row.id for row in rows)
    first = rows[-1].created_at if len(rows) == MOST_ARRIVALS else since
    new, loaded = Arrivals(orders, first + watch.window_seconds, now, 0, more=False), Loaded()
    if watch.kind == PRICE_GAP:
        _load_prices(db, watch, new, loaded, now)
    elif orders and watch.kind == BURST:
        _load_units(db, watch, new, loaded)
    elif orders:
        _load_buyers(db, watch, new, sealer, loaded)
    loaded.cut = loaded.cut or len(orders) == MOST_ARRIVALS
    return loaded


def _load_units(db: Connection, watch: Watch, new: Arrivals, loaded: Loaded) -> None:
    bundles = _bundles(db)
    skus = {part for sku in _skus_of(db, new.orders) for part, _ in bundles.get(sku, ((sku, 1),))}
    named = skus | {bundle for bundle, parts in bundles.items() if any(part in skus for part, _ in parts)}
    span = (new.earliest - watch.window_seconds, new.latest + watch.window_seconds)
    for row in _cut(loaded, _lines(db, named, span, "'' AS doc")):
        if not watch.covers(row.shop):
            continue
        for part, each in bundles.get(row.sku, ((row.sku, 1),)):
            if part in skus:
                key = Key(part, row.shop if watch.each_shop else "")
                loaded.facts.append(Fact(key, row.created_at, each * row.quantity, row.shop, row.id))


def _load_prices(db: Connection, watch: Watch, new: Arrivals, loaded: Loaded, now: int) -> None:
    listed_prices = db.execute(
        text("SELECT s.code, l.sku, l.price FROM listings l JOIN shops s ON s.id = l.shop_id WHERE l.price > 0")
    )
    for shop, sku, fen in listed_prices:
        if watch.covers(shop):
            loaded.facts.append(Fact(Key(sku), now, fen, shop))
    found = _cut(loaded, _lines(db, _skus_of(db, new.orders), (now - watch.window_seconds, now), "o.doc"))
    for _, rows in groupby(found, key=lambda row: row.id):
        lines = list(rows)
        document = orjson.loads(lines[0].doc)
        for row in lines:
            fen = _unit_price(row, document)
            if fen and watch.covers(row.shop):
                loaded.facts.append(Fact(Key(row.sku), row.created_at, fen, row.shop, row.id))


def _load_buyers(db: Connection, watch: Watch, new: Arrivals, sealer: Sealer, loaded: Loaded) -> None:
    """Every sign of a buyer of the new orders, in the watch's order of evidence, with all orders that carry it."""
    signs: dict[int, str] = {}
    one_of, values = listed(db, new.orders, "bigint")
    for document in db.execute(text(f"SELECT doc FROM orders WHERE id IN {one_of}"), {"values": values}).scalars():
        for kind, value, scope, strength in orjson.loads(document)["identity"]:
            if kind in watch.evidence and strength == Strength.STRONG:
                sign = sealer.hasher(*sign_of(Evidence(kind, value, scope, Strength.STRONG)))
                signs[evidence_key(kind, scope, value)] = f"{kind}:{sign}"
    loaded.buyers = {sign: key for key, sign in signs.items()}
    for row in _cut(loaded, _carrying(db, watch, new, list(signs))):
        if watch.covers(row.shop):
            key = Key(signs[row.key], row.shop if watch.each_shop else "")
            loaded.facts.append(Fact(key, row.at, 1, row.shop, row.id))


def _carrying(db: Connection, watch: Watch, new: Arrivals, keys: Sequence[int]) -> Iterable[Row[Any]]:
    cancelled = watch.of == CANCELLATIONS
    at = "COALESCE(o.modified_at, o.created_at)" if cancelled else "o.created_at"
    one_of, values = listed(db, keys, "bigint")
    first, last = new.earliest - watch.window_seconds, new.latest + watch.window_seconds
    since = first - (CANCELLED_LATER_SECONDS if cancelled else 0)
    return db.execute(
        text(
            # CROSS JOIN: SQLite looks each key up; left to itself it walks the orders and tries every key with each.
            f"SELECT i.key, {at} AS at, s.code AS shop, o.id FROM identities i CROSS JOIN orders o CROSS JOIN shops s "
            "WHERE o.id = i.order_id AND s.id = o.shop_id "
            f"AND i.key IN {one_of} AND i.created_at BETWEEN :since AND :last "
            f"AND {at} BETWEEN :first AND :last AND {_GIVEN_UP if cancelled else _WANTED} "
            f"ORDER BY o.created_at DESC LIMIT {MOST_ROWS + 1}"
        ),
        {
            "values": values,
            "since": since,
            "first": first,
            "last": last,
        },
    )


def _lines(db: Connection, skus: Iterable[str], span: tuple[int, int], more: str) -> Iterable[Row[Any]]:
    """Lines that still want these SKUs, of orders of that time. CROSS JOIN: SQLite walks the time, not the SKU."""
    one_of, values = listed(db, sorted(skus))
    return db.execute(
        text(
            f"SELECT o.id, o.created_at, s.code AS shop, l.line, l.sku, l.quantity, {more} FROM orders o "
            "CROSS JOIN order_lines l CROSS JOIN shops s WHERE l.order_id = o.id AND s.id = o.shop_id "
            f"AND o.created_at BETWEEN :first AND :last AND {_WANTED} AND l.refund = 'none' AND l.quantity > 0 "
            f"AND l.sku IN {one_of} ORDER BY o.created_at DESC, o.id LIMIT {MOST_ROWS + 1}"
        ),
        {"values": values, "first": span[0], "last": span[1]},
    )


def _cut(loaded: Loaded, rows: Iterable[Row[Any]]) -> Iterator[Row[Any]]:
    for place, row in enumerate(rows):
        if place == MOST_ROWS:
            loaded.cut = True
            return
        yield row


def _skus_of(db: Connection, orders: Sequence[int]) -> set[str]:
    one_of, values = listed(db, orders, "bigint")
    found = f"SELECT DISTINCT sku FROM order_lines WHERE sku IS NOT NULL AND order_id IN {one_of}"
    return set(db.execute(text(found), {"values": values}).scalars())


def _bundles(db: Connection) -> Mapping[str, list[tuple[str, int]]]:
    found: dict[str, list[tuple[str, int]]] = {}
    for bundle, sku, quantity in db.execute(text("SELECT bundle, sku, quantity FROM components")):
        found.setdefault(bundle, []).append((sku, quantity))
    return found


def _unit_price(row: Row[Any], document: Mapping[str, Any]) -> int:
    """What a unit of the line was sold for, in fen; 0 for gifts, other currencies and where nobody says."""
    if document["currency"] != "CNY":
        return 0
    # As `order_rows` stores a line: id, sku, quantity, item, title, spec, price, paid, refund, gift.
    line = next((one for one in document["lines"] if one[0] == row.line), None)
    if line is None or line[9]:
        return 0
    price, paid = line[6], line[7]
    return int(paid // row.quantity) if paid is not None else int(price or 0)
