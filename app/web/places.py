"""Provinces as people name and look for them."""

from __future__ import annotations

from functools import cache

from app.domain.provinces import ENGLISH_NAMES, SHORT_NAMES
from app.intake.initials import initials

PROVINCE_NAMES = {full: (short, ENGLISH_NAMES[full]) for full, short in SHORT_NAMES.items()}
"""Official name → what people call it, in Chinese and English."""


@cache
def province_words(full: str) -> str:
    """What a province is found by besides its official name: its English name and the first letters of its pinyin."""
    return f"{ENGLISH_NAMES[full]} {initials(SHORT_NAMES[full])} {initials(full)}".casefold()
