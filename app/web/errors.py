"""Refusals and faults: a page or a toast for people, problem+json for programs."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.response import Response as AnyResponse

from app.domain.errors import PandanError, Problem, Unavailable
from app.domain.messages import say, sentences
from app.web.fragments import wants_part
from app.web.language import LANGUAGES, language

log = logging.getLogger("pandan.web")
_CODES = {404: "page-missing", 405: "method-wrong", 413: "request-too-large", 415: "body-not-labelled-json"}
_PROGRAMS = ("/api/", "/hooks/")


def register(app: Flask) -> None:
    """Answer every error of the app."""
    app.register_error_handler(PandanError, _refused)
    app.register_error_handler(CSRFError, lambda _: _answer(400, "form-stale", {}))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def problem_document(
    status: int, code: str, details: dict[str, Any], problems: tuple[Problem, ...], spoken: str
) -> dict[str, Any]:
    """The body of an application/problem+json answer (RFC 9457), its sentences in `zh` or `en`."""
    return {
        "type": f"urn:pandan:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": _say(code, spoken, details),
        "remedy": _say(f"{code}-remedy", spoken, details),
        "problems": [
            {"code": p.code, "path": p.path, "message": _say(p.code, spoken, {"path": p.path, **p.details})}
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


def _http(error: HTTPException) -> AnyResponse:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response(request.environ)
    details = {"reference": error.code, "bytes": request.content_length or "?", "most": request.max_content_length}
    answer = _answer(error.code, _CODES.get(error.code, "request-wrong"), details)
    for name, value in error.get_headers(request.environ):
        if name == "Allow":
            answer.headers[name] = value
    return answer


def _fault(error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("fault %s", reference, exc_info=error)
    return _answer(500, "internal", {"reference": reference})


def _answer(status: int, code: str, details: dict[str, Any], problems: tuple[Problem, ...] = ()) -> Response:
    if request.path.startswith(_PROGRAMS):
        spoken = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
        body = orjson.dumps(problem_document(status, code, details, problems, spoken), default=str)
        return Response(body, status, content_type="application/problem+json")
    # An error before the guard ran has nobody yet.
    g.setdefault("user", None)
    text = _say(code, language(), details) or _say("internal", language(), details)
    if wants_part():
        beside = {"HX-Retarget": "#toasts", "HX-Reswap": "beforeend"}
        return Response(render_template("components/failed.html", text=text), status, headers=beside)
    return Response(render_template("pages/error.html", status=status, text=text), status)


def _say(code: str, spoken: str, details: dict[str, Any]) -> str:
    return say(code, spoken, **details) if code in sentences() else ""
