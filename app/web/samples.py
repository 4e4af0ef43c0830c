"""Sample files to try pandan with: invented, and fitting each other."""

from __future__ import annotations

from flask import Blueprint, send_from_directory
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound
from app.web.permissions import permit

NAMES = (
    "warehouses.csv", "skus.csv", "stock.csv", "freight.csv", "listings.csv", "orders-live.xlsx", "orders-history.csv",
)  # fmt: skip


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("samples", __name__, url_prefix="/samples")

    @pages.get("/<filename>")
    @permit("account.own")
    def file(filename: str) -> Response:
        if filename not in NAMES:
            raise NotFound("page-missing")
        return send_from_directory(services.settings.root / "samples", filename, as_attachment=True)

    return pages
