"""The window editor: how a buyer is recognised, how long the window is, what is done, and what that would have done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Blueprint, Response, request, url_for

from app.bootstrap import Services
from app.domain.errors import NotFound, PandanError
from app.mapping.strict import problems_of
from app.persistence.database import reading
from app.persistence.drafts import Draft
from app.persistence.reads.packs import live_pack
from app.rulebook.order_actions import ROLES
from app.rulebook.pack import known_reasons
from app.rulebook.pack_schema import KINDS, ConsolidationSchema, DuplicatesSchema
from app.rulebook.part_words import EVIDENCE_WORDS
from app.rulebook.watches_words import told_span
from app.rulebook.window_words import phrase_consolidation, phrase_duplicates
from app.web.configurator.change import answered, change_draft, draft_of, of_draft
from app.web.configurator.clusters import figures, shown_picture
from app.web.configurator.near import latest_near, near_of
from app.web.configurator.tree import choices_of
from app.web.configurator.window_deeds import STEPS, UNITS, AskedWindow, edit_of, nearest_step, ranked, unit_of
from app.web.fragments import page, partial
from app.web.language import language, t
from app.web.permissions import permit
from app.web.rules_sections import section_tabs
from app.web.rules_words import fault_text, section_word

_WHOLE, _PART = "pages/configurator/windows.html", "partials/configurator/window.html"
_SCHEMAS = {"duplicates": DuplicatesSchema, "consolidation": ConsolidationSchema}
Document = Mapping[str, Any]


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("windows", __name__, url_prefix="/rules/drafts/<int:draft_id>/windows")

    @pages.get("/<section>")
    @permit("rules.read")
    def editor(draft_id: int, section: str) -> str:
        return page(_WHOLE, _PART, **_values(draft_of(services, draft_id), section))

    @pages.get("/<section>/found")
    @permit("rules.draft")
    def found(draft_id: int, section: str) -> tuple[str, int]:
        draft, asked = draft_of(services, draft_id), request.args
        _schema(section)
        if _unreadable(draft.document):
            return partial("partials/configurator/clusters.html", picture=None), 200
        live, whole, latest = _live(services) or draft.document, near_of(services), latest_near(services)
        seen = asked.get("whole", "")
        near = whole if seen or whole.is_at_hand(draft.document, live, section) else latest
        shown = shown_picture(services, near, draft.document, live, section, everything=asked.get("all") == "1")
        if seen and str(draft_of(services, draft_id).revision) != seen:
            # Another edit came meanwhile, and its own picture is asked for.
            return "", 204
        follows = near is latest and latest.cut
        return partial(
            "partials/configurator/clusters.html", picture=shown, draft=draft, section=section, follows=follows
        ), 200

    @pages.post("/<section>/<action>")
    @permit("rules.draft")
    def change(draft_id: int, section: str, action: str) -> Response:
        _schema(section)
        draft, refused = change_draft(
            services,
            draft_id,
            action,
            lambda draft: edit_of(action, AskedWindow(draft.document, section, request.form)),
        )
        here = url_for("windows.editor", draft_id=draft_id, section=section)
        return answered(_PART, _values(draft, section, refused), refused, here)

    @pages.context_processor
    def words() -> dict[str, Any]:
        return {"figures": figures, "section_word": section_word}

    return pages


def _schema(section: str) -> type[Any]:
    if section not in _SCHEMAS:
        raise NotFound("page-missing")
    return _SCHEMAS[section]


def _unreadable(document: Document) -> bool:
    """Whether a section is not whole enough to be drawn: only a file can make it so."""
    return any(problems_of(schema(), document.get(name), name) for name, schema in _SCHEMAS.items())


def _live(services: Services) -> Document | None:
    with reading(services.database) as db:
        row = live_pack(db)
    return None if row is None else orjson.loads(row.document)


def _values(draft: Draft, section: str, refused: PandanError | None = None) -> dict[str, Any]:
    schema, content = _schema(section), draft.document.get(section)
    problems = problems_of(schema(), content, section)
    tabs = section_tabs(draft, section)
    if problems or not isinstance(content, dict):
        faults = [fault_text(one) for one in problems]
        return {
            **of_draft(draft, section, refused),
            "section": section,
            "sections": tabs,
            "readable": False,
            "faults": faults,
        }
    seconds = content["window_seconds"]
    amount, unit = unit_of(seconds)
    own, other = bool(content.get("evidence")), draft.document.get("duplicates")
    shared = other["evidence"] if isinstance(other, dict) and not problems_of(DuplicatesSchema(), other) else []
    evidence = ranked(content["evidence"] if own else shared)
    reasons = known_reasons(draft.document)
    return {
        **of_draft(draft, section, refused),
        "section": section, "sections": tabs, "readable": True, "faults": [], "content": content, "seconds": seconds,
        "amount": amount, "unit": unit, "units": span_units(), "step": nearest_step(seconds), "span": _told(seconds),
        "steps": [_told(one) for one in STEPS], "own": own or section == "duplicates", "evidence": evidence,
        "strong": sum(one["strength"] == "strong" for one in evidence), "evidence_word": _evidence_word,
        "more": [(kind, _evidence_word(kind)) for kind in KINDS if all(one["kind"] != kind for one in evidence)],
        "owners": choices_of(ROLES), "reasons": choices_of(reasons),
        "spoken": {tongue: _sentence(draft.document, section, tongue) for tongue in ("zh", "en")},
    }  # fmt: skip


def _sentence(document: Document, section: str, tongue: str) -> str:
    if section == "duplicates":
        return phrase_duplicates(document[section], tongue, known_reasons(dict(document)))
    try:
        return phrase_consolidation(document[section], document["duplicates"], tongue)
    except (KeyError, TypeError):
        return ""


def _told(seconds: int) -> str:
    """A length of time in words; none at all is said as such."""
    if not seconds:
        return t("不留时间窗", "No window")
    return told_span(seconds, zh=language() == "zh")


def span_units() -> list[tuple[str, str]]:
    words = {
        "second": t("秒", "seconds"),
        "minute": t("分钟", "minutes"),
        "hour": t("小时", "hours"),
        "day": t("天", "days"),
    }
    return [(name, words[name]) for name in UNITS]


def _evidence_word(kind: str) -> str:
    return EVIDENCE_WORDS[kind][language()]
