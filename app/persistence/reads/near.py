"""Orders of the last days as duplicate and consolidation windows see them: who ordered what, and when."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson
from sqlalchemy import Connection, Row, text

from app.domain.goods import Catalogue
from app.domain.order import Evidence, Line, Strength
from app.duplicates.evidence import Participant, address_key, place_of, wanted_item
from app.duplicates.picture import PastOrder
from app.persistence.order_rows import decode
from app.persistence.rows import listed
from app.persistence.sealing import Sealer

_WANTED = (
    "SELECT o.id, s.code AS shop, o.tid, o.created_at, o.outcome, o.picked_at, o.doc FROM orders o "
    "JOIN shops s ON s.id = o.shop_id WHERE o.created_at >= :since AND NOT o.history "
    # What is given up by now counts as well: it was to leave when it came.
    "AND (o.outcome <> 'recorded' OR EXISTS "
    "(SELECT 1 FROM decisions d WHERE d.order_id = o.id AND d.outcome <> 'recorded')) "
    "ORDER BY o.created_at DESC, o.id DESC LIMIT :most"
)
_STRENGTHS = {one.value: one for one in Strength}


def past_orders(db: Connection, catalogue: Catalogue, since: int, most: int) -> tuple[list[PastOrder], bool]:
    """The latest orders created since then that were ever to leave, at most so many, by time; True: there may be more.

    Those that nothing tells the buyer of are left out.
    """
    rows = db.execute(text(_WANTED), {"since": since, "most": most}).all()
    found = [one for row in rows if (one := _past(row, catalogue)) is not None]
    return sorted(found, key=lambda one: (one.order.created_at, one.order.key)), len(rows) == most


def address_keys(db: Connection, sealer: Sealer, order_ids: Collection[int]) -> dict[int, str | None]:
    """What equal addresses have in common, as a keyed hash, of these orders; None where it is masked or not known."""
    one_of, values = listed(db, list(order_ids), "bigint")
    rows = db.execute(
        text(
            "SELECT o.id, s.code AS shop, o.tid, o.doc, o.personal FROM orders o JOIN shops s ON s.id = o.shop_id "
            f"WHERE o.id IN {one_of}"
        ),
        {"values": values},
    )
    return {row.id: _address(row, sealer) for row in rows}


def shown_orders(db: Connection, order_ids: Collection[int]) -> dict[int, Row[Any]]:
    """Of these orders what a page shows, the personal part still sealed; by number."""
    one_of, values = listed(db, list(order_ids), "bigint")
    rows = db.execute(
        text(
            "SELECT o.id, s.name AS shop, o.tid, o.created_at, o.outcome, o.paid, o.province, o.phone_tail, "
            f"o.personal, o.doc FROM orders o JOIN shops s ON s.id = o.shop_id WHERE o.id IN {one_of}"
        ),
        {"values": values},
    )
    return {row.id: row for row in rows}


def _past(row: Row[Any], catalogue: Catalogue) -> PastOrder | None:
    document = orjson.loads(row.doc)
    if not document["identity"]:
        return None
    # As `order_rows` stores a line: id, sku, quantity, item, title, spec, price, paid, refund, gift.
    wanted = [line for line in document["lines"] if line[8] == "none"] or document["lines"]
    skus = frozenset(
        wanted_item(Line(id=line[0], sku=line[1], quantity=line[2], item=line[3]), row.shop, catalogue)
        for line in wanted
    )
    identity = tuple(
        Evidence(kind, value, scope, _STRENGTHS[strength]) for kind, value, scope, strength in document["identity"]
    )
    place = place_of(document["province"], document["city"], document["district"])
    order = Participant((row.shop, row.tid), row.created_at, skus, identity, place)
    return PastOrder(row.id, order, row.outcome not in ("held", "backordered"), row.picked_at)


def _address(row: Row[Any], sealer: Sealer) -> str | None:
    if row.personal is None:
        return None
    order = decode(row.shop, row.tid, row.doc, sealer.open(row.personal, f"order:{row.id}"))
    return address_key(order, sealer.hasher)
