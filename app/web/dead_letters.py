"""Dead letters: entries that broke the program again and again, and were set aside for a person."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.bootstrap import Services
from app.domain.errors import NotFound
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.reads.receipts import PAGE_ROWS, dead_receipts, read_receipt
from app.persistence.receipts import put_aside, send_again
from app.web.fragments import tell
from app.web.permissions import permit
from app.web.quarantine import fault_text


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages = Blueprint("dead", __name__, url_prefix="/dead")

    @pages.get("/")
    @permit("orders.read")
    def index() -> str:
        with reading(services.database) as db:
            found = dead_receipts(db, request.args.get("after", ""), PAGE_ROWS + 1)
        rows = [(receipt, [fault_text(problem) for problem in receipt.problems]) for receipt in found[:PAGE_ROWS]]
        older = url_for("dead.index", after=found[PAGE_ROWS - 1].id) if len(found) > PAGE_ROWS else ""
        return render_template("pages/dead/index.html", rows=rows, older=older)

    @pages.post("/<receipt_id>/<deed>")
    @permit("quarantine.mend")
    def act(receipt_id: str, deed: str) -> Response:
        if deed not in ("again", "discard"):
            raise NotFound("page-missing")
        with writing(services.database) as db:
            read_receipt(db, receipt_id)
            done = send_again(db, [receipt_id]) if deed == "again" else put_aside(db, [receipt_id])
            note(db, g.user.name, f"dead.{deed}", receipt_id, now=services.clock.now(), n=done)
        if deed == "again":
            tell("已重新提交。", "Sent again.")
        else:
            tell("已作废。", "Discarded.")
        return redirect(url_for("dead.index"), 303)

    return pages
