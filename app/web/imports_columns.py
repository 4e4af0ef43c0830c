"""Step 2 of an import: the file's own look, which sheet, which row holds the headings, which column holds what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from openpyxl.utils import get_column_letter
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound, Refused
from app.intake.columns import GOODS
from app.intake.layout import ColumnMatch, Layout
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.imports import change_import, read_import
from app.persistence.reads.places import list_shops
from app.queue.wakeups import IMPORT, send
from app.web.fragments import page, wants_part
from app.web.imports_fields import field_groups, label_of
from app.web.imports_plan import Plan, layout_of, plan_of, with_change, written
from app.web.imports_words import steps_of
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
            state = read_import(db, import_id)
            if not _may_change(state):
                raise Refused("import-begun")
            layout = layout_of(state)
            changed = written(with_change(_plan(services, import_id, layout), layout, request.form))
            change_import(db, import_id, state="draft", layout=changed)
        if not wants_part():
            return redirect(url_for("imports.columns", import_id=import_id), 303)
        return _page(services, import_id, {**state, "state": "draft", "layout": changed})

    @pages.post("/<import_id>/check")
    @permit("imports.make")
    def start_check(import_id: str) -> Response:
        with writing(services.database) as db:
            state, now = read_import(db, import_id), services.clock.now()
            if not _may_change(state):
                raise Refused("import-begun")
            _refuse_incomplete(_plan(services, import_id, layout_of(state)), state)
            change_import(db, import_id, state="waiting", dry_run=True, done=0, rows=0, told_at=now)
            note(db, g.user.name, "import.check", import_id, now=now)
        send(services.redis, IMPORT, import_id)
        return redirect(url_for("imports.check", import_id=import_id), 303)


def _may_change(state: dict[str, Any]) -> bool:
    return state["state"] in _CHANGEABLE and bool(state["dry_run"])


def _plan(services: Services, import_id: str, layout: Layout) -> Plan:
    path = services.settings.home / "imports" / f"{import_id}.upload"
    if not path.exists():
        raise NotFound("import-gone")
    return plan_of(path, layout.sheet, layout.header_row)


def _refuse_incomplete(plan: Plan, state: dict[str, Any]) -> None:
    missing = plan.missing(layout_of(state), live=state["live"])
    if missing:
        zh, en = "、".join(one["zh"] for one in missing), ", ".join(one["en"] for one in missing)
        raise Refused("order-columns-missing", columns=zh, columns_en=en)


def _page(services: Services, import_id: str, state: dict[str, Any]) -> str:
    layout = layout_of(state)
    plan = _plan(services, import_id, layout)
    columns, missing = plan.columns(layout), plan.missing(layout, live=state["live"])
    with reading(services.database) as db:
        shop = next((one for one in list_shops(db) if one.code == state["shop"]), None)
    return page(
        "pages/imports/columns.html", "partials/imports/columns.html", import_id=import_id, state=state, shop=shop,
        steps=steps_of(import_id, state, "columns"), refusal="", remembered=None, sheets=plan.sheets, sheet=plan.sheet,
        look=plan.look, header_row=plan.header_row, missing=[pick(one) for one in missing], letter=_letter,
        rows=_rows(plan, columns), groups=field_groups(columns, _wanted(columns) if missing else ()), key_choices=[],
        date_sample="",
    )  # fmt: skip


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
