"""The panel to start from: three questions that make a rule, and finished rules to add."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from app.domain.errors import Refused
from app.engine import phrase_rule
from app.persistence.drafts import Draft
from app.rulebook.editing import USUAL_OWNER, with_blanks
from app.rulebook.order_actions import ROLES
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import known_reasons
from app.rulebook.starting import Template, templates
from app.web.configurator.guided import Guided, answers, guided_rule, what_of, which_of
from app.web.language import language
from app.web.words import carriers, role_word

_FIRST = {"screening": ("paid", "hold"), "allocation": ("target", "target")}


def start_values(draft: Draft, section: str, given: MultiDict[str, str]) -> dict[str, Any]:
    """What the panel shows for the answers so far."""
    which, what = which_of(section), what_of(section)
    usual = _FIRST.get(section, (next(iter(which)), next(iter(what))))
    chosen = given.get("which", usual[0]), given.get("what", usual[1])
    form = MultiDict(given.items(multi=True))
    form.setlist("which", [chosen[0]])
    form.setlist("what", [chosen[1]])
    form.setdefault("owner", USUAL_OWNER)
    row = which.get(chosen[0], which[usual[0]])
    return {
        "draft": draft, "section": section, "form": form, "which": answers(which), "what": answers(what),
        "asked": row, "row": SECTIONS[section].fields[row.field], "deed": what.get(chosen[1], what[usual[1]]),
        "guided": _guided(draft, section, form), "carriers": list(carriers().items()),
        "owners": [(role, role_word(role)) for role in ROLES],
        "reason_words": [text[language()] for text in known_reasons(draft.document).values()],
        "templates": [_shown(one, draft) for one in templates() if one.section == section],
    }  # fmt: skip


def _guided(draft: Draft, section: str, form: MultiDict[str, str]) -> Guided | None:
    try:
        return guided_rule(draft.document, section, form)
    except Refused:
        return None


def _shown(one: Template, draft: Draft) -> dict[str, Any]:
    vocabulary, rules = SECTIONS[one.section], draft.document[one.section]["rules"]
    names = {"reasons": {**known_reasons(draft.document), **one.reasons}}
    held = [(rule.get("when"), rule.get("then")) for rule in rules]
    return {
        "id": one.id, "title": one.title, "about": one.about, "asks": bool(one.asks),
        "sentences": [phrase_rule(with_blanks(rule, vocabulary), vocabulary, language(), names) for rule in one.rules],
        "there": all((rule["when"], rule["then"]) in held for rule in one.rules),
    }  # fmt: skip
