"""What a condition may be compared with, in words: the vocabulary's own values, and those that the house adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import g
from sqlalchemy import Connection

from app.bootstrap import Services
from app.engine.vocabulary import Field, Text
from app.persistence.database import reading
from app.persistence.reads.payloads import platforms_of_shops
from app.persistence.reads.places import warehouse_kinds
from app.rulebook.order_fields import words
from app.rulebook.sections import MAPPINGS


def choices_in(services: Services) -> Callable[[Field, Mapping[str, Any], Any], Mapping[str, Text]]:
    """For templates: a field's choices in a document, the values that a comparison has by now among them."""

    def choices_for(field: Field, document: Mapping[str, Any], chosen: Any = ()) -> Mapping[str, Text]:
        if not field.open:
            return field.choices
        more = _platforms(services, document) if field.key == "order.platform" else _kinds(services)
        more += [chosen] if isinstance(chosen, str) else chosen or ()
        return {**field.choices, **{name: words(name, name) for name in more if name and name not in field.choices}}

    return choices_for


def _platforms(services: Services, document: Mapping[str, Any]) -> list[str]:
    """The platforms that the document maps, and those of the shops."""
    mapped = document.get(MAPPINGS)
    return [*(mapped if isinstance(mapped, dict) else ()), *_once("platforms", services, platforms_of_shops)]


def _kinds(services: Services) -> list[str]:
    """The kinds of the house's warehouses."""
    return [*_once("kinds", services, warehouse_kinds)]


def _once(name: str, services: Services, find: Callable[[Connection], Iterable[str]]) -> list[str]:
    """What is looked up once for a page."""
    if name not in g:
        with reading(services.database) as db:
            setattr(g, name, list(find(db)))
    found: list[str] = getattr(g, name)
    return found
