"""How the API's calls are described, and what all of them ask of a request."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TypeVar

from flask import Request, Response
from flask_smorest import Blueprint

from app.domain.errors import PandanError
from app.web.api_shapes import PROBLEM_TYPE, ProblemSchema

_RETRY = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}
View = TypeVar("View", bound=Callable[..., Response])


class WrongContent(PandanError):
    """The body is not labelled as JSON."""

    status = 415


def must_be_json(request: Request) -> None:
    """Raise `WrongContent` unless the body is labelled as JSON."""
    if request.mimetype != "application/json":
        raise WrongContent("body-not-labelled-json", found=request.mimetype or "-")


def answers(api: Blueprint, *statuses: int) -> Callable[[View], View]:
    """Describe the problem answers of a call."""

    def describe(view: View) -> View:
        for status in statuses:
            headers = _RETRY if status in (429, 503) else None
            described = api.alt_response(status, schema=ProblemSchema, content_type=PROBLEM_TYPE, headers=headers)
            view = described(view)
        return view

    return describe


def plain(view: View) -> View:
    """The view itself with all that is said about it: each wrapper that describes would cost every request a call."""
    said = {name: value for name, value in vars(view).items() if name != "__wrapped__"}
    core: View = inspect.unwrap(view)
    vars(core).update(said)
    return core
