"""Rows that read-model tests begin with."""

from __future__ import annotations

from typing import Any

NOW = 1_790_000_000


def an_order(number: int, **changes: Any) -> dict[str, Any]:
    """A row of `orders` in shop 1; every value can be changed."""
    row: dict[str, Any] = {
        "id": number, "shop_id": 1, "tid": f"T{number}", "state": "paid", "outcome": "allocated", "reason": "",
        "owner": "", "created_at": NOW, "modified_at": NOW, "ship_by": None, "priority": 0, "province": "浙江省",
        "phone_tail": None, "paid": 9900, "revision": 1, "decision_seq": 1, "history": False, "picked_at": None,
        "anchor_id": None, "joins_id": None, "doc": b"{}", "personal": None, "decided_at": NOW,
    }  # fmt: skip
    return row | changes
