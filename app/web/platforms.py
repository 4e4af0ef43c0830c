"""The platforms in words."""

from __future__ import annotations

from app.rulebook.order_fields import FIELDS
from app.web.language import language

_WORDS = next(field.choices for field in FIELDS if field.key == "order.platform")


def platform_word(platform: str) -> str:
    """A platform's name as people call it."""
    word = _WORDS.get(platform)
    return word[language()] if word else platform


def platform_choices() -> list[tuple[str, str]]:
    """Every platform with its name, for a select."""
    return [(platform, platform_word(platform)) for platform in _WORDS]
