"""An order as it is stored: a plain document for everybody, and its personal part, sealed."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import orjson

from app.domain.order import PERSONAL_FIELDS, Evidence, Line, Order, Strength

_PLAIN = (
    "platform", "state", "created_at", "paid_at", "modified_at", "ship_by", "currency", "goods_amount", "postage",
    "discount", "paid", "province", "city", "district", "town", "seller_flag", "carrier_wish", "urgent",
)  # fmt: skip
_LINE = ("id", "sku", "quantity", "item", "title", "spec", "price", "paid", "refund", "gift")

_plain_of, _values_of, _personal_of = attrgetter(*_PLAIN), attrgetter(*_LINE), attrgetter(*PERSONAL_FIELDS)


def encode(order: Order) -> tuple[bytes, bytes]:
    """`(document, personal part)` as JSON; the personal part is still to be sealed."""
    document: dict[str, Any] = dict(zip(_PLAIN, _plain_of(order), strict=True))
    document["flags"] = sorted(order.flags)
    document["lines"] = [_values_of(line) for line in order.lines]
    document["identity"] = [[e.kind, e.value, e.scope, e.strength] for e in order.identity]
    return orjson.dumps(document), orjson.dumps(_personal_of(order))


def content(order: Order) -> bytes:
    """What counts as the same revision: everything but the identity evidence, whose tokens change weekly."""
    lines = [_values_of(line) for line in order.lines]
    return orjson.dumps([*_plain_of(order), sorted(order.flags), lines, _personal_of(order)])


def decode(shop: str, tid: str, document: bytes, personal: bytes | None) -> Order:
    """The order again; without a personal part (erased) those fields are unknown."""
    parts: dict[str, Any] = orjson.loads(document)
    lines = [Line(**dict(zip(_LINE, values, strict=True))) for values in parts.pop("lines")]
    flags = frozenset(parts.pop("flags"))
    identity = tuple(Evidence(k, v, scope, Strength(s)) for k, v, scope, s in parts.pop("identity"))
    private = dict(zip(PERSONAL_FIELDS, orjson.loads(personal), strict=True)) if personal else {}
    return Order(id=tid, shop=shop, lines=lines, flags=flags, identity=identity, **parts, **private)
