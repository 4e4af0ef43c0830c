"""Where signed webhooks go, a button that sends a test, and the latest deliveries."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import PandanError, Refused
from app.domain.messages import say
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.webhooks import MOST_TRIES, count_in_outbox, hook_row, last_deliveries, send_test, set_hook
from app.web.fragments import page, tell
from app.web.language import language, t
from app.web.permissions import permit
from app.web.uploads import told


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("webhooks", __name__, url_prefix="/webhooks")

    @pages.get("/")
    @permit("users.change")
    def page() -> str:
        return _page(services)

    @pages.post("/")
    @permit("users.change")
    def change() -> str | tuple[str, int] | Response:
        form, now = request.form, services.clock.now()
        url, active = form.get("url", "").strip(), form.get("active") == "on"
        try:
            _check(url, private=services.settings.webhook_private)
            with writing(services.database) as db:
                renew = form.get("renew") == "on"
                secret = set_hook(db, services.sealer, url, active=active, renew=renew, actor=g.user.name, now=now)
                deed = "webhook.secret" if secret is not None else "webhook.set" if active else "webhook.off"
                note(db, g.user.name, deed, now=now, url=url)
        except PandanError as error:
            return _page(services, problems=told(error), url=url), 422
        if secret is not None:
            return _page(services, secret=secret)
        tell("已保存。", "Saved.")
        return redirect(url_for("webhooks.page"), 303)

    @pages.post("/test")
    @permit("users.change")
    def test() -> Response:
        now = services.clock.now()
        with writing(services.database) as db:
            send_test(db, actor=g.user.name, now=now)
            note(db, g.user.name, "webhook.test", now=now)
        tell("测试通知已排队，结果会出现在下面。", "The test is on its way; how it went appears below.")
        return redirect(url_for("webhooks.page"), 303)

    return pages


def _page(services: Services, **more: Any) -> str:
    with reading(services.database) as db:
        hook, rows, queued = hook_row(db), last_deliveries(db), count_in_outbox(db)
    values: dict[str, Any] = {"problems": [], "secret": "", "url": hook.url if hook else "", **more}
    return page(
        "pages/webhooks/index.html", "partials/webhooks/deliveries.html", hook=hook,
        rows=[_delivery(row) for row in rows], queued=queued,
        busy=queued or any(row.next_at is not None for row in rows), **values,
    )  # fmt: skip


def _delivery(row: Any) -> dict[str, Any]:
    if row.sent_at is not None:
        state = (t("送达", "Delivered"), "good", "check")
    elif row.next_at is None:
        state = (t("没有送达", "Not delivered"), "bad", "alert")
    elif row.problem:
        state = (t("会再试", "Tried again"), "warn", "refresh")
    else:
        state = (t("排队中", "Queued"), "", "clock")
    why = say(row.problem, language()) if row.problem else ""
    if row.problem == "webhook-answer" and row.status:
        why = t(f"对方没有接受（{row.status}）。", f"It did not accept it ({row.status}).")
    return {
        "row": row, "state": state, "why": why, "test": row.event.startswith("test:"),
        "tries": t(f"第 {row.tries} 次，共 {MOST_TRIES} 次", f"try {row.tries} of {MOST_TRIES}") if row.tries else "",
    }  # fmt: skip


def _check(url: str, *, private: bool) -> None:
    """Raise `Refused` for an address that nothing would ever be sent to; names are looked up when it is sent."""
    parts = urlsplit(url)
    try:
        host, known = parts.hostname or "", parts.scheme in (("https", "http") if private else ("https",))
        bad = not known or not host or parts.username is not None or parts.port == 0
    except ValueError as error:
        raise Refused("webhook-url") from error
    if bad:
        raise Refused("webhook-url")
    try:
        inside = not ipaddress.ip_address(host).is_global
    except ValueError:
        inside = host == "localhost"
    if inside and not private:
        raise Refused("webhook-address")
