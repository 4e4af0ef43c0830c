"""How long personal data is kept, and erasing one buyer's on request."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import PandanError
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.erasure import (
    LONGEST_DAYS,
    SHORTEST_DAYS,
    SUGGESTED_DAYS,
    count_due,
    erase_asked,
    find_buyer,
    retention_days,
    set_retention_days,
)
from app.web.fragments import tell
from app.web.permissions import permit
from app.web.uploads import told

_DAY_SECONDS = 86_400


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("privacy", __name__, url_prefix="/privacy")

    @pages.get("/")
    @permit("personal.erase")
    def page() -> str:
        return _page(services)

    @pages.post("/days")
    @permit("personal.erase")
    def days() -> Response | tuple[str, int]:
        text, now = request.form.get("days", "").strip(), services.clock.now()
        chosen = int(text) if text.isdigit() else None
        try:
            with writing(services.database) as db:
                set_retention_days(db, chosen)
                note(db, g.user.name, "retention.set", now=now, days=chosen or "never")
        except PandanError as error:
            return _page(services, problems=told(error)), 422
        if chosen is None:
            tell("个人信息不再自动清除。", "Personal data is not erased by itself any more.")
        else:
            tell(
                f"超过 {chosen} 天的个人信息会自动清除。",
                f"Personal data older than {chosen} days is erased by itself.",
            )
        return redirect(url_for("privacy.page"), 303)

    @pages.post("/buyer")
    @permit("personal.erase")
    def buyer() -> str | tuple[str, int]:
        phone = request.form.get("phone", "")
        try:
            with reading(services.database) as db:
                found = find_buyer(db, phone, services.sealer)
        except PandanError as error:
            return _page(services, problems=told(error)), 422
        with writing(services.database) as db:
            note(db, g.user.name, "personal.search", now=services.clock.now(), found=len(found))
        return _page(services, found=found)

    @pages.post("/erase")
    @permit("personal.erase")
    def erase() -> Response:
        chosen = [int(one) for one in request.form.getlist("order") if one.isdigit()]
        with writing(services.database) as db:
            done = erase_asked(db, chosen, actor=g.user.name, now=services.clock.now())
        tell(f"已清除 {done} 单的个人信息。", f"The personal data of {done} orders is erased.")
        return redirect(url_for("privacy.page"), 303)

    return pages


def _page(services: Services, **more: Any) -> str:
    with reading(services.database) as db:
        days = retention_days(db)
        due = count_due(db, services.clock.now() - (days or SUGGESTED_DAYS) * _DAY_SECONDS)
    values: dict[str, Any] = {"problems": [], "found": None, **more}
    limits = {"least": SHORTEST_DAYS, "most": LONGEST_DAYS, "suggested": SUGGESTED_DAYS}
    return render_template("pages/privacy/index.html", days=days, due=due, **limits, **values)
