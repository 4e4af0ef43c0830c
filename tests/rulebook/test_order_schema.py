"""The canonical order as JSON: little is needed, everything wrong is said at once, and it goes round unchanged."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.order import Order
from app.rulebook.order_schema import dump_order, load_order

NOW = 1_784_109_600
SMALL: dict[str, Any] = {"id": "1", "lines": [{"sku": "A", "quantity": 2}]}


def loaded(document: dict[str, Any]) -> Order:
    order = load_order(document, at=NOW)
    assert isinstance(order, Order), order
    return order


def test_an_order_needs_no_more_than_its_number_and_lines() -> None:
    order = loaded(SMALL)
    assert (order.state, order.created_at, order.urgent, order.seller_memo) == ("paid", NOW, False, "")
    assert [(line.id, line.sku, line.quantity) for line in order.lines] == [("1", "A", 2)]


def test_an_explicit_null_is_unknown_and_not_empty() -> None:
    assert loaded({**SMALL, "seller_memo": None}).seller_memo is None


def test_an_order_goes_out_and_in_unchanged() -> None:
    order = loaded(
        {**SMALL, "paid": 100, "province": "浙江", "created_at": "2026-07-15T18:00:00+08:00", "phone": "13800001111"}
    )
    assert loaded(dump_order(order)) == order


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"lines": []}, "$.lines"),
        ({"lines": [{"sku": "A", "quantity": -1}]}, "lines/0/quantity"),
        ({"state": "paidd"}, "state"),
        ({"created_at": "2026-07-15 18:00:00"}, "$.created_at"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(change: dict[str, Any], path: str) -> None:
    problems = load_order({**SMALL, **change}, at=NOW)
    assert isinstance(problems, list)
    assert [p.path for p in problems] == [path]
