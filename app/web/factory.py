"""The web application: closed unless a view says who may come in."""

from __future__ import annotations

import hashlib

from flask import Flask, Response, g, redirect, request, url_for
from flask_htmx import HTMX
from flask_smorest import Api
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from app.bootstrap import Services
from app.domain.errors import Forbidden
from app.domain.messages import say
from app.web import api, errors, health, session, words, workbench
from app.web.language import language, pick, t
from app.web.orders import blueprint as orders_blueprint
from app.web.permissions import PUBLIC, needed
from app.web.rules import blueprint as rules_blueprint

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_API = {
    "API_TITLE": "pandan",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.0.3",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
    "API_SPEC_OPTIONS": {"components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}}},
}


def create_app(services: Services) -> Flask:
    """The application over these services."""
    root = services.settings.root
    app = Flask("pandan", root_path=str(root), static_folder="static", template_folder="templates")
    secret = hashlib.sha256(services.sealer.fingerprint(b"web")).hexdigest()
    app.config.update(
        _API,
        SECRET_KEY=secret,
        MAX_CONTENT_LENGTH=services.settings.request_bytes,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=services.settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    protect = CSRFProtect(app)
    HTMX(app)
    orders_api = api.blueprint(services)
    Api(app).register_blueprint(orders_api)
    protect.exempt(orders_api)
    for blueprint in (
        health.blueprint(services),
        session.blueprint(services),
        workbench.blueprint(services),
        orders_blueprint(services),
        rules_blueprint(services),
    ):
        app.register_blueprint(blueprint)
    _guard(app, services)
    errors.register(app)
    app.jinja_env.globals.update(
        t=t,
        language=language,
        pick=pick,
        may=session.may,
        say=_say,
        reasons={},
        outcome_word=words.outcome_word,
        state_word=words.state_word,
        reason_word=words.reason_word,
        money=words.money,
        clock=words.clock,
    )
    return app


def _guard(app: Flask, services: Services) -> None:
    @app.before_request
    def check() -> AnyResponse | None:
        view = app.view_functions.get(request.endpoint or "")
        permission = PUBLIC if request.endpoint in ("static", "api-docs.openapi_json") else needed(view)
        if request.path.startswith("/api/") or request.endpoint is None:
            return None
        session.load_user(services)
        if permission == PUBLIC:
            return None
        if g.user is None:
            return redirect(url_for("session.login_page"), 303)
        if permission is None or not session.may(permission):
            raise Forbidden("not-permitted")
        return None

    @app.after_request
    def harden(answer: Response) -> Response:
        for name, value in _HEADERS.items():
            answer.headers.setdefault(name, value)
        if request.endpoint != "static":
            answer.headers.setdefault("Cache-Control", "no-store")
        answer.vary.add("HX-Request")
        return answer


def _say(code: str, **details: object) -> str:
    return say(code, language(), **details)
