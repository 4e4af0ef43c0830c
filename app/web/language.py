"""Two texts side by side, one of them shown."""

from __future__ import annotations

from flask import g, request

LANGUAGES = ("zh", "en")
COOKIE = "language"
THEMES = ("auto", "light", "dark")
THEME_COOKIE = "theme"


def language() -> str:
    """The language of this request: the cookie's, else the user's, else Chinese."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    user = g.get("user")
    return user.language if user is not None and user.language in LANGUAGES else "zh"


def theme() -> str:
    """`light`, `dark`, or `auto`: as the person's system has it."""
    chosen = request.cookies.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def t(zh: str, en: str) -> str:
    """The text in the request's language."""
    return zh if language() == "zh" else en


def pick(text: dict[str, str]) -> str:
    """A text of a pack or a decision in the request's language."""
    return text[language()]
