"""The audit: who did what and when, found by person, deed, target and time; exported; its chain checked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from sqlalchemy import Connection

from app.bootstrap import Services
from app.domain.errors import NotFound
from app.fulfilment.workbooks import csv_file, long_workbook
from app.persistence.audit import first_broken, note
from app.persistence.database import reading, writing
from app.persistence.reads.audit import (
    MOST_ROWS,
    AuditSearch,
    actions,
    actors,
    began,
    find_rows,
    is_of_import,
    is_of_order,
    names_of,
)
from app.persistence.reads.places import list_shops, warehouse_names
from app.persistence.unmasking import ACTION, seen_today
from app.web.audit_details import Lookup, details_text
from app.web.audit_words import action_word
from app.web.fulfilment_papers import XLSX
from app.web.language import t
from app.web.orders import live_reasons
from app.web.permissions import permit
from app.web.remembered import Remembered
from app.web.words import CHINA, clock

_CHECK_SECONDS = 60.0
_EXPORTS = {"xlsx": "Excel", "csv": "CSV"}
_CSV = "text/csv; charset=utf-8"
_FILTERS = {"actor": "by", "action": "what", "target": "about", "since": "since", "until": "until"}
"""Each filter, and what an export calls it in its own row of the audit."""


@dataclass(frozen=True, slots=True)
class Told:
    """One row in words; `url` leads to its target, where that has a page."""

    at: int
    actor: str
    what: str
    target: str
    url: str
    details: str


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("audit", __name__, url_prefix="/audit")
    check = Remembered(lambda: _check(services), _CHECK_SECONDS)

    @pages.context_processor
    def words() -> dict[str, Any]:
        return {"pairs": lambda items: [(item, item) for item in items]}

    @pages.get("/")
    @permit("audit.read")
    def index() -> str:
        filters = {key: request.args.get(key, "") for key in _FILTERS}
        with reading(services.database) as db:
            search = _search(actions(db))
            rows, older = find_rows(db, search, request.args.get("after", ""))
            known, names = _lookup(db), names_of(db, rows)
            people, deeds = actors(db), sorted({action_word(code) for code in actions(db)})
            looked = seen_today(db, now=services.clock.now())
        asked: dict[str, Any] = {key: value for key, value in filters.items() if value}
        return render_template(
            "pages/audit/index.html", rows=[_told(row, known, names) for row in rows], filters=filters,
            people=people, words=deeds, looked=sorted(looked.items()), chain=check(), unmasked=action_word(ACTION),
            older=url_for("audit.index", **asked, after=older) if older else "",
            exports=[(name, url_for("audit.export", kind=kind, **asked)) for kind, name in _EXPORTS.items()],
            first_url=url_for("audit.index", **asked),
        )  # fmt: skip

    @pages.get("/export.<kind>")
    @permit("audit.read")
    def export(kind: str) -> Response:
        if kind not in _EXPORTS:
            raise NotFound("page-missing")
        now = services.clock.now()
        with reading(services.database) as db:
            rows, _ = find_rows(db, _search(actions(db)), limit=MOST_ROWS)
            known, names = _lookup(db), names_of(db, rows)
        told = (_told(row, known, names) for row in rows)
        heading = [t("时间", "Time"), t("谁", "Who"), t("做了什么", "What"), t("对象", "Target"), t("细节", "Details")]
        table = [heading, *([clock(one.at), one.actor, one.what, one.target, one.details] for one in told)]
        with writing(services.database) as db:
            asked = {name: request.args[key] for key, name in _FILTERS.items() if request.args.get(key)}
            note(db, g.user.name, "audit.export", now=now, rows=len(rows), format=_EXPORTS[kind], **asked)
        data, media = (csv_file(table), _CSV) if kind == "csv" else (long_workbook(t("审计", "Audit"), table), XLSX)
        answer = Response(data, content_type=media)
        answer.headers["Content-Disposition"] = f"attachment; filename=audit.{kind}"
        return answer

    return pages


def _check(services: Services) -> tuple[int | None, int | None, int]:
    """The first broken row or None, when the first row was written, and how many rows there are."""
    with reading(services.database) as db:
        return first_broken(db), *began(db)


def _search(known: list[str]) -> AuditSearch:
    asked = request.args
    what = asked.get("action", "")
    chosen = [code for code in known if action_word(code) == what] or ["?"] if what else []
    since, until = _day(asked.get("since", "")), _day(asked.get("until", ""), after=1)
    return AuditSearch(asked.get("actor", ""), chosen, asked.get("target", "").strip(), since, until)


def _day(text: str, *, after: int = 0) -> int | None:
    """The first second of a day in China, `after` days later; None without a day."""
    try:
        day = date.fromisoformat(text) + timedelta(days=after)
    except (ValueError, OverflowError):
        return None
    return int((datetime(day.year, day.month, day.day, tzinfo=UTC) - CHINA).timestamp())


def _lookup(db: Connection) -> Lookup:
    return Lookup(dict(warehouse_names(db)), {shop.code: shop.name for shop in list_shops(db)}, live_reasons(db))


def _told(row: Any, known: Lookup, names: dict[str, str]) -> Told:
    named, url = names.get(row.target), ""
    if named and is_of_order(row):
        url = url_for("orders.detail", order_id=int(row.target))
    elif named and is_of_import(row):
        url = url_for("imports.show", import_id=row.target)
    told = details_text(row.action, json.loads(row.details), known)
    return Told(row.at, row.actor, action_word(row.action), (named if url else None) or row.target, url, told)
