"""Orders: find one, and see what was decided and why."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import Refused
from app.persistence import tables as t
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.packs import read_document
from app.persistence.people_words import intervene
from app.persistence.reads.order import find_order_id, read_order
from app.persistence.reads.orders import find_orders, search_for
from app.persistence.redecisions import ask_again
from app.processing.explanation import explain_record
from app.rulebook import load_pack
from app.web.language import language
from app.web.permissions import permit

ACTIONS = ("hold", "release", "cancel", "again")


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("orders", __name__, url_prefix="/orders")

    @pages.get("/")
    @permit("orders.read")
    def index() -> str:
        words, cursor = request.args.get("q", "").strip(), request.args.get("after", "")
        with reading(services.database) as db:
            found = find_orders(db, search_for(db, words), cursor)
            reasons = _reasons(db)
        return render_template("pages/orders/index.html", found=found, words=words, reasons=reasons)

    @pages.get("/<int:order_id>")
    @permit("orders.read")
    def detail(order_id: int) -> str:
        with reading(services.database) as db:
            file = read_order(db, order_id)
            record, version = _record(db, order_id)
            pack = load_pack(read_document(db, version))
        sentences = [one[language()] for one in explain_record(record, pack)]
        reasons = dict(pack.reasons)
        return render_template(
            "pages/orders/detail.html", file=file, record=record, sentences=sentences, reasons=reasons
        )

    @pages.post("/<int:order_id>/<action>")
    @permit("orders.decide")
    def act(order_id: int, action: str) -> Response:
        if action not in ACTIONS:
            raise Refused("page-missing")
        now, actor = services.clock.now(), g.user.name
        with writing(services.database) as db:
            if action != "again":
                head = db.execute(select(t.orders.c.reason).where(t.orders.c.id == order_id)).one()
                value = {"reasons": [head.reason]} if action == "release" else {"reason": "by-hand"}
                intervene(db, order_id, action, value, actor=actor, now=now)
            ask_again(db, [order_id], "intervention", now=now)
            note(db, actor, f"order.{action}", str(order_id), now=now)
        return redirect(url_for("orders.detail", order_id=order_id), 303)

    @pages.get("/find/<path:name>")
    @permit("orders.read")
    def find(name: str) -> Response:
        with reading(services.database) as db:
            return redirect(url_for("orders.detail", order_id=find_order_id(db, name)), 303)

    return pages


def _record(db: Any, order_id: int) -> tuple[dict[str, Any], int]:
    statement = select(t.decisions.c.record, t.decisions.c.pack_version).where(t.decisions.c.order_id == order_id)
    row = db.execute(statement.order_by(t.decisions.c.seq.desc()).limit(1)).one()
    return orjson.loads(row.record), row.pack_version


def _reasons(db: Any) -> dict[str, Any]:
    row = db.execute(select(t.pack_versions.c.document).where(t.pack_versions.c.live)).first()
    return orjson.loads(row.document).get("reasons", {}) if row else {}
