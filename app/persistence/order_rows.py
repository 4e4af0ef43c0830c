"""An order as it is stored: a plain document for everybody, and its personal part, sealed."""

from __future__ import annotations

from typing import Any

import orjson

from app.domain.order import PERSONAL_FIELDS, Evidence, Line, Order, Strength

_PLAIN = (
    "platform", "state", "created_at", "paid_at", "modified_at", "ship_by", "currency", "goods_amount", "postage",
    "discount", "paid", "province", "city", "district", "town", "seller_flag", "carrier_wish", "urgent",
)  # fmt: skip
_LINE = ("id", "sku", "quantity", "item", "title", "spec", "price", "paid", "refund", "gift")


def encode(order: Order) -> tuple[bytes, bytes]:
    """`(document, personal part)` as JSON; the personal part is still to be sealed."""
    document: dict[str, Any] = {name: getattr(order, name) for name in _PLAIN}
    document["flags"] = sorted(order.flags)
    document["lines"] = [[getattr(line, name) for name in _LINE] for line in order.lines]
    document["identity"] = [[e.kind, e.value, e.scope, e.strength] for e in order.identity]
    personal = [getattr(order, name) for name in PERSONAL_FIELDS]
    return orjson.dumps(document), orjson.dumps(personal)


def content(order: Order) -> bytes:
    """What counts as the same revision: everything but the identity evidence, whose tokens change weekly."""
    rest: list[Any] = [getattr(order, name) for name in _PLAIN]
    rest.append(sorted(order.flags))
    rest.append([[getattr(line, name) for name in _LINE] for line in order.lines])
    rest.append([getattr(order, name) for name in PERSONAL_FIELDS])
    return orjson.dumps(rest)


def decode(shop: str, tid: str, document: bytes, personal: bytes | None) -> Order:
    """The order again; without a personal part (erased) those fields are unknown."""
    parts: dict[str, Any] = orjson.loads(document)
    lines = [Line(**dict(zip(_LINE, values, strict=True))) for values in parts.pop("lines")]
    flags = frozenset(parts.pop("flags"))
    identity = tuple(Evidence(k, v, scope, Strength(s)) for k, v, scope, s in parts.pop("identity"))
    private = dict(zip(PERSONAL_FIELDS, orjson.loads(personal), strict=True)) if personal else {}
    return Order(id=tid, shop=shop, lines=lines, flags=flags, identity=identity, **parts, **private)
