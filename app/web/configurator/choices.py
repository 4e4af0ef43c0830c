"""What a condition may be compared with, in words: the vocabulary's own values, and those that the house adds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import g

from app.bootstrap import Services
from app.engine.vocabulary import Field, Text
from app.persistence.database import reading
from app.persistence.reads.payloads import platforms_of_shops
from app.rulebook.order_fields import words
from app.rulebook.sections import MAPPINGS


def choices_in(services: Services) -> Callable[[Field, Mapping[str, Any], Any], Mapping[str, Text]]:
    """For templates: a field's choices in a document, the values that a comparison has by now among them."""

    def choices_for(field: Field, document: Mapping[str, Any], chosen: Any = ()) -> Mapping[str, Text]:
        if not field.open:
            return field.choices
        mapped = document.get(MAPPINGS)
        more = [*(mapped if isinstance(mapped, dict) else ()), *_platforms(services)]
        more += [chosen] if isinstance(chosen, str) else chosen or ()
        return {**field.choices, **{name: words(name, name) for name in more if name and name not in field.choices}}

    return choices_for


def _platforms(services: Services) -> list[str]:
    """The platforms of the shops, looked up once for a page."""
    if "platforms" not in g:
        with reading(services.database) as db:
            g.platforms = platforms_of_shops(db)
    found: list[str] = g.platforms
    return found
