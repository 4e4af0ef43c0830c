"""What is found of a draft, acted on: the remedy carried out, or an order kept as an example, by one button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import Refused
from app.persistence import drafts
from app.persistence.database import reading
from app.processing.examples import decide_example
from app.rulebook.drafts import Edit, read_edit
from app.rulebook.examples import example_of
from app.rulebook.pack import load_pack
from app.rulebook.proofs import Proofs
from app.web.permissions import permit
from app.web.rules_drafts import changed


def register(pages: Blueprint, services: Services) -> None:
    """Put the routes beside those of the rules."""

    @pages.post("/drafts/<int:draft_id>/mend")
    @permit("rules.draft")
    def mend(draft_id: int) -> Response | tuple[str, int]:
        edit = read_edit(sent_json(request.form, "edit"))
        return changed(services, draft_id, lambda db, by: drafts.edit_draft(db, draft_id, edit, by))

    @pages.post("/drafts/<int:draft_id>/example")
    @permit("rules.draft")
    def keep_example(draft_id: int) -> Response | tuple[str, int]:
        with reading(services.database) as db:
            document = drafts.read_draft(db, draft_id).document
        edit = example_edit(document, request.form)
        return changed(services, draft_id, lambda db, by: drafts.edit_draft(db, draft_id, edit, by))


def example_edit(document: dict[str, Any], form: Mapping[str, str]) -> Edit:
    """The order that was shown, or one that the named rule decides, as one more example of the pack."""
    pack, rule = load_pack(document), form.get("rule", "")
    given = sent_json(form, "given") if form.get("given") else Proofs(pack, decide_example).order_for(rule)
    if not isinstance(given, dict):
        raise Refused("example-impossible")
    decision = decide_example(given, pack)[-1]
    examples = document.get("examples", [])
    like = rule.rpartition("/")[2] or form.get("like", "") or "example"
    return Edit("set", "examples", [*examples, example_of(given, decision, examples, like)])


def sent_json(form: Mapping[str, str], name: str) -> Any:
    """What a form's field holds as JSON. Raises `Refused("edit-wrong")`."""
    try:
        return orjson.loads(form.get(name, ""))
    except orjson.JSONDecodeError as error:
        raise Refused("edit-wrong") from error
