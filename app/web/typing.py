"""Typing an order: paste a chat, mend what is unsure, submit; copy an order, or ship it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import PandanError, Problem, Refused
from app.domain.messages import say
from app.intake.chat import read_chat
from app.intake.typed import TypedForm, check_form, place_form, total_of
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.goods import add_shop
from app.persistence.reads.order import read_order
from app.persistence.reads.typed import last_prices, last_typed, made_from, shop_order, source_of
from app.web.buyers import masked_buyer
from app.web.fragments import page, partial, tell, wants_part
from app.web.language import language, t
from app.web.permissions import permit
from app.web.typing_beside import alike, needs
from app.web.typing_form import carriers, form_of, lay_chat, lay_order, new_token, reason_of, reasons, yuan
from app.web.typing_goods import Shelf, offers
from app.web.typing_sending import (
    PLATFORM,
    Source,
    SubmittedBefore,
    manual_shops,
    read_source,
    send_form,
    send_payment,
)

_FORM = "partials/typing/form.html"
_SHOP = "manual"


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("typing", __name__, url_prefix="/orders")
    shelf = Shelf(services)

    @pages.app_context_processor
    def words() -> dict[str, Any]:
        return {"typed_ties": lambda head: _ties(services, head), "reship_reason": reason_of}

    _form_routes(pages, services, shelf)
    _help_routes(pages, services, shelf)
    _order_routes(pages, services)
    return pages


def _form_routes(pages: Blueprint, services: Services, shelf: Shelf) -> None:
    @pages.get("/new")
    @permit("orders.type")
    def new() -> str:
        form = TypedForm(token=new_token())
        with reading(services.database) as db:
            source = _asked_source(services, db, form)
            return page("pages/typing/new.html", _FORM, **_shown(services, db, form, source, shelf, fresh=True))

    @pages.post("/new")
    @permit("orders.type")
    def submit() -> Response | str | tuple[str, int]:
        form = form_of(request.form)
        place_form(form)
        with reading(services.database) as db:
            source = read_source(services, db, form.source)
            shops = frozenset(shop.code for shop in manual_shops(db))
        gone = source is not None and source.head.personal is None
        problems = check_form(replace(form, source=None) if gone else form, shelf.names(), shops)
        if problems and gone:
            problems.insert(0, Problem("typed-source-erased", ""))
        if problems:
            return _again(services, form, source, shelf, problems)
        try:
            tid = send_form(services, form, source, g.user.name)
        except SubmittedBefore as error:
            form.token = new_token()
            return _again(services, form, source, shelf, [Problem(error.code, "", error.details)])
        except PandanError as error:
            answer, _ = _again(services, form, source, shelf, [Problem(error.code, "", error.details)])
            return answer, error.status if not wants_part() else 422
        if not wants_part():
            return redirect(url_for("typing.new", last=tid), 303)
        return _next_form(services, form, shelf, tid)

    @pages.post("/new/shop")
    @permit("orders.type")
    def shop() -> Response:
        now = services.clock.now()
        with writing(services.database) as db:
            if not manual_shops(db):
                # Its key opens nothing until somebody makes it a new one: it is told to nobody.
                add_shop(db, _SHOP, PLATFORM, name=t("手工单", "Manual orders"), now=now)
                note(db, g.user.name, "shop.add", _SHOP, now=now, platform=PLATFORM)
        return redirect(url_for("typing.new"), 303)


def _help_routes(pages: Blueprint, services: Services, shelf: Shelf) -> None:
    @pages.post("/new/read")
    @permit("orders.type")
    def read() -> str:
        form, text = form_of(request.form), request.form.get("text", "")
        lay_chat(form, read_chat(text, shelf.goods()), text)
        place_form(form)
        return _part(services, form, shelf)

    @pages.post("/new/draft")
    @permit("orders.type")
    def draft() -> str:
        form = form_of(request.form)
        place_form(form)
        return _part(services, form, shelf)

    @pages.post("/new/place")
    @permit("orders.type")
    def place() -> str:
        form = form_of(request.form)
        place_form(form)
        return partial("partials/typing/place.html", form=form, errors={})

    @pages.get("/new/skus")
    @permit("orders.type")
    def skus() -> str:
        found = shelf.find(request.args.get("q", "")[:100])
        with reading(services.database) as db:
            return partial("partials/typing/skus.html", offers=offers(db, found), yuan=yuan)

    @pages.post("/new/beside")
    @permit("orders.type")
    def beside() -> str:
        form = form_of(request.form)
        place_form(form)
        with reading(services.database) as db:
            source = read_source(services, db, form.source)
            return partial("partials/typing/beside.html", **_beside(services, db, form, source, shelf))

    @pages.get("/new/last/<tid>")
    @permit("orders.type")
    def last(tid: str) -> str:
        with reading(services.database) as db:
            return partial("partials/typing/last.html", last=shop_order(db, tid))


def _order_routes(pages: Blueprint, services: Services) -> None:
    @pages.post("/<int:order_id>/payment")
    @permit("orders.type")
    def payment(order_id: int) -> Response:
        with reading(services.database) as db:
            source = read_source(services, db, order_id)
        if source is not None:
            send_payment(services, source, g.user.name)
        tell("已记下收款，正在重新判定。", "The payment is noted; it is being decided again.")
        return redirect(url_for("orders.detail", order_id=order_id), 303)


def _asked_source(services: Services, db: Connection, form: TypedForm) -> Source | None:
    """Fill the form from the order that the address names, to be copied or shipped again."""
    for kind in ("copy", "reship"):
        asked = request.args.get(kind, "")
        if asked.isdigit() and len(asked) < 19:
            form.kind, form.source = kind, int(asked)
    source = read_source(services, db, form.source)
    if source is None:
        return None
    if form.kind == "reship" and not source.may_be_reshipped:
        raise Refused("reship-not-yet")
    if source.head.platform == PLATFORM:
        form.shop = source.head.shop
    resolved = {row.line: row.sku for row in read_order(db, source.head.id).lines}
    lay_order(form, source.order, resolved)
    return source


def _again(
    services: Services, form: TypedForm, source: Source | None, shelf: Shelf, problems: list[Problem]
) -> tuple[str, int]:
    with reading(services.database) as db:
        shown = _shown(services, db, form, source, shelf, problems=problems)
    return page("pages/typing/new.html", _FORM, **shown), 422


def _part(services: Services, form: TypedForm, shelf: Shelf) -> str:
    with reading(services.database) as db:
        source = read_source(services, db, form.source)
        return partial(_FORM, **_shown(services, db, form, source, shelf))


def _next_form(services: Services, sent: TypedForm, shelf: Shelf, tid: str) -> str:
    form = TypedForm(token=new_token(), shop=sent.shop)
    with reading(services.database) as db:
        return partial(_FORM, **_shown(services, db, form, None, shelf, fresh=True, last=tid))


def _shown(
    services: Services, db: Connection, form: TypedForm, source: Source | None, shelf: Shelf, *,
    problems: Iterable[Problem] = (), fresh: bool = False, last: str = "",
) -> dict[str, Any]:  # fmt: skip
    """What the form's template needs."""
    shops, names = manual_shops(db), shelf.names()
    form.shop = form.shop or _usual_shop(db, [shop.code for shop in shops])
    prices = last_prices(db, {sku for line in form.lines if not line.price for sku in (line.sku, *line.choices) if sku})
    for line in form.lines:
        if not line.price and line.sku in prices:
            line.price = yuan(prices[line.sku])
    errors: dict[str, str] = {}
    for problem in problems:
        errors.setdefault(problem.path, say(problem.code, language(), **problem.details))
    buyer = masked_buyer(services.sealer, source.head.id, source.head.personal) if source else None
    total = total_of(form)
    return {
        "form": form, "errors": errors, "shops": shops, "names": names, "source": source, "buyer": buyer,
        "fresh": fresh, "prices": prices, "yuan": yuan, "carriers": carriers(), "reasons": reasons(),
        "last": shop_order(db, last or request.args.get("last", "")), "sum": "" if total is None else yuan(total),
    }  # fmt: skip


def _usual_shop(db: Connection, codes: list[str]) -> str:
    """The shop of the order that this person typed last, else the first."""
    row = last_typed(db, g.user.name)
    known = shop_order(db, row.tid) if row is not None else None
    usual = known.shop if known is not None else ""
    return usual if usual in codes else next(iter(codes), "")


def _beside(services: Services, db: Connection, form: TypedForm, source: Source | None, shelf: Shelf) -> dict[str, Any]:
    order = source.order if source is not None else None
    found = [] if form.kind == "reship" else alike(services, db, form, order, services.clock.now())
    return {"told": True, "alike": found, "needs": needs(db, form, dict(shelf.names())), "form": form}


def _ties(services: Services, head: Any) -> dict[str, Any]:
    """What the page of an order tells of typing: what it was made from, what was made from it, what may be done."""
    with reading(services.database) as db:
        source, made = source_of(db, head.shop_id, head.tid), made_from(db, head.id)
        one = read_source(services, db, head.id)
    unpaid = head.platform == PLATFORM and head.state == "created"
    return {"source": source, "made": made, "reship": one is not None and one.may_be_reshipped, "unpaid": unpaid}
