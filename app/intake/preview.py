"""An order of a file as it would be, for people to look at before it is imported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from app.domain.errors import Problem
from app.domain.masking import masked_text
from app.intake.rows import OrderReading

PREVIEWED = 10
_LINES = 5
_SHOWN = ("sku", "item", "title", "spec", "quantity", "price", "refund")


def preview_of(reading: OrderReading, notes: Sequence[Problem] = ()) -> dict[str, Any]:
    """An order's document: `id`, `state`, `created_at`, `paid`, `buyer`, `phone`, `place`, `lines`, `line_count`,
    `rows` and `notes`, plain JSON.

    Amounts in fen, the time in epoch seconds; the buyer is masked; `lines` are the first five; `rows` the numbers of
    the file's rows that it is made of; `notes` are (code, details). What the file does not say is left out.
    """
    order: dict[str, Any] = orjson.loads(reading.payload or b"{}")
    lines = order.get("lines", [])
    place = "".join(order.get(part) or "" for part in ("province", "city", "district"))
    found = {
        "id": order.get("id"),
        "state": order.get("state"),
        "created_at": order.get("created_at"),
        "paid": order.get("paid"),
        "buyer": masked_text(order.get("customer_name") or order.get("buyer_id") or ""),
        "phone": masked_text(order.get("phone") or ""),
        "place": place,
        "lines": [{key: line[key] for key in _SHOWN if line.get(key) is not None} for line in lines[:_LINES]],
        "line_count": len(lines),
        "rows": [row.number for row in reading.accepted],
        "notes": [[note.code, note.details] for note in notes],
    }
    return {key: value for key, value in found.items() if value not in (None, "")}
