"""Deeds to many orders at once: shown as a whole, done in small transactions, told one by one, undone in one click."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson
from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import Refused
from app.domain.messages import say
from app.domain.words import HOLD_REASONS
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.deeds import open_deed, read_deed, tell_results, undo_deed
from app.persistence.people_words import last_words
from app.persistence.reads.orders import find_ids
from app.persistence.reads.places import warehouse_names
from app.persistence.reads.standing import Standing, holds_of, standings
from app.web.deeds.doing import Seen, do_many, do_together, speaker
from app.web.deeds.foresight import Foreseer, Foresight
from app.web.deeds.kinds import deed_of, word_of
from app.web.deeds.telling import effects_of, rows_of, tally
from app.web.fragments import page, partial, tell
from app.web.language import language
from app.web.permissions import permit
from app.web.searching import search_of
from app.web.words import carriers

MOST_ORDERS = 500
"""As many orders may be chosen at once."""
_AT_ONCE = 50
_SHOWN, _TOLD = 100, 12


def register(pages: Blueprint, services: Services, foreseer: Foreseer) -> None:
    """Put the routes beside those of the orders."""

    @pages.post("/deeds/<code>")
    @permit("orders.decide")
    def ask_many(code: str) -> str:
        deed = deed_of(code, for_many=True)
        with reading(services.database) as db:
            chosen = _chosen(db)
            values: dict[str, Any] = {
                "body": "partials/orders/deed_many.html", "deed": deed, "chosen": chosen,
                "hold_reasons": HOLD_REASONS, "carriers": carriers(), "warehouses": warehouse_names(db),
            }  # fmt: skip
        return page("pages/orders/deed.html", "partials/orders/deed_many.html", **values)

    @pages.post("/deeds/<code>/foresee")
    @permit("orders.decide")
    def would_many(code: str) -> str:
        deed = deed_of(code, for_many=True)
        with reading(services.database) as db:
            foresight = _foreseen(foreseer, db, code, _chosen(db))
        return partial("partials/orders/foreseen_many.html", deed=deed, **_told(foresight))

    @pages.post("/deeds/<code>/do")
    @permit("orders.decide")
    def act_many(code: str) -> Response:
        deed_of(code, for_many=True)
        with reading(services.database) as db:
            chosen = _chosen(db)
        made = _do(services, foreseer, code, chosen)
        return redirect(url_for("orders.done", deed_id=made), 303)

    @pages.get("/deeds/<int:deed_id>")
    @permit("orders.read")
    def done(deed_id: int) -> str:
        with reading(services.database) as db:
            row = read_deed(db, deed_id)
            results = orjson.loads(row.results)
            standing = standings(db, [result[0] for result in results])
        told = [(standing[each], _why(code, details)) for each, code, details in results if each in standing]
        return render_template(
            "pages/orders/done.html", deed=deed_of(row.kind, for_many=True), row=row, results=told,
            counts=Counter(why for _, why in told if why), well=sum(not why for _, why in told),
        )  # fmt: skip

    @pages.post("/deeds/<int:deed_id>/undo")
    @permit("orders.decide")
    def undo_many(deed_id: int) -> Response:
        with writing(services.database) as db:
            read_deed(db, deed_id)
            count, kept = undo_deed(db, deed_id, speaker(services))
        tell(f"已撤销 {count} 单，正在重新判定。", f"Taken back for {count} orders; they are being decided again.")
        if kept:
            tell(f"{kept} 单已经拣货，没有撤销。", f"{kept} orders are picked and stay as they are.", kind="bad")
        return redirect(url_for("orders.done", deed_id=deed_id), 303)


def _do(services: Services, foreseer: Foreseer, code: str, chosen: list[Seen]) -> int:
    if code == "consolidate":
        with writing(services.database) as db:
            return do_together(services, db, foreseer, chosen)
    with writing(services.database) as db:
        by = speaker(services)
        made = open_deed(db, code, by)
        note(db, by.name, f"deed.{code}", str(made), now=by.now, orders=len(chosen))
    results: list[Any] = []
    for start in range(0, len(chosen), _AT_ONCE):
        with writing(services.database) as db:
            results += do_many(services, db, code, request.form, chosen[start : start + _AT_ONCE], made)
            tell_results(db, made, results)
    return made


def _chosen(db: Connection) -> list[Seen]:
    """The orders that the form names, as the person saw them; or those that its search finds."""
    form = request.form
    named = [seen for text in form.get("orders", "").split() if (seen := Seen.read(text)) is not None]
    if not named:
        ids = [int(text) for text in form.getlist("chosen") if text.isdigit()]
        if form.get("all"):
            ids = find_ids(db, search_of(db, form), MOST_ORDERS)
        found, words = standings(db, ids[: MOST_ORDERS + 1]), last_words(db, ids[: MOST_ORDERS + 1])
        named = [Seen(each, words[each], found[each].decision_seq) for each in ids if each in found]
    if not named:
        raise Refused("none-chosen")
    if len(named) > MOST_ORDERS:
        raise Refused("too-many-chosen", most=MOST_ORDERS)
    return named


def _foreseen(foreseer: Foreseer, db: Connection, code: str, chosen: list[Seen]) -> Foresight:
    ids = [seen.order_id for seen in chosen]
    if code == "consolidate":
        return foreseer.together(db, ids)
    seen_at = {seen.order_id: seen.decision for seen in chosen}

    def holds(standing: Standing) -> list[str]:
        seq = seen_at[standing.order_id]
        return standing.holds if seq == standing.decision_seq else holds_of(db, standing.order_id, seq)

    return foreseer.words(db, ids, lambda stored, now: word_of(code, request.form, stored, holds(now)))


def _told(foresight: Foresight) -> dict[str, Any]:
    chosen = foresight.chosen
    return {
        "foresight": foresight,
        "tally": tally(foresight),
        "compared": [(change, rows_of(change, foresight)) for change in (*chosen[:_SHOWN], *foresight.others[:_SHOWN])],
        "left_off": max(0, len(chosen) - _SHOWN),
        # What each order does beside its stock would be too much to read.
        "effects": effects_of(foresight.changes, foresight)[:_TOLD],
    }


def _why(code: str, details: dict[str, Any]) -> str:
    return say(code, language(), **details) if code else ""
