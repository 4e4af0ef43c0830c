"""Steps 3 to 5 of an import: the check, the import on its way, its result and its undoing."""

from __future__ import annotations

import os
from typing import Any

from flask import Blueprint, g, redirect, send_file, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound, Refused
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.imports import UNFINISHED, change_import, is_interrupted, read_import
from app.persistence.reads.places import list_shops
from app.queue.wakeups import IMPORT, WORK, queue_of, send
from app.queue.workers import anybody_works
from app.web.fragments import page, wants_part
from app.web.imports_words import faults_of, pace_of, refusal_of, state_of, step_of, steps_of
from app.web.permissions import permit


def add_run(pages: Blueprint, services: Services) -> None:
    """Add the routes of these steps."""

    @pages.get("/<import_id>/check")
    @permit("imports.make")
    def check(import_id: str) -> str | Response:
        return _step(services, import_id, "check")

    @pages.get("/<import_id>/progress")
    @permit("imports.make")
    def progress(import_id: str) -> str | Response:
        return _step(services, import_id, "progress")

    @pages.get("/<import_id>/result")
    @permit("imports.make")
    def result(import_id: str) -> str | Response:
        return _step(services, import_id, "result")

    @pages.post("/<import_id>/go")
    @permit("imports.make")
    def go(import_id: str) -> Response:
        with writing(services.database) as db:
            state, now = as_it_stands(services, read_import(db, import_id)), services.clock.now()
            if state["state"] not in ("checked", "interrupted") or not upload_file(services, import_id).exists():
                raise Refused("import-again")
            # What was only being checked is checked again.
            dry_run = state["dry_run"] and state["state"] == "interrupted"
            change_import(db, import_id, state="waiting", dry_run=dry_run, done=0, told_at=now)
            note(db, g.user.name, "import.go", import_id, now=now)
        send(services.redis, IMPORT, import_id)
        return redirect(url_for("imports.show", import_id=import_id), 303)

    @pages.get("/<import_id>/errors")
    @permit("imports.make")
    def errors(import_id: str) -> Response:
        with reading(services.database) as db:
            state = read_import(db, import_id)
        path = services.settings.home / "imports" / f"{import_id}-errors.csv"
        if not state.get("errors_file") or not path.exists():
            raise NotFound("import-gone")
        name = f"{os.path.splitext(state['file'])[0]}-errors.csv"
        return send_file(path, mimetype="text/csv", as_attachment=True, download_name=name)

    @pages.post("/<import_id>/undo")
    @permit("imports.make")
    def undo(import_id: str) -> Response:
        raise Refused("import-again")


def upload_file(services: Services, import_id: str) -> Any:
    """Where the uploaded file waits until it is imported."""
    return services.settings.home / "imports" / f"{import_id}.upload"


def as_it_stands(services: Services, state: dict[str, Any]) -> dict[str, Any]:
    """The import's state; `interrupted` when it runs no more, whatever its last word was."""
    queued = not queue_of(WORK, services.redis).is_empty()
    gone = is_interrupted(state, now=services.clock.now(), queued=queued)
    return {**state, "state": "interrupted"} if gone else state


def _step(services: Services, import_id: str, step: str) -> str | Response:
    with reading(services.database) as db:
        state = as_it_stands(services, read_import(db, import_id))
        shop = next((one for one in list_shops(db) if one.code == state["shop"]), None)
    now = step_of(state)
    if now != step:
        to = url_for(f"imports.{now}", import_id=import_id)
        return FlaskResponse("", headers={"HX-Redirect": to}) if wants_part() else redirect(to, 303)
    running = state["state"] in UNFINISHED
    return page(
        f"pages/imports/{step}.html", f"partials/imports/{step}.html", import_id=import_id, state=state, shop=shop,
        steps=steps_of(import_id, state, step), running=running, interrupted=state["state"] == "interrupted",
        kept=upload_file(services, import_id).exists(), refusal=refusal_of(state), look=state_of(state),
        pace=pace_of(state, services.clock.now()), poll=url_for(f"imports.{step}", import_id=import_id),
        no_worker=running and not anybody_works(services.redis, WORK), has_errors=bool(state.get("errors_file")),
        faults=faults_of(state.get("problems", ()), state.get("reasons", {})), **_counted(services, state, shop),
    )  # fmt: skip


def _counted(services: Services, state: dict[str, Any], shop: Any) -> dict[str, Any]:
    if "accepted" not in state:
        return {"counted": False}
    return {
        "counted": True, "ready": {"orders": state["orders"], "rows": state["accepted"]}, "preview": [],
        "counts": {"new_orders": state["orders"], "updated_orders": 0}, "undo": None,
        "orders_url": url_for("orders.index", shop=shop.id if shop else None),
    }  # fmt: skip
