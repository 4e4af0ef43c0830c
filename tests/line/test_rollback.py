"""Versions under a running line: swapped between batches, kept when they cannot be loaded, and withdrawn."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import insert, select, text

from app.bootstrap import line_of
from app.domain.errors import Refused
from app.fulfilment.parcels import Wishes
from app.persistence import tables as t
from app.persistence import withdrawn
from app.persistence.book import SqlOrderBook
from app.persistence.database import reading, writing
from app.persistence.fulfilment.lists import make_list
from app.persistence.packs import SHIPPED, LivePack, live_version, publish
from app.persistence.reads.packs import failing_workers
from app.persistence.reads.standing import standings
from app.persistence.shelf import SqlShelf
from app.processing.compensation import Compensation, propose
from app.processing.publishing import Wish, restore
from app.processing.publishing import publish as publish_checked
from app.processing.replay import is_identical
from app.rulebook.pack import load_pack
from tests.line.house import NOW, House

PACK: dict[str, Any] = orjson.loads((SHIPPED / "apparel-default.json").read_bytes())
Trade = Callable[..., dict[str, Any]]


def other(**changes: Any) -> dict[str, Any]:
    """The shipped pack, its review line at `line` fen, `nearest` before `local` and so on."""
    document = copy.deepcopy(PACK)
    document["screening"]["rules"][0]["when"]["all"][-1]["value"] = changes.get("line", 500_000)
    if changes.get("south"):
        document["allocation"]["rules"].insert(
            0,
            {
                "id": "south", "then": [{"do": "reserve", "at": "cheapest"}],
                "when": {"any_warehouse": {"all": [
                    {"field": "warehouse.name", "op": "is", "value": "广州仓"},
                    {"field": "warehouse.covers_order", "op": "is", "value": True},
                ]}},
            },
        )  # fmt: skip
    return document


def go_live(house: House, document: dict[str, Any]) -> int:
    with writing(house.services.database) as db:
        return publish(db, document, author="t", note="", now=NOW)


def roll_back(house: House, number: int) -> int:
    return restore(SqlShelf(house.services.database), number, author="t", note="", now=NOW)


def proposals(house: House, versions: list[int]) -> dict[str, str]:
    """What is proposed for each order, by its platform id."""
    line = line_of(house.services, LivePack())
    with reading(house.services.database) as db:
        ids = withdrawn.affected(db, versions)
        known = standings(db, ids)
        book = SqlOrderBook(db, house.services.sealer, looking=True)
        found = propose(book.by_ids(ids), known, book, line, NOW)
        return {known[one.order_id].tid: str(one.kind) for one in found}


def decided_by(house: House) -> dict[str, int]:
    """The version that decided each order as it stands; its record names the same content."""
    with reading(house.services.database) as db:
        hashes = {row.version: row.hash for row in db.execute(select(t.pack_versions))}
        rows = db.execute(
            text(
                "SELECT o.tid, d.pack_version, d.record FROM decisions d JOIN orders o "
                "ON o.id = d.order_id AND o.decision_seq = d.seq"
            )
        ).all()
    for row in rows:
        assert orjson.loads(row.record)["hash"] == hashes[row.pack_version]
    return {row.tid: row.pack_version for row in rows}


def test_a_new_version_decides_from_the_next_batch_on(house: House, trade: Trade) -> None:
    house.post(trade("1"))
    assert go_live(house, other(line=1_000)) == 2
    house.post(trade("2"))
    assert decided_by(house) == {"1": 1, "2": 2}
    assert house.orders() == {"1": ("allocated", ""), "2": ("held", "big-value")}


def test_a_batch_that_was_mapped_before_a_publication_is_decided_by_the_version_it_began_with(
    house: House, trade: Trade
) -> None:
    house.services.stream.prepare()
    house.put(trade("1"), trade("2"))
    entries = house.services.stream.read(house.pump.consumer, 10, 1)
    batch = house.pump._batch(entries)
    go_live(house, other(line=1_000))
    house.pump._finish(batch)
    assert decided_by(house) == {"1": 1, "2": 1}
    house.check()


def test_a_version_that_cannot_be_loaded_leaves_the_old_one_deciding_and_is_told_once(
    house: House, trade: Trade
) -> None:
    house.pump.live = LivePack("host:0")
    house.post(trade("1"))
    broken = other()
    broken["allocation"]["rules"][0]["when"] = {"field": "order.gone", "op": "is", "value": 1}
    go_live(house, broken)
    house.post(trade("2"), trade("3"))
    assert set(decided_by(house).values()) == {1}
    with reading(house.services.database) as db:
        (told,) = failing_workers(db)
    assert (told.worker, told.version, told.failed) == ("host:0", 1, 2)
    assert "allocation/rules/0/when/field unknown-field" in told.reason
    # A worker that starts now has no old one in hand; it takes the latest that can be loaded.
    fresh = LivePack("host:1")
    assert line_of(house.services, fresh).pack_version == 1
    go_live(house, other(line=1_000))
    house.post(trade("4"))
    assert decided_by(house)["4"] == 3
    with reading(house.services.database) as db:
        assert failing_workers(db) == []


def test_without_any_version_that_can_be_loaded_the_reason_is_raised_each_time(house: House) -> None:
    with writing(house.services.database) as db:
        db.execute(text("UPDATE pack_versions SET document = '{}'"))
    live = LivePack()
    for _ in range(2):
        with pytest.raises(Refused, match="pack-invalid"):
            line_of(house.services, live)


def test_only_one_version_is_ever_live(house: House) -> None:
    go_live(house, other(line=1_000))
    row = {"pack": "p", "hash": "h", "document": "{}", "author": "t", "note": "", "published_at": NOW, "live": True}
    with pytest.raises(Exception, match=r"(?i)unique"), writing(house.services.database) as db:
        db.execute(insert(t.pack_versions).values(**row))
    with reading(house.services.database) as db:
        assert live_version(db) == 2


def test_a_publication_that_was_overtaken_is_checked_again_upon_the_newer_version(house: House) -> None:
    overtaken: list[int] = []

    class Shelf(SqlShelf):
        def put(self, release: Any) -> int | None:
            if not overtaken:
                overtaken.append(go_live(house, other(line=1_000)))
            return super().put(release)

    longer = copy.deepcopy(PACK)
    longer["duplicates"]["window_seconds"] = 600
    wish = Wish(longer, "t", "note", ["duplicates"], PACK)
    done = publish_checked(Shelf(house.services.database), wish, now=NOW)
    document = SqlShelf(house.services.database).version(done.number).document
    assert (done.number, done.sections) == (3, ["duplicates"])
    assert document["duplicates"]["window_seconds"] == 600
    assert document["screening"] == other(line=1_000)["screening"]


def test_going_back_lists_what_the_withdrawn_version_decided_with_a_proposal_for_each(
    house: House, trade: Trade
) -> None:
    house.post(trade("1"))
    go_live(house, other(line=1_000, south=True))
    house.post(trade("2"))  # held for review
    go_live(house, other(south=True))
    house.post(trade("3"), trade("4", payment="6000.00"), trade("5", ("NONE", 1)))
    assert house.orders()["3"] == ("allocated", "")
    made = roll_back(house, 1)
    with reading(house.services.database) as db:
        versions = withdrawn.withdrawn_by(db, 1, made)
        counts = {(row["outcome"], bool(row["picked"])): row["n"] for row in withdrawn.count_affected(db, versions)}
    assert (made, versions) == (4, [2, 3])
    assert counts == {("allocated", False): 1, ("held", False): 3}
    assert proposals(house, versions) == {
        "2": Compensation.RELEASE, "3": Compensation.REALLOCATE, "4": Compensation.NONE, "5": Compensation.NONE,
    }  # fmt: skip
    with writing(house.services.database) as db:
        assert withdrawn.decide_all_again(db, versions, now=NOW) == 4
    house.drain()
    assert set(decided_by(house).values()) == {1, 4}
    assert house.orders()["2"] == ("allocated", "")
    with reading(house.services.database) as db:
        assert withdrawn.affected(db, versions) == []
    house.check()


def test_what_rules_let_through_that_now_must_wait_is_held(house: House, trade: Trade) -> None:
    go_live(house, other(line=900_000))
    house.post(trade("1", payment="6000.00"))
    assert house.orders()["1"] == ("allocated", "")
    versions = [2]
    roll_back(house, 1)
    assert proposals(house, versions) == {"1": Compensation.HOLD}
    with writing(house.services.database) as db:
        withdrawn.decide_again(db, withdrawn.affected(db, versions), now=NOW)
    house.drain()
    assert house.orders()["1"] == ("held", "big-value")
    assert house.reserved() == {}


def test_a_picked_order_is_left_alone_and_the_supervisor_is_asked_once(house: House, trade: Trade) -> None:
    go_live(house, other(south=True))
    house.post(trade("1"), trade("2"))
    with writing(house.services.database) as db:
        place = db.execute(select(t.warehouses.c.id).where(t.warehouses.c.code == "GZ")).scalar_one()
        make_list(db, place, Wishes(limit=1), actor="w", now=NOW)
    roll_back(house, 1)
    found = proposals(house, [2])
    assert sorted(found.values()) == [Compensation.ASK, Compensation.REALLOCATE]
    picked = house.order_id(next(tid for tid, kind in found.items() if kind == Compensation.ASK))
    with writing(house.services.database) as db:
        assert withdrawn.decide_all_again(db, [2], now=NOW) == 1
        assert withdrawn.ask_about_picked(db, [picked], now=NOW) == 1
        assert withdrawn.ask_about_picked(db, [picked], now=NOW) == 0
    house.drain()
    with reading(house.services.database) as db:
        (task,) = db.execute(select(t.tasks).where(t.tasks.c.open_key.is_not(None))).all()
    assert (task.kind, task.order_id, task.owner) == (withdrawn.ASK, picked, "supervisor")
    house.check()


def test_going_forth_again_withdraws_what_the_way_back_decided(house: House, trade: Trade) -> None:
    go_live(house, other(line=1_000))
    house.post(trade("1"))
    roll_back(house, 1)
    house.post(trade("2"))
    roll_back(house, 2)
    with reading(house.services.database) as db:
        assert withdrawn.withdrawn_by(db, 2, 4) == [3]
    assert proposals(house, [3]) == {"2": Compensation.HOLD}


def test_every_decision_can_be_decided_again_by_the_version_that_it_names(house: House, trade: Trade) -> None:
    for place, document in enumerate((other(line=1_000), other(south=True), other())):
        go_live(house, document)
        house.post(trade(str(2 * place)), trade(str(2 * place + 1), payment="6000.00"))
    with reading(house.services.database) as db:
        packs = {
            row.version: load_pack(orjson.loads(row.document)) for row in db.execute(select(t.pack_versions)).all()
        }
        rows = db.execute(select(t.decisions)).all()
    assert len(rows) == 6
    assert all(is_identical(orjson.loads(row.record), packs[row.pack_version]) for row in rows)
