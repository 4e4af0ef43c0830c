"""Finding orders: by every filter, page by page, always over an index."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.dialects import sqlite

from app.domain.errors import Refused
from app.persistence.reads.orders import OrderSearch, find_orders, page_statement, phone_tail, search_for
from app.persistence.tables import order_lines, orders
from tests.persistence.reads.seed import NOW, an_order

SEARCHES = {
    "no filter": OrderSearch(),
    "number": OrderSearch(number="T1"),
    "number in a shop": OrderSearch(number="T1", shop_id=1),
    "sku": OrderSearch(sku="A"),
    "sku and outcome": OrderSearch(sku="A", outcome="held"),
    "phone": OrderSearch(phone_tail="8888"),
    "shop": OrderSearch(shop_id=1),
    "outcome": OrderSearch(outcome="held"),
    "state": OrderSearch(state="paid"),
    "dates": OrderSearch(since=NOW - 100, until=NOW),
    "shop and outcome and state": OrderSearch(shop_id=1, outcome="held", state="paid"),
    "shop and dates": OrderSearch(shop_id=1, since=NOW - 100),
}


@pytest.mark.parametrize("cursor", ["first page", "later page"])
@pytest.mark.parametrize("name", SEARCHES)
def test_every_search_reads_an_index_and_sorts_nothing(database: Connection, name: str, cursor: str) -> None:
    search = SEARCHES[name]
    place = "" if cursor == "first page" else ("7" if search.sku else f"{NOW}.7")
    statement = page_statement(search, place)
    compiled = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    plan = [row[3] for row in database.execute(text(f"EXPLAIN QUERY PLAN {compiled}".replace(":", "\\:")))]
    scans = [step for step in plan if re.match(r"SCAN (?!shops)", step) and "USING" not in step]
    assert not scans, plan
    if not (search.number or search.phone_tail):
        assert not any("TEMP B-TREE" in step for step in plan), plan
    if name != "no filter":
        assert any(step.startswith("SEARCH") for step in plan), plan


def test_pages_follow_each_other_without_a_gap_or_a_repeat(database: Connection) -> None:
    database.execute(insert(orders), [an_order(number, created_at=NOW - number // 3) for number in range(1, 31)])
    seen: list[int] = []
    cursor = ""
    while True:
        page = find_orders(database, OrderSearch(), cursor, limit=7)
        seen += [row.id for row in page.rows]
        cursor = page.older
        if not cursor:
            break
    assert seen == sorted(range(1, 31), key=lambda number: (NOW - number // 3, number), reverse=True)


def test_a_sku_search_shows_an_order_once_however_many_lines_hold_it(database: Connection) -> None:
    database.execute(insert(orders), [an_order(number) for number in range(1, 6)])
    lines = [
        {"order_id": number, "line": str(line), "sku": "A" if number != 3 else "B", "quantity": 1, "refund": "none"}
        for number in range(1, 6)
        for line in range(3)
    ]
    database.execute(insert(order_lines), lines)
    first = find_orders(database, OrderSearch(sku="A"), limit=2)
    second = find_orders(database, OrderSearch(sku="A"), first.older, limit=2)
    assert [row.id for row in first.rows + second.rows] == [5, 4, 2, 1]
    assert second.older == ""


def test_a_sku_search_keeps_the_other_filters(database: Connection) -> None:
    database.execute(insert(orders), [an_order(1, outcome="held"), an_order(2)])
    lines = [{"order_id": each, "line": "1", "sku": "A", "quantity": 1, "refund": "none"} for each in (1, 2)]
    database.execute(insert(order_lines), lines)
    assert [row.id for row in find_orders(database, OrderSearch(sku="A", outcome="held")).rows] == [1]


def test_filters_narrow_together(database: Connection) -> None:
    database.execute(
        insert(orders),
        [an_order(1, state="paid", outcome="held"), an_order(2, state="closed", outcome="held"), an_order(3)],
    )
    page = find_orders(database, OrderSearch(outcome="held", state="paid", shop_id=1, since=NOW, until=NOW + 1))
    assert [row.id for row in page.rows] == [1]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("T1", OrderSearch(number="T1")),
        (" 8888 ", OrderSearch(phone_tail="8888")),
        ("138****8888", OrderSearch(phone_tail="8888")),
        ("SHIRT-M", OrderSearch(sku="SHIRT-M")),
        ("", OrderSearch()),
    ],
)
def test_the_search_box_understands_numbers_phones_and_skus(
    database: Connection, words: str, meant: OrderSearch
) -> None:
    database.execute(insert(orders), [an_order(1)])
    assert search_for(database, words) == meant


@pytest.mark.parametrize(
    ("typed", "tail"),
    [("13800138000", "8000"), ("138****8000", "8000"), ("+86 138 0013 8000", "8000"), ("12345", ""), ("SKU-1", "")],
)
def test_a_phone_tail_is_read_as_people_type_it(typed: str, tail: str) -> None:
    assert phone_tail(typed) == tail


@pytest.mark.parametrize("cursor", ["x", "1", "1.2.3", "1.x"])
def test_a_broken_cursor_is_refused(database: Connection, cursor: str) -> None:
    with pytest.raises(Refused, match="bad-cursor"):
        find_orders(database, OrderSearch(), cursor)
