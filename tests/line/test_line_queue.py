"""The queue over a real line on both databases: what is listed is what is counted, and every deed can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, select

from app.domain.work import Kind
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.desk_deeds import Deed, carry_out, take_back
from app.persistence.people import add_user
from app.persistence.reads.cases import cluster_of, waiting_for_item
from app.persistence.reads.groups import all_groups
from app.persistence.reads.waiting import WorkFilter
from app.persistence.reads.work import find_work, read_work
from app.persistence.reads.work_counts import by_kind, count_work, unowned, waiting_for
from tests.line.house import NOW, House

REPEATS = frozenset({"suspected-duplicate", "maybe-duplicate"})
ALL = WorkFilter(NOW, repeats=REPEATS)
LANES_AND_GROUPS = {
    Kind.HOLD: 2, Kind.DUPLICATE: 1, Kind.SHORTAGE: 1, Kind.UNMATCHED: 1, Kind.QUARANTINE: 1, Kind.TASK: 1,
    Kind.BLOCKED: 1,
}  # fmt: skip


@pytest.fixture
def full(house: House, trade: Callable[..., dict[str, Any]]) -> House:
    """A house in which something of most kinds waits."""
    big = {"payment": "9000.00"}
    house.post(trade("1", **big), trade("2", **big), trade("3"), trade("4", oaid="oaid-3"), trade("5", ("B", 99)))
    house.post(trade("6", ("NONE", 1)), trade("7", payment="x"), trade("8", status="PAID_FORBID_CONSIGN"))
    with writing(house.services.database) as db:
        add_user(db, "小林", None, "supervisor", now=NOW)
        task = {"open_key": "call::", "kind": "call", "owner": "supervisor", "opened_at": NOW, "waits_by": NOW + 60}
        db.execute(insert(t.tasks).values(**task))
    return house


def listed(house: House, asked: WorkFilter = ALL) -> list[str]:
    with reading(house.services.database) as db:
        return [one.key for one in find_work(db, asked).rows]


def test_what_is_listed_is_what_is_counted_and_can_be_read_alone(full: House) -> None:
    with reading(full.services.database) as db:
        rows = find_work(db, ALL).rows
        counts = count_work(db, NOW, REPEATS, all_groups(db))
        for asked in (ALL, replace(ALL, whose="role", person="小林", roles=frozenset({"supervisor"}))):
            kinds = [one.kind for one in find_work(db, asked).rows]
            assert by_kind(waiting_for(counts, asked)) == {kind: kinds.count(kind) for kind in Kind}
        assert {kind: n for kind, n in by_kind(counts).items() if n} == LANES_AND_GROUPS
        assert [read_work(db, ALL, one.key) for one in rows] == rows
        assert unowned(db, [count for count in counts if count.owner == "supervisor"]) == 0
        assert [head.tid for head in cluster_of(db, full.order_id("4"))] == ["3", "4"]
        item = next(one.group for one in rows if one.kind is Kind.UNMATCHED)
        assert [row.tid for row in waiting_for_item(db, item["shop_id"], item["item"])] == ["6"]


@pytest.mark.parametrize(
    ("deed", "tid"),
    [("release", "1"), ("same", "4"), ("not-same", "4"), ("wait", "5"), ("warehouse", "5"), ("urgent", "2"),
     ("hand", "1")],
)  # fmt: skip
def test_every_deed_can_be_taken_back(full: House, deed: str, tid: str) -> None:
    before, queue = full.state(), listed(full)
    said = {"owner": "clerk"} if deed == "hand" else {"warehouse": "HZ"} if deed == "warehouse" else {}
    with writing(full.services.database) as db:
        done = carry_out(db, Deed(deed, "小林", NOW, REPEATS, **said), [f"o{full.order_id(tid)}"])
    assert (done.n, dict(done.passed)) == (1, {})
    full.drain()
    if deed not in ("wait", "hand"):
        assert full.state() != before
    with writing(full.services.database) as db:
        assert take_back(db, done.id, actor="小林", now=NOW) == (1, 0)
    full.drain()
    assert full.state() == before
    assert listed(full) == queue
    full.check()


def test_a_task_handed_over_and_done_is_as_it_was_when_both_are_taken_back(full: House) -> None:
    def task() -> Any:
        with reading(full.services.database) as db:
            return db.execute(select(t.tasks)).one()

    before, deeds = task(), []
    for deed in (Deed("take", "小林", NOW, person="小林"), Deed("done", "小林", NOW)):
        with writing(full.services.database) as db:
            deeds.append(carry_out(db, deed, [f"t{before.id}"]).id)
    assert (task().person, task().closed_by, task().open_key) == ("小林", "小林", None)
    for number in reversed(deeds):
        with writing(full.services.database) as db:
            take_back(db, number, actor="小林", now=NOW)
    assert task() == before
