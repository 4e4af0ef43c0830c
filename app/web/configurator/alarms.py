"""The editors of escalation rules and of watches: sentences on the left, the open one on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for

from app.bootstrap import Services
from app.domain.errors import NotFound, PandanError
from app.persistence.database import reading
from app.persistence.drafts import Draft
from app.persistence.reads.places import list_shops
from app.rulebook.alarm_editing import STARTS, can_be_edited, deeds_left
from app.rulebook.drafts import Edit
from app.rulebook.escalation_schema import CLOCKS, MAY_NAME, STEPS, WAITS
from app.rulebook.escalation_words import phrase_calendar
from app.rulebook.order_actions import ROLES
from app.rulebook.order_vocabulary import ESCALATION
from app.rulebook.pack import known_reasons
from app.rulebook.part_words import EVIDENCE_WORDS
from app.rulebook.watches import HASHED_KINDS, THRESHOLDS, watch_title
from app.web.alarm_words import alarm_sentence
from app.web.configurator.alarm_counts import Counts
from app.web.configurator.alarm_deeds import AskedAlarm, edit_of
from app.web.configurator.alarm_faults import alarm_faults
from app.web.configurator.change import answered, change_draft, draft_of, of_draft
from app.web.configurator.choices import choices_in
from app.web.configurator.found import Found, finder_of, found_values
from app.web.configurator.pages import field_options
from app.web.configurator.tree import choices_of, homes_of, paths_of, shown_condition
from app.web.configurator.window_deeds import UNITS, unit_of
from app.web.configurator.windows import span_units
from app.web.fragments import page, partial
from app.web.language import language, pick, t
from app.web.permissions import permit
from app.web.rules_sections import section_tabs
from app.web.rules_words import section_word

_WHOLE, _PART = "pages/configurator/alarms.html", "partials/configurator/alarms.html"
SECTIONS = ("escalation", "watches")
_USUAL_CALENDAR: Mapping[str, Any] = {"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "18:00", "holidays": "cn"}


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    counts = Counts(services)
    pages = Blueprint("alarms", __name__, url_prefix="/rules/drafts/<int:draft_id>/alarms")

    @pages.get("/<section>")
    @permit("rules.read")
    def editor(draft_id: int, section: str) -> str:
        _known(section)
        values = _values(services, draft_of(services, draft_id), section, request.args.get("rule", ""))
        return page(_WHOLE, _PART, **values)

    @pages.get("/<section>/counts")
    @permit("rules.draft")
    def counted(draft_id: int, section: str) -> str:
        draft, chosen = draft_of(services, draft_id), request.args.get("rule", "")
        _known(section)
        place = _place(draft, section, chosen)
        found = None if place < 0 or alarm_faults(draft.document, section, place) else (
            counts.escalation(draft.document, place) if section == "escalation" else counts.watch(draft.document, place)
        )  # fmt: skip
        return partial(f"partials/configurator/{section}_counts.html", found=found, draft=draft)

    @pages.get("/<section>/found")
    @permit("rules.read")
    def found(draft_id: int, section: str) -> tuple[str, int]:
        _known(section)
        draft, finder = draft_of(services, draft_id), finder_of()
        before, known = finder.last(draft), finder.ask(draft)
        if str(draft_of(services, draft_id).revision) != request.args.get("revision", ""):
            # Another edit came meanwhile; what it set off asks anew.
            return "", 204
        values = _found_values(draft, section, request.args.get("rule", ""), known, before)
        return partial("partials/configurator/found_answer.html", **values), 200

    @pages.post("/<section>/<action>")
    @permit("rules.draft")
    def change(draft_id: int, section: str, action: str) -> Response:
        _known(section)
        rule = request.form.get("rule", "")
        before: list[str] = []

        def edit(draft: Draft) -> Edit:
            before.extend(_ids(draft, section))
            asked = AskedAlarm(draft.document, section, _place(draft, section, rule), request.form, language())
            return edit_of(action, asked)

        draft, refused = change_draft(services, draft_id, action, edit)
        chosen = rule if refused else _chosen_after(draft, section, before, rule)
        here = url_for("alarms.editor", draft_id=draft_id, section=section, rule=chosen or None)
        return answered(_PART, _values(services, draft, section, chosen, refused), refused, here)

    @pages.context_processor
    def words() -> dict[str, Any]:
        return {
            "field_options": field_options, "choices_for": choices_in(services), "section_word": section_word,
            "unit_of": unit_of, "may_name": MAY_NAME,
        }  # fmt: skip

    return pages


def _known(section: str) -> None:
    if section not in SECTIONS:
        raise NotFound("page-missing")


def _rules(draft: Draft, section: str) -> list[Any]:
    listed = draft.document.get(section)
    return listed if isinstance(listed, list) else []


def _ids(draft: Draft, section: str) -> list[str]:
    return [str(one.get("id")) if isinstance(one, dict) else "" for one in _rules(draft, section)]


def _place(draft: Draft, section: str, rule: str) -> int:
    ids = _ids(draft, section)
    return ids.index(rule) if rule in ids else -1


def _chosen_after(draft: Draft, section: str, before: Sequence[str], rule: str) -> str:
    """The rule that is open then: a new one, the one that was, or the one that stands in its place.

    `before` are the rules before the edit; empty after undo and redo, which open nothing.
    """
    ids = _ids(draft, section)
    made = next((one for one in ids if one not in before), None) if before or len(ids) == 1 else None
    if made is not None or rule in ids:
        return made or rule
    return ids[min(before.index(rule), len(ids) - 1)] if ids and rule in before else ""


def _values(
    services: Services, draft: Draft, section: str, rule: str, refused: PandanError | None = None
) -> dict[str, Any]:
    rules, place = _rules(draft, section), _place(draft, section, rule)
    reasons = known_reasons(draft.document)
    escalates = section == "escalation"
    starts = WAITS if escalates else STARTS
    return {
        **of_draft(draft, section, refused), "section": section, "sections": section_tabs(draft, section),
        "rows": [_row(draft.document, section, number) for number in range(len(rules))],
        "starts": choices_of(starts), "chosen": rules[place] if place >= 0 else None,
        "open": _open(services, draft.document, section, place)
        if place >= 0 and can_be_edited(section, rules[place]) else None,
        "owners": choices_of(ROLES), "reasons": choices_of(reasons), "vocabulary": ESCALATION,
        "units": span_units(), "unit_sizes": UNITS, "waits": choices_of(WAITS), "step_kinds": choices_of(STEPS),
        "clocks": choices_of(CLOCKS), **(_calendar(draft) if escalates else {}),
        **_found_values(draft, section, rule, finder_of().last(draft)),
    }  # fmt: skip


def _found_values(draft: Draft, section: str, rule: str, found: Found, before: Found | None = None) -> dict[str, Any]:
    """What is found of the section's rules; of the open one at its conditions and steps."""
    place, paths = _place(draft, section, rule), list[str]()
    if place >= 0 and section == "escalation" and can_be_edited(section, _rules(draft, section)[place]):
        paths = _shown_paths(_rules(draft, section)[place], f"{section}/{place}")
    return found_values(draft, section, rule if place >= 0 else "", _ids(draft, section), paths, found, before)


def _shown_paths(rule: Mapping[str, Any], path: str) -> list[str]:
    """The paths in an escalation rule at which its panel has room for a finding."""
    when = paths_of(shown_condition(rule["when"], f"{path}/when", ESCALATION, {})) if "when" in rule else []
    return [*when, *(f"{path}/ladder/{step}" for step in range(len(rule["ladder"]))), f"{path}/ladder"]


def _row(document: Mapping[str, Any], section: str, place: int) -> dict[str, Any]:
    rule = document[section][place]
    if not can_be_edited(section, rule):
        return {"id": "", "title": t("按文本写的一条", "Written as text"), "sentence": "", "faulty": True}
    title = rule.get("title") if section == "escalation" else watch_title(rule)
    return {
        "id": rule["id"], "title": pick(dict(title)) if title else t("没起名的一条", "One without a name"),
        "sentence": alarm_sentence(document, section, rule, language()), "muted": bool(rule.get("muted")),
        "faulty": bool(alarm_faults(document, section, place)),
    }  # fmt: skip


def _open(services: Services, document: Mapping[str, Any], section: str, place: int) -> dict[str, Any]:
    rule, path = document[section][place], f"{section}/{place}"
    faults = alarm_faults(document, section, place)
    spoken = {tongue: alarm_sentence(document, section, rule, tongue) for tongue in ("zh", "en")}
    found: dict[str, Any] = {"path": path, "rule": rule, "spoken": spoken, "faults": faults}
    if section == "escalation":
        when = shown_condition(rule["when"], f"{path}/when", ESCALATION, faults) if "when" in rule else None
        return {**found, "when": when, "homes": homes_of([when], ESCALATION) if when is not None else {}}
    with reading(services.database) as db:
        shops = [(shop.code, shop.name) for shop in list_shops(db)]
    return {
        **found, "shops": shops, "threshold": THRESHOLDS[rule["kind"]], "left": deeds_left(rule),
        "evidence": [(kind, EVIDENCE_WORDS[kind][language()]) for kind in HASHED_KINDS],
    }  # fmt: skip


def _calendar(draft: Draft) -> dict[str, Any]:
    document = draft.document
    held, faults = document.get("calendar"), alarm_faults(document, "calendar", -1)
    calendar = {**_USUAL_CALENDAR, **(held if isinstance(held, dict) else {})}
    rules = [rule for rule in _rules(draft, "escalation") if can_be_edited("escalation", rule)]
    return {
        "calendar": calendar, "calendar_told": phrase_calendar(calendar, language()) if not faults else "",
        "calendar_faults": [text for texts in faults.values() for text in texts],
        "calendar_counts": any(rule.get("clock") == "working" for rule in rules),
    }  # fmt: skip
