"""Refusals and faults as pages for people and as problem+json for programs."""

from __future__ import annotations

import logging
import secrets
from typing import Any

import orjson
from flask import Flask, Response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.domain.errors import PandanError, Unavailable
from app.domain.messages import say, sentences
from app.web.language import language

log = logging.getLogger("pandan.web")
_CODES = {404: "page-missing", 405: "page-missing", 413: "request-too-large", 429: "login-often"}


def register(app: Flask) -> None:
    """Answer every error of the app."""
    app.register_error_handler(PandanError, _refused)
    app.register_error_handler(CSRFError, lambda _: _answer(400, "form-stale", {}))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def problem_document(status: int, code: str, details: dict[str, Any], problems: Any = ()) -> dict[str, Any]:
    """The body of an application/problem+json answer."""
    return {
        "type": f"about:blank#{code}",
        "title": _say(code, "en", details),
        "status": status,
        "code": code,
        "detail": _say(code, "zh", details),
        "problems": [
            {"code": p.code, "path": p.path, "message": _say(p.code, "en", {"path": p.path, **p.details})}
            for p in problems
        ],
    }


def _refused(error: PandanError) -> Response:
    answer = _answer(error.status, error.code, error.details, error.problems)
    if isinstance(error, Unavailable):
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    code = _CODES.get(status, "internal")
    answer = _answer(status, code, {"reference": status, "bytes": request.content_length or 0, "most": "5 MB"})
    for name, value in error.get_headers(request.environ):
        if name == "Allow":
            answer.headers[name] = value
    return answer


def _fault(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("fault %s", reference, exc_info=error)
    return _answer(500, "internal", {"reference": reference})


def _answer(status: int, code: str, details: dict[str, Any], problems: Any = ()) -> Response:
    if request.path.startswith(("/api/", "/hooks/")):
        body = orjson.dumps(problem_document(status, code, details, problems), default=str)
        return Response(body, status, content_type="application/problem+json")
    page = render_template("pages/error.html", status=status, text=_say(code, language(), details))
    return Response(page, status)


def _say(code: str, in_language: str, details: dict[str, Any]) -> str:
    return say(code, in_language, **details) if code in sentences() else code
