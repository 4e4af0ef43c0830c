"""Logging in, out and for the first time; who is asking on every request."""

from __future__ import annotations

import time
from collections import defaultdict, deque

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import PandanError
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.people import (
    ABSOLUTE_SECONDS,
    add_user,
    issue_setup_token,
    log_in,
    log_out,
    mark_seen,
    use_setup_token,
    who,
)
from app.web.language import COOKIE as LANGUAGE_COOKIE
from app.web.language import LANGUAGES
from app.web.permissions import PERMISSIONS, PUBLIC, permit

COOKIE = "pandan_login"
_YEAR_SECONDS = 31_536_000
_ATTEMPTS, _WINDOW_SECONDS = 5, 60.0
_MOST_ADDRESSES = 10_000


class Attempts:
    """Counts failed logins by address and name: five a minute."""

    def __init__(self) -> None:
        self._failed: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def too_many(self, address: str, name: str) -> bool:
        """Whether this address has failed for this name too often of late."""
        failed = self._failed[(address, name)]
        while failed and failed[0] < time.monotonic() - _WINDOW_SECONDS:
            failed.popleft()
        return len(failed) >= _ATTEMPTS

    def failed(self, address: str, name: str) -> None:
        """Remember a failed login."""
        if len(self._failed) > _MOST_ADDRESSES:
            self._failed.clear()
        self._failed[(address, name)].append(time.monotonic())


def issue_setup_link(services: Services) -> str | None:
    """The path of a new one-time set-up link; None when there is an administrator already."""
    with writing(services.database) as db:
        token = issue_setup_token(db)
    return f"/setup?token={token}" if token else None


def load_user(services: Services) -> None:
    """Put the request's user into `g.user`; None without a living login."""
    g.user = None
    token = request.cookies.get(COOKIE)
    if not token:
        return
    now = services.clock.now()
    with reading(services.database) as db:
        g.user, stale = who(db, token, now=now)
    if stale:
        with writing(services.database) as db:
            mark_seen(db, token, now=now)


def may(permission: str) -> bool:
    """Whether the request's user has a permission."""
    return g.user is not None and permission in PERMISSIONS.get(g.user.role, frozenset())


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("session", __name__)
    attempts = Attempts()

    @pages.get("/login")
    @permit(PUBLIC)
    def login_page() -> str:
        return render_template("pages/login.html", problem=None, name="")

    @pages.post("/login")
    @permit(PUBLIC)
    def login() -> Response | tuple[str, int]:
        name, address = request.form.get("name", ""), request.remote_addr or ""
        if attempts.too_many(address, name):
            return render_template("pages/login.html", problem="login-often", name=name), 429
        now = services.clock.now()
        with writing(services.database) as db:
            token = log_in(db, name, request.form.get("password", ""), now=now)
            if token:
                note(db, name, "login", now=now, address=address)
        if token is None:
            attempts.failed(address, name)
            return render_template("pages/login.html", problem="login-wrong", name=name), 422
        return _logged_in(services, token)

    @pages.post("/logout")
    @permit(PUBLIC)
    def logout() -> Response:
        with writing(services.database) as db:
            log_out(db, request.cookies.get(COOKIE, ""))
        answer = redirect(url_for("session.login_page"), 303)
        answer.delete_cookie(COOKIE)
        return answer

    @pages.get("/setup")
    @permit(PUBLIC)
    def setup_page() -> str:
        return render_template("pages/setup.html", token=request.args.get("token", ""), problem=None, name="")

    @pages.post("/setup")
    @permit(PUBLIC)
    def setup() -> Response | tuple[str, int]:
        form = request.form
        now, name = services.clock.now(), form.get("name", "")
        try:
            with writing(services.database) as db:
                use_setup_token(db, form.get("token", ""))
                add_user(db, name, form.get("password", ""), "administrator", now=now)
                note(db, name, "setup", now=now)
                token = log_in(db, name.strip(), form.get("password", ""), now=now)
        except PandanError as error:
            page = render_template("pages/setup.html", token=form.get("token", ""), problem=error.code, name=name)
            return page, 422
        return _logged_in(services, token or "")

    @pages.post("/language/<code>")
    @permit(PUBLIC)
    def choose_language(code: str) -> Response:
        return _remember(services, LANGUAGE_COOKIE, code if code in LANGUAGES else "zh")

    @pages.post("/theme/<name>")
    @permit(PUBLIC)
    def choose_theme(name: str) -> Response:
        return _remember(services, "theme", name if name in ("light", "dark") else "auto")

    return pages


def _logged_in(services: Services, token: str) -> Response:
    answer = redirect(url_for("workbench.page"), 303)
    secure = services.settings.secure_cookies
    answer.set_cookie(COOKIE, token, max_age=ABSOLUTE_SECONDS, httponly=True, samesite="Lax", secure=secure)
    return answer


def _remember(services: Services, cookie: str, value: str) -> Response:
    back = request.headers.get("Referer", "")
    answer = redirect(back if back.startswith(request.host_url) else url_for("workbench.page"), 303)
    secure = services.settings.secure_cookies
    answer.set_cookie(cookie, value, max_age=_YEAR_SECONDS, samesite="Lax", httponly=True, secure=secure)
    return answer
