"""Logging in, out and for the first time; the language and the look that a browser remembers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, g, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import PandanError
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.people import (
    ABSOLUTE_SECONDS,
    add_user,
    has_administrator,
    issue_setup_token,
    log_in,
    log_out,
    password_token_user,
    set_language,
    setup_token_counts,
    use_password_token,
    use_setup_token,
    verify,
)
from app.web.access import login_cookie
from app.web.language import COOKIE as LANGUAGE_COOKIE
from app.web.language import LANGUAGES, THEME_COOKIE, THEMES
from app.web.permissions import PUBLIC, permit

ATTEMPTS = "5 per minute"
_FAILED = 422
_YEAR_SECONDS = 31_536_000


def issue_setup_link(services: Services) -> str | None:
    """The path of a new set-up link; None when there is an administrator already."""
    with writing(services.database) as db:
        token = issue_setup_token(db)
    return f"/setup?token={token}" if token else None


def login_limiter(app: Flask, services: Services) -> Limiter:
    """Counts failed logins in the queue server, so that all processes count together; in memory while it is away."""
    url = services.settings.redis_url
    storage = f"redis+{url}" if url.startswith("unix://") else url
    limiter = Limiter(
        get_remote_address,
        storage_uri=storage,
        key_prefix="pandan",
        in_memory_fallback_enabled=True,
        swallow_errors=True,
    )
    before = list(app.before_request_funcs[None])
    limiter.init_app(app)
    # The login's limit is checked where it is decorated; the look before every request finds none and is not free.
    app.before_request_funcs[None] = before
    return limiter


def blueprint(services: Services, limiter: Limiter) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("session", __name__)
    _logins(pages, services, limiter)
    _first_time(pages, services)
    _one_time(pages, services)
    _choices(pages, services)
    return pages


def _logins(pages: Blueprint, services: Services, limiter: Limiter) -> None:
    @pages.get("/login")
    @permit(PUBLIC)
    def login_page() -> str | Response:
        if g.user is not None:
            return redirect(url_for("workbench.page"), 303)
        with reading(services.database) as db:
            ready = has_administrator(db)
        return render_template("pages/login.html", problem=None, name="", ready=ready)

    @pages.post("/login")
    @permit(PUBLIC)
    @limiter.limit(ATTEMPTS, key_func=_address_and_name, deduct_when=_failed, on_breach=_too_often)
    def login() -> Response | tuple[str, int]:
        name, now = request.form.get("name", "").strip(), services.clock.now()
        with reading(services.database) as db:
            user_id = verify(db, name, request.form.get("password", ""))
        if user_id is None:
            with writing(services.database) as db:
                note(db, name[:64], "login.failed", now=now, address=request.remote_addr)
            return render_template("pages/login.html", problem="login-wrong", name=name, ready=True), _FAILED
        with writing(services.database) as db:
            note(db, name, "login", now=now, address=request.remote_addr)
        return _logged_in(services, user_id)

    @pages.post("/logout")
    @permit(PUBLIC)
    def logout() -> Response:
        with writing(services.database) as db:
            log_out(db, request.cookies.get(login_cookie(services), ""))
        answer = redirect(url_for("session.login_page"), 303)
        answer.delete_cookie(login_cookie(services), secure=services.settings.secure_cookies)
        return answer


def _first_time(pages: Blueprint, services: Services) -> None:
    @pages.get("/setup")
    @permit(PUBLIC)
    def setup_page() -> str | tuple[str, int]:
        token = request.args.get("token", "")
        with reading(services.database) as db:
            counts = setup_token_counts(db, token)
        problem = None if counts else "setup-link-used"
        page = render_template("pages/setup.html", token=token, problem=problem, name="", counts=counts)
        return (page, 200 if counts else 410)

    @pages.post("/setup")
    @permit(PUBLIC)
    def setup() -> Response | tuple[str, int]:
        form, now = request.form, services.clock.now()
        token, name = form.get("token", ""), form.get("name", "")
        try:
            with writing(services.database) as db:
                use_setup_token(db, token)
                user_id = add_user(db, name, form.get("password", ""), "administrator", now=now)
                note(db, name.strip(), "setup", now=now, address=request.remote_addr)
        except PandanError as error:
            counts = error.code != "setup-link-used"
            page = render_template("pages/setup.html", token=token, problem=error.code, name=name, counts=counts)
            return page, _FAILED
        return _logged_in(services, user_id)


def _one_time(pages: Blueprint, services: Services) -> None:
    @pages.get("/welcome")
    @permit(PUBLIC)
    def welcome_page() -> str:
        token = request.args.get("token", "")
        with reading(services.database) as db:
            user = password_token_user(db, token, now=services.clock.now())
        return render_template("pages/welcome.html", token=token, name=user.name, problem=None)

    @pages.post("/welcome")
    @permit(PUBLIC)
    def welcome() -> Response | tuple[str, int]:
        form, now = request.form, services.clock.now()
        token = form.get("token", "")
        with reading(services.database) as db:
            user = password_token_user(db, token, now=now)
        try:
            with writing(services.database) as db:
                use_password_token(db, token, form.get("password", ""), now=now)
                note(db, user.name, "password.set", user.name, now=now, address=request.remote_addr)
        except PandanError as error:
            return render_template("pages/welcome.html", token=token, name=user.name, problem=error.code), _FAILED
        return _logged_in(services, user.id)


def _choices(pages: Blueprint, services: Services) -> None:
    @pages.post("/language/<code>")
    @permit(PUBLIC)
    def choose_language(code: str) -> Response:
        chosen = code if code in LANGUAGES else LANGUAGES[0]
        if g.user is not None:
            with writing(services.database) as db:
                set_language(db, g.user.id, chosen)
        return _remember(services, LANGUAGE_COOKIE, chosen)

    @pages.post("/theme")
    @permit(PUBLIC)
    def choose_theme() -> Response:
        chosen = request.form.get("theme", "")
        return _remember(services, THEME_COOKIE, chosen if chosen in THEMES else THEMES[0])


def _failed(answer: Any) -> bool:
    return bool(answer.status_code == _FAILED)


def _too_often(_: RequestLimit) -> FlaskResponse:
    name = request.form.get("name", "")
    page = render_template("pages/login.html", problem="login-often", name=name, ready=True)
    return FlaskResponse(page, 429)


def _address_and_name() -> str:
    return f"{request.remote_addr}|{request.form.get('name', '').strip()[:64]}"


def _logged_in(services: Services, user_id: int) -> Response:
    cookie, secure = login_cookie(services), services.settings.secure_cookies
    with writing(services.database) as db:
        token = log_in(db, user_id, now=services.clock.now(), instead_of=request.cookies.get(cookie, ""))
    answer = redirect(_safe_next() or url_for("workbench.page"), 303)
    answer.set_cookie(cookie, token, max_age=ABSOLUTE_SECONDS, httponly=True, samesite="Lax", secure=secure)
    return answer


def _safe_next() -> str:
    """Where the person wanted to go, when that is a place of this very site."""
    wanted = request.args.get("next", "")
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else ""


def _remember(services: Services, cookie: str, value: str) -> Response:
    back = request.headers.get("Referer", "")
    answer = redirect(back if back.startswith(request.host_url) else url_for("workbench.page"), 303)
    secure = services.settings.secure_cookies
    answer.set_cookie(cookie, value, max_age=_YEAR_SECONDS, samesite="Lax", httponly=True, secure=secure)
    return answer
