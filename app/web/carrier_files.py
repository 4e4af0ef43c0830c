"""The editor of carriers' files: their columns in order, each a field or a fixed text, tried on real parcels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound, PandanError, Refused
from app.fulfilment.carriers import CARRIERS, FIELDS, STARTING, Column, Template, carrier_code, read_columns
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.fulfilment.templates import (
    forget_template,
    new_template,
    read_template,
    read_templates,
    save_template,
)
from app.persistence.reads.shipping import latest_list
from app.web.fragments import tell
from app.web.fulfilment_papers import carrier_rows, read_paper, receivers
from app.web.language import t
from app.web.permissions import permit
from app.web.uploads import told

_CODE = re.compile(r"[A-Za-z0-9\u4e00-\u9fff_-]{1,32}")
_SHOWN = 5
_MOVES = {"up": -1, "down": 1}


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("carrier_files", __name__, url_prefix="/carrier-files")

    @pages.context_processor
    def words() -> dict[str, Any]:
        fields = [(code, t(field.zh, field.en)) for code, field in FIELDS.items()]
        return {"fields": fields, "carrier_title": _title}

    @pages.get("/")
    @permit("shipping.read")
    def index() -> str:
        with reading(services.database) as db:
            templates = read_templates(db)
        missing = [(code, t(one.zh, one.en)) for code, one in CARRIERS.items() if code not in templates]
        return render_template(
            "pages/carrier_files/index.html", templates=templates, missing=missing, carriers=CARRIERS
        )

    @pages.post("/")
    @permit("shipping.do")
    def add() -> Response:
        code = carrier_code(request.form.get("carrier", "").strip())
        if not _CODE.fullmatch(code):
            raise Refused("carrier-name")
        now = services.clock.now()
        with writing(services.database) as db:
            if code not in read_templates(db):
                save_template(db, new_template(code), actor=g.user.name, now=now)
                note(db, g.user.name, "template.add", code, now=now)
        return redirect(url_for("carrier_files.edit", carrier=code), 303)

    @pages.get("/<carrier>")
    @permit("shipping.read")
    def edit(carrier: str) -> str:
        with reading(services.database) as db:
            template, changed = _template(db, carrier)
            return _editor(services, db, template, changed=changed)

    @pages.post("/<carrier>/look")
    @permit("shipping.do")
    def look(carrier: str) -> str:
        """The columns after a step of the editor; nothing is kept."""
        with reading(services.database) as db:
            template = read_template(db, carrier)
            columns = _stepped(_form_columns(), request.form.get("step", ""))
            draft = Template(carrier, template.name, tuple(columns))
            return render_template("partials/carrier_files/columns.html", **_draft(services, db, draft))

    @pages.post("/<carrier>")
    @permit("shipping.do")
    def save(carrier: str) -> Response | tuple[str, int]:
        now, name = services.clock.now(), request.form.get("name", "").strip()[:100]
        with reading(services.database) as db:
            template, changed = _template(db, carrier)
        columns = [(one.heading, one.field, one.text) for one in _form_columns()]
        try:
            kept = Template(carrier, name or template.name, read_columns(columns))
        except PandanError as error:
            draft = Template(carrier, name or template.name, tuple(_form_columns()))
            with reading(services.database) as db:
                return _editor(services, db, draft, changed=changed, problems=told(error)), 422
        with writing(services.database) as db:
            save_template(db, kept, actor=g.user.name, now=now)
            note(db, g.user.name, "template.save", carrier, now=now, columns=len(columns))
        tell("模板已保存，下次下载就用它。", "The template is saved; the next file uses it.")
        return redirect(url_for("carrier_files.edit", carrier=carrier), 303)

    @pages.post("/<carrier>/reset")
    @permit("shipping.do")
    def reset(carrier: str) -> Response:
        with writing(services.database) as db:
            if forget_template(db, carrier):
                note(db, g.user.name, "template.reset", carrier, now=services.clock.now())
        tell("已恢复。", "Done.")
        if carrier in STARTING:
            return redirect(url_for("carrier_files.edit", carrier=carrier), 303)
        return redirect(url_for("carrier_files.index"), 303)

    return pages


def _template(db: Connection, carrier: str) -> tuple[Template, bool]:
    found = read_templates(db).get(carrier)
    if found is None:
        raise NotFound("not-found", what=carrier)
    return found


def _title(template: Template) -> str:
    known = CARRIERS.get(template.carrier)
    return t(template.name, known.en if known else template.name)


def _editor(
    services: Services, db: Connection, template: Template, *, changed: bool, problems: Sequence[str] = ()
) -> str:
    return render_template(
        "pages/carrier_files/edit.html", changed=changed, shipped=template.carrier in STARTING, problems=problems,
        **_draft(services, db, template),
    )  # fmt: skip


def _draft(services: Services, db: Connection, template: Template) -> dict[str, Any]:
    """A template with how it looks on parcels of the latest list; receivers stay masked here."""
    rows: list[list[str]] = []
    list_id = latest_list(db)
    if list_id is not None:
        paper = read_paper(db, list_id)
        some = list(paper.parcels)[:_SHOWN]
        rows = carrier_rows(paper, some, template, receivers(services, db, some, full=False))[1:]
    return {"template": template, "rows": rows}


def _form_columns() -> list[Column]:
    form = request.form
    given = zip(form.getlist("heading"), form.getlist("field"), form.getlist("text"), strict=False)
    return [Column(heading.strip(), field, fixed) for heading, field, fixed in given]


def _stepped(columns: list[Column], step: str) -> list[Column]:
    """The columns after one step: `add`, `up:2`, `down:0`, `remove:1`."""
    what, _, number = step.partition(":")
    place = int(number) if number.isdigit() else -1
    if what == "add":
        return [*columns, Column("", "order_no")]
    if not 0 <= place < len(columns):
        return columns
    if what == "remove":
        return columns[:place] + columns[place + 1 :]
    if what in _MOVES and 0 <= place + _MOVES[what] < len(columns):
        other = place + _MOVES[what]
        columns[place], columns[other] = columns[other], columns[place]
    return columns
