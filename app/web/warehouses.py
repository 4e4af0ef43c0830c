"""Warehouses: where goods are, whom they serve, how much they ship in a day and at what freight."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.calendar import local_date
from app.domain.errors import NotFound, PandanError
from app.intake.tables import parse_freight, parse_warehouses
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.goods import set_freight, set_warehouses
from app.persistence.reads.places import list_warehouses, read_freight, read_warehouse
from app.rulebook.order_fields import WAREHOUSE_KINDS
from app.web.fragments import tell
from app.web.language import t
from app.web.permissions import permit
from app.web.uploads import told, uploaded

FIELDS = (
    "code", "name", "province", "city", "district", "latitude", "longitude", "kind", "provinces_served",
    "daily_capacity", "cut_off",
)  # fmt: skip


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("warehouses", __name__, url_prefix="/warehouses")

    @pages.context_processor
    def words() -> dict[str, Any]:
        return {"kind_word": kind_word, "time_of_day": time_of_day}

    @pages.get("/")
    @permit("stock.read")
    def index() -> str:
        return _index(services)

    @pages.get("/new")
    @permit("goods.change")
    def new() -> str:
        return render_template("pages/warehouses/form.html", values={}, problems=[], known=False)

    @pages.get("/<code>")
    @permit("stock.read")
    def detail(code: str) -> str:
        with reading(services.database) as db:
            row = read_warehouse(db, code)
            rates = read_freight(db, row.id)
        values = {**dict(row._mapping), "cut_off": time_of_day(row.cut_off)}
        return render_template("pages/warehouses/form.html", values=values, problems=[], known=True, rates=rates)

    @pages.post("/")
    @permit("goods.change")
    def save() -> Response | tuple[str, int]:
        values = {name: request.form.get(name, "").strip() for name in FIELDS}
        values["provinces_served"] = "|".join(request.form.getlist("provinces_served"))
        known = request.form.get("known") == "yes"
        try:
            _store(services, _as_file(values), "warehouse.save")
        except PandanError as error:
            page = render_template("pages/warehouses/form.html", values=values, problems=told(error), known=known)
            return page, 422
        tell("仓库已保存。", "The warehouse is saved.")
        return redirect(url_for("warehouses.index"), 303)

    @pages.post("/file/<what>")
    @permit("goods.change")
    def file(what: str) -> Response | tuple[str, int]:
        if what not in ("warehouses", "freight"):
            raise NotFound("page-missing")
        try:
            saved = _store(services, None, "warehouse.file") if what == "warehouses" else _freight(services)
        except PandanError as error:
            return _index(services, told(error)), 422
        tell(f"已保存 {saved} 行。", f"{saved} rows saved.")
        return redirect(url_for("warehouses.index"), 303)

    return pages


def kind_word(kind: str) -> str:
    """A kind of warehouse in words."""
    word = WAREHOUSE_KINDS.get(kind)
    return t(word["zh"], word["en"].capitalize()) if word else kind


def time_of_day(minutes: int | None) -> str:
    """Minutes after midnight as `16:30`; empty for none."""
    return "" if minutes is None else f"{minutes // 60:02d}:{minutes % 60:02d}"


def _index(services: Services, problems: list[str] | None = None) -> str:
    today = local_date(services.clock.now()).isoformat()
    with reading(services.database) as db:
        rows = list_warehouses(db, today)
    return render_template("pages/warehouses/index.html", rows=rows, problems=problems or [])


def _as_file(values: dict[str, str]) -> bytes:
    """The form's values as the file they could have come in: one check serves both."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS)
    writer.writeheader()
    writer.writerow(values)
    return text.getvalue().encode()


def _store(services: Services, data: bytes | None, action: str) -> int:
    rows = uploaded(parse_warehouses, data)
    with writing(services.database) as db:
        set_warehouses(db, rows)
        note(db, g.user.name, action, ",".join(row.code for row in rows)[:200], now=services.clock.now())
    return len(rows)


def _freight(services: Services) -> int:
    rows = uploaded(parse_freight)
    with writing(services.database) as db:
        set_freight(db, [(row.warehouse, row.province, row.rate) for row in rows])
        note(db, g.user.name, "freight.file", now=services.clock.now(), rows=len(rows))
    return len(rows)
