"""What waits for a person: by when it breaches, page by page, always over an index; counted as it is listed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, insert, text
from sqlalchemy.dialects import sqlite

from app.domain.errors import Refused
from app.domain.work import PATIENCE_SECONDS, SOON_SECONDS, Kind
from app.persistence.reads.groups import all_groups
from app.persistence.reads.lanes import LANES, lane_statement
from app.persistence.reads.orders import OrderSearch
from app.persistence.reads.waiting import Place, WorkFilter
from app.persistence.reads.work import find_work, read_work
from app.persistence.reads.work_counts import by_kind, count_work, waiting_for
from app.persistence.tables import (
    assignments,
    order_lines,
    orders,
    receipts,
    redecisions,
    tasks,
    transfers,
    unmatched_items,
    warehouses,
)
from tests.persistence.reads.seed import NOW, an_order

HOUR = 3600
_OWN = ("ix_orders_waiting", "ix_orders_unpicked", "ix_orders_blocked", "ix_tasks_waits_by", "ix_transfers")
REPEATS = frozenset({"suspected-duplicate"})
ALL = WorkFilter(NOW, repeats=REPEATS)
MINE = WorkFilter(NOW, "小林", frozenset({"supervisor"}), "role", repeats=REPEATS)
FILTERS = {
    "all": ALL,
    "mine": MINE,
    "by name": replace(MINE, whose="name"),
    "duplicates": replace(ALL, kind=Kind.DUPLICATE),
    "a shop": replace(MINE, shop_id=1, shop="tb"),
    "a SKU": replace(ALL, search=OrderSearch(sku="A")),
}


def a_task(number: int, **changes: Any) -> dict[str, Any]:
    row = {
        "id": number, "open_key": f"call:{number}:", "kind": "call", "order_id": None, "owner": "clerk",
        "person": None, "details": "{}", "opened_at": NOW, "due_at": None, "waits_by": NOW + PATIENCE_SECONDS,
    }  # fmt: skip
    return row | changes


def keys(database: Connection, asked: WorkFilter = ALL) -> list[str]:
    return [one.key for one in find_work(database, asked).rows]


@pytest.mark.parametrize("after", [None, Place(False, NOW, 2, 7)], ids=["first page", "later page"])
@pytest.mark.parametrize("name", FILTERS)
def test_every_lane_walks_its_index_and_sorts_nothing(database: Connection, name: str, after: Place | None) -> None:
    for lane in LANES:
        if not lane.answers(FILTERS[name], after):
            continue
        statement = lane_statement(lane, FILTERS[name], after, 51)
        compiled = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in database.execute(text(f"EXPLAIN QUERY PLAN {compiled}".replace(":", "\\:")))]
        if name == "by name" and lane.letter == "o":
            # The few that were handed to one person are found by that, and sorted.
            assert "ix_assignments_person" in plan[0], plan
            continue
        assert any(index in plan[0] for index in _OWN), (lane.number, plan)
        assert not any("TEMP B-TREE" in step or re.fullmatch(r"SCAN \w+", step) for step in plan), plan


def test_the_queue_is_in_the_order_in_which_things_breach(database: Connection) -> None:
    late, soon, later = NOW - HOUR, NOW + HOUR, NOW + 3 * HOUR
    old = {"created_at": NOW - PATIENCE_SECONDS + 2 * HOUR}
    database.execute(
        insert(orders),
        [
            an_order(1, outcome="held", reason="big-value", owner="supervisor", ship_by=later),
            an_order(2, outcome="backordered", ship_by=late),
            an_order(3, outcome="held", reason="big-value", owner="supervisor", **old),
            an_order(4, outcome="allocated", ship_by=soon + 60),
            an_order(5, outcome="recorded", reason="risk-review", created_at=NOW - 90 * 86_400),
        ],
    )
    database.execute(insert(tasks), [a_task(1, waits_by=soon), a_task(2, open_key=None, waits_by=late)])
    assert keys(database) == ["o2", "t1", "o4", "o3", "o1", "o5"]


def test_allocated_orders_wait_only_while_time_runs_out_and_nobody_has_picked_them(database: Connection) -> None:
    near, far = NOW + SOON_SECONDS - 1, NOW + SOON_SECONDS
    rows = [an_order(1, ship_by=near), an_order(2, ship_by=far), an_order(3, ship_by=near, picked_at=NOW)]
    database.execute(insert(orders), [*rows, an_order(4, ship_by=near, outcome="consolidated")])
    assert keys(database) == ["o1", "o4"]


def test_pages_follow_each_other_over_all_lanes_without_a_gap_or_a_repeat(database: Connection) -> None:
    kinds: tuple[dict[str, Any], ...] = (
        {"outcome": "held", "reason": "x", "owner": "clerk", "ship_by": None},
        {"outcome": "held", "reason": "suspected-duplicate", "owner": "supervisor"},
        {"outcome": "backordered"},
        {"outcome": "allocated"},
        {"outcome": "recorded", "reason": "risk-review"},
    )
    rows = [
        an_order(number, **{"ship_by": NOW + number % 4 * 600, "created_at": NOW - number % 5, **kinds[number % 5]})
        for number in range(1, 41)
    ]
    database.execute(insert(orders), rows)
    database.execute(insert(tasks), [a_task(number, waits_by=NOW + number % 3 * 600) for number in range(1, 8)])
    moves = {"source_id": 1, "destination_id": 1, "sku": "A", "quantity": 1, "arrives_on": "2026-09-01"}
    database.execute(insert(warehouses).values(id=1, code="HZ", name="杭州仓"))
    database.execute(insert(transfers), [{"id": n, "order_id": n, "state": "open", **moves} for n in range(1, 5)])
    seen: list[str] = []
    cursor = ""
    while True:
        page = find_work(database, ALL, cursor, limit=6)
        seen += [one.key for one in page.rows]
        cursor = page.more
        if not cursor:
            break
    whole = find_work(database, ALL, limit=100).rows
    assert seen == [one.key for one in whole]
    assert len(seen) == len(set(seen)) == 40 + 7 + 4
    assert [one.kind for one in whole[-8:]] == [Kind.BLOCKED] * 8


def test_what_waits_for_me_is_my_roles_unless_it_has_a_name_and_mine_by_name(database: Connection) -> None:
    held = {"outcome": "held", "reason": "big-value"}
    owners = ("supervisor", "clerk", "supervisor", "clerk", "supervisor")
    database.execute(insert(orders), [an_order(n, owner=owner, **held) for n, owner in enumerate(owners, 1)])
    given = {"cause": "big-value", "owner": None, "person": None, "set_aside": False, "actor": "x", "at": NOW}
    database.execute(
        insert(assignments),
        [
            {**given, "order_id": 2, "person": "小林"},
            {**given, "order_id": 3, "person": "阿雪"},
            {**given, "order_id": 4, "owner": "supervisor"},
            {**given, "order_id": 5, "cause": "another-hold", "person": "阿雪"},
        ],
    )
    assert set(keys(database, MINE)) == {"o1", "o2", "o4", "o5"}
    assert keys(database, replace(MINE, whose="name")) == ["o2"]


def test_an_order_that_a_person_has_just_answered_waits_no_more(database: Connection) -> None:
    database.execute(insert(orders), [an_order(n, outcome="held", reason="big-value") for n in (1, 2)])
    asked = {"priority": 0, "ship_by": None, "queued_at": NOW}
    database.execute(
        insert(redecisions),
        [{"order_id": 1, "cause": "intervention", **asked}, {"order_id": 2, "cause": "stock", **asked}],
    )
    assert keys(database) == ["o2"]


def test_a_shortage_set_aside_comes_back_when_time_runs_out(database: Connection) -> None:
    short = {"outcome": "backordered"}
    database.execute(
        insert(orders), [an_order(1, ship_by=NOW + 99 * HOUR, **short), an_order(2, ship_by=NOW + HOUR, **short)]
    )
    aside = {"cause": "backordered", "set_aside": True, "actor": "x", "at": NOW}
    database.execute(insert(assignments), [{"order_id": n, **aside} for n in (1, 2)])
    assert keys(database) == ["o2"]
    assert keys(database, replace(ALL, kind=Kind.SHORTAGE)) == ["o2"]
    assert keys(database, replace(ALL, kind=Kind.RESTING)) == ["o1"]


def test_orders_without_a_match_stand_under_their_item(database: Connection) -> None:
    held = {"outcome": "held", "reason": "unmatched-item", "owner": "clerk"}
    database.execute(insert(orders), [an_order(1, ship_by=NOW + 5, **held), an_order(2, **held), an_order(3, **held)])
    lines = [{"order_id": n, "line": "1", "item": "9", "sku": "X", "quantity": 1, "refund": "none"} for n in (1, 2, 3)]
    database.execute(insert(order_lines), lines)
    item = {"shop_id": 1, "item": "9", "code": "X", "title": "帐篷", "first_seen_at": NOW}
    database.execute(insert(unmatched_items).values(**item))
    database.execute(insert(orders), [an_order(4, ship_by=NOW + 99, **held)])  # of an item that nobody knows
    one, lost = find_work(database, ALL).rows
    assert (lost.key, lost.kind) == ("o4", Kind.HOLD)
    assert (one.kind, one.group["n"], one.at) == (Kind.UNMATCHED, 3, NOW + 5)
    assert read_work(database, ALL, one.key) == one


def test_counts_are_of_what_is_listed(database: Connection) -> None:
    held = {"outcome": "held", "owner": "supervisor"}
    database.execute(
        insert(orders),
        [
            *(an_order(n, reason="big-value", shop_id=1 + n % 2, **held) for n in range(1, 5)),
            an_order(5, reason="suspected-duplicate", anchor_id=1, **held),
            an_order(6, outcome="backordered"),
            an_order(7, ship_by=NOW + 60),
            an_order(8, outcome="recorded", reason="group-pending"),
            an_order(9),
            an_order(10, outcome="backordered"),
        ],
    )
    aside = {"cause": "backordered", "set_aside": True, "actor": "x", "at": NOW}
    database.execute(insert(assignments).values(order_id=10, **aside))
    database.execute(insert(tasks), [a_task(1), a_task(2, owner="supervisor", order_id=1)])
    dead = {"note": "", "received_at": NOW, "closed_at": NOW, "shop_id": 1}
    database.execute(insert(receipts), [{"id": f"{n}-0", "status": "dead", **dead} for n in (1, 2)])
    counts = count_work(database, NOW, REPEATS, all_groups(database))
    for asked in (ALL, MINE, replace(MINE, whose="name"), replace(ALL, shop_id=2, shop="dy")):
        resting = find_work(database, replace(asked, kind=Kind.RESTING)).rows
        listed = [one.kind for one in [*find_work(database, asked).rows, *resting]]
        expected = {kind: listed.count(kind) for kind in Kind}
        assert by_kind(waiting_for(counts, asked)) == expected, asked


@pytest.mark.parametrize("cursor", ["x", "1", "1.2.3", "1.2.3.x", "1.2.3.4.5", f"0.{'9' * 30}.1.1"])
def test_a_broken_cursor_is_refused(database: Connection, cursor: str) -> None:
    with pytest.raises(Refused, match="bad-cursor"):
        find_work(database, ALL, cursor)
