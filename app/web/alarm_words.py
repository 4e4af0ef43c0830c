"""Escalation rules and watches as sentences, also those that are not finished."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.rulebook.alarm_editing import whole_escalation
from app.rulebook.escalation_words import phrase_escalation
from app.rulebook.pack import known_reasons
from app.rulebook.watches_words import phrase_watch


def alarm_sentence(document: Mapping[str, Any], section: str, rule: Any, tongue: str) -> str:
    """A rule of `escalation` or `watches` in words; empty when too little of it is written."""
    try:
        if section == "watches":
            return phrase_watch(rule, tongue)
        return phrase_escalation(whole_escalation(rule), tongue, known_reasons(dict(document)))
    except (KeyError, TypeError, ValueError, AttributeError):
        return ""
