"""The sections of a draft's rules, each with its editor: one bar of tabs over all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from app.persistence.drafts import Draft
from app.rulebook.sections import MAPPINGS
from app.web.rules_words import section_word

EDITORS: Mapping[str, str] = {
    "duplicates": "windows.editor", "consolidation": "windows.editor", "screening": "configurator.bench",
    "allocation": "configurator.bench", "escalation": "alarms.editor", "watches": "alarms.editor",
    "reasons": "reasons.editor",
}  # fmt: skip
"""The endpoint that edits each section, in the order of an order's way."""
Tab = tuple[str, str, bool, int | None]


def editor_url(draft_id: int, section: str) -> str:
    """Where a section is edited by choosing, every platform's fields too; empty for what has no editor."""
    room, _, platform = section.partition("/")
    if room == MAPPINGS:
        if not platform:
            return url_for("mapper.index", draft_id=draft_id)
        return url_for("mapper.bench", draft_id=draft_id, platform=platform)
    endpoint = EDITORS.get(section)
    return url_for(endpoint, draft_id=draft_id, section=section) if endpoint else ""


def section_tabs(draft: Draft, here: str) -> list[Tab]:
    """Name, address, whether it is this one, and how many rules it has."""
    return [
        (section_word(name), editor_url(draft.id, name), name == here, _count(name, draft.document.get(name)))
        for name in (*EDITORS, MAPPINGS)
    ]


def _count(name: str, content: Any) -> int | None:
    if name in (MAPPINGS, "reasons"):
        return len(content) if isinstance(content, Mapping) else None
    rules = content.get("rules") if isinstance(content, Mapping) else content
    return len(rules) if isinstance(rules, list) else None
