"""Edits of a draft: a rule moved, copied or taken away by one button, and any part of it as text that is checked."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import PandanError, Problem, Refused, Stale
from app.persistence import drafts
from app.persistence.database import reading, writing
from app.rulebook.drafts import Edit, apply, copied, free_id, join_path, split_path, value_at
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import pack_problems
from app.web.fragments import partial
from app.web.permissions import permit
from app.web.rules_drafts import changed, refusal, writer
from app.web.rules_words import place_word, rule_sentence, section_word, told_findings

Document = dict[str, Any]


def register(pages: Blueprint, services: Services) -> None:
    """Put the routes beside those of the rules."""

    @pages.post("/drafts/<int:draft_id>/edit")
    @permit("rules.draft")
    def edit(draft_id: int) -> Response | tuple[str, int]:
        return changed(
            services, draft_id,
            lambda db, by: drafts.edit_draft(db, draft_id, _button(drafts.read_draft(db, draft_id).document), by),
        )  # fmt: skip

    @pages.get("/drafts/<int:draft_id>/text")
    @permit("rules.draft")
    def text(draft_id: int) -> str:
        with reading(services.database) as db:
            draft = drafts.read_draft(db, draft_id)
        do, path = _asked(request.args)
        value = _template(draft.document, path) if do == "insert" else value_at(draft.document, path)
        return _text_page(draft, do, path, orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())

    @pages.post("/drafts/<int:draft_id>/text")
    @permit("rules.draft")
    def save_text(draft_id: int) -> Response | tuple[str, int]:
        (do, path), written = _asked(request.form), request.form.get("text", "")
        try:
            edit = Edit(do, path, _parsed(written))
            with writing(services.database) as db:
                drafts.edit_draft(db, draft_id, edit, writer(services))
        except (Refused, Stale) as error:
            with reading(services.database) as db:
                draft = drafts.read_draft(db, draft_id)
            # What was typed stays in the box, whatever became of the draft.
            return _text_page(draft, do, path, written, error), 409 if isinstance(error, Stale) else 422
        return redirect(url_for("rules.draft", draft_id=draft_id, _anchor=_anchor(path)), 303)

    @pages.post("/drafts/<int:draft_id>/check")
    @permit("rules.draft")
    def check_text(draft_id: int) -> str:
        do, path = _asked(request.form)
        with reading(services.database) as db:
            document = drafts.read_draft(db, draft_id).document
        try:
            document = apply(document, Edit(do, path, _parsed(request.form.get("text", ""))))
        except Refused as error:
            return partial("partials/rules/checked.html", refusal=refusal(error, document), findings=[], sentence="")
        problems = [one for one in pack_problems(document) if _within(one, path)]
        return partial(
            "partials/rules/checked.html", refusal=None, findings=told_findings(document, problems),
            sentence=_sentence(document, path),
        )  # fmt: skip


def _text_page(draft: drafts.Draft, do: str, path: str, written: str, error: PandanError | None = None) -> str:
    return render_template(
        "pages/rules/text.html", draft=draft, do=do, path=path, text=written,
        where=place_word(draft.document, path) if do == "set" else section_word(split_path(path)[0]),
        refusal=refusal(error, draft.document) if error else None,
    )  # fmt: skip


def _button(document: Document) -> Edit:
    """The edit of the button that was pressed."""
    do, path = request.form.get("do", ""), request.form.get("path", "")
    holder, _, step = path.rpartition("/")
    if do == "copy":
        rules = value_at(document, holder)
        if not isinstance(rules, list) or not step.isdigit():
            raise Refused("edit-wrong")
        return Edit("insert", join_path(*split_path(holder), int(step) + 1), copied(rules, int(step)))
    if do not in ("move", "remove"):
        raise Refused("edit-wrong")
    to = request.form.get("to", "0")
    return Edit(do, path, to=int(to) if to.isdigit() else -1)


def _asked(given: Any) -> tuple[str, str]:
    do, path = given.get("do", "set"), given.get("path", "")
    if do not in ("set", "insert") or not path:
        raise Refused("edit-wrong")
    return do, path


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refused("draft-not-json", line=error.lineno, column=error.colno) from error


def _template(document: Document, path: str) -> Any:
    """What a new rule begins as: whole, and harmless until somebody says what it is for."""
    steps = split_path(path)
    rules = value_at(document, join_path(*steps[:-1]))
    if not isinstance(rules, list) or steps[0] not in SECTIONS:
        raise Refused("edit-wrong")
    return {
        "id": free_id(rules, "rule"),
        "title": {"zh": "新规则", "en": "New rule"},
        "when": {"all": [{"field": "order.paid", "op": ">=", "value": 1_000_000}]},
        "then": [{"do": "hold", "reason": "no-rule", "owner": "supervisor"}],
    }


def _within(problem: Problem, path: str) -> bool:
    return problem.path == path or problem.path.startswith(f"{path}/") or path.startswith(f"{problem.path}/")


def _sentence(document: Document, path: str) -> str:
    steps = split_path(path)
    if len(steps) != 3 or steps[0] not in SECTIONS:
        return ""
    return rule_sentence(document, steps[0], value_at(document, path))


def _anchor(path: str) -> str:
    steps = split_path(path)
    return f"{steps[0]}-{steps[2]}" if len(steps) > 2 and steps[0] in SECTIONS else "sections"
