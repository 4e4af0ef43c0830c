"""Deeds to one order: asked for in a panel that shows what they would do, done, and taken back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.book import Stored
from app.domain.errors import NotFound
from app.domain.words import HOLD_REASONS, Word
from app.persistence.book import SqlOrderBook
from app.persistence.database import reading, writing
from app.persistence.deeds import read_word, say, take_back
from app.persistence.people_words import hold_still, last_words
from app.persistence.reads.places import warehouse_names
from app.persistence.reads.standing import Standing, holds_of, standings
from app.processing.deeds import Subject, check
from app.web.buyers import buyer_of
from app.web.deeds.crossing import crossed_page
from app.web.deeds.doing import Crossed, Seen, do_one, do_together, look_out, speaker
from app.web.deeds.foresight import Foreseer, Foresight
from app.web.deeds.kinds import MOST_PARCELS, Form, deed_of, word_of
from app.web.deeds.telling import effects_of, rows_of, why_of
from app.web.fragments import page, partial, tell
from app.web.permissions import permit
from app.web.words import carriers


def register(pages: Blueprint, services: Services, foreseer: Foreseer) -> None:
    """Put the routes beside those of the orders."""

    @pages.get("/<int:order_id>/deed/<code>")
    @permit("orders.decide")
    def ask(order_id: int, code: str) -> str:
        with reading(services.database) as db:
            return page(
                "pages/orders/deed.html", "partials/orders/deed.html", **_panel(services, foreseer, db, order_id, code)
            )

    @pages.post("/<int:order_id>/deed/<code>")
    @permit("orders.decide")
    def would(order_id: int, code: str) -> str:
        deed_of(code)
        with reading(services.database) as db:
            return partial("partials/orders/foreseen.html", **told(_foreseen(foreseer, db, order_id, code)))

    @pages.post("/<int:order_id>/<action>")
    @permit("orders.decide")
    def act(order_id: int, action: str) -> Response | tuple[str, int]:
        deed = deed_of(action)
        seen = Seen.read(request.form.get("seen", ""))
        try:
            with writing(services.database) as db:
                if action == "consolidate":
                    do_together(services, db, foreseer, _chosen(seen, order_id))
                else:
                    do_one(services, db, action, request.form, order_id, seen)
        except Crossed as error:
            with reading(services.database) as db:
                return crossed_page(db, order_id, error), error.status
        tell(f"{deed.name}：好了，正在重新判定。", f"{deed.name}: done; it is being decided again.")
        return redirect(url_for("orders.detail", order_id=order_id), 303)

    @pages.get("/<int:order_id>/undo/<int:intervention_id>")
    @permit("orders.decide")
    def ask_undo(order_id: int, intervention_id: int) -> str:
        with reading(services.database) as db:
            row = read_word(db, intervention_id)
            foresight = foreseer.unsaid(db, row)
            seen = _seen(db, order_id)
        return page(
            "pages/orders/deed.html", "partials/orders/undo.html",
            body="partials/orders/undo.html", order_id=order_id, row=row, seen=seen, **told(foresight),
        )  # fmt: skip

    @pages.post("/<int:order_id>/undo/<int:intervention_id>")
    @permit("orders.decide")
    def undo(order_id: int, intervention_id: int) -> Response | tuple[str, int]:
        try:
            with writing(services.database) as db:
                hold_still(db, [order_id])
                row = read_word(db, intervention_id)
                look_out(db, Seen.read(request.form.get("seen", "")), str(row.kind))
                take_back(db, row, speaker(services))
        except Crossed as error:
            with reading(services.database) as db:
                return crossed_page(db, order_id, error), error.status
        tell("已撤销，正在重新判定。", "Taken back; it is being decided again.")
        return redirect(url_for("orders.detail", order_id=order_id), 303)

    @pages.post("/<int:order_id>/same/<int:other_id>")
    @permit("orders.decide")
    def answer(order_id: int, other_id: int) -> Response | tuple[str, int]:
        same = request.form.get("same") == "yes"
        word = Word("cancel", {"repeat_of": other_id}) if same else Word("not-same", other=other_id)
        try:
            with writing(services.database) as db:
                _answer(services, db, order_id, word)
        except Crossed as error:
            with reading(services.database) as db:
                return crossed_page(db, order_id, error), error.status
        tell(
            "记下了：是同一笔，这一单已取消。" if same else "记下了：不是同一笔，正在重新判定。",
            "Noted: a repeat, this one is cancelled." if same else "Noted: not the same; it is being decided again.",
        )
        return redirect(url_for("orders.detail", order_id=order_id), 303)


def told(foresight: Foresight) -> dict[str, Any]:
    """A foresight as its template shows it."""
    changes = foresight.changes
    return {
        "foresight": foresight,
        "compared": [
            (change, rows_of(change, foresight, whole=change.chosen))
            for change in (*foresight.chosen, *foresight.others)
        ],
        "effects": effects_of(changes, foresight),
        "why": [line for change in foresight.chosen for line in why_of(change, foresight)],
    }


def _answer(services: Services, db: Connection, order_id: int, word: Word) -> None:
    hold_still(db, [order_id])
    stored, standing = _subject(services, db, order_id)
    look_out(db, Seen.read(request.form.get("seen", "")), word.kind)
    check(Subject(stored, standing.shipped), word)
    say(db, services.sealer, stored, word, speaker(services))


def _subject(services: Services, db: Connection, order_id: int) -> tuple[Stored, Standing]:
    found = SqlOrderBook(db, services.sealer, looking=True).by_ids([order_id])
    if not found:
        raise NotFound("not-found", what=str(order_id))
    return found[0], standings(db, [order_id])[order_id]


def _panel(services: Services, foreseer: Foreseer, db: Connection, order_id: int, code: str) -> dict[str, Any]:
    deed = deed_of(code)
    stored, standing = _subject(services, db, order_id)
    values: dict[str, Any] = {
        "body": "partials/orders/deed.html", "deed": deed, "order_id": order_id, "tid": stored.order.id,
        "standing": standing, "overlay": stored.overlay, "hold_reasons": HOLD_REASONS,
        "seen": Seen.read(request.args.get("seen", "")) or _seen(db, order_id),
        "warehouses": warehouse_names(db), "carriers": carriers(), "order": stored.overlay.over(stored.order),
        "parcels": MOST_PARCELS, "together": [], "buyer": buyer_of(stored.overlay.over(stored.order)),
    }  # fmt: skip
    if code == "consolidate":
        values["together"] = [(one, _seen(db, one.order_id)) for one in foreseer.companions(db, order_id)]
    return values


def _seen(db: Connection, order_id: int) -> Seen:
    standing = standings(db, [order_id])
    if order_id not in standing:
        raise NotFound("not-found", what=str(order_id))
    return Seen(order_id, last_words(db, [order_id])[order_id], standing[order_id].decision_seq)


def _foreseen(foreseer: Foreseer, db: Connection, order_id: int, code: str) -> Foresight:
    seen = Seen.read(request.form.get("seen", ""))
    if code == "consolidate":
        return foreseer.together(db, [one.order_id for one in _chosen(seen, order_id)])
    return foreseer.words(db, [order_id], lambda stored, now: _word(db, code, request.form, stored, now, seen))


def _word(db: Connection, code: str, form: Form, stored: Stored, standing: Standing, seen: Seen | None) -> Word:
    holds = holds_of(db, stored.id, seen.decision) if seen else standing.holds
    return word_of(code, form, stored, holds)


def _chosen(seen: Seen | None, order_id: int) -> list[Seen]:
    """The order itself and those that the form names beside it."""
    found = [Seen.read(text) for text in request.form.getlist("with")]
    return [seen or Seen(order_id, 0, 0), *(one for one in found if one is not None)]
