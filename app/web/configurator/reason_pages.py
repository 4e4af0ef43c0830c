"""The editor of reasons: what each is called in both languages, where it is used, and how many things wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict

from app.bootstrap import Services
from app.domain.errors import NotFound, PandanError, Refused
from app.intake.initials import initials
from app.persistence.database import reading
from app.persistence.drafts import Draft
from app.persistence.reads.reasons import waiting_by_reason
from app.rulebook.drafts import Edit
from app.rulebook.pack import BUILT_IN_REASONS
from app.rulebook.reasons import LONGEST, added, removed, renamed, uses_of
from app.rulebook.watches import watch_title
from app.web.configurator.change import answered, change_draft, draft_of, of_draft
from app.web.fragments import page
from app.web.language import language, t
from app.web.permissions import permit
from app.web.rules_sections import editor_url, section_tabs
from app.web.rules_words import place_word, section_word

_WHOLE, _PART = "pages/configurator/reasons.html", "partials/configurator/reasons.html"
_SECTION = "reasons"
_NAMED_USES = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason as the page shows it; `uses` are (where, address) of the first few of `used` places."""

    code: str
    text: Mapping[str, str]
    uses: list[tuple[str, str]]
    used: int
    waiting: int
    fixed: bool = False


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("reasons", __name__, url_prefix="/rules/drafts/<int:draft_id>/words")

    @pages.get("/<section>")
    @permit("rules.read")
    def editor(draft_id: int, section: str) -> str:
        _known(section)
        return page(_WHOLE, _PART, **_values(services, draft_of(services, draft_id)))

    @pages.post("/<section>/<action>")
    @permit("rules.draft")
    def change(draft_id: int, section: str, action: str) -> Response:
        _known(section)
        waiting = _waiting(services) if action == "remove" else {}
        draft, refused = change_draft(
            services, draft_id, action, lambda draft: edit_of(action, draft.document, request.form, waiting)
        )
        here = url_for("reasons.editor", draft_id=draft_id, section=section)
        return answered(_PART, _values(services, draft, refused), refused, here)

    return pages


def edit_of(deed: str, document: dict[str, Any], form: MultiDict[str, str], waiting: Mapping[str, int]) -> Edit:
    """The edit that a control means. Raises `Refused`."""
    code, words = form.get("code", ""), {tongue: form.get(f"reason-{tongue}", "") for tongue in ("zh", "en")}
    match deed:
        case "add":
            return added(document, words, initials)
        case "rename":
            return renamed(document, code, words)
        case "remove":
            edit = removed(document, code)
            if waiting.get(code):
                raise Refused("reason-waits", n=waiting[code])
            return edit
    raise Refused("edit-wrong")


def _known(section: str) -> None:
    if section != _SECTION:
        raise NotFound("page-missing")


def _waiting(services: Services) -> Mapping[str, int]:
    with reading(services.database) as db:
        return waiting_by_reason(db)


def _values(services: Services, draft: Draft, refused: PandanError | None = None) -> dict[str, Any]:
    document, waiting = draft.document, _waiting(services)
    uses, own = uses_of(document), document.get(_SECTION)
    listed = {**(own if isinstance(own, dict) else {}), **BUILT_IN_REASONS}
    return {
        **of_draft(draft, _SECTION, refused), "section": _SECTION, "sections": section_tabs(draft, _SECTION),
        "rows": [_row(draft, code, text, uses.get(code, []), waiting.get(code, 0)) for code, text in listed.items()],
        "longest": LONGEST,
    }  # fmt: skip


def _row(draft: Draft, code: str, text: Mapping[str, str], paths: list[str], waiting: int) -> Reason:
    places = dict.fromkeys(_place(draft, path) for path in paths)
    return Reason(code, text, list(places)[:_NAMED_USES], len(places), waiting, code in BUILT_IN_REASONS)


def _place(draft: Draft, path: str) -> tuple[str, str]:
    """Where a reason is used in words, and where that is edited."""
    section, *steps = path.split("/")
    at = steps[1] if steps[:1] == ["rules"] else steps[0] if section in ("escalation", "watches") and steps else ""
    if not at.isdigit():
        return section_word(section), editor_url(draft.id, section)
    content = draft.document[section]
    rule = (content["rules"] if isinstance(content, dict) else content)[int(at)]
    word = place_word(draft.document, path)
    if section in ("escalation", "watches"):
        title = (watch_title(rule) if section == "watches" else rule.get("title")) or {}
        word = t(f"{word}“{title.get(language(), '')}”", f"{word} “{title.get(language(), '')}”")
    return word, f"{editor_url(draft.id, section)}?rule={rule.get('id', '')}"
