"""Importing orders from a spreadsheet: upload, columns, check, import, result; each step an address of its own."""

from __future__ import annotations

import io
import os
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import PandanError, Refused
from app.domain.messages import say
from app.intake.sheets import Limits
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.import_files import keep_upload, upload_path
from app.persistence.imports import change_import, open_import, read_import, recent_imports
from app.persistence.layouts import layout_from
from app.persistence.reads.places import list_shops, read_shop
from app.processing.batch import CANONICAL_PLATFORMS
from app.web.fragments import tell
from app.web.imports_columns import add_columns, recalled
from app.web.imports_fields import sample_file
from app.web.imports_plan import plan_of
from app.web.imports_run import add_run, as_it_stands
from app.web.imports_words import file_note, rows_word, sentence, state_of, step_of, steps_of
from app.web.language import language
from app.web.permissions import permit

_FORM_BYTES = 64 * 1024


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("imports", __name__, url_prefix="/imports")

    @pages.context_processor
    def words() -> dict[str, Any]:
        return {"state_of": state_of, "rows_word": rows_word, "file_note": file_note}

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
        file = request.files.get("file")
        if file is None or not file.filename:
            return _index(services, say("file-missing", language())), 422
        with reading(services.database) as db:
            read_shop(db, request.form.get("shop", ""))
        import_id = _keep(services, os.path.basename(file.filename)[:200], file.read())
        refusal, by_hand = _look_into(services, import_id, live=request.form.get("as", "live") == "live")
        if refusal:
            return _index(services, refusal, by_hand), 422
        return redirect(url_for("imports.columns", import_id=import_id), 303)

    pages.record_once(lambda setup: setup.app.extensions["csrf"].exempt(upload))

    @pages.get("/sample.csv")
    @permit("imports.make")
    def sample() -> Response:
        return send_file(io.BytesIO(sample_file()), as_attachment=True, download_name="pandan-sample.csv")

    @pages.get("/<import_id>")
    @permit("imports.make")
    def show(import_id: str) -> Response:
        with reading(services.database) as db:
            state = as_it_stands(services, read_import(db, import_id))
        if state["state"] == "discarded":
            return redirect(url_for("imports.index"), 303)
        return redirect(url_for(f"imports.{step_of(state)}", import_id=import_id), 303)

    @pages.post("/<import_id>/discard")
    @permit("imports.make")
    def discard(import_id: str) -> Response:
        with writing(services.database) as db:
            if read_import(db, import_id)["state"] not in ("draft", "checked", "failed"):
                raise Refused("import-begun")
            change_import(db, import_id, state="discarded")
            note(db, g.user.name, "import.discard", import_id, now=services.clock.now())
        upload_path(services.settings.home, import_id).unlink(missing_ok=True)
        tell("好，这个文件不导了。", "Done; this file is left out.")
        return redirect(url_for("imports.index"), 303)

    add_columns(pages, services)
    add_run(pages, services)
    return pages


def _keep(services: Services, name: str, data: bytes) -> str:
    now, form = services.clock.now(), request.form
    state = {
        "file": name, "shop": form.get("shop", ""), "live": form.get("as", "live") == "live", "dry_run": True,
        "state": "draft", "actor": g.user.name, "at": now, "rows": 0, "done": 0, "layout": {},
    }  # fmt: skip
    with writing(services.database) as db:
        import_id = open_import(db, state, now=now)
        note(db, g.user.name, "import.upload", import_id, now=now, shop=state["shop"])
        keep_upload(services.settings.home, import_id, data)
    return import_id


def _look_into(services: Services, import_id: str, *, live: bool) -> tuple[str, str]:
    """Why the upload is refused (empty when it is not), and where a person may say better what its columns are."""
    path = upload_path(services.settings.home, import_id)
    try:
        plan = plan_of(path, "", 0)
    except PandanError as error:
        path.unlink()
        with writing(services.database) as db:
            change_import(db, import_id, state="discarded", code=error.code)
        return sentence(error), ""
    with writing(services.database) as db:
        known = recalled(db, plan)
        change_import(db, import_id, **known)
    try:
        plan.refuse_incomplete(layout_from(known["layout"]), live=live)
    except Refused as error:
        return sentence(error), url_for("imports.columns", import_id=import_id)
    return "", ""


def _index(services: Services, problem: str = "", by_hand: str = "") -> str:
    with reading(services.database) as db:
        known = list_shops(db)
        recent = [(import_id, as_it_stands(services, state)) for import_id, state in recent_imports(db)]
    recent = [(import_id, state) for import_id, state in recent if state["state"] != "discarded"]
    choices = [(shop.code, shop.name) for shop in known if shop.platform in CANONICAL_PLATFORMS and shop.active]
    return render_template(
        "pages/imports/index.html", shops=choices, recent=recent, problem=problem, by_hand=by_hand,
        megabytes=Limits().file_bytes // 1024**2, names={shop.code: shop.name for shop in known}, steps=steps_of(),
        asked={"shop": request.form.get("shop", ""), "live": request.form.get("as", "live") == "live"},
    )  # fmt: skip
