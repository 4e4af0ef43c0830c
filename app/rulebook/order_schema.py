"""The canonical order as JSON: what `pandan decide` takes, pack examples state and counter-examples are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from app.domain.errors import Problem
from app.domain.order import INFORMING_FLAGS, MUST_NOT_SHIP, Evidence, Line, Order, OrderState, Refund, Strength
from app.domain.phones import masked, mobile_digits
from app.domain.provinces import full_province
from app.mapping.strict import Strict, anything, listed, nested, problems_of, text, truth, whole

Hasher = Callable[[str, str, str], str]
TIMES = ("created_at", "paid_at", "modified_at", "ship_by")
AMOUNTS = ("goods_amount", "postage", "discount", "paid")
TEXTS = (
    "currency", "province", "city", "district", "town", "customer_name", "phone", "address", "buyer_id",
    "buyer_message", "seller_memo", "seller_flag", "carrier_wish",
)  # fmt: skip
_MOST_UNITS = 2_000_000_000
FLAGS = tuple(sorted(MUST_NOT_SHIP | INFORMING_FLAGS))


class LineSchema(Strict):
    """One line; amounts in fen."""

    id = text()
    sku = text()
    item = text()
    title = text(empty=True)
    spec = text(empty=True)
    quantity = whole(required=True, least=0, most=_MOST_UNITS)
    price = whole()
    paid = whole()
    refund = text(choices=tuple(r.value for r in Refund))
    gift = truth()


class EvidenceSchema(Strict):
    """One piece of identity evidence."""

    kind = text(required=True)
    value = text(required=True)
    scope = text(empty=True)
    strength = text(required=True, choices=("strong", "weak"))


class OrderSchema(Strict):
    """A canonical order; only `id` and `lines` must be there. Amounts in fen, times in ISO 8601 with a zone
    or as epoch seconds."""

    id = text(required=True)
    shop = text()
    platform = text()
    state = text(choices=tuple(s.value for s in OrderState))
    created_at = anything()
    paid_at = anything()
    modified_at = anything()
    ship_by = anything()
    currency = text(empty=True)
    goods_amount = whole()
    postage = whole()
    discount = whole()
    paid = whole()
    flags = listed(text(choices=FLAGS))
    province = text(empty=True)
    city = text(empty=True)
    district = text(empty=True)
    town = text(empty=True)
    customer_name = text(empty=True)
    phone = text(empty=True)
    address = text(empty=True)
    buyer_id = text(empty=True)
    buyer_message = text(empty=True)
    seller_memo = text(empty=True)
    seller_flag = text(empty=True)
    carrier_wish = text(empty=True)
    urgent = truth()
    identity = nested(EvidenceSchema, many=True)
    lines = nested(LineSchema, required=True, many=True)


def is_plainly_right(document: Any) -> bool:
    """Whether a document certainly fits `OrderSchema`, told many times faster; False says only that it must look."""
    if not isinstance(document, dict) or "id" not in document:
        return False
    for name, value in document.items():
        fits = _ORDER_PARTS.get(name)
        if fits is None or not fits(value):
            return False
    lines = document.get("lines")
    return type(lines) is list and all(map(_is_plain_line, lines))


def _is_plain_line(line: Any) -> bool:
    if type(line) is not dict or "quantity" not in line:
        return False
    for name, value in line.items():
        fits = _LINE_PARTS.get(name)
        if fits is None or not fits(value):
            return False
    return True


def _is_text(value: Any) -> bool:
    return type(value) is str and value != ""


def _is_any_text(value: Any) -> bool:
    return type(value) is str


def _is_whole(value: Any) -> bool:
    return type(value) is int


def _is_quantity(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MOST_UNITS


def _is_state(value: Any) -> bool:
    return type(value) is str and value in _STATES


_STATES = frozenset(state.value for state in OrderState)
_LINE_PARTS: dict[str, Callable[[Any], bool]] = {
    "id": _is_text,
    "sku": _is_text,
    "item": _is_text,
    "title": _is_any_text,
    "spec": _is_any_text,
    "quantity": _is_quantity,
    "price": _is_whole,
    "paid": _is_whole,
}
_ORDER_PARTS: dict[str, Callable[[Any], bool]] = {
    "id": _is_text,
    "state": _is_state,
    "lines": lambda _: True,
    **dict.fromkeys(AMOUNTS, _is_whole),
    **dict.fromkeys(TIMES, lambda _: True),
    **dict.fromkeys(TEXTS, _is_any_text),
}


def load_order(
    document: Any,
    *,
    shop: str = "default",
    platform: str = "manual",
    at: int,
    hasher: Hasher | None = None,
    live: bool = True,
) -> Order | list[Problem]:
    """The order a canonical document states, or everything wrong with it. Only history may come without lines.

    Defaults: state paid, created `at`, unmarked as urgent, no messages. Evidence is made of phone and
    masked phone where the document gives none.
    """
    given = {k: v for k, v in document.items() if v is not None} if isinstance(document, Mapping) else document
    problems = [] if is_plainly_right(given) else problems_of(OrderSchema(), given)
    if problems:
        return problems
    values: dict[str, Any] = {name: given[name] for name in (*AMOUNTS, *TEXTS) if name in given}
    for name in TIMES:
        if name in given:
            seconds = _seconds(given[name])
            if seconds is None:
                problems.append(Problem("value-not-time", f"$.{name}", {"value": given[name]}))
            values[name] = seconds
    if live and not given["lines"]:
        problems.append(Problem("lines-missing", "$.lines"))
    if problems:
        return problems
    if "province" in values:
        values["province"] = full_province(values["province"])
    values.setdefault("created_at", at)
    for name in ("buyer_message", "seller_memo"):
        # Not said means that nothing was said; an explicit null means that it is not known.
        if name not in document:
            values[name] = ""
    return Order(
        id=given["id"],
        shop=given.get("shop", shop),
        platform=given.get("platform", platform),
        state=given.get("state", OrderState.PAID.value),
        lines=[_line(place, line) for place, line in enumerate(given["lines"])],
        flags=frozenset(given.get("flags", ())),
        # An explicit null means that it is not known.
        urgent=document.get("urgent", False),
        identity=_identity(given, hasher),
        **values,
    )


def dump_order(order: Order) -> dict[str, Any]:
    """The canonical document of an order; unknown fields are left out, or null where leaving out says something."""
    document: dict[str, Any] = {"id": order.id, "shop": order.shop, "platform": order.platform, "state": order.state}
    for name in (*AMOUNTS, *TEXTS):
        if getattr(order, name) is not None or name in ("buyer_message", "seller_memo"):
            document[name] = getattr(order, name)
    for name in TIMES:
        if getattr(order, name) is not None:
            document[name] = datetime.fromtimestamp(getattr(order, name), UTC).isoformat().replace("+00:00", "Z")
    document["urgent"] = order.urgent
    document["flags"] = sorted(order.flags)
    document["identity"] = [
        {"kind": e.kind, "value": e.value, "scope": e.scope, "strength": str(e.strength)} for e in order.identity
    ]
    document["lines"] = [
        {name: value for name in LineSchema().fields if (value := getattr(line, name)) is not None}
        for line in order.lines
    ]
    return document


def _line(place: int, line: Mapping[str, Any]) -> Line:
    known = {name: line[name] for name in line if line[name] is not None}
    return Line(**{"id": str(place + 1), "sku": None, **known})


def _identity(given: Mapping[str, Any], hasher: Hasher | None) -> tuple[Evidence, ...]:
    if "identity" in given:
        return tuple(
            Evidence(e["kind"], e["value"], e.get("scope", ""), Strength(e["strength"])) for e in given["identity"]
        )
    phone = given.get("phone", "")
    digits, shown = mobile_digits(phone), masked(phone)
    strong = (
        [Evidence("phone", hasher("phone", "", digits) if hasher else digits, "", Strength.STRONG)] if digits else []
    )
    weak = [Evidence("masked_phone_and_district", shown, "", Strength.WEAK)] if shown else []
    return (*strong, *weak)


def _seconds(value: Any) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return int(at.timestamp()) if at.tzinfo else None
