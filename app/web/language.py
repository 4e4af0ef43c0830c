"""Two texts side by side, one of them shown."""

from __future__ import annotations

from flask import g, request

LANGUAGES = ("zh", "en")
COOKIE = "language"


def language() -> str:
    """The language of this request: the cookie's, else the user's, else Chinese."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    user = getattr(g, "user", None)
    return user.language if user is not None and user.language in LANGUAGES else "zh"


def t(zh: str, en: str) -> str:
    """The text in the request's language."""
    return zh if language() == "zh" else en


def pick(text: dict[str, str]) -> str:
    """A text of a pack or a decision in the request's language."""
    return text[language()]
