"""SKUs and bundles: what is picked, what it weighs and costs, what a bundle explodes to."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound, PandanError
from app.intake.tables import parse_skus
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.goods import set_skus
from app.persistence.reads.goods import SkuRow, find_skus, read_sku
from app.web.fragments import page, tell
from app.web.permissions import permit
from app.web.uploads import told, uploaded

FIELDS = ("sku", "name", "weight_g", "cost", "components")


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("skus", __name__, url_prefix="/skus")

    @pages.get("/")
    @permit("stock.read")
    def index() -> str:
        return _index(services)

    @pages.get("/new")
    @permit("goods.change")
    def new() -> str:
        return render_template("pages/skus/form.html", values={}, problems=[], known=False)

    @pages.get("/edit/<path:sku>")
    @permit("goods.change")
    def edit(sku: str) -> str:
        with reading(services.database) as db:
            row = read_sku(db, sku)
        if row is None:
            raise NotFound("sku-unknown", sku=sku)
        return render_template("pages/skus/form.html", values=_as_values(row), problems=[], known=True)

    @pages.post("/")
    @permit("goods.change")
    def save() -> Response | tuple[str, int]:
        values = {name: request.form.get(name, "").strip() for name in FIELDS}
        values["components"] = "|".join(values["components"].split())
        known = request.form.get("known") == "yes"
        try:
            _store(services, _as_file(values), "sku.save")
        except PandanError as error:
            values["components"] = values["components"].replace("|", "\n")
            return render_template("pages/skus/form.html", values=values, problems=told(error), known=known), 422
        tell("SKU 已保存。", "The SKU is saved.")
        return redirect(url_for("skus.index", q=values["sku"]), 303)

    @pages.post("/file")
    @permit("goods.change")
    def file() -> Response | tuple[str, int]:
        try:
            saved = _store(services, None, "sku.file")
        except PandanError as error:
            return _index(services, told(error)), 422
        tell(f"已保存 {saved} 个 SKU。", f"{saved} SKUs saved.")
        return redirect(url_for("skus.index"), 303)

    return pages


def _index(services: Services, problems: list[str] | None = None) -> str:
    words = request.args.get("q", "").strip()
    with reading(services.database) as db:
        rows, after = find_skus(db, words, request.args.get("after", ""))
    more = url_for("skus.index", q=words or None, after=after) if after else ""
    return page(
        "pages/skus/index.html", "partials/skus/list.html", rows=rows, words=words, more=more, problems=problems or []
    )


def _as_values(row: SkuRow) -> dict[str, str]:
    return {
        "sku": row.sku,
        "name": row.name,
        "weight_g": "" if row.weight_g is None else str(row.weight_g),
        "cost": "" if row.cost is None else f"{row.cost / 100:.2f}",
        "components": "\n".join(f"{sku}*{quantity}" for sku, quantity in row.parts),
    }


def _as_file(values: dict[str, str]) -> bytes:
    """The form's values as the file they could have come in: one check serves both."""
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS)
    writer.writeheader()
    writer.writerow(values)
    return text.getvalue().encode()


def _store(services: Services, data: bytes | None, action: str) -> int:
    rows = uploaded(parse_skus, data)
    with writing(services.database) as db:
        set_skus(db, rows)
        note(db, g.user.name, action, ",".join(row.sku for row in rows)[:200], now=services.clock.now())
    return len(rows)
