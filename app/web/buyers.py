"""A buyer as pages may show one: always masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from app.domain.masking import masked_text
from app.domain.order import PERSONAL_FIELDS, Order
from app.persistence.sealing import Sealer


@dataclass(frozen=True, slots=True)
class Buyer:
    """The masked personal fields of an order; empty where the platform gave none."""

    name: str = ""
    phone: str = ""
    address: str = ""
    message: str = ""
    memo: str = ""


def masked_buyer(sealer: Sealer, order_id: int, sealed: bytes | None, phone_tail: str | None = None) -> Buyer:
    """The buyer of an order, masked; `phone_tail` is shown when the personal part was erased."""
    if sealed is None:
        return Buyer(phone=f"*{phone_tail}" if phone_tail else "")
    values = orjson.loads(sealer.open(sealed, f"order:{order_id}"))
    return _masked(dict(zip(PERSONAL_FIELDS, values, strict=True)), phone_tail)


def buyer_of(order: Order, phone_tail: str | None = None) -> Buyer:
    """The buyer of an order as it stands, people's words laid over it, masked."""
    return _masked({name: getattr(order, name) for name in PERSONAL_FIELDS}, phone_tail)


def _masked(known: Mapping[str, str | None], phone_tail: str | None) -> Buyer:
    return Buyer(
        name=masked_text(known["customer_name"] or ""),
        phone=_phone(known["phone"] or "", phone_tail),
        address=masked_text(known["address"] or ""),
        message=masked_text(known["buyer_message"] or ""),
        memo=masked_text(known["seller_memo"] or ""),
    )


def _phone(phone: str, tail: str | None) -> str:
    # What the platform masked already is as public as it was; a token tells people nothing.
    if "*" in phone:
        return phone
    return masked_text(phone) if phone.isdigit() else (f"*{tail}" if tail else masked_text(phone))
