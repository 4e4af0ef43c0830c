"""The typed form: read from a request, from a chat text, from another order; and the words for what is unsure."""

from __future__ import annotations

import secrets
from typing import Any

from werkzeug.datastructures import MultiDict

from app.domain.carriers import CARRIERS, NAMES
from app.domain.order import Order
from app.intake.chat import Chat, Found, GoodsLine
from app.intake.typed import PLACE_PARTS, RESHIP_REASONS, TypedForm, TypedLine
from app.web.language import language, t

_TEXTS = ("shop", "name", "phone", "address", "split_of", *PLACE_PARTS, "memo", "carrier", "total", "postage", "reason")
_KINDS = ("typed", "copy", "reship")
_QUOTED = 24


def new_token() -> str:
    """A token for one form."""
    return secrets.token_urlsafe(18)


def form_of(given: MultiDict[str, str]) -> TypedForm:
    """The form as a request carries it; lines that are wholly empty are left out."""
    form = TypedForm(token=given.get("token", "")[:64] or new_token(), paid=given.get("paid") != "no")
    for name in _TEXTS:
        setattr(form, name, given.get(name, "").replace("\0", "").strip())
    form.kind = given.get("kind", "") if given.get("kind") in _KINDS else "typed"
    source = given.get("source", "")
    form.source = int(source) if form.kind != "typed" and source.isdigit() and len(source) < 19 else None
    form.urgent = given.get("urgent") == "yes"
    columns = [given.getlist(name) for name in ("sku", "quantity", "price")]
    for sku, quantity, price in zip(*columns, strict=False):
        if sku.strip() or price.strip() or quantity.strip() not in ("", "1"):
            form.lines.append(TypedLine(sku.replace("\0", "").strip(), quantity.strip(), price.strip()))
    return form


def lay_chat(form: TypedForm, chat: Chat, text: str) -> None:
    """Lay what a text told over the form; what it did not tell stays."""
    for name, found in (("name", chat.name), ("phone", chat.phone), ("memo", chat.memo), ("carrier", chat.carrier)):
        if found is not None:
            setattr(form, name, found.value)
            _doubt(form, name, found, text)
    _lay_place(form, chat)
    for name, money in (("total", chat.total), ("postage", chat.postage)):
        if money is not None:
            setattr(form, name, yuan(money.value))
            _doubt(form, name, money, text)
    form.urgent = form.urgent or bool(chat.urgent and chat.urgent.value)
    form.paid = chat.paid.value if chat.paid is not None else form.paid
    if chat.lines:
        form.lines = [_chat_line(line) for line in chat.lines]


def lay_order(form: TypedForm, order: Order, skus: dict[str, str]) -> None:
    """Lay another order's goods, place and wishes over the form; its buyer stays where it is.

    `skus` are the resolved SKUs of its lines, by line. What is shipped again costs nothing.
    """
    form.province, form.city, form.district, form.town = (
        order.province or "", order.city or "", order.district or "", order.town or "",
    )  # fmt: skip
    again = form.kind == "reship"
    form.carrier = order.carrier_wish if order.carrier_wish in CARRIERS else ""
    for line in order.wanted_lines:
        price = yuan(0) if again else yuan(line.price) if line.price is not None else ""
        form.lines.append(TypedLine(skus.get(line.id) or line.sku or "", str(line.quantity), price))
    if again:
        form.total = yuan(0)
    elif order.paid is not None and any(not line.price for line in form.lines):
        form.total = yuan(order.paid)


def yuan(fen: int) -> str:
    """An amount as it stands in a field."""
    return f"{fen / 100:.2f}"


def carriers() -> list[tuple[str, str]]:
    """Every carrier with its name, for a select; first, that none is wished."""
    return [("", t("不指定", "Any")), *((code, NAMES[code][language()]) for code in CARRIERS)]


def reasons() -> list[tuple[str, str]]:
    """Why an order is shipped again, for a select."""
    return [("", t("选一个原因", "Choose why")), *((code, reason_of(code)) for code in RESHIP_REASONS)]


def reason_of(code: str) -> str:
    """Why an order was shipped again, in words."""
    words = {
        "broken": t("破损", "Broken"),
        "missing": t("少发漏发", "Something was missing"),
        "wrong": t("发错货", "The wrong goods"),
        "lost": t("快递丢件", "Lost by the carrier"),
        "quality": t("质量问题", "Poor quality"),
        "other": t("其他原因", "Another reason"),
    }
    return words.get(code, "")


def _doubt(form: TypedForm, name: str, found: Found[Any], text: str) -> None:
    form.unsure.pop(name, None)
    if not found.sure:
        form.unsure[name] = _quote(found, text)


def _quote(found: Found[Any], text: str) -> str:
    return "" if found.span is None else text[found.span[0] : found.span[1]].strip()[:_QUOTED]


def _lay_place(form: TypedForm, chat: Chat) -> None:
    parts = {part: getattr(chat, part) for part in PLACE_PARTS}
    if not any(parts.values()):
        return
    for part, found in parts.items():
        setattr(form, part, found.value if found is not None else "")
        form.unsure.pop(part, None)
        if found is not None and not found.sure:
            form.unsure[part] = ""
    shown = [form.province, form.city if form.city != form.province else "", form.district, form.town, form.detail]
    form.address = form.split_of = "".join(shown)
    form.place_choices = tuple((one.province, one.city, one.district) for one in chat.place_choices)


def _chat_line(line: GoodsLine) -> TypedLine:
    # What is not certain is offered and not filled in: nobody shall send it by oversight.
    guess = (line.sku.value,) if line.sku and not line.sku.sure else ()
    sure = line.sku.value if line.sku and line.sku.sure else ""
    made = TypedLine(sure, str(line.quantity.value), told=line.text, choices=line.choices or guess)
    made.price = yuan(line.price.value) if line.price else ""
    if line.sku is None or not line.sku.sure:
        made.unsure.add("sku")
    if not line.quantity.sure:
        made.unsure.add("quantity")
    return made
