"""Trying rules before they decide: backtests on past orders, and a shadow beside the live rules."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response as AnyResponse

from app.bootstrap import Services
from app.domain.errors import NotFound, Refused
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.drafts import list_drafts, read_draft
from app.persistence.imports import recent_imports
from app.persistence.packs import live_version, read_document
from app.persistence.reads.packs import list_versions
from app.persistence.shadows import count_behind, forget_batches, latest_divergences, running_shadow
from app.persistence.trials import (
    BACKTEST,
    SHADOW,
    UNFINISHED,
    cancel,
    candidate_of,
    change_trial,
    list_trials,
    open_trial,
    read_trial,
)
from app.queue.wakeups import BACKTEST as BACKTEST_JOB
from app.queue.wakeups import WORK, send
from app.queue.workers import anybody_works
from app.rulebook.pack import known_reasons, load_pack
from app.web import trials_words as words
from app.web.fragments import page, tell
from app.web.language import t
from app.web.permissions import permit
from app.web.trials_list import changes_file

DAYS = (1, 7, 30, 90)
_SHOWN = 30
_ENDED = {"stopped": "shadow.stopped", "promoted": "shadow.promoted"}


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("trials", __name__, url_prefix="/trials")

    @pages.context_processor
    def context() -> dict[str, Any]:
        names = ("state_of", "source_word", "scope_word", "end_word", "decider_word")
        return {name: getattr(words, name) for name in names}

    @pages.get("/")
    @permit("rules.draft")
    def index() -> str:
        return _index(services)

    @pages.post("/")
    @permit("rules.draft")
    def start() -> AnyResponse:
        return _start(services)

    @pages.get("/<trial_id>")
    @permit("rules.draft")
    def show(trial_id: str) -> str:
        return _show(services, trial_id)

    @pages.post("/<trial_id>/stop")
    @permit("rules.draft")
    def stop(trial_id: str) -> AnyResponse:
        with reading(services.database) as db:
            kind = read_trial(db, trial_id)["kind"]
        if kind == BACKTEST:
            with writing(services.database) as db:
                cancel(db, trial_id, now=services.clock.now())
        else:
            _end_shadow(services, trial_id, "stopped")
        return redirect(url_for("trials.show", trial_id=trial_id), 303)

    @pages.post("/<trial_id>/adopt")
    @permit("rules.change")
    def adopt(trial_id: str) -> AnyResponse:
        return _adopt(services, trial_id)

    @pages.get("/<trial_id>/changes")
    @permit("rules.draft")
    def changes(trial_id: str) -> Response:
        with reading(services.database) as db:
            trial = read_trial(db, trial_id)
            return changes_file(db, trial, _reasons(db, trial))

    return pages


def _index(services: Services) -> str:
    with reading(services.database) as db:
        live = live_version(db)
        drafts, versions = list_drafts(db), [one for one in list_versions(db) if not one.live]
        imports = [(key, state) for key, state in recent_imports(db) if state.get("added") or state.get("accepted")]
        tests, shadows = list_trials(db, BACKTEST), list_trials(db, SHADOW)
        behind = count_behind(db)
    choices = [(f"draft:{one.id}", t("草稿：", "Draft: ") + one.title) for one in drafts]
    choices += [(f"version:{one.version}", _version_word(one)) for one in versions]
    shops = [(key, f"{state['file']} · {state['actor']}") for key, state in imports]
    return render_template(
        "pages/trials/index.html", live=live, choices=choices, imports=shops, days=DAYS, tests=tests, behind=behind,
        asked=request.args.get("draft", ""), shadow=next((one for one in shadows if one["state"] == "running"), None),
        past_shadows=[one for one in shadows if one["state"] != "running"], worker=anybody_works(services.redis, WORK),
    )  # fmt: skip


def _version_word(row: Any) -> str:
    return t(f"版本 {row.version}", f"Version {row.version}") + (f" · {row.note}" if row.note else "")


def _start(services: Services) -> AnyResponse:
    form, now = request.form, services.clock.now()
    kind = SHADOW if form.get("do") == "shadow" else BACKTEST
    with writing(services.database) as db:
        source, candidate = _candidate(db)
        load_pack(candidate)
        doc: dict[str, Any] = {
            "source": source, "live": live_version(db), "actor": g.user.name, "at": now, "told_at": now, "tries": 0,
        }  # fmt: skip
        if kind == SHADOW:
            if running_shadow(db):
                raise Refused("shadow-runs")
            forget_batches(db)
        else:
            doc |= _scope(db)
        state = "running" if kind == SHADOW else "waiting"
        trial_id = open_trial(db, kind, state, candidate, doc, now=now)
        action = "shadow.start" if kind == SHADOW else "backtest.start"
        note(db, g.user.name, action, trial_id, now=now, **source)
    if kind == BACKTEST:
        send(services.redis, BACKTEST_JOB, trial_id)
    return redirect(url_for("trials.show", trial_id=trial_id), 303)


def _candidate(db: Connection) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is tried, and its document: a file when one was sent, else what was chosen."""
    file = request.files.get("file")
    if file is not None and file.filename:
        try:
            document = orjson.loads(file.read())
        except orjson.JSONDecodeError as error:
            raise Refused("file-unreadable", file=file.filename, reason=str(error)) from error
        return {"kind": "file", "number": 0, "title": file.filename[:100]}, document
    kind, _, number = request.form.get("candidate", "").partition(":")
    if not number.isdigit():
        raise Refused("trial-nothing")
    if kind == "draft":
        draft = read_draft(db, int(number))
        return {"kind": kind, "number": draft.id, "title": draft.title}, draft.document
    return {"kind": "version", "number": int(number), "title": number}, read_document(db, int(number))


def _scope(db: Connection) -> dict[str, Any]:
    import_id = request.form.get("import_id", "")
    if request.form.get("over") == "import" and import_id:
        name = next((state["file"] for key, state in recent_imports(db) if key == import_id), "")
        return {"import_id": import_id, "import_name": name}
    days = request.form.get("days", "7")
    if not days.isdigit() or int(days) not in DAYS:
        raise Refused("trial-days")
    return {"days": int(days)}


def _show(services: Services, trial_id: str) -> str:
    with reading(services.database) as db:
        trial = read_trial(db, trial_id)
        shadow = trial["kind"] == SHADOW
        latest = latest_divergences(db, trial_id, _SHOWN) if shadow else []
        behind = count_behind(db) if shadow and trial["state"] == "running" else 0
        reasons = _reasons(db, trial)
    name = "shadow" if shadow else "backtest"
    return page(
        f"pages/trials/{name}.html", f"partials/trials/{name}.html", trial=trial, look=words.state_of(trial),
        running=trial["state"] in UNFINISHED, latest=latest, behind=behind, refusal=words.refusal_of(trial),
        measured=list(words.measured(trial["result"])) if "result" in trial else [], remarks=words.remarks_of(trial),
        took=words.took(trial), worker=anybody_works(services.redis, WORK), groups=_groups(trial), reasons=reasons,
    )  # fmt: skip


def _reasons(db: Connection, trial: dict[str, Any]) -> dict[str, Any]:
    """What both packs call their reasons and their rules."""
    packs = [read_document(db, trial["live"]), candidate_of(db, trial["id"])]
    return {code: text for pack in packs for code, text in (known_reasons(pack) | _titles(pack)).items()}


def _titles(document: dict[str, Any]) -> dict[str, Any]:
    """What people call the rules of a pack, by `section/id`."""
    return {
        f"{section}/{rule['id']}": rule["title"]
        for section in ("screening", "allocation")
        for rule in document[section]["rules"]
        if "title" in rule
    }


def _groups(trial: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any], int]]:
    """A shadow's divergences counted by outcome and rule on both sides, the most frequent first."""
    found = []
    for kind, count in trial.get("groups", {}).items():
        names = kind.split("|")
        before, after = ({"outcome": names[at], "rule": names[at + 1]} for at in (0, 2))
        found.append((before, after, count))
    return sorted(found, key=lambda one: -one[2])


def _end_shadow(services: Services, trial_id: str, state: str) -> dict[str, Any]:
    now = services.clock.now()
    with writing(services.database) as db:
        trial = read_trial(db, trial_id, lock=True)
        if trial["kind"] != SHADOW:
            raise NotFound("trial-gone")
        if trial["state"] == "running":
            forget_batches(db)
            note(db, g.user.name, _ENDED[state], trial_id, now=now)
            return change_trial(db, trial_id, state=state, ended_at=now, told_at=now)
        return trial


def _adopt(services: Services, trial_id: str) -> AnyResponse:
    """Hand what was tried over to publishing: a draft to its page, a version to going back to it."""
    with reading(services.database) as db:
        trial = read_trial(db, trial_id)
    source = trial["source"]
    if source["kind"] == "file":
        raise Refused("trial-adopt-file")
    if trial["kind"] == SHADOW:
        _end_shadow(services, trial_id, "promoted")
        tell("影子运行已结束。检查后发布即可生效。", "The shadow has ended. Check and publish it to let it decide.")
    if source["kind"] == "draft":
        return redirect(url_for("rules.draft", draft_id=source["number"]), 303)
    return redirect(url_for("rules.version_page", version=source["number"]), 303)
