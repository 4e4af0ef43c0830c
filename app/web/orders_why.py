"""The pages of why: every rule that an order met, and why not another rule or another warehouse."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from app.bootstrap import Services
from app.domain.errors import NotFound, Refused
from app.persistence.database import reading, writing
from app.persistence.drafts import LONGEST_TITLE, start
from app.persistence.packs import live_version
from app.persistence.reads import order as reads
from app.processing.why.asked import Answer, Why
from app.processing.why.rules import ToldRule
from app.web.fragments import page
from app.web.language import language, t
from app.web.permissions import permit
from app.web.why import asked

MOST_RULES = 60
"""Rules that are shown before somebody asks for all."""


def register(pages: Blueprint, services: Services) -> None:
    """Put the routes beside those of the orders."""

    @pages.get("/<int:order_id>/why")
    @permit("orders.read")
    def why(order_id: int) -> str:
        with reading(services.database) as db:
            told = _told(db, order_id)
            question: Why = told["asked"]
        every = question.rules()
        shown = every if request.args.get("all") else telling(every)
        answer = _answer(question, request.args.get("not", ""))
        return page(
            "pages/orders/why.html", "partials/orders/why_rules.html",
            **told, rules=shown, hidden=len(every) - len(shown), answer=answer, choices=choices_of(question),
            chosen=request.args.get("not", ""), choice=[one[language()] for one in question.choice()],
        )  # fmt: skip

    @pages.get("/<int:order_id>/why/not")
    @permit("orders.read")
    def why_not(order_id: int) -> str:
        with reading(services.database) as db:
            told = _told(db, order_id)
        question, chosen = told["asked"], request.args.get("not", "")
        return page(
            "pages/orders/why_not.html", "partials/orders/why_not.html",
            **told, answer=_answer(question, chosen), choices=choices_of(question), chosen=chosen,
        )  # fmt: skip

    @pages.post("/<int:order_id>/why/draft")
    @permit("rules.draft")
    def draft_change(order_id: int) -> AnyResponse:
        with reading(services.database) as db:
            told = _told(db, order_id)
        question: Why = told["asked"]
        answer = _answer(question, request.form.get("not", ""))
        place = request.form.get("change", "")
        if answer is None or not place.isdigit() or int(place) >= len(answer.rules):
            raise NotFound("not-found", what=place)
        change = answer.rules[int(place)]
        title = t("、", ", ").join(one[language()] for one in change.changes)
        with writing(services.database) as db:
            live = live_version(db)
            if live is None or live != told["version"]:
                raise Refused("why-rules-moved")
            made = start(
                db, question.rewritten(change), live, title=title[:LONGEST_TITLE], owner=g.user.name,
                now=services.clock.now(),
            )  # fmt: skip
        return redirect(url_for("rules.draft", draft_id=made), 303)


def choices_of(question: Why) -> list[tuple[str, list[tuple[str, str]]]]:
    """What may be asked "why not" of, by kind: (heading, [(value, name)])."""
    names = question.names
    places = [(f"warehouse:{code}", names.warehouse(code)) for code in question.candidates()]
    rules = [(f"rule:{key}", title[language()]) for key, title in question.titles().items()]
    return [row for row in ((t("仓库", "Warehouses"), places), (t("规则", "Rules"), rules)) if row[1]]


def _told(db: Connection, order_id: int) -> dict[str, Any]:
    file = reads.read_order(db, order_id)
    if not file.decisions:
        raise NotFound("not-found", what=str(order_id))
    last = file.decisions[-1]
    return {"head": file.head, "asked": asked(db, last), "version": last.pack_version, "live": live_version(db)}


def telling(rules: list[ToldRule]) -> list[ToldRule]:
    """Of very many rules those that held or nearly did, and the first few."""
    if len(rules) <= MOST_RULES:
        return rules
    found = [rule for rule in rules if rule.result != "false" or rule.near][:MOST_RULES]
    return found or rules[:MOST_RULES]


def _answer(question: Why, asked_of: str) -> Answer | None:
    kind, _, name = asked_of.partition(":")
    if kind == "warehouse":
        return question.not_warehouse(name)
    return question.not_rule(name) if kind == "rule" else None
