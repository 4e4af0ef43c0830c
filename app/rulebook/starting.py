"""Something to start from: finished rules for what most shops want, and a first rule out of three answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

from app.rulebook.drafts import Edit, free_id, join_path
from app.rulebook.pack import known_reasons

Document = Mapping[str, Any]
Text = Mapping[str, str]
TEMPLATES = Path(__file__).resolve().parents[2] / "rule_packs" / "templates" / "rules.json"


@dataclass(frozen=True, slots=True)
class Template:
    """Rules that can be added to a section as they are, with the reasons that they hold orders for.

    `asks` are paths of what only the house knows (`rules/0/then/0/sku`), to be filled in once they are added.
    """

    id: str
    section: str
    title: Text
    about: Text
    rules: Sequence[Mapping[str, Any]]
    reasons: Mapping[str, Text] = field(default_factory=dict)
    asks: Sequence[str] = ()


def emptied(document: Document) -> dict[str, Any]:
    """The document without a rule that screens or allocates: only each last row that takes what no rule caught.

    Examples tell what those rules decided, and go with them.
    """
    made = {**document, "examples": []}
    for section in ("screening", "allocation"):
        last = [rule for rule in document[section]["rules"] if "when" not in rule]
        made[section] = {
            **document[section],
            "rules": [{k: v for k, v in one.items() if k != "accepts"} for one in last],
        }
    return made


@lru_cache(maxsize=1)
def templates() -> tuple[Template, ...]:
    """Every template, in the order of pages."""
    return tuple(Template(**one) for one in orjson.loads(TEMPLATES.read_bytes())["templates"])


def adding(
    document: Document, section: str, rules: Sequence[Mapping[str, Any]], reasons: Mapping[str, Text]
) -> tuple[Edit, list[str]]:
    """One edit that puts rules at the end of a section (before a last row that takes all), and the ids they get."""
    known: list[Any] = document[section]["rules"]
    place = len(known) - int(bool(known) and "when" not in known[-1])
    made = list(known)
    for at, rule in enumerate(rules):
        made.insert(place + at, {**deepcopy(dict(rule)), "id": free_id(made, str(rule["id"]))})
    ids = [str(rule["id"]) for rule in made[place : place + len(rules)]]
    lacking = {code: text for code, text in reasons.items() if code not in known_reasons(dict(document))}
    if lacking:
        held = {**document.get("reasons", {}), **lacking}
        return Edit("set", "", {**document, section: {**document[section], "rules": made}, "reasons": held}), ids
    if len(rules) == 1:
        return Edit("insert", join_path(section, "rules", place), made[place]), ids
    return Edit("set", join_path(section, "rules"), made), ids
