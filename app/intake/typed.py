"""A typed form as a canonical order, with what is wrong with it named by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.domain.carriers import CARRIERS
from app.domain.errors import Problem
from app.domain.order import Order, OrderState
from app.domain.provinces import full_province
from app.intake import cells
from app.intake.addresses import split_address

MOST_UNITS = 100_000
MOST_LINES = 100
RESHIP_REASONS = ("broken", "missing", "wrong", "lost", "quality", "other")
PLACE_PARTS = ("province", "city", "district", "town", "detail")
_LETTERS = {"name": 64, "phone": 40, "detail": 300, "memo": 500}


@dataclass(slots=True)
class TypedLine:
    """One line as it was typed. `choices` are SKUs that a text may mean; `told` is what the text said."""

    sku: str = ""
    quantity: str = "1"
    price: str = ""
    unsure: set[str] = field(default_factory=set)
    choices: tuple[str, ...] = ()
    told: str = ""


@dataclass(slots=True)
class TypedForm:
    """A form as it was typed. `split_of` is the address that the place parts were made from.

    `source` is the order that is copied or shipped again: what is left empty of the buyer is taken from it.
    `unsure` tells why a field is in doubt, by field.
    """

    token: str = ""
    kind: str = "typed"
    source: int | None = None
    reason: str = ""
    shop: str = ""
    name: str = ""
    phone: str = ""
    address: str = ""
    split_of: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    town: str = ""
    detail: str = ""
    memo: str = ""
    carrier: str = ""
    urgent: bool = False
    paid: bool = True
    total: str = ""
    postage: str = ""
    lines: list[TypedLine] = field(default_factory=list)
    unsure: dict[str, str] = field(default_factory=dict)
    place_choices: tuple[tuple[str, str, str], ...] = ()


def place_form(form: TypedForm) -> None:
    """Split the address anew when it is not the one that the parts were made from."""
    if form.address == form.split_of:
        return
    found = split_address(form.address)
    for part in PLACE_PARTS:
        setattr(form, part, getattr(found, part))
        form.unsure.pop(part, None)
    form.unsure |= dict.fromkeys(found.unsure, "")
    form.place_choices = tuple((one.province, one.city, one.district) for one in found.choices)
    form.split_of = form.address


def check_form(form: TypedForm, known: Mapping[str, str], shops: frozenset[str]) -> list[Problem]:
    """Everything that keeps the form from being an order; the path is the field's name, `sku-2` in the second line.

    `known` are the SKUs with their names.
    """
    problems = [Problem("typed-shop", "shop")] if form.shop not in shops else []
    if form.source is None:
        problems += _buyer_problems(form)
    elif form.phone and not _is_phone(form.phone):
        problems.append(Problem("typed-phone", "phone"))
    if form.source is not None and form.address:
        problems += _place_problems(form)
    problems += [
        Problem("typed-too-long", name, {"most": most})
        for name, most in _LETTERS.items()
        if len(getattr(form, name)) > most
    ]
    problems += _money_problems(form)
    if form.kind == "reship" and form.reason not in RESHIP_REASONS:
        problems.append(Problem("typed-reason", "reason"))
    if form.carrier and form.carrier not in CARRIERS:
        problems.append(Problem("typed-carrier", "carrier"))
    if not form.lines or len(form.lines) > MOST_LINES:
        problems.append(Problem("typed-lines", "sku-1", {"most": MOST_LINES}))
    for place, line in enumerate(form.lines, 1):
        problems += _line_problems(line, place, known)
    return problems


def order_document(
    form: TypedForm, tid: str, at: int, known: Mapping[str, str], source: Order | None = None
) -> dict[str, Any]:
    """The canonical order of a form that has no problems; the same for the same form, number and time."""
    lines = [_line(line, place, known) for place, line in enumerate(form.lines, 1)]
    total = total_of(form)
    document: dict[str, Any] = {
        "id": tid,
        "state": OrderState.PAID if form.paid else OrderState.CREATED,
        "created_at": at,
        "paid_at": at if form.paid else None,
        **_buyer(form, source),
        "seller_memo": form.memo or None,
        "carrier_wish": form.carrier or None,
        "urgent": form.urgent,
        "goods_amount": sum(line["quantity"] * line.get("price", 0) for line in lines) if total is not None else None,
        "postage": cells.fen(form.postage) if form.postage else None,
        "paid": total,
        "lines": lines,
    }
    return {name: value for name, value in document.items() if value is not None}


def payload(document: dict[str, Any]) -> bytes:
    """The document as it is sent: always the same bytes for the same document."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def total_of(form: TypedForm) -> int | None:
    """What the buyer pays in fen: as typed, else what the lines and the postage come to; None when not known."""
    if form.total:
        return cells.fen(form.total)
    amounts = []
    for line in form.lines:
        price, quantity = cells.fen(line.price) if line.price else None, cells.whole(line.quantity)
        if price is None or quantity is None:
            return None
        amounts.append(price * quantity)
    return sum(amounts) + ((cells.fen(form.postage) or 0) if form.postage else 0) if amounts else None


def _buyer(form: TypedForm, source: Order | None) -> dict[str, Any]:
    typed: dict[str, Any] = {"customer_name": form.name or None, "phone": form.phone or None}
    place = {
        "province": full_province(form.province) or None, "city": form.city or None, "district": form.district or None,
        "town": form.town or None, "address": form.detail or None,
    }  # fmt: skip
    if source is None:
        return {**typed, **place}
    kept = {name: getattr(source, name) for name in ("customer_name", "phone")}
    if not form.address:
        place = {name: getattr(source, name) for name in ("province", "city", "district", "town", "address")}
    return {name: typed[name] or kept[name] for name in kept} | place


def _buyer_problems(form: TypedForm) -> list[Problem]:
    problems = [] if form.name else [Problem("typed-name", "name")]
    if not _is_phone(form.phone):
        problems.append(Problem("typed-phone" if form.phone else "typed-phone-missing", "phone"))
    return problems + _place_problems(form)


def _place_problems(form: TypedForm) -> list[Problem]:
    if not form.address:
        return [Problem("typed-address", "address")]
    problems = [Problem(f"typed-{part}", part) for part in ("province", "city", "detail") if not getattr(form, part)]
    if form.province and not full_province(form.province).endswith(("省", "市", "区")):
        problems.append(Problem("typed-province", "province"))
    return problems


def _is_phone(phone: str) -> bool:
    return re.fullmatch(r"[\d+*][\d\-* ]{5,30}", phone) is not None and sum(map(str.isdigit, phone)) >= 5


def _money_problems(form: TypedForm) -> list[Problem]:
    problems = []
    for name in ("total", "postage"):
        text = getattr(form, name)
        if text and not _is_amount(text):
            problems.append(Problem("typed-money", name, {"value": text}))
    if form.paid and not problems and total_of(form) is None and form.lines:
        problems.append(Problem("typed-total", "total"))
    return problems


def _is_amount(text: str) -> bool:
    fen = cells.fen(text)
    return fen is not None and 0 <= fen < 10**10


def _line_problems(line: TypedLine, place: int, known: Mapping[str, str]) -> list[Problem]:
    problems = []
    if not line.sku:
        problems.append(Problem("typed-sku-missing", f"sku-{place}"))
    elif line.sku not in known:
        problems.append(Problem("typed-sku", f"sku-{place}", {"value": line.sku}))
    quantity = cells.whole(line.quantity)
    if quantity is None or not 0 < quantity <= MOST_UNITS:
        problems.append(Problem("typed-quantity", f"quantity-{place}", {"most": MOST_UNITS}))
    if line.price and not _is_amount(line.price):
        problems.append(Problem("typed-money", f"price-{place}", {"value": line.price}))
    return problems


def _line(line: TypedLine, place: int, known: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": str(place), "sku": line.sku, "title": known.get(line.sku, ""), "quantity": cells.whole(line.quantity),
    }  # fmt: skip
    if line.price:
        made["price"] = cells.fen(line.price)
    return made
