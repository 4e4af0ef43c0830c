"""How well the values at a path fit a canonical field, whatever the path is called."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from app.domain.provinces import PROVINCES, full_province
from app.mapping.leaves import Leaf

NEVER = -1000.0
"""Values that cannot be the field at all."""
_TIMES = frozenset({"time", "zoned", "epoch_s", "epoch_ms", "date"})
_AMOUNTS = frozenset({"decimal", "integer"})
_NUMBERS = frozenset({"decimal", "integer", "long"})
_NO_TEXT = _TIMES | {"decimal", "boolean", "url"}
_NO_ID = frozenset({"time", "zoned", "date", "decimal", "boolean", "url"})
LONG = frozenset({"long", "epoch_s", "epoch_ms", "phone"})
"""Long whole numbers; one that is an id may look like a time."""
_NO_NAME = _NO_TEXT | {"integer", "long", "phone", "email"}
_LONGEST_COUNT = 9_999
_SHOWN = 10.0
_SEVERAL = 2
_DISTRICT = re.compile(r".*(区|县|旗|市)$")
_TOWN = re.compile(r".*(街道|镇|乡|苏木)$")
_STREET = re.compile(r"[路街巷弄号室栋幢村]|\d.*\b(st|street|rd|road|ave|avenue|ln|lane|dr|drive)\b", re.IGNORECASE)
_CURRENCY = re.compile(r"[A-Z]{3}")
_ENGLISH_PLACE = re.compile(r"(CN-)?[A-Z]{2}")


def fit(field: str, leaf: Leaf) -> float:
    """Points that the values give or take; `NEVER` where they rule the field out; an empty path gives none."""
    if not leaf.shapes:
        return 0.0
    return _FITS.get(_kind(field), _anything)(leaf)


def _kind(field: str) -> str:
    return {
        "order.created_at": "time", "order.paid_at": "time", "order.modified_at": "time", "order.ship_by": "time",
        "order.goods_amount": "money", "order.postage": "money", "order.discount": "money", "order.paid": "money",
        "line.price": "money", "line.paid": "money", "order.urgent": "truth", "line.gift": "truth",
        "order.buyer_message": "note", "order.seller_memo": "note", "order.state": "choice", "line.refund": "choice",
    }.get(field, field)  # fmt: skip


def _any(leaf: Leaf, test: Callable[[str], Any]) -> bool:
    return any(test(str(value)) for value in leaf.values)


def _all(leaf: Leaf, test: Callable[[str], Any]) -> bool:
    return all(test(str(value)) for value in leaf.values)


def _zero(leaf: Leaf) -> bool:
    return _all(leaf, lambda text: text in ("0", "0.0"))


def _anything(_leaf: Leaf) -> float:
    return 0.0


def _time(leaf: Leaf) -> float:
    # 0 is how some platforms write "not yet".
    if not leaf.shapes <= _TIMES | {"integer"} or (_any(leaf, str.isdigit) and _any(leaf, _small_number)):
        return NEVER
    return -20.0 if _zero(leaf) else 4.0


def _small_number(text: str) -> bool:
    return text.isdigit() and text != "0" and int(text) < 946_684_800


def _money(leaf: Leaf) -> float:
    return 0.0 if leaf.shapes <= _AMOUNTS else NEVER


def _truth(leaf: Leaf) -> float:
    return _SHOWN if leaf.shapes == {"boolean"} else 0.0 if _all(leaf, lambda one: one in ("0", "1")) else NEVER


def _note(leaf: Leaf) -> float:
    if leaf.shapes & (_TIMES | {"boolean", "url", "decimal"}):
        return NEVER
    return -60.0 if leaf.shapes <= _NUMBERS else 4.0 if leaf.shapes & {"words", "text"} else 0.0


def _choice(leaf: Leaf) -> float:
    if leaf.shapes & (_TIMES | {"decimal", "url", "boolean", "long", "phone"}):
        return NEVER
    return 4.0


def _order_id(leaf: Leaf) -> float:
    if leaf.shapes & _NO_ID or _zero(leaf):
        return NEVER
    # Words are a name, and one value for several orders is none of theirs.
    points = -30.0 if "words" in leaf.shapes else 0.0
    return points - 50.0 if len(leaf.values) == 1 and leaf.filled > _SEVERAL else points


def _line_id(leaf: Leaf) -> float:
    return NEVER if leaf.shapes & (_NO_ID | {"words"}) or _zero(leaf) else 0.0


def _name(leaf: Leaf) -> float:
    if leaf.shapes & _NO_NAME or _any(leaf, lambda text: text.startswith("#")):
        return NEVER
    return -30.0 if "cipher" in leaf.shapes else 2.0


def _phone(leaf: Leaf) -> float:
    if "phone" in leaf.shapes:
        return _SHOWN
    return -30.0 if "cipher" in leaf.shapes else NEVER if leaf.shapes & (_TIMES | {"decimal", "boolean"}) else -45.0


def _address(leaf: Leaf) -> float:
    if leaf.shapes & _NO_NAME:
        return NEVER
    return -30.0 if "cipher" in leaf.shapes else _SHOWN if _any(leaf, _STREET.search) else 0.0


def _province(leaf: Leaf) -> float:
    if leaf.shapes & _NO_NAME:
        return NEVER
    if _all(leaf, lambda text: full_province(text) in PROVINCES):
        return 15.0
    return 0.0 if _all(leaf, _ENGLISH_PLACE.fullmatch) or "words" not in leaf.shapes else -10.0


def _city(leaf: Leaf) -> float:
    return NEVER if leaf.shapes & _NO_NAME else 6.0 if _all(leaf, lambda text: text.endswith("市")) else 0.0


def _district(leaf: Leaf) -> float:
    return NEVER if leaf.shapes & _NO_NAME else 8.0 if _all(leaf, _DISTRICT.fullmatch) else 0.0


def _town(leaf: Leaf) -> float:
    if leaf.shapes & _NO_NAME:
        return NEVER
    return 8.0 if _all(leaf, _TOWN.fullmatch) else -25.0 if _all(leaf, _DISTRICT.fullmatch) else 0.0


def _buyer(leaf: Leaf) -> float:
    return NEVER if leaf.shapes & _NO_ID or _zero(leaf) else -10.0 if "email" in leaf.shapes else 0.0


def _currency(leaf: Leaf) -> float:
    return _SHOWN if _all(leaf, _CURRENCY.fullmatch) else NEVER


def _flag(leaf: Leaf) -> float:
    return NEVER if leaf.shapes & (_TIMES | {"decimal", "url", "boolean", "long"}) else 0.0


def _quantity(leaf: Leaf) -> float:
    if leaf.shapes != {"integer"} or not _all(leaf, lambda text: 0 <= float(text) <= _LONGEST_COUNT):
        return NEVER
    return -40.0 if _zero(leaf) else 4.0


def _sku(leaf: Leaf) -> float:
    if leaf.shapes & _NO_ID or _zero(leaf):
        return NEVER
    return _SHOWN if "code" in leaf.shapes else -14.0 if leaf.shapes <= LONG else 0.0


def _item(leaf: Leaf) -> float:
    if leaf.shapes & (_NO_ID | {"words"}) or _any(leaf, lambda text: text == "0"):
        return NEVER
    return _SHOWN if leaf.shapes <= LONG else 0.0 if leaf.shapes <= _NUMBERS else -14.0


def _title(leaf: Leaf) -> float:
    if leaf.shapes & (_NO_TEXT | {"integer", "long"}):
        return NEVER
    return 5.0 if leaf.shapes & {"words", "text"} else -15.0


def _spec(leaf: Leaf) -> float:
    return NEVER if leaf.shapes & (_TIMES | {"decimal", "boolean", "url", "integer", "long"}) else 2.0


def _wish(leaf: Leaf) -> float:
    return NEVER if leaf.shapes & _NO_TEXT or leaf.shapes <= _NUMBERS else 0.0


_FITS: dict[str, Callable[[Leaf], float]] = {
    "time": _time, "money": _money, "truth": _truth, "note": _note, "choice": _choice, "order.id": _order_id,
    "line.id": _line_id, "order.customer_name": _name, "order.phone": _phone, "order.address": _address,
    "order.province": _province, "order.city": _city, "order.district": _district, "order.town": _town,
    "order.buyer_id": _buyer, "order.currency": _currency, "order.seller_flag": _flag, "line.quantity": _quantity,
    "line.sku": _sku, "line.item": _item, "line.title": _title, "line.spec": _spec, "order.carrier_wish": _wish,
}  # fmt: skip
