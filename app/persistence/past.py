"""The past out of the tables, for trials: read through one snapshot, a thousand orders at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import Connection, text

from app.domain.past import Arrival, Facts, Opening, Pair, Past, Remark, Said, Span, StockMove
from app.domain.ports import Entry
from app.domain.words import Word
from app.persistence.order_rows import decode
from app.persistence.past_opening import read_opening
from app.persistence.past_stock import read_moves
from app.persistence.people_words import UNDO, open_address
from app.persistence.places import load_catalogue, load_shops, load_warehouses
from app.persistence.rows import listed
from app.persistence.sealing import Sealer

_AT_ONCE = 1000
_CLOCKS_SECONDS = 3600
"""How far the queue's clock, which numbers receipts, may be from ours."""
_CAME = "so.order_id, so.revision, so.received_at, so.receipt_id"
_IN_TIME = (
    f"SELECT {_CAME}, r.closed_at AS at FROM receipts r CROSS JOIN source_orders so CROSS JOIN orders o "
    "WHERE r.id >= :low AND r.closed_at >= :since AND r.closed_at < :until AND so.order_id = r.order_id "
    "AND so.receipt_id = r.id AND o.id = so.order_id AND NOT o.history"
)
_HISTORY_IN_TIME = (
    f"SELECT {_CAME}, o.created_at AS at FROM orders o JOIN source_orders so ON so.order_id = o.id "
    "AND so.revision = o.revision WHERE o.history AND o.created_at >= :since AND o.created_at < :until"
)
_BY_IMPORT = (
    f"SELECT {_CAME}, r.closed_at AS at FROM imported_orders i JOIN source_orders so ON so.order_id = i.order_id "
    "AND so.revision = i.revision JOIN receipts r ON r.id = so.receipt_id WHERE i.import_id = :import_id"
)
_HISTORY_BY_IMPORT = (
    f"SELECT {_CAME}, o.created_at AS at FROM imported_orders i JOIN orders o ON o.id = i.order_id "
    "JOIN source_orders so ON so.order_id = i.order_id AND so.revision = i.revision "
    "WHERE i.import_id = :import_id AND i.revision = o.revision"
)
_STATEMENTS = {(False, False): _IN_TIME, (False, True): _HISTORY_IN_TIME, (True, False): _BY_IMPORT,
               (True, True): _HISTORY_BY_IMPORT}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Came:
    """When which revision of which order came."""

    at: int
    place: tuple[int, ...]
    order_id: int
    revision: int
    receipt: str
    received_at: int


class SqlPast(Past):
    """Fulfils `domain.past.Past` over a connection from `database.looking`."""

    def __init__(self, connection: Connection, sealer: Sealer, span: Span, came: Sequence[Came]) -> None:
        """`came` is what `read_came` found; two sides with snapshots of their own are given the same."""
        self.span = span
        self._db = connection
        self._sealer = sealer
        self._came = came
        self._facts: Facts | None = None

    def count(self) -> int:
        """See the port."""
        return len(self._came)

    def facts(self) -> Facts:
        """See the port; read once."""
        if self._facts is None:
            shops, places = load_shops(self._db), load_warehouses(self._db, 0)
            self._facts = Facts(shops, places, load_catalogue(self._db))
        return self._facts

    def opening(self, reach_seconds: int) -> Opening:
        """See the port."""
        began = self._came[0].at if self._came else self.span.since
        since = began if self.span.history or self.span.import_id else self.span.since
        first: dict[int, int] = {}
        for one in self._came:
            first[one.order_id] = min(one.revision, first.get(one.order_id, one.revision))
        return read_opening(self._db, self._sealer, self.span, since, first, reach_seconds)

    def arrivals(self, *, as_payloads: bool) -> Iterator[Arrival]:
        """See the port."""
        every = iter(self._came)
        while some := list(islice(every, _AT_ONCE)):
            rows = _orders(self._db, [one.order_id for one in some])
            asked = {one.order_id for one in some if as_payloads or rows[one.order_id].revision > 1}
            payloads = self._payloads(asked)
            for one in some:
                yield self._arrival(one, rows[one.order_id], payloads.get((one.order_id, one.revision)))

    def _arrival(self, one: Came, row: Any, payload: bytes | None) -> Arrival:
        entry = Entry(one.receipt, row.shop, payload or b"", one.received_at)
        arrival = Arrival(one.at, (row.shop, row.tid), entry)
        if row.picked_at is not None and row.picked_at < self.span.until and not self.span.history:
            arrival.picked_at = row.picked_at
        if not payload:
            personal = self._sealer.open(row.personal, f"order:{row.id}") if row.personal else None
            arrival.order = decode(row.shop, row.tid, row.doc, personal)
        return arrival

    def _payloads(self, order_ids: set[int]) -> dict[tuple[int, int], bytes]:
        """Payloads by order and revision; those that were erased are left out."""
        if not order_ids:
            return {}
        one_of, values = listed(self._db, sorted(order_ids), "bigint")
        rows = self._db.execute(
            text(f"SELECT order_id, revision, payload FROM source_orders WHERE order_id IN {one_of}"),
            {"values": values},
        )
        return {
            (row.order_id, row.revision): self._sealer.open(row.payload, f"payload:{row.order_id}:{row.revision}")
            for row in rows
            if row.payload
        }

    def moves(self) -> list[StockMove]:
        """See the port."""
        return [] if self.span.history else read_moves(self._db, self._began(), self.span.until)

    def words(self) -> list[Said]:
        """See the port."""
        if self.span.history:
            return []
        rows = self._db.execute(text(_WORDS), {"since": self._began(), "until": self.span.until, "undo": UNDO})
        return [
            Said(
                (row.shop, row.tid),
                row.at,
                row.undone_at if row.undone_at is not None and row.undone_at < self.span.until else None,
                Word(
                    row.kind,
                    orjson.loads(row.value),
                    open_address(self._sealer, row.order_id, row.sealed),
                    row.other_id,
                    (row.host_shop, row.host) if row.host is not None else None,
                ),
            )
            for row in rows
        ]

    def apart(self) -> list[tuple[int, Pair]]:
        """See the port."""
        if self.span.history:
            return []
        rows = self._db.execute(text(_APART)).all()
        pairs = [(row.at, frozenset({(row.one_shop, row.one), (row.other_shop, row.other)})) for row in rows]
        return [(at, pair) for at, pair in pairs if at < self.span.until]

    def remarks(self) -> list[Remark]:
        """See the port."""
        found = [Remark("trial-facts-of-today")]
        if self.span.history:
            found.append(Remark("trial-history"))
        elif self.span.import_id:
            found.append(Remark("trial-import-alone"))
        said = len({word.key for word in self.words()})
        if said:
            found.append(Remark("trial-words", {"orders": said}))
        if not self.span.history and any(one.revision > 1 for one in self._came):
            found.append(Remark("trial-revisions"))
        if self._db.execute(text("SELECT 1 FROM protections LIMIT 1")).first() is not None:
            found.append(Remark("trial-protections"))
        erased = self._erased()
        if erased:
            found.append(Remark("trial-erased", {"orders": erased}))
        return found

    def _erased(self) -> int:
        ids = {one.order_id for one in self._came}
        rows = self._db.execute(text("SELECT id FROM orders WHERE erased_at IS NOT NULL AND created_at < :until"),
                                {"until": self.span.until})  # fmt: skip
        return sum(row[0] in ids for row in rows)

    def _began(self) -> int:
        return self._came[0].at if self.span.import_id and self._came else self.span.since


_WORDS = (
    "SELECT i.order_id, i.kind, i.value, i.sealed, i.other_id, i.at, i.undone_at, s.code AS shop, o.tid, "
    "hs.code AS host_shop, h.tid AS host FROM interventions i JOIN orders o ON o.id = i.order_id "
    "JOIN shops s ON s.id = o.shop_id LEFT JOIN orders h ON h.id = i.other_id LEFT JOIN shops hs ON hs.id = h.shop_id "
    "WHERE i.kind <> :undo AND i.at < :until AND (i.undone_at IS NULL OR i.undone_at >= :since) ORDER BY i.id"
)
_APART = (
    "SELECT v.at, sa.code AS one_shop, a.tid AS one, sb.code AS other_shop, b.tid AS other FROM verdicts v "
    "JOIN orders a ON a.id = v.order_a JOIN orders b ON b.id = v.order_b JOIN shops sa ON sa.id = a.shop_id "
    "JOIN shops sb ON sb.id = b.shop_id WHERE NOT v.same "
    "UNION ALL SELECT r.at, s.code, r.tid, so.code, o.tid FROM typed_orders r JOIN shops s ON s.id = r.shop_id "
    "JOIN orders o ON o.id = r.source_id JOIN shops so ON so.id = o.shop_id "
    "WHERE r.source_id IS NOT NULL AND r.kind = 'reship'"
)


def read_came(db: Connection, span: Span) -> list[Came]:
    """What came in a time, in order."""
    return sorted(_came(db, span), key=lambda one: (one.at, one.place, one.revision))


def _came(db: Connection, span: Span) -> Iterator[Came]:
    statement = _STATEMENTS[bool(span.import_id), span.history]
    low = f"{max(0, span.since - _CLOCKS_SECONDS) * 1000:013d}"
    given = {"low": low, "since": span.since, "until": span.until, "import_id": span.import_id}
    wanted = {name: value for name, value in given.items() if f":{name}" in statement}
    for row in db.execute(text(statement), wanted):
        # By number, not by text: the second part of a receipt has no leading zeros.
        place = tuple(int(part) for part in row.receipt_id.split("-") if part.isdigit())
        yield Came(row.at, place, row.order_id, row.revision, row.receipt_id, row.received_at)


def _orders(db: Connection, order_ids: Sequence[int]) -> dict[int, Any]:
    one_of, values = listed(db, sorted(set(order_ids)), "bigint")
    statement = (
        "SELECT o.id, s.code AS shop, o.tid, o.doc, o.personal, o.revision, o.picked_at FROM orders o "
        f"JOIN shops s ON s.id = o.shop_id WHERE o.id IN {one_of}"
    )
    return {row.id: row for row in db.execute(text(statement), {"values": values})}
