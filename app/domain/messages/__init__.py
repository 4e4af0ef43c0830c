"""The sentence behind every code, in both languages. One module for each room; codes are unique over all.

A sentence says what is wrong, where it helps the value, and what to do about it.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

Text = dict[str, str]
"""A person's text: {"zh": …, "en": …}, both always there."""


@cache
def sentences() -> dict[str, Text]:
    """Every code with its sentence templates (`str.format` fields are the problem's details)."""
    every: dict[str, Text] = {}
    for module in pkgutil.iter_modules(__path__):
        every.update(importlib.import_module(f"{__name__}.{module.name}").SENTENCES)
    return every


def say(code: str, language: str, /, **details: Any) -> str:
    """The sentence for `code` in `zh` or `en`; a detail that is missing shows as `…`."""
    return sentences()[code][language].format_map(_Lenient(details))


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
