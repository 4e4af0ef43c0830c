"""Step 2 of an import: the file's own look, which sheet, which row holds the headings, which column holds what."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from openpyxl.utils import get_column_letter
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound, Refused
from app.intake.columns import GOODS, signature
from app.intake.layout import ColumnMatch, Layout
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.import_files import upload_path
from app.persistence.imports import change_import, read_import
from app.persistence.layouts import (
    forget_layout,
    layout_for,
    layout_from,
    layout_json,
    remember_layout,
)
from app.persistence.reads.places import list_shops
from app.queue.wakeups import IMPORT, send
from app.web.fragments import page, wants_part
from app.web.imports_fields import field_groups, label_of
from app.web.imports_plan import KEY_FIELDS, Plan, key_of, plan_of, with_change
from app.web.imports_words import refusal_of, steps_of
from app.web.language import pick, t
from app.web.permissions import permit

_CHANGEABLE = ("draft", "checked", "failed")


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column of the file: what it is taken for, how sure that is in words, and what else it may be."""

    place: int
    letter: str
    heading: str
    samples: list[str]
    field: str
    sureness: str
    look: tuple[str, str, str] | None
    guess: str = ""
    guess_label: str = ""


def add_columns(pages: Blueprint, services: Services) -> None:
    """Add the routes of this step."""

    @pages.get("/<import_id>/columns")
    @permit("imports.make")
    def columns(import_id: str) -> str | Response:
        with reading(services.database) as db:
            state = read_import(db, import_id)
        if not _may_change(state):
            return redirect(url_for("imports.show", import_id=import_id), 303)
        return _page(services, import_id, state)

    @pages.post("/<import_id>/columns")
    @permit("imports.make")
    def change(import_id: str) -> str | Response:
        with writing(services.database) as db:
            state = _changeable(db, import_id)
            changes = _change(services, db, import_id, state)
            change_import(db, import_id, state="draft", **changes)
        if not wants_part():
            return redirect(url_for("imports.columns", import_id=import_id), 303)
        return _page(services, import_id, {**state, "state": "draft", **changes})

    @pages.post("/<import_id>/check")
    @permit("imports.make")
    def start_check(import_id: str) -> Response:
        with writing(services.database) as db:
            state, now = _changeable(db, import_id), services.clock.now()
            layout = layout_from(state["layout"])
            plan = planned(services, import_id, layout)
            plan.refuse_incomplete(layout, live=state["live"])
            if state.get("chosen"):
                name = os.path.splitext(state["file"])[0]
                remember_layout(db, signature(plan.headings), name, layout, author=g.user.name, now=now)
            change_import(
                db, import_id, state="waiting", dry_run=True, rows=0, done=0, tries=0, told_at=now, chosen=False
            )
            note(db, g.user.name, "import.check", import_id, now=now)
        send(services.redis, IMPORT, import_id)
        return redirect(url_for("imports.check", import_id=import_id), 303)


def planned(services: Services, import_id: str, layout: Layout) -> Plan:
    """The plan of an import's file. Raises `NotFound("import-file-gone")`."""
    path = upload_path(services.settings.home, import_id)
    if not path.exists():
        raise NotFound("import-file-gone")
    return plan_of(path, layout.sheet, layout.header_row)


def recalled(db: Connection, plan: Plan) -> dict[str, Any]:
    """How files with these headings were read last, as part of an import's state; or that nobody knows."""
    known = layout_for(db, signature(plan.headings))
    layout = Layout(plan.sheet, plan.header_row)
    if known is None:
        return {"layout": layout_json(layout), "remembered": None, "chosen": False}
    layout = Layout(plan.sheet, plan.header_row, known.layout.columns, known.layout.key, known.layout.day_first)
    remembered = {"actor": known.author, "at": known.at}
    return {"layout": layout_json(layout), "remembered": remembered, "chosen": False}


def _may_change(state: dict[str, Any]) -> bool:
    return state["state"] in _CHANGEABLE and bool(state["dry_run"])


def _changeable(db: Connection, import_id: str) -> dict[str, Any]:
    state = read_import(db, import_id)
    if not _may_change(state):
        raise Refused("import-begun")
    return state


def _change(services: Services, db: Connection, import_id: str, state: dict[str, Any]) -> dict[str, Any]:
    """What one press on the page changes in the import's state."""
    layout, form = layout_from(state["layout"]), request.form
    plan = planned(services, import_id, layout)
    if "forget" in form:
        forget_layout(db, signature(plan.headings))
        note(db, g.user.name, "import.forget-layout", import_id, now=services.clock.now())
    if "forget" in form or "sheet" in form or "header_row" in form:
        moved = with_change(plan, layout, form)
        return recalled(db, planned(services, import_id, Layout(moved.sheet, moved.header_row)))
    return {"layout": layout_json(with_change(plan, layout, form)), "remembered": None, "chosen": True}


def _page(services: Services, import_id: str, state: dict[str, Any]) -> str:
    layout = layout_from(state["layout"])
    plan = planned(services, import_id, layout)
    columns, missing = plan.columns(layout), plan.missing(layout, live=state["live"])
    with reading(services.database) as db:
        shop = next((one for one in list_shops(db) if one.code == state["shop"]), None)
    return page(
        "pages/imports/columns.html", "partials/imports/columns.html", import_id=import_id, state=state, shop=shop,
        steps=steps_of(import_id, state, "columns"), refusal=refusal_of(state), remembered=state.get("remembered"),
        sheets=plan.sheets, sheet=plan.sheet, look=plan.look, header_row=plan.header_row, letter=_letter,
        missing=[pick(one) for one in missing], rows=_rows(plan, columns),
        unclear_date=plan.unclear_date(layout) or _disputed(state), day_first=layout.day_first,
        **({} if missing else _key(services, import_id, state, layout, columns)),
        groups=field_groups(columns, _wanted(columns) if missing else ()),
    )  # fmt: skip


def _key(
    services: Services, import_id: str, state: dict[str, Any], layout: Layout, columns: dict[str, int]
) -> dict[str, Any]:
    """How order numbers are made, to be shown and changed; nothing where the file has its own."""
    if "id" in columns:
        return {}
    complete = replace(layout, columns=columns)
    key, example = key_of(upload_path(services.settings.home, import_id), complete, live=state["live"])
    choices = [(field, label_of(field), field in key) for field in KEY_FIELDS if field in columns]
    return {"key_choices": choices, "key_example": example}


def _disputed(state: dict[str, Any]) -> str:
    """A date for which the check of all rows stopped; what was chosen then may be changed here."""
    return str(state["details"]["value"]) if state.get("code") in ("dates-both-orders", "dates-other-order") else ""


def _wanted(columns: dict[str, int]) -> set[str]:
    """The fields that would give what is missing."""
    goods = set() if any(field in columns for field in GOODS) else set(GOODS)
    return goods | ({"id"} - columns.keys())


def _rows(plan: Plan, columns: dict[str, int]) -> list[ColumnRow]:
    held = {place: field for field, place in columns.items()}
    return [_row(match, plan.samples[match.place], held.get(match.place, ""), columns) for match in plan.matches]


def _row(match: ColumnMatch, samples: list[str], field: str, columns: dict[str, int]) -> ColumnRow:
    sureness = "" if not field else str(match.confidence) if match.field == field else "chosen"
    maybe = [one for one in (match.field, *match.others) if one and one not in columns]
    guess = maybe[0] if maybe and not field else ""
    looks = {
        "sure": (t("有把握", "Sure"), "good", "check"),
        "likely": (t("很可能", "Likely"), "calm", "eye"),
        "unsure": (t("拿不准", "Unsure"), "warn", "alert"),
        "chosen": (t("您选的", "Your choice"), "", "user"),
    }
    shown = sureness or ("unsure" if guess else "")
    return ColumnRow(
        match.place, _letter(match.place), match.heading, samples, field, shown, looks.get(shown), guess,
        label_of(guess) if guess else "",
    )  # fmt: skip


def _letter(place: int) -> str:
    return str(get_column_letter(place + 1))
