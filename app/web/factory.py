"""The web application: closed unless a view says who may come in."""

from __future__ import annotations

import gc
import hashlib
import sys

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_htmx import HTMX
from flask_wtf import CSRFProtect

from app.bootstrap import Services
from app.domain.messages import say
from app.domain.regions import AREAS, USUAL_AREAS
from app.persistence.scope import limit
from app.web import (
    access,
    api,
    audit,
    carrier_files,
    clock,
    dead_letters,
    errors,
    fulfilment,
    health,
    imports,
    language,
    listings,
    onboarding,
    orders,
    people,
    personal,
    privacy,
    quarantine,
    rights,
    rules,
    samples,
    session,
    shops,
    skus,
    stock,
    tasks,
    transfers,
    trials,
    typing,
    warehouses,
    watches,
    webhooks,
    words,
    workbench,
)
from app.web.assets import VERSION, asset
from app.web.configurator import alarms, lookup, reason_pages, windows
from app.web.configurator import pages as configurator
from app.web.mapper import pages as mapper
from app.web.mending import field_word
from app.web.navigation import navigation
from app.web.packed import packed
from app.web.places import PROVINCE_NAMES, province_words
from app.web.platforms import platform_word
from app.web.rules_words import section_word

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_TURN_SECONDS = 0.0005
_NEW_OBJECTS = 50_000
_YEAR = "public, max-age=31536000, immutable"
_PAGES = (
    health, workbench, orders, typing, tasks, fulfilment, transfers, carrier_files, quarantine, dead_letters, listings,
    stock, warehouses, skus, rules, trials, imports, shops, people, personal, audit, privacy, samples, onboarding,
    clock, webhooks, watches, configurator, windows, alarms, reason_pages, lookup,
    mapper,
)  # fmt: skip


class FormSessions(SecureCookieSessionInterface):
    """The forms' sessions; a request without cookies, as every program's, builds no signer to read none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session that its cookie holds; an empty one without it."""
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)


def create_app(services: Services) -> Flask:
    """The application over these services."""
    app = Flask("pandan", root_path=str(services.settings.root), static_folder="static", template_folder="templates")
    _configure(app, services)
    app.session_interface = FormSessions()
    protect = CSRFProtect(app)
    HTMX(app)
    protect.exempt(api.register(app, services))
    app.register_blueprint(session.blueprint(services, session.login_limiter(app, services)))
    for pages in _PAGES:
        app.register_blueprint(pages.blueprint(services))
    app.before_request(access.Guard(services).check)
    app.teardown_request(lambda _: limit(None))
    app.after_request(_harden)
    errors.register(app)
    _speak(app)
    return app


def served_app(services: Services) -> Flask:
    """The application of a process that does nothing else, made to answer soon.

    What it is made of is no more looked through for garbage, and the rest seldom: to look through the orders that the
    configurator holds takes 0.1 s and more, in the midst of requests. A thread that counts or compares gives others
    their turn sooner: a request waits for one after each look into the database, and there are dozens.
    """
    app = create_app(services)
    sys.setswitchinterval(_TURN_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
    return app


def _configure(app: Flask, services: Services) -> None:
    secure = services.settings.secure_cookies
    app.config.update(
        # Derived, so that every process has the same and none is written down.
        SECRET_KEY=hashlib.sha256(services.sealer.fingerprint(b"web")).hexdigest(),
        MAX_CONTENT_LENGTH=services.settings.request_bytes,
        SESSION_COOKIE_NAME="__Host-pandan-form" if secure else "pandan_form",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )


def _harden(answer: Response) -> Response:
    answer.headers.extend(_HEADERS)
    if request.endpoint != "static":
        answer.headers["Cache-Control"] = "no-store"
    elif VERSION in request.args:
        answer.headers["Cache-Control"] = _YEAR
    if request.scheme == "https":
        answer.headers["Strict-Transport-Security"] = "max-age=31536000"
    return answer


def _speak(app: Flask) -> None:
    app.jinja_env.filters["section_word"] = section_word
    app.jinja_env.globals.update(
        asset=asset,
        navigation=navigation,
        may=access.may,
        may_edit=rights.may_edit,
        may_publish=rights.may_publish,
        t=language.t,
        pick=language.pick,
        language=language.language,
        theme=language.theme,
        say=_say,
        reasons={},
        outcome_word=words.outcome_word,
        state_word=words.state_word,
        role_word=words.role_word,
        role_note=words.role_note,
        reason_word=words.reason_word,
        money=words.money,
        clock=words.clock,
        span=words.span,
        field_word=field_word,
        platform_word=platform_word,
        packed=packed,
        areas=AREAS,
        usual_areas=USUAL_AREAS,
        province_names=PROVINCE_NAMES,
        province_words=province_words,
    )


def _say(code: str, **details: object) -> str:
    return say(code, language.language(), **details)
