"""Drafts of rules: begun from the live version or a file, undone and redone, taken over, published by section."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Blueprint, Response, g, redirect, request, url_for
from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from app.bootstrap import Services
from app.domain.errors import NotFound, PandanError, Problem, Refused, Stale
from app.domain.messages import say
from app.domain.versions import Version
from app.persistence import drafts
from app.persistence.database import reading, writing
from app.persistence.drafts import Draft, Writer
from app.persistence.packs import live_version, read_version
from app.persistence.reads.packs import latest_records
from app.persistence.reads.rule_names import known_names
from app.persistence.receipts import send_platforms_again
from app.persistence.shelf import SqlShelf
from app.processing.publishing import LONGEST_NOTE, Gate, Wish, gate, names_exist, publish, upon
from app.processing.second_opinion import HISTORY, gate_check
from app.rulebook.check import Report
from app.rulebook.differences import of_section
from app.rulebook.drafts import Edit
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import pack_problems
from app.rulebook.sections import MAPPINGS, Standing, sections_of, with_sections
from app.rulebook.starting import emptied
from app.web.access import may
from app.web.checker import WAIT_SECONDS, checker_of
from app.web.fragments import page, tell
from app.web.impact_token import is_whole, seen_version
from app.web.language import language, t
from app.web.permissions import permit
from app.web.rights import must_publish, publishable
from app.web.rules_sections import editor_url
from app.web.rules_words import (
    edit_word,
    rules_of,
    section_word,
    told_difference,
    told_findings,
    told_rules,
    without_example,
)  # fmt: skip

_AT_ONCE = 60
"""So many rules are proved while somebody waits for the page."""
_DEEDS = {"undo": drafts.undo, "redo": drafts.redo, "take-over": drafts.take_over, "discard": drafts.discard}


@dataclass(frozen=True, slots=True)
class Look:
    """A draft beside the live version: how its sections stand, and what the gate says of those that are its own.

    `checking`: `running` while a large draft's proofs are not there yet, `given-up` when they took too long.
    """

    draft: Draft
    live: Version
    states: Sequence[Standing]
    gate: Gate
    checking: str = ""

    @property
    def own(self) -> list[str]:
        """The sections that publishing would change."""
        return [one.name for one in self.states if one.mine]


def register(pages: Blueprint, services: Services) -> None:
    """Put the routes beside those of the rules."""

    @pages.post("/drafts")
    @permit("rules.draft")
    def start() -> AnyResponse:
        title = request.form.get("title", "") or t("新的修改", "A change")
        asked = request.form.get("version", "")
        with writing(services.database) as db:
            live = _live(db)
            source = read_version(db, int(asked)).document if asked.isdigit() else live.document
            document = emptied(source) if request.form.get("empty") else source
            made = drafts.start(db, document, live.number, title=title, owner=g.user.name, now=services.clock.now())
        return _to(made)

    @pages.post("/drafts/upload")
    @permit("rules.draft")
    def upload() -> AnyResponse:
        name, document = _file()
        with writing(services.database) as db:
            made = drafts.start(db, document, _live(db).number, title=name, owner=g.user.name, now=services.clock.now())
        return _to(made)

    @pages.get("/drafts/<int:draft_id>")
    @permit("rules.read")
    def draft(draft_id: int) -> str:
        return draft_page(services, draft_id, **_kept(request.args))

    @pages.get("/drafts/<int:draft_id>/file")
    @permit("rules.read")
    def download(draft_id: int) -> Response:
        with reading(services.database) as db:
            found = drafts.read_draft(db, draft_id)
        return json_file(found.document, f"draft-{draft_id}.json")

    @pages.post("/drafts/<int:draft_id>/file")
    @permit("rules.draft")
    def replace(draft_id: int) -> AnyResponse | tuple[str, int]:
        _, document = _file()
        return changed(
            services, draft_id, lambda db, by: drafts.edit_draft(db, draft_id, Edit("set", "", document), by)
        )

    @pages.post("/drafts/<int:draft_id>/<action>")
    @permit("rules.draft")
    def act_on_draft(draft_id: int, action: str) -> AnyResponse | tuple[str, int]:
        if action not in (*_DEEDS, "rename", "rebase", "bring-back"):
            raise NotFound("page-missing")
        return changed(services, draft_id, lambda db, by: _act(db, draft_id, action, by))

    @pages.post("/drafts/<int:draft_id>/publish")
    @permit("rules.draft")
    def publish_draft(draft_id: int) -> AnyResponse | tuple[str, int]:
        chosen, note = request.form.getlist("section"), request.form.get("note", "").strip()
        by = writer(services)
        with reading(services.database) as db:
            found = drafts.read_draft(db, draft_id)
            known, live = known_names(db), _live(db)
            must_publish([name for name in chosen if name not in publishable(live.document, found.document, chosen)])
            base, behind = read_version(db, found.base).document, drafts.bases_of(db, found)
        seen = seen_version(services, found, chosen, request.form.get("seen", ""))
        wish = Wish(found.document, by.name, note, chosen, base, behind, seen)

        mapped = [name.partition("/")[2] for name in chosen if name.startswith(f"{MAPPINGS}/")]
        sent = 0

        def follow(db: Connection, number: int) -> None:
            nonlocal sent
            drafts.follow_publication(db, draft_id, number, by)
            # What could not be read for want of this mapping is tried again by it.
            sent = send_platforms_again(db, mapped)

        shelf = SqlShelf(services.database, follow)
        try:
            if seen is None:
                _refuse_unseen(wish, live, found)
            further = [names_exist(known), gate_check(lambda: _history(services))]
            done = publish(shelf, wish, now=by.now, further=further)
        except (Refused, Stale) as error:
            kept: dict[str, Any] = {"chosen": chosen, "note": note, "refused": error}
            return draft_page(services, draft_id, **kept), 409 if isinstance(error, Stale) else 422
        names = t("、", ", ").join(map(section_word, done.sections))
        tell(f"版本 {done.number} 已生效：{names}。", f"Version {done.number} is live: {names}.")
        if sent:
            tell(f"隔离区里的 {sent} 条已重新提交。", f"{sent} of the quarantine were sent again.")
        for one in done.gate.notes:
            tell(say(one.code, "zh", **one.details), say(one.code, "en", **one.details))
        return redirect(url_for("rules.version_page", version=done.number), 303)


def _refuse_unseen(wish: Wish, live: Version, draft: Draft) -> None:
    """Nobody publishes what they were not shown the effect of; what is refused for itself has none to show."""
    upon(wish, live)
    if is_whole(live, draft, wish.sections or ()):
        raise Stale("publish-unseen")


def changed(
    services: Services, draft_id: int, do: Callable[[Connection, Writer], object]
) -> AnyResponse | tuple[str, int]:
    """Do it to the draft and show it; a form that is out of date is answered by the draft as it stands, and 409."""
    try:
        with writing(services.database) as db:
            do(db, writer(services))
    except Stale as error:
        return draft_page(services, draft_id, refused=error), error.status
    return _to(draft_id)


def writer(services: Services) -> Writer:
    """The request's person and the revision their form saw."""
    seen = request.form.get("revision", "")
    return Writer(g.user.name, int(seen) if seen.isdigit() else -1, services.clock.now())


def _history(services: Services) -> list[bytes]:
    with reading(services.database) as db:
        return latest_records(db, HISTORY)


def look_at(services: Services, draft_id: int) -> Look:
    """The draft beside the live version. Raises `NotFound("draft-unknown")`."""
    with reading(services.database) as db:
        draft = drafts.read_draft(db, draft_id)
        live = _live(db)
        states = drafts.states_of(db, draft, live.document)
        known = known_names(db)
    own = [one.name for one in states if one.mine]
    # Outside of the transaction: proofs may take their time.
    candidate = with_sections(live.document, draft.document, own)
    if _is_large(candidate):
        asked = [
            checker_of().ask(lane, document, WAIT_SECONDS)
            for lane, document in ((("gate", draft_id), candidate), (("live",), live.document))
        ]
        if any(one.report is None for one in asked):
            given_up = any(one.given_up for one in asked)
            return Look(draft, live, states, Gate(Report()), "given-up" if given_up else "running")
    found = gate(candidate, own, live.document, [names_exist(known)])
    return Look(draft, live, states, found)


def _kept(given: MultiDict[str, str]) -> dict[str, Any]:
    """What the form of publishing held when the page asked for itself anew."""
    return {"chosen": given.getlist("section"), "note": given.get("note", "")} if "chosen" in given else {}


def _is_large(document: dict[str, Any]) -> bool:
    """Whether its proofs may take longer than somebody waits for a page; what is not whole is not proved."""
    return sum(len(rules_of(document, name)) for name in SECTIONS) > _AT_ONCE and not any(
        one.severity == "error" for one in pack_problems(document)
    )


def draft_page(services: Services, draft_id: int, **more: Any) -> str:
    """The draft as it stands, with what a refused form held."""
    look = look_at(services, draft_id)
    draft, live = look.draft, look.live
    theirs, mine = sections_of(live.document), sections_of(draft.document)
    changes = {name: of_section(name, theirs.get(name), mine.get(name)) for name in look.own}
    states = {name: {one.name: one.kind for one in listed} for name, listed in changes.items()}
    problems = [*look.gate.errors, *look.gate.warnings]
    refused: PandanError | None = more.get("refused")
    values: dict[str, Any] = {
        "look": look, "draft": draft, "live": live, "own": look.own, "gate": look.gate, "checking": look.checking,
        "crossed": [one.name for one in look.states if one.crossed],
        "taken": [one.name for one in look.states if one.moved and not one.mine],
        "changes": {
            name: [told_difference(one, live.document, draft.document) for one in listed]
            for name, listed in changes.items()
        },
        "findings": told_findings(draft.document, problems), "known": told_findings(draft.document, look.gate.known),
        "without_example": without_example(draft.document, look.gate.report.coverage),
        "rules": {
            name: told_rules(draft.document, name, problems=problems, states=states.get(name)) for name in SECTIONS
        },
        "others": [name for name in mine if name not in SECTIONS],
        "editable": draft.ended_at is None and draft.owner == g.user.name and may("rules.draft"),
        "editor_url": editor_url, "edit_word": edit_word, "longest_note": LONGEST_NOTE,
        "refusal": refusal(refused, draft.document) if refused else None,
        "publishes": publishable(live.document, draft.document, look.own),
        "chosen": more.get("chosen", look.own), "note": more.get("note", ""), "lost": more.get("lost"),
    }  # fmt: skip
    return page("pages/rules/draft.html", "partials/rules/draft.html", **values)


def refusal(error: PandanError, document: dict[str, Any]) -> dict[str, Any]:
    """A refusal in words, with the problems it names."""
    details = dict(error.details)
    if "sections" in details:
        details["sections"] = t("、", ", ").join(map(section_word, details["sections"]))
    return {"text": say(error.code, language(), **details), "findings": told_findings(document, error.problems)}


def json_file(document: dict[str, Any], name: str) -> Response:
    """A document to download, readable."""
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"
    answer = Response(text, content_type="application/json")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _act(db: Connection, draft_id: int, action: str, by: Writer) -> None:
    form = request.form
    if action == "rename":
        drafts.rename(db, draft_id, form.get("title", ""), by)
    elif action == "rebase":
        take = [name.removeprefix("keep-") for name, whose in form.items() if whose == "theirs"]
        drafts.rebase(db, draft_id, _live(db), by, take)
    elif action == "bring-back":
        drafts.bring_back(db, draft_id, actor=by.name, now=by.now)
    else:
        _DEEDS[action](db, draft_id, by)


def _live(db: Connection) -> Version:
    number = live_version(db)
    if number is None:
        raise Refused("pack-missing")
    return read_version(db, number)


def _file() -> tuple[str, dict[str, Any]]:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Refused("file-missing")
    try:
        document = orjson.loads(file.read())
    except orjson.JSONDecodeError as error:
        raise Refused("draft-not-json", line=error.lineno, column=error.colno) from error
    if not isinstance(document, dict):
        raise Refused("pack-invalid", problems=(Problem("pack-not-an-object"),))
    return file.filename.removesuffix(".json")[: drafts.LONGEST_TITLE] or "pack", document


def _to(draft_id: int) -> AnyResponse:
    return redirect(url_for("rules.draft", draft_id=draft_id), 303)
