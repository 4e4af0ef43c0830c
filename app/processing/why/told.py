"""Sentences and shapes that the parts of an explanation share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from app.domain.messages import say
from app.processing.explanation import LANGUAGES, Sentence


def both(make: Callable[[str], str]) -> Sentence:
    """A text made once in each language."""
    return {language: make(language) for language in LANGUAGES}


def told(code: str, /, **details: Any) -> Sentence:
    """A code's sentence in both languages; details may be sentences themselves."""
    return both(lambda language: say(code, language, **{k: _in(language, v) for k, v in details.items()}))


def listed(parts: Iterable[Sentence | str]) -> Sentence:
    """Several texts as one enumeration."""
    found = [part if isinstance(part, dict) else dict.fromkeys(LANGUAGES, part) for part in parts]
    return {"zh": "、".join(p["zh"] for p in found), "en": ", ".join(p["en"] for p in found)}


def _in(language: str, value: Any) -> Any:
    return value[language] if isinstance(value, dict) and language in value else value
