"""What waits for a person, by owner: held orders, the first to be late first, and open tasks."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound
from app.persistence import tables
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.reads.work import Waiting, held_orders, open_tasks, waiting_by_owner
from app.web.fragments import tell
from app.web.orders import live_reasons
from app.web.permissions import permit
from app.web.stories import countdown, task_text
from app.web.words import role_word


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("tasks", __name__, url_prefix="/tasks")

    @pages.context_processor
    def words() -> dict[str, Any]:
        return {"owner_tabs": owner_tabs}

    @pages.get("/")
    @permit("orders.read")
    def index() -> str:
        owner, now = request.args.get("owner", ""), services.clock.now()
        with reading(services.database) as db:
            owners = waiting_by_owner(db)
            held, tasks, reasons = held_orders(db, owner), open_tasks(db, owner), live_reasons(db)
        rows = [(task, task_text(task.kind, json.loads(task.details)), countdown(task.due_at, now)) for task in tasks]
        return render_template(
            "pages/tasks/index.html", owners=owners, owner=owner, held=held, tasks=rows, reasons=reasons,
            left={row.id: countdown(row.ship_by, now) for row in held},
        )  # fmt: skip

    @pages.post("/<int:task_id>/close")
    @permit("orders.decide")
    def close(task_id: int) -> Response:
        now, actor = services.clock.now(), g.user.name
        chosen = (tables.tasks.c.id == task_id) & tables.tasks.c.closed_at.is_(None)
        with writing(services.database) as db:
            closed = {"open_key": None, "closed_at": now, "closed_by": actor}
            if not db.execute(tables.tasks.update().where(chosen).values(**closed)).rowcount:
                raise NotFound("task-gone")
            note(db, actor, "task.close", str(task_id), now=now)
        tell("任务完成。", "The task is done.")
        return redirect(url_for("tasks.index", owner=request.form.get("owner") or None), 303)

    return pages


def owner_tabs(owners: list[Waiting], owner: str) -> list[tuple[str, str, bool, int]]:
    """A tab for each owner, with how much waits for them."""
    return [
        (role_word(one.owner), url_for("tasks.index", owner=one.owner), one.owner == owner, one.holds + one.tasks)
        for one in owners
    ]
