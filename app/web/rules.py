"""The live rules, read only."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Blueprint, render_template
from sqlalchemy import select

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.database import reading
from app.web.permissions import permit


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("rules", __name__, url_prefix="/rules")

    @pages.get("/")
    @permit("rules.read")
    def page() -> str:
        with reading(services.database) as db:
            versions = db.execute(select(t.pack_versions).order_by(t.pack_versions.c.version.desc()).limit(20)).all()
        live: Any = next((row for row in versions if row.live), None)
        pack = orjson.loads(live.document) if live else None
        return render_template("pages/rules/index.html", pack=pack, live=live, versions=versions)

    return pages
