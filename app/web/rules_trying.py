"""Try it: a recent, pasted or made-up order decided by a draft, every rule's part in it, and the live rules beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Blueprint, request
from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from app.bootstrap import Services
from app.domain.errors import NotFound, PandanError, Refused
from app.domain.messages import say
from app.persistence import drafts
from app.persistence.database import reading
from app.persistence.drafts import Draft
from app.persistence.packs import live_version, read_document
from app.persistence.places import load_catalogue, load_shops, load_warehouses
from app.persistence.reads.orders import OrderSearch, find_ids, order_rows, search_for
from app.persistence.reads.places import list_shops, warehouse_names
from app.persistence.shadows import decision_of, free_units, read_decided
from app.processing.explanation import Names, explain_record, needed_units
from app.processing.profile import profile_of
from app.processing.trying import Setting, finished_part, of_example, of_record, tried
from app.processing.why.asked import Why
from app.rulebook.order_schema import load_order
from app.rulebook.pack import CompiledPack, load_pack
from app.web.fragments import page
from app.web.language import language
from app.web.order_cards import house_word
from app.web.orders_why import telling
from app.web.packed import unpacked
from app.web.permissions import permit
from app.web.platforms import platform_word
from app.web.rules_words import told_findings
from app.web.trying_form import carried, changed, facts_of, shown_time

_WHOLE, _PART = "pages/rules/trying.html", "partials/rules/trying.html"
_OFFERED, _MOST_FOUND = 8, 12
_MOST_TEXT = 200_000
Form = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Side:
    """One pack's answer: every rule's part in it, its sentences, how a warehouse was chosen."""

    why: Why
    told: Sequence[str]
    choice: Sequence[str]

    @property
    def end(self) -> dict[str, Any]:
        """What it comes to, by whatever rule."""
        decision = self.why.record["decision"]
        holds = [hold["reason"] for hold in decision.get("holds", ())]
        names = ("outcome", "fulfilments", "transfers", "purchases")
        return {"holds": holds, **{name: decision.get(name) for name in names}}

    @property
    def warehouses(self) -> set[str]:
        """Codes of the warehouses that ship."""
        return {one["warehouse"] for one in self.why.record["decision"].get("fulfilments", ())}


@dataclass(frozen=True, slots=True)
class House:
    """One warehouse of the world: what it holds of what is needed, how far it is, and whose answer it is."""

    code: str
    name: str
    km: float | None
    km_to_target: float | None
    target: bool
    covers: bool
    draft: bool
    live: bool


def register(pages: Blueprint, services: Services) -> None:
    """Put the routes beside those of the rules."""

    @pages.route("/drafts/<int:draft_id>/try", methods=["GET", "POST"])
    @permit("rules.draft")
    def trying(draft_id: int) -> tuple[str, int]:
        form, asked = request.values, request.args.get("q", "").strip()
        with reading(services.database) as db:
            draft = drafts.read_draft(db, draft_id)
            live = load_pack(read_document(db, live_version(db) or 0))
            rows = order_rows(db, find_ids(db, search_for(db, asked), _MOST_FOUND)) if asked else []
            offered = order_rows(db, find_ids(db, OrderSearch(), _OFFERED)) if not asked else []
            values = _base(draft, form, rows, asked, db)
            try:
                values |= _tried(services, db, draft, live, form)
            except (Refused, NotFound) as error:
                return page(_WHOLE, _PART, **values, **_refused(draft, error)), 422
        if not asked and "setting" not in values:
            values["offered"] = offered
        return page(_WHOLE, _PART, **values), 200


def _base(draft: Draft, form: Form, rows: Sequence[Any], asked: str, db: Connection) -> dict[str, Any]:
    return {
        "draft": draft, "found": rows, "asked": asked, "carried": carried(form), "shown_time": shown_time,
        "shop_choices": [(one.code, f"{one.name} · {platform_word(one.platform)}") for one in list_shops(db)],
    }  # fmt: skip


def _refused(draft: Draft, error: PandanError) -> dict[str, Any]:
    found = told_findings(draft.document, error.problems)
    return {"refusal": {"text": say(error.code, language(), **error.details), "findings": found}}


def _tried(services: Services, db: Connection, draft: Draft, live: CompiledPack, form: Form) -> dict[str, Any]:
    """The order tried by the draft and by the live pack; nothing where none was chosen yet."""
    if not carried(form):
        return {}
    document, left_out, problems = finished_part(draft.document)
    if problems:
        raise Refused("pack-invalid", problems=tuple(problems))
    pack = load_pack(document)
    asked = profile_of(pack).reads | profile_of(live).reads
    setting, wrong = changed(_setting(services, db, form, pack), form, asked)
    names = Names({one.code: one.name for one in list_shops(db)}, dict(warehouse_names(db)))
    places = {one.code: house_word(one.name) for one in setting.warehouses if one.name}
    names = Names(names.shops, {**names.warehouses, **places})
    mine, theirs = _side(setting, pack, names), _side(setting, live, names)
    rules = mine.why.rules()
    shown = telling(rules)
    return {
        "setting": setting, "house_names": places, "facts": facts_of(setting, asked),
        "wrong": wrong, "left_out": left_out,
        "mine": mine, "theirs": theirs, "same": mine.end == theirs.end,
        "rules": shown, "hidden": len(rules) - len(shown),
        "houses": _houses(mine, theirs, names), "needed": needed_units(mine.why.record),
    }  # fmt: skip


def _side(setting: Setting, pack: CompiledPack, names: Names) -> Side:
    why = Why(tried(setting, pack), pack, names)
    told = explain_record(why.record, pack, names, warehouses=False)
    return Side(why, [one[language()] for one in told], [one[language()] for one in why.choice()])


def _houses(mine: Side, theirs: Side, names: Names) -> list[House]:
    record, needed = mine.why.record, needed_units(mine.why.record)
    return [
        House(
            one["code"], names.warehouse(one["code"]), one.get("km"), one.get("km_to_target"),
            one["code"] == record.get("target"),
            all(one["stock"].get(sku, 0) >= units for sku, units in needed.items()),
            one["code"] in mine.warehouses, one["code"] in theirs.warehouses,
        )
        for one in record.get("warehouses", ())
    ]  # fmt: skip


def _setting(services: Services, db: Connection, form: Form, pack: CompiledPack) -> Setting:
    """The chosen order in its world. Raises `NotFound` and `Refused`."""
    if form.get("order"):
        return _past(services, db, form["order"])
    if form.get("given"):
        return of_example(unpacked(form["given"]))
    document = _parsed(form.get("text", ""))
    if isinstance(document, dict) and "order" in document:
        return of_example(document)
    return _pasted(services, db, document, form.get("shop", ""), pack)


def _past(services: Services, db: Connection, number: str) -> Setting:
    seq = decision_of(db, int(number)) if number.isdigit() and len(number) < 19 else None
    one = next(iter(read_decided(db, services.sealer, [(int(number), seq)])), None) if seq else None
    if one is None:
        raise NotFound("not-found", what=number)
    return of_record(one.order, one.overlay, one.record, load_warehouses(db, one.at), load_catalogue(db))


def _pasted(services: Services, db: Connection, document: Any, shop: str, pack: CompiledPack) -> Setting:
    """A canonical order, or a payload as a shop's platform sends it, on the stock of now."""
    at = services.clock.now()
    platforms = {code: platform for _, code, platform in load_shops(db)}
    mapping = pack.mappings.get(platforms.get(shop, ""))
    if mapping is not None:
        order = mapping.map(document, shop=shop, hasher=services.sealer.hasher)
    else:
        order = load_order(document, at=at, hasher=services.sealer.hasher)
    if isinstance(order, list):
        raise Refused("order-invalid", problems=tuple(order))
    setting = Setting(order, load_warehouses(db, at), {}, load_catalogue(db), at)
    stock = free_units(db, setting.skus)
    return Setting(order, setting.warehouses, stock, setting.catalogue, at)


def _parsed(text: str) -> Any:
    if len(text) > _MOST_TEXT:
        raise Refused("draft-not-json", line=1, column=_MOST_TEXT)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refused("draft-not-json", line=error.lineno, column=error.colno) from error
