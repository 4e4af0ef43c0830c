"""A mapping's row for a field that is read from a leaf, with unit, kind of time, zone and choices as values show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.intake import cells
from app.intake.mapper.names import tokens_of
from app.intake.mapper.suggest import Suggested, Suggestion
from app.mapping.leaves import Leaf
from app.mapping.order_fields import NEEDED, TYPES

Row = dict[str, Any]

PRIVACY = {
    "order.customer_name": "name", "order.phone": "phone", "order.address": "address", "order.buyer_id": "id",
    "order.buyer_message": "message", "order.seller_memo": "message",
}  # fmt: skip
_REQUIRED = (*NEEDED, "order.created_at", "order.paid")
_NO_TIME = ["", "0001-01-01 00:00:00", "0000-00-00 00:00:00"]
_LEAST_FEN = 100
_CENTS = 10


def row_of(one: Suggestion, each: str, *, fen: bool = False) -> Row:
    """The row of a suggestion. `fen`: the payload's whole-number amounts are fen."""
    return row_for(one.field, one.leaf, each, fen=fen, of_order=one.of_order)


def row_for(field: str, leaf: Leaf, each: str, *, fen: bool, of_order: bool = False) -> Row:
    """The row that reads a field from a leaf of the samples."""
    line = field.startswith("line.") and not of_order and each not in ("$", "")
    path = "$" + leaf.path[len(each) :] if line and leaf.path.startswith(each) else leaf.path
    row: Row = {"field": field, "from": path, "as": TYPES[field]}
    match TYPES[field]:
        case "money":
            row["unit"] = "fen" if fen and "decimal" not in leaf.shapes else "yuan"
        case "time":
            row |= time_of(leaf)
        case "choice":
            row["choices"] = choices_of(field, leaf)
    if field in PRIVACY:
        row["privacy"] = PRIVACY[field]
    if of_order:
        row["of"] = "order"
    if field in _REQUIRED:
        row["required"] = True
    if field in ("order.buyer_message", "order.seller_memo"):
        row["default"] = ""
    if field == "line.refund":
        row["default"] = "none"
    return row


def time_of(leaf: Leaf) -> Row:
    """How a time is written: its format, its zone, what stands for none."""
    for epoch in ("epoch_s", "epoch_ms"):
        if epoch in leaf.shapes:
            return {"format": epoch, "absent": [0, ""]}
    if "zoned" in leaf.shapes:
        return {"format": "iso"}
    utc = bool({"gmt", "utc"} & set(tokens_of(leaf.key)))
    return {"zone": "UTC" if utc else "Asia/Shanghai", **({} if utc else {"absent": _NO_TIME})}


def choices_of(field: str, leaf: Leaf) -> dict[str, Any]:
    """The platform's codes whose words are known, with what they mean; the others are for a person to say."""
    read = cells.state if field == "order.state" else cells.refund
    found = {str(value): read(str(value)) for value in leaf.values}
    return {code: str(meaning.value) for code, meaning in found.items() if meaning is not None}


def in_fen(amounts: Sequence[Leaf]) -> bool:
    """Whether whole-number amounts of a payload are fen: none is written with a decimal point, and all are large."""
    shapes = {shape for leaf in amounts for shape in leaf.shapes}
    numbers = [int(float(value)) for leaf in amounts for value in leaf.values if float(value)]
    return "decimal" not in shapes and bool(numbers) and min(numbers) >= _LEAST_FEN


def money_in_fen(suggested: Suggested) -> bool:
    """The same of what was suggested for amounts."""
    return in_fen([one.leaf for one in suggested.fields.values() if TYPES[one.field] == "money"])
