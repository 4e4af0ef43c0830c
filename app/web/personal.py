"""A buyer's personal data shown once, for a reason, to who may; every look is in the audit and the timeline."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request
from sqlalchemy import Connection, select

from app.bootstrap import Services
from app.domain.errors import Forbidden, Refused
from app.persistence import tables
from app.persistence.book import SqlOrderBook
from app.persistence.database import reading, writing
from app.persistence.unmasking import Viewer, ask_supervisor, look
from app.web.language import t
from app.web.permissions import permit

REASONS = ("contact", "address", "same-buyer", "after-sales", "other")
FIELDS = ("customer_name", "phone", "address", "buyer_message", "seller_memo")
_LONGEST = 100


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("personal", __name__, url_prefix="/orders")

    @pages.app_context_processor
    def words() -> dict[str, object]:
        return {"unmask_reasons": lambda: [(code, reason_of(code)) for code in REASONS]}

    @pages.post("/<int:order_id>/personal")
    @permit("personal.see")
    def show(order_id: int) -> str:
        viewer, now = _viewer(), services.clock.now()
        with reading(services.database) as db:
            values = _values(services, db, order_id)
        try:
            with writing(services.database) as db:
                look(db, viewer, order_id, [name for name, _ in values], now=now)
        except Refused as refusal:
            if refusal.code == "unmask-enough":
                with writing(services.database) as db:
                    ask_supervisor(db, viewer, now=now)
            raise
        told = [(field_of(name), value) for name, value in values]
        return render_template("partials/personal/values.html", values=told, order_id=order_id)

    return pages


def reason_of(code: str) -> str:
    """Why personal data was looked at, in words."""
    words = {
        "contact": t("联系买家", "To reach the buyer"),
        "address": t("核对收货地址", "To check the address"),
        "same-buyer": t("核对是不是同一买家", "To tell whether it is the same buyer"),
        "after-sales": t("处理售后", "For after-sales"),
        "other": t("其他（请写明）", "Another (say which)"),
    }
    return words.get(code, words["other"])


def field_of(name: str) -> str:
    """A personal field in words."""
    words = {
        "customer_name": t("姓名", "Name"),
        "phone": t("电话", "Phone"),
        "address": t("地址", "Address"),
        "buyer_message": t("买家留言", "Message"),
        "seller_memo": t("卖家备注", "Memo"),
    }
    return words[name]


def _viewer() -> Viewer:
    reason, words = request.form.get("reason", ""), request.form.get("words", "").strip()[:_LONGEST]
    if reason not in REASONS or (reason == "other" and not words):
        raise Refused("unmask-reason")
    return Viewer(g.user.name, g.user.role, reason, words)


def _values(services: Services, db: Connection, order_id: int) -> list[tuple[str, str]]:
    """The order's personal fields that are known.

    Raises `Refused("personal-gone")`, and `Forbidden("personal-parcels")` for what does not leave the warehouse.
    """
    if g.user.role == "warehouse":
        leaving = (tables.fulfilments.c.order_id == order_id) & tables.fulfilments.c.state.in_(("open", "picked"))
        if db.execute(select(tables.fulfilments.c.id).where(leaving)).first() is None:
            raise Forbidden("personal-parcels")
    stored = SqlOrderBook(db, services.sealer, looking=True).by_ids([order_id])[0]
    order = stored.overlay.over(stored.order)
    known = [(name, str(value)) for name in FIELDS if (value := getattr(order, name))]
    if not known:
        raise Refused("personal-gone")
    return known
