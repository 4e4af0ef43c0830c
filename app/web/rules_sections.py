"""The sections of a draft's rules, each with its editor: one bar of tabs over all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from app.persistence.drafts import Draft
from app.web.rules_words import section_word

EDITORS: Mapping[str, str] = {
    "duplicates": "windows.editor", "consolidation": "windows.editor", "screening": "configurator.bench",
    "allocation": "configurator.bench", "escalation": "alarms.editor", "watches": "alarms.editor",
}  # fmt: skip
"""The endpoint that edits each section, in the order of an order's way."""
Tab = tuple[str, str, bool, int | None]


def editor_url(draft_id: int, section: str) -> str:
    """Where a section is edited by choosing; empty for what has no editor."""
    endpoint = EDITORS.get(section)
    return url_for(endpoint, draft_id=draft_id, section=section) if endpoint else ""


def section_tabs(draft: Draft, here: str) -> list[Tab]:
    """Name, address, whether it is this one, and how many rules it has."""
    return [
        (section_word(name), editor_url(draft.id, name), name == here, _count(draft.document.get(name)))
        for name in EDITORS
    ]


def _count(content: Any) -> int | None:
    rules = content.get("rules") if isinstance(content, Mapping) else content
    return len(rules) if isinstance(rules, list) else None
