"""Answers of pages: whole, or the part that htmx asked for; and what to tell beside them."""

from __future__ import annotations

from typing import Any

from flask import flash, get_flashed_messages, render_template, request

from app.web.language import t


def wants_part() -> bool:
    """Whether htmx asks for a part of the page (a restored page of the history is asked for whole)."""
    headers = request.headers
    whole = headers.get("HX-Boosted") == "true" or headers.get("HX-History-Restore-Request") == "true"
    return headers.get("HX-Request") == "true" and not whole


def page(whole: str, part: str, **values: Any) -> str:
    """The page `whole`, which includes the template `part`; that part alone when htmx asks."""
    return partial(part, **values) if wants_part() else render_template(whole, **values)


def partial(template: str, **values: Any) -> str:
    """A part of a page, with what was told beside it."""
    part = render_template(template, **values)
    return part + render_template("components/toasts_beside.html") if get_flashed_messages() else part


def tell(zh: str, en: str, *, kind: str = "good", undo: str = "") -> None:
    """Tell the person something on the page they see next; `kind` is `good` or `bad`.

    `undo` is where a button in the message posts to take back what it tells of.
    """
    flash({"text": t(zh, en), "undo": undo} if undo else t(zh, en), kind)  # type: ignore[arg-type]
