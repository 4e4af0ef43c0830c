"""Two people at one order: what the other said meanwhile, and whether to go on."""

from __future__ import annotations

from flask import render_template, request
from sqlalchemy import Connection

from app.persistence.people_words import last_words
from app.persistence.reads.order import read_order
from app.persistence.reads.places import warehouse_names
from app.web.deeds.doing import Crossed, Seen
from app.web.stories import timeline


def crossed_page(db: Connection, order_id: int, error: Crossed) -> str:
    """The page that tells of it; its form sends the same once more, now knowing what was said."""
    file = read_order(db, order_id)
    numbers = {row.id for row in error.rows}
    seen = Seen(order_id, last_words(db, [order_id])[order_id], file.head.decision_seq)
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in ("seen", "csrf_token")]
    return render_template(
        "pages/orders/crossed.html", head=file.head, seen=seen, fields=fields, action=request.path,
        events=[event for event in timeline(file, {}, dict(warehouse_names(db))) if event.word in numbers],
    )  # fmt: skip
