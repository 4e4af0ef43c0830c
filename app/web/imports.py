"""Importing orders from a spreadsheet: upload, check, import, with its progress and every wrong row."""

from __future__ import annotations

import os
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound, Refused
from app.domain.messages import say, sentences
from app.intake.sheets import Limits
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.import_files import errors_path, keep_upload, upload_path
from app.persistence.imports import UNFINISHED, change_import, is_interrupted, open_import, read_import, recent_imports
from app.persistence.reads.places import list_shops
from app.processing.batch import CANONICAL_PLATFORMS
from app.queue.wakeups import IMPORT, WORK, queue_of, send
from app.web.fragments import page
from app.web.language import language, t
from app.web.permissions import permit

_FORM_BYTES = 64 * 1024


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("imports", __name__, url_prefix="/imports")

    @pages.context_processor
    def words() -> dict[str, Any]:
        return {"state_of": state_of}

    @pages.get("/")
    @permit("imports.make")
    def index() -> str:
        return _index(services)

    @pages.post("/")
    @permit("imports.make")
    def upload() -> Response | tuple[str, int]:
        # The form is read here, not before: a file may be larger than anything else that is sent.
        request.max_content_length = Limits().file_bytes + _FORM_BYTES
        current_app.extensions["csrf"].protect()
        file, form = request.files.get("file"), request.form
        if file is None or not file.filename:
            return _index(services, say("file-missing", language())), 422
        state = {
            "file": os.path.basename(file.filename)[:200], "shop": form.get("shop", ""), "sheet": form.get("sheet", ""),
            "live": form.get("as", "live") == "live", "dry_run": form.get("go") != "import", "state": "waiting",
            "actor": g.user.name, "at": services.clock.now(), "rows": 0, "done": 0,
        }  # fmt: skip
        import_id = _keep(services, file.read(), state)
        send(services.redis, IMPORT, import_id)
        return redirect(url_for("imports.detail", import_id=import_id), 303)

    pages.record_once(lambda setup: setup.app.extensions["csrf"].exempt(upload))

    @pages.get("/<import_id>")
    @permit("imports.make")
    def detail(import_id: str) -> str:
        with reading(services.database) as db:
            state = as_it_stands(services, read_import(db, import_id))
            shop = next((one for one in list_shops(db) if one.code == state["shop"]), None)
        said = "message" if language() == "zh" else "message_en"
        return page(
            "pages/imports/detail.html", "partials/imports/state.html", state=state, shop=shop, import_id=import_id,
            running=state["state"] in UNFINISHED, refusal=_refusal(state),
            kept=upload_file(services, import_id).exists(),
            problems=[(one, one[said]) for one in state.get("problems", ())],
        )  # fmt: skip

    @pages.post("/<import_id>/go")
    @permit("imports.make")
    def go(import_id: str) -> Response:
        with writing(services.database) as db:
            state, now = as_it_stands(services, read_import(db, import_id)), services.clock.now()
            if state["state"] not in ("checked", "interrupted") or not upload_file(services, import_id).exists():
                raise Refused("import-again")
            # What was only being checked is checked again.
            dry_run = state["dry_run"] and state["state"] == "interrupted"
            change_import(db, import_id, state="waiting", dry_run=dry_run, done=0, tries=0, told_at=now)
            note(db, g.user.name, "import.go", import_id, now=now, file=state["file"])
        send(services.redis, IMPORT, import_id)
        return redirect(url_for("imports.detail", import_id=import_id), 303)

    @pages.get("/<import_id>/errors")
    @permit("imports.make")
    def errors(import_id: str) -> Response:
        with reading(services.database) as db:
            state = read_import(db, import_id)
        path = errors_path(services.settings.home, import_id)
        if not state.get("errors_file") or not path.exists():
            raise NotFound("import-gone")
        return send_file(path, as_attachment=True, download_name=state["errors_file"])

    return pages


def upload_file(services: Services, import_id: str) -> Any:
    """Where the uploaded file waits until it is imported."""
    return upload_path(services.settings.home, import_id)


def as_it_stands(services: Services, state: dict[str, Any]) -> dict[str, Any]:
    """The import's state; `interrupted` when it runs no more, whatever its last word was."""
    queued = not queue_of(WORK, services.redis).is_empty()
    gone = is_interrupted(state, now=services.clock.now(), queued=queued)
    return {**state, "state": "interrupted"} if gone else state


def state_of(state: dict[str, Any]) -> tuple[str, str, str]:
    """An import's state as badge: word, tone, icon."""
    looks = {
        "waiting": (t("排队中", "Waiting"), "calm", "clock"),
        "running": (t("进行中", "Running"), "calm", "refresh"),
        "interrupted": (t("中断了", "Interrupted"), "warn", "alert"),
        "checked": (t("已检查，未导入", "Checked, not imported"), "warn", "eye"),
        "done": (t("完成", "Done"), "good", "check"),
        "failed": (t("没有导入", "Not imported"), "bad", "alert"),
        "undoing": (t("正在撤销", "Being undone"), "calm", "refresh"),
        "undone": (t("已撤销", "Undone"), "calm", "undo"),
    }
    return looks[state["state"]]


def _index(services: Services, problem: str = "") -> str:
    with reading(services.database) as db:
        known = list_shops(db)
        recent = [(import_id, as_it_stands(services, state)) for import_id, state in recent_imports(db)]
    choices = [(shop.code, shop.name) for shop in known if shop.platform in CANONICAL_PLATFORMS and shop.active]
    megabytes = Limits().file_bytes // 1024**2
    return render_template(
        "pages/imports/index.html", shops=choices, recent=recent, problem=problem, megabytes=megabytes,
        names={shop.code: shop.name for shop in known},
    )  # fmt: skip


def _keep(services: Services, data: bytes, state: dict[str, Any]) -> str:
    with writing(services.database) as db:
        import_id = open_import(db, state, now=state["at"])
        note(db, g.user.name, "import.upload", import_id, now=state["at"], file=state["file"], shop=state["shop"])
        keep_upload(services.settings.home, import_id, data)
    return import_id


def _refusal(state: dict[str, Any]) -> str:
    if state["state"] != "failed":
        return ""
    code = state["code"]
    return say(code, language(), **state["details"]) if code in sentences() else code
