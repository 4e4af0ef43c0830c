"""Steps 3 to 5 of an import: the check, the import on its way, its result and its undoing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, send_file, url_for
from flask import Response as FlaskResponse
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound, Refused
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.import_files import errors_path, upload_path
from app.persistence.imports import UNDOABLE, begin_undo, change_import, count_brought, is_interrupted, read_import
from app.persistence.reads.imported import orders_of_import
from app.persistence.reads.places import list_shops
from app.persistence.undo_import import foresee_undo
from app.queue.wakeups import IMPORT, UNDO, WORK, queue_of, send
from app.queue.workers import anybody_works
from app.web.buyers import masked_buyer
from app.web.fragments import page, wants_part
from app.web.imports_words import UnderWay, faults_of, pace_of, refusal_of, state_of, stays_of, step_of, steps_of
from app.web.permissions import permit

_SETTLING_SECONDS = 600
"""So long the result counts how far the line is with the orders of an import; a line that stands is told elsewhere."""


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
            if state["state"] not in ("checked", "interrupted") or not _is_kept(services, import_id):
                raise Refused("import-again")
            # What was only being checked is checked again.
            dry_run = state["dry_run"] and state["state"] == "interrupted"
            change_import(db, import_id, state="waiting", dry_run=dry_run, rows=0, done=0, tries=0, told_at=now)
            note(db, g.user.name, "import.go", import_id, now=now)
        send(services.redis, IMPORT, import_id)
        return redirect(url_for("imports.show", import_id=import_id), 303)

    @pages.get("/<import_id>/errors")
    @permit("imports.make")
    def errors(import_id: str) -> Response:
        with reading(services.database) as db:
            state = read_import(db, import_id)
        path = errors_path(services.settings.home, import_id)
        if not state.get("errors_file") or not path.exists():
            raise NotFound("import-gone")
        return send_file(path, as_attachment=True, download_name=state["errors_file"])

    @pages.get("/<import_id>/orders")
    @permit("orders.read")
    def orders(import_id: str) -> str:
        after = request.args.get("after", "")
        with reading(services.database) as db:
            state = read_import(db, import_id)
            found = orders_of_import(db, import_id, int(after) if after.isdigit() else 0)
        buyers = {row.id: masked_buyer(services.sealer, row.id, row.personal, row.phone_tail) for row in found.rows}
        return render_template(
            "pages/imports/orders.html", import_id=import_id, state=state, found=found, buyers=buyers
        )

    @pages.post("/<import_id>/undo")
    @permit("imports.make")
    def undo(import_id: str) -> Response:
        with writing(services.database) as db:
            begin_undo(db, import_id, actor=g.user.name, now=services.clock.now())
        send(services.redis, UNDO, import_id)
        return redirect(url_for("imports.result", import_id=import_id), 303)


def as_it_stands(services: Services, state: dict[str, Any]) -> dict[str, Any]:
    """The import's state; `interrupted` when it runs no more, whatever its last word was."""
    queued = not queue_of(WORK, services.redis).is_empty()
    gone = is_interrupted(state, now=services.clock.now(), queued=queued)
    return {**state, "state": "interrupted"} if gone else state


def _is_kept(services: Services, import_id: str) -> bool:
    return upload_path(services.settings.home, import_id).exists()


def _step(services: Services, import_id: str, step: str) -> str | Response:
    with reading(services.database) as db:
        state = as_it_stands(services, read_import(db, import_id))
        shop = next((one for one in list_shops(db) if one.code == state["shop"]), None)
        more = _result(db, services, import_id, state) if step == "result" else {}
    reached = step_of(state)
    if reached != step:
        to = url_for(f"imports.{reached}", import_id=import_id)
        return FlaskResponse("", headers={"HX-Redirect": to}) if wants_part() else redirect(to, 303)
    under_way = UnderWay(
        running=state["state"] in ("waiting", "running"), interrupted=state["state"] == "interrupted",
        kept=_is_kept(services, import_id), worker=anybody_works(services.redis, WORK),
        pace=pace_of(state, services.clock.now()), url=url_for(f"imports.{step}", import_id=import_id),
    )  # fmt: skip
    return page(
        f"pages/imports/{step}.html", f"partials/imports/{step}.html", import_id=import_id, state=state, shop=shop,
        steps=steps_of(import_id, state, step), refusal=refusal_of(state), look=state_of(state), way=under_way,
        faults=faults_of(state), has_errors=bool(state.get("errors_file")), counted="accepted" in state, **more,
    )  # fmt: skip


def _result(db: Connection, services: Services, import_id: str, state: dict[str, Any]) -> dict[str, Any]:
    """What the result's page needs besides: how far the line is with the orders, and what undoing would do."""
    brought = count_brought(db, [import_id]).get(import_id, 0)
    wanted = state.get("added", 0) + state.get("changed", 0)
    young = services.clock.now() - state.get("told_at", 0) < _SETTLING_SECONDS
    undoable = state["state"] in UNDOABLE and not state["dry_run"] and bool(brought or wanted)
    foreseen = foresee_undo(db, import_id) if undoable else None
    return {
        "brought": brought, "wanted": wanted, "settling": state["state"] == "done" and brought < wanted and young,
        "undo": foreseen, "stays": stays_of(foreseen.stays if foreseen else (state.get("undo") or {}).get("kept", {})),
    }  # fmt: skip
