"""Whose hands the parts of the rules are in: what a person may change in drafts, and what they may make live.

The parts are those that people speak of, a few more than roles and far fewer than a document's sections. Without a
choice of an administrator a person has the rights of their role; of a choice, what was not given is not theirs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import orjson

AREAS: dict[str, tuple[str, ...]] = {
    "mappings": ("mappings",),
    "windows": ("duplicates", "consolidation"),
    "screening": ("screening",),
    "allocation": ("allocation",),
    "clock": ("calendar", "escalation"),
    "watches": ("watches",),
    "words": ("reasons", "examples", "about"),
}
"""Part → the sections of a document that belong to it."""
_AREA_OF = {section: area for area, sections in AREAS.items() for section in sections}
_ALL = frozenset(AREAS)


@dataclass(frozen=True, slots=True)
class Rights:
    """The parts that a person may change in drafts, and those that they may publish."""

    edit: frozenset[str] = frozenset()
    publish: frozenset[str] = frozenset()

    def may_edit(self, section: str) -> bool:
        """Whether a section of a document may be changed by them."""
        return area_of(section) in self.edit

    def may_publish(self, section: str) -> bool:
        """Whether a section of a document may be made live by them."""
        return area_of(section) in self.publish

    def as_json(self) -> str:
        """How it is stored."""
        return orjson.dumps({"edit": sorted(self.edit), "publish": sorted(self.publish)}).decode()


NONE = Rights()
BY_ROLE = {
    "administrator": Rights(_ALL, _ALL),
    "supervisor": Rights(_ALL, _ALL),
    # What a clerk drafts decides nothing until somebody who may publishes it.
    "clerk": Rights(_ALL),
}
CHOOSABLE = ("supervisor", "clerk")
"""The roles of which single persons may be given other rights: administrators have all, others change no rules."""


def area_of(section: str) -> str:
    """The part that a section belongs to (`mappings/taobao` → `mappings`); what no pack has goes with the words."""
    return _AREA_OF.get(section.partition("/")[0], "words")


def rights_of(role: str, stored: str | None) -> Rights:
    """A person's rights: their own where an administrator chose them, else those of the role."""
    if stored is None or role not in CHOOSABLE:
        return BY_ROLE.get(role, NONE)
    chosen: dict[str, Any] = orjson.loads(stored)
    return rights(chosen["edit"], chosen["publish"])


def rights(edit: Collection[str], publish: Collection[str]) -> Rights:
    """Rights over these parts; what one may publish one may change."""
    published = frozenset(publish) & _ALL
    return Rights(frozenset(edit) & _ALL | published, published)
