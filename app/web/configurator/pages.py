"""The configurator's page: the rules of a section as sentences, and the one that is chosen open beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, make_response, request, url_for

from app.bootstrap import Services
from app.domain.errors import NotFound, PandanError, Refused, Stale
from app.domain.messages import say
from app.engine import phrase_rule
from app.engine.parse import Mark, complete, parse_rule
from app.engine.vocabulary import Vocabulary
from app.intake.initials import initials
from app.persistence import drafts
from app.persistence.database import reading, writing
from app.persistence.drafts import Draft, Writer
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import known_reasons
from app.web.configurator.choices import choices_in
from app.web.configurator.deeds import Asked, edit_of
from app.web.configurator.found import Found, finder_of, found_values
from app.web.configurator.lookup import names_of
from app.web.configurator.rows import Told, changes, parts_of, problems_at, rule_path, told_rows
from app.web.configurator.starting import start_values
from app.web.configurator.tree import choices_of, faults_of, homes_of, paths_of, shown_actions, shown_condition
from app.web.counting import Counted, counting_of
from app.web.fragments import page, partial, wants_part
from app.web.language import language, t
from app.web.permissions import permit
from app.web.recent import DAYS
from app.web.rights import may_edit
from app.web.rules_drafts import refusal
from app.web.rules_sections import section_tabs

_WHOLE, _PART = "pages/configurator/index.html", "partials/configurator/bench.html"
_AFTER, _START = "partials/configurator/after.html", "partials/configurator/start.html"
_FOUND = "partials/configurator/found_answer.html"
_BACK = {"undo": drafts.undo, "redo": drafts.redo}


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("configurator", __name__, url_prefix="/rules/drafts/<int:draft_id>/rules")

    @pages.get("/<section>")
    @permit("rules.read")
    def bench(draft_id: int, section: str) -> str:
        draft = _draft(services, draft_id)
        values = _values(services, draft, section, request.args.get("rule", ""))
        if request.headers.get("HX-Target") == "bench-panel" and wants_part():
            return partial(_AFTER, changed=None, **values)
        return page(_WHOLE, _PART, **values)

    @pages.get("/<section>/hits")
    @permit("rules.draft")
    def hits(draft_id: int, section: str) -> str:
        draft, rule = _draft(services, draft_id), request.args.get("rule", "")
        counted = counting_of(services).hits(draft, _known(section))
        return partial("partials/configurator/hits.html", **_counted_values(draft, section, rule, counted), counts=True)

    @pages.get("/<section>/start")
    @permit("rules.draft")
    def start(draft_id: int, section: str) -> str:
        return partial(_START, **start_values(_draft(services, draft_id), _known(section), request.args))

    @pages.get("/<section>/found")
    @permit("rules.read")
    def found(draft_id: int, section: str) -> tuple[str, int]:
        draft, seen = _draft(services, draft_id), request.args.get("revision", "")
        finder = finder_of()
        before, known = finder.last(draft), finder.ask(draft)
        if str(_draft(services, draft_id).revision) != seen:
            # Another edit came meanwhile; what it set off asks anew.
            return "", 204
        return partial(
            _FOUND, **_found_values(draft, _known(section), request.args.get("rule", ""), known, before)
        ), 200

    @pages.post("/<section>/<action>")
    @permit("rules.draft")
    def change(draft_id: int, section: str, action: str) -> Response:
        form, seen = request.form, request.form.get("revision", "")
        refused: PandanError | None = None
        rule, before = form.get("rule", ""), None
        try:
            with writing(services.database) as db:
                draft = drafts.read_draft(db, draft_id)
                asked = Asked(draft.document, _known(section), _place(draft, section, rule), form, language())
                by = Writer(g.user.name, int(seen) if seen.isdigit() else -1, services.clock.now())
                before = draft
                if action in _BACK:
                    draft = _BACK[action](db, draft_id, by)
                else:
                    draft = drafts.edit_draft(db, draft_id, edit_of(action, asked), by)
            rule = _chosen_after(draft, asked, action)
        except (Refused, Stale, KeyError, TypeError, ValueError) as error:
            refused = error if isinstance(error, PandanError) else Refused("edit-wrong")
            draft = _draft(services, draft_id)
        values = _values(services, draft, section, rule, refused) | {"told": _told_place(draft, section, rule, action)}
        answer = _changed_part(values, before, isinstance(refused, Stale))
        answer.status_code = 200 if refused is None else 409 if isinstance(refused, Stale) else 422
        # A page that is loaded anew opens the rule that is open now.
        here = url_for("configurator.bench", draft_id=draft_id, section=section, rule=rule or None)
        answer.headers["HX-Replace-Url"] = here
        return answer

    @pages.post("/<section>/read")
    @permit("rules.read")
    def read(draft_id: int, section: str) -> str:
        draft = _draft(services, draft_id)
        names = {"reasons": known_reasons(draft.document)}
        vocabulary, written = SECTIONS[_known(section)], request.form.get("sentence", "")
        reading_ = parse_rule(written, vocabulary, names=names)
        back = [
            phrase_rule({"id": "", **reading_.rule}, vocabulary, tongue, names)
            for tongue in ("zh", "en")
            if reading_.rule is not None and reading_.certain
        ]
        offered = complete(written, vocabulary, names=names, most=8)
        marks = [_told_mark(mark, written, vocabulary) for mark in reading_.marks]
        return partial(
            "partials/configurator/read.html",
            reading=reading_,
            back=back,
            written=written,
            offered=offered,
            marks=marks,
        )

    @pages.context_processor
    def words() -> dict[str, Any]:
        return {"field_options": field_options, "choices_for": choices_in(services)}

    return pages


def _told_mark(mark: Mark, written: str, vocabulary: Vocabulary) -> str:
    details = dict(mark.details)
    code = "sentence-value-missing" if mark.code == "value-missing" else mark.code
    if "scope" in details:
        details["scope"] = vocabulary.scopes[details["scope"]].label[language()]
    if "parameter" in details:
        rows = vocabulary.actions[details.pop("action")].parameters
        details["parameter"] = next(row.label[language()] for row in rows if row.name == details["parameter"])
    return say(code, language(), said=written[mark.start : mark.end].strip(), **details)


def _changed_part(values: dict[str, Any], before: Draft | None, stale: bool) -> Response:
    """The panel and the rows that changed where the page asks for that, else all of it.

    What the person saw before is known from the revision that their form named; when that is out of date all is shown.
    """
    if request.headers.get("HX-Target") != "bench-panel":
        return make_response(partial(_PART, **values))
    if before is not None and not stale:
        was, now = told_rows(before.document, values["section"]), values["rows"]
        changed = changes(was, now)
        if was and now and changed.few:
            return make_response(partial(_AFTER, changed=changed, **values))
    answer = make_response(partial(_PART, **values))
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#bench", "morph:outerHTML"
    return answer


def _told_place(draft: Draft, section: str, rule: str, action: str) -> str:
    """Where the rule stands now, for who does not see it; empty for deeds that move nothing."""
    place = _place(draft, section, rule)
    if action not in ("move-rule", "copy-rule", "add-rule") or place < 0:
        return ""
    title, many = told_rows(draft.document, section)[place].title[language()], len(_rules(draft, section))
    return t(f"“{title}”现在是第 {place + 1} 条，共 {many} 条", f"“{title}” is now number {place + 1} of {many}")


def _draft(services: Services, number: int) -> Draft:
    with reading(services.database) as db:
        return drafts.read_draft(db, number)


def _known(section: str) -> str:
    if section not in SECTIONS:
        raise NotFound("page-missing")
    return section


def _place(draft: Draft, section: str, rule: str) -> int:
    """The place of the rule of that id; -1 when there is none (any more)."""
    return next((place for place, one in enumerate(_rules(draft, section)) if one.get("id") == rule), -1)


def _chosen_after(draft: Draft, asked: Asked, action: str) -> str:
    """The rule that is open after the deed: a new one, the copy, the neighbour of one that went."""
    rules = draft.document[asked.section]["rules"]
    before = {one.get("id") for one in asked.rules}
    made = next((str(one["id"]) for one in rules if one.get("id") not in before), "")
    if made or action != "remove-rule":
        return made or asked.form.get("rule", "")
    return str(rules[min(asked.rule, len(rules) - 1)]["id"]) if rules else ""


def _values(
    services: Services, draft: Draft, section: str, rule: str, refused: PandanError | None = None
) -> dict[str, Any]:
    document = draft.document
    rows, place = told_rows(document, _known(section)), _place(draft, section, rule)
    return {
        "draft": draft, "section": section, "place": place,
        "chosen": _rules(draft, section)[place] if place >= 0 else None,
        "editable": draft.ended_at is None and draft.owner == g.user.name and may_edit(section),
        "rows": rows, "asked_about": asked_about(rows, SECTIONS[section]),
        "groups": list({row.group[language()]: None for row in rows if row.group}),
        "sections": section_tabs(draft, section),
        **_counted_values(draft, section, rule, counting_of(services).last_hits(draft, section)),
        "vocabulary": SECTIONS[section],
        "open": _open(document, section, place, rows[place]) if place >= 0 else None,
        "house_names": _house_names(services, _rules(draft, section)[place], SECTIONS[section]) if place >= 0 else {},
        "refusal": refusal(refused, document) if refused else None,
        **_found_values(draft, section, rule, finder_of().last(draft)),
    }  # fmt: skip


def _counted_values(draft: Draft, section: str, rule: str, counted: Counted) -> dict[str, Any]:
    return {
        "hits": counted.hits, "looked_at": counted.orders, "counted_all": counted.whole, "days": DAYS,
        "ordered": section == "allocation", "counted_rule": rule, "draft": draft, "section": section,
    }  # fmt: skip


def _house_names(services: Services, rule: Any, vocabulary: Vocabulary) -> dict[str, dict[str, str]]:
    """What the things of the house are called that the rule names by their codes, by what they are."""
    listed: dict[str, list[str]] = {}
    for part in parts_of(rule):
        field, value = vocabulary.fields.get(str(part.get("field"))), part.get("value")
        if field is not None and field.refers_to and isinstance(value, list | str):
            listed.setdefault(field.refers_to, []).extend(map(str, [value] if isinstance(value, str) else value))
        if part.get("do") == "add_gift" and part.get("sku"):
            listed.setdefault("skus", []).append(str(part["sku"]))
    return {kind: names_of(services, kind, codes) for kind, codes in listed.items()}


def _rules(draft: Draft, section: str) -> list[Any]:
    rules: list[Any] = draft.document[section]["rules"]
    return rules


def _found_values(draft: Draft, section: str, rule: str, found: Found, before: Found | None = None) -> dict[str, Any]:
    """What templates show of findings, with the row that takes what no rule caught."""
    rules, place = _rules(draft, section), _place(draft, section, rule)
    paths = _shown_paths(draft.document, section, place) if place >= 0 else []
    names = [str(one["id"]) for one in rules]
    last = names[-1] if rules and "when" not in rules[-1] else ""
    values = found_values(draft, section, rule if place >= 0 else "", names, paths, found, before)
    return {**values, "found_last": last}


def _shown_paths(document: dict[str, Any], section: str, place: int) -> list[str]:
    """The paths in a rule at which the panel has room for a finding."""
    path, rule = rule_path(section, place), document[section]["rules"][place]
    parts = [part for part in ("when", "accepts") if rule.get(part)]
    shown = [shown_condition(rule[part], f"{path}/{part}", SECTIONS[section], {}) for part in parts]
    then = [f"{path}/then/{n}" for n in range(len(rule["then"]))]
    return [*(one for node in shown for one in paths_of(node)), *then]


def _open(document: dict[str, Any], section: str, place: int, told: Told) -> dict[str, Any]:
    vocabulary, rule = SECTIONS[section], document[section]["rules"][place]
    path = rule_path(section, place)
    faults = faults_of(problems_at(told, path), vocabulary)
    known = {"reasons": choices_of(known_reasons(document))}
    when, accepts = (
        shown_condition(rule[part], f"{path}/{part}", vocabulary, faults) if rule.get(part) is not None else None
        for part in ("when", "accepts")
    )
    return {
        "path": path, "rule": rule, "spoken": told.sentence,
        "when": when, "accepts": accepts,
        "then": shown_actions(rule["then"], f"{path}/then", vocabulary, faults, known), "faults": faults,
        "homes": homes_of([shown for shown in (when, accepts) if shown is not None], vocabulary),
    }  # fmt: skip


def asked_about(rows: Sequence[Told], vocabulary: Vocabulary) -> dict[str, list[tuple[str, str]]]:
    """The fields and actions that the section's rules use, to filter the list by."""
    fields = dict.fromkeys(name for row in rows for name in row.fields if name in vocabulary.fields)
    actions = dict.fromkeys(name for row in rows for name in row.actions if name in vocabulary.actions)
    return {
        "fields": [(name, vocabulary.fields[name].label[language()]) for name in fields],
        "actions": [(name, vocabulary.actions[name].label[language()]) for name in actions],
    }


def field_options(vocabulary: Any, inside: frozenset[str]) -> list[dict[str, Any]]:
    """The fields that a condition there may ask about, by scope, with what they are found by."""
    found = []
    for scope in vocabulary.scopes.values():
        if scope.many and scope.name not in inside:
            continue
        rows = [row for row in vocabulary.fields.values() if row.scope == scope.name]
        if rows:
            listed = [
                {
                    "key": row.key, "label": row.label[language()],
                    "find": " ".join({*row.label.values(), initials(row.label["zh"]),
                                      *(w for said in row.also.values() for w in said)}).lower(),
                }
                for row in rows
            ]  # fmt: skip
            found.append({"scope": scope.label[language()], "rows": listed})
    return found
