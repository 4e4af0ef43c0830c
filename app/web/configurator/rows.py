"""The rules of a section as rows of the list: told from their content alone, remembered, and compared for what changed.

A list of five hundred rules is told in no time because only a rule that changed is told anew, and only its row is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from app.domain.errors import Problem
from app.engine import phrase_rule, validate_rules
from app.engine.vocabulary import Text, Vocabulary
from app.rulebook import editing
from app.rulebook.drafts import join_path
from app.rulebook.order_actions import ROLES
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import known_reasons

MOST_SENT = 60
"""Rows that are sent alone; when more changed the whole list is."""
_REMEMBERED = 8_192
_AT = "rules/0"


@dataclass(frozen=True, slots=True)
class Told:
    """What a rule's content alone says. Paths of `problems` begin within the rule."""

    id: str
    title: Text
    group: Text | None
    sentence: Text
    problems: Sequence[Problem]
    fields: tuple[str, ...]
    actions: tuple[str, ...]
    muted: bool
    last: bool

    @property
    def faulty(self) -> bool:
        """Whether something of it is missing or wrong."""
        return bool(self.problems)


@dataclass(frozen=True, slots=True)
class Changes:
    """How a list became another: rows whose content is another, new ones, those gone; `order` when it changed."""

    rows: Sequence[Told]
    new: Sequence[Told]
    gone: Sequence[str]
    order: Sequence[str] | None

    @property
    def few(self) -> bool:
        """Whether sending them alone is worth while."""
        return len(self.rows) + len(self.new) + len(self.gone) <= MOST_SENT


def told_rows(document: Mapping[str, Any], section: str) -> list[Told]:
    """Every rule of the section."""
    reasons = orjson.dumps(known_reasons(document))  # type: ignore[arg-type]
    return [_told(section, orjson.dumps(rule), reasons) for rule in document[section]["rules"]]


def changes(before: Sequence[Told], after: Sequence[Told]) -> Changes:
    """What differs between two states of one list."""
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    order = [one.id for one in after]
    return Changes(
        [one for one in after if one.id in old and old[one.id] != one],
        [one for one in after if one.id not in old],
        [name for name in old if name not in new],
        None if order == [one.id for one in before] else order,
    )


def problems_at(told: Told, path: str) -> list[Problem]:
    """The rule's problems by their paths in the document."""
    return [Problem(one.code, path + one.path, one.details, one.severity) for one in told.problems]


def rule_path(section: str, place: int) -> str:
    """The path of the rule at a place."""
    return join_path(section, "rules", place)


@lru_cache(maxsize=_REMEMBERED)
def _told(section: str, text: bytes, reasons: bytes) -> Told:
    rule, vocabulary = orjson.loads(text), SECTIONS[section]
    names = {"reasons": orjson.loads(reasons)}
    found = validate_rules([rule], "rules", vocabulary, {"reasons": list(names["reasons"]), "roles": list(ROLES)})
    title = rule.get("title") or {}
    parts = list(_parts(rule))
    return Told(
        rule["id"], {tongue: title.get(tongue) or rule["id"] for tongue in ("zh", "en")}, rule.get("group"),
        {tongue: sentence_of(rule, vocabulary, names, tongue) for tongue in ("zh", "en")},
        tuple(Problem(one.code, one.path.removeprefix(_AT), one.details, one.severity) for one in found),
        tuple(dict.fromkeys(part["field"] for part in parts if "field" in part)),
        tuple(dict.fromkeys(str(part["do"]) for part in parts if "do" in part)),
        rule.get("muted", False), "when" not in rule,
    )  # fmt: skip


def sentence_of(rule: Any, vocabulary: Vocabulary, names: Any, tongue: str) -> str:
    """The rule in words, with `…` for what is not written yet; empty where it is none."""
    try:
        return phrase_rule(editing.with_blanks(rule, vocabulary), vocabulary, tongue, names)
    except (KeyError, TypeError, ValueError, AttributeError):
        return ""


def _parts(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every object within a rule."""
    if isinstance(node, Mapping):
        yield node
        for inner in node.values():
            yield from _parts(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _parts(inner)
