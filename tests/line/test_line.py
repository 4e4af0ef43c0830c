"""The line from end to end, on real Valkey and SQLite: posted, decided, reserved, explained, counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson
import pytest
from sqlalchemy import select, text

import app.jobs.pump as pump_module
from app.domain.ports import Entry
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.people_words import intervene, say_same
from app.persistence.receipts import send_again
from app.persistence.redecisions import ask_again
from app.processing.batch import Line, Mapped
from app.processing.replay import is_identical
from tests.line.house import NOW, House

Trade = Callable[..., dict[str, Any]]


def test_a_posted_order_is_allocated_and_its_goods_are_reserved(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 2), ("B", 1)))
    assert house.orders() == {"1": ("allocated", "")}
    assert house.reserved() == {(1, "A"): 2, (1, "B"): 1}
    house.check()


def test_the_same_payload_twice_takes_effect_once(house: House, trade: Trade) -> None:
    house.post(trade("1"), trade("1"))
    house.post(trade("1"))
    assert [status for status, _ in house.receipts()] == ["decided", "duplicate", "duplicate"]
    assert house.reserved() == {(1, "A"): 1}
    house.check()


def test_a_newer_revision_replaces_the_reservation(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 2)))
    house.post(trade("1", ("B", 3), modified="2026-07-15 19:00:00"))
    assert house.reserved() == {(1, "B"): 3}
    house.check()


def test_an_older_revision_that_comes_late_is_kept_but_not_applied(house: House, trade: Trade) -> None:
    house.post(trade("1", ("B", 3), modified="2026-07-15 19:00:00"))
    house.post(trade("1", ("A", 2)))
    assert house.receipts()[-1] == ("duplicate", "superseded")
    assert house.reserved() == {(1, "B"): 3}
    with reading(house.services.database) as db:
        applied = db.execute(select(t.source_orders.c.applied).order_by(t.source_orders.c.revision)).all()
    assert [row[0] for row in applied] == [True, False]


def test_a_refund_on_one_line_releases_that_line_only(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 2), ("B", 1)))
    later = trade("1", ("A", 2), ("B", 1), modified="2026-07-15 19:00:00")
    later["orders"]["order"][0]["refund_status"] = "WAIT_SELLER_AGREE"
    house.post(later)
    assert house.reserved() == {(1, "B"): 1}
    house.check()


def test_an_unknown_state_is_quarantined_and_goes_through_once_it_is_mended(house: House, trade: Trade) -> None:
    receipt = house.post(trade("1", status="NEW_STATE"))[0]
    assert house.receipts() == [("quarantined", "")]
    with writing(house.services.database) as db:
        assert send_again(db, [receipt]) == 1
    house.check()
    house.drain()
    assert house.receipts() == [("quarantined", "")]
    house.check()


def test_what_was_never_json_is_quarantined_beside_orders_that_go_on(house: House, trade: Trade) -> None:
    house.services.stream.append("tb", [b"{broken", orjson.dumps(trade("1"))], at=NOW)
    house.drain()
    assert [status for status, _ in house.receipts()] == ["quarantined", "decided"]


def test_a_double_click_is_held_and_released_when_a_person_says_not_the_same(house: House, trade: Trade) -> None:
    house.post(trade("1", receiver_mobile="13900001111"), trade("2", minute=2, receiver_mobile="13900001111"))
    assert house.orders()["1"][0] == "allocated"
    assert house.orders()["2"] == ("held", "suspected-duplicate")
    with writing(house.services.database) as db:
        say_same(db, 1, 2, same=False, actor="w", now=NOW)
        ask_again(db, [2], "people", now=NOW)
    house.drain()
    assert house.orders()["2"][0] in ("allocated", "consolidated")
    house.check()


def test_an_earlier_order_that_comes_late_becomes_the_anchor(house: House, trade: Trade) -> None:
    house.post(trade("2", minute=2, receiver_mobile="13900001111"))
    house.post(trade("1", minute=1, receiver_mobile="13900001111"))
    assert house.orders() == {"1": ("allocated", ""), "2": ("held", "suspected-duplicate")}
    assert house.reserved() == {(1, "A"): 1}
    house.check()


def test_a_redelivered_entry_is_passed_over(house: House, trade: Trade) -> None:
    house.services.stream.append("tb", [orjson.dumps(trade("1"))], at=NOW)
    stream = house.services.stream
    stream.prepare()
    entries = stream.read("test:0", 10, 10)
    forget, stream.done = stream.done, lambda ids: None  # type: ignore[method-assign]
    house.pump.run(entries)
    stream.done = forget  # type: ignore[method-assign]
    house.drain()
    assert house.reserved() == {(1, "A"): 1}
    assert len(house.receipts()) == 1
    house.check()


def test_an_order_waits_for_stock_and_goes_on_when_it_arrives(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 50)))
    assert house.orders()["1"][0] == "backordered"
    house.stock(("HZ", "A", 60))
    assert house.orders()["1"][0] == "allocated"
    house.check()


def test_an_item_nobody_knows_is_held_and_listed(house: House, trade: Trade) -> None:
    house.post(trade("1", ("MYSTERY", 1)))
    assert house.orders()["1"] == ("held", "unmatched-item")
    with reading(house.services.database) as db:
        assert db.execute(select(t.unmatched_items.c.code)).all() == [("MYSTERY",)]


def test_a_cancelled_order_gives_its_goods_back(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 2)))
    with writing(house.services.database) as db:
        intervene(db, 1, "cancel", {}, actor="w", now=NOW)
        ask_again(db, [1], "intervention", now=NOW)
    house.drain()
    assert house.orders()["1"][0] == "recorded"
    assert house.reserved() == {}
    house.check()


def test_history_reserves_nothing_and_never_revises_a_live_order(house: House, trade: Trade) -> None:
    house.post(trade("1"), live=False)
    assert house.orders()["1"][0] == "recorded"
    house.post(trade("2"))
    house.post(trade("2", ("B", 5), modified="2026-07-16 00:00:00"), live=False)
    assert house.reserved() == {(1, "A"): 1}
    house.post(trade("1", modified="2026-07-15 18:00:40"))
    assert house.orders()["1"][0] == "allocated"
    house.check()


def test_a_picked_order_is_not_decided_again_but_a_person_is_told(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 2)))
    with writing(house.services.database) as db:
        db.execute(text("UPDATE orders SET picked_at = 1"))
    house.post(trade("1", ("B", 3), modified="2026-07-15 19:00:00"))
    assert house.reserved() == {(1, "A"): 2}
    with reading(house.services.database) as db:
        assert db.execute(select(t.tasks.c.kind)).all() == [("changed-after-pick",)]


def test_stock_is_never_promised_twice(house: House, trade: Trade) -> None:
    house.post(*[trade(str(n), ("A", 3), receiver_state="浙江省") for n in range(10, 20)])
    outcomes = [outcome for outcome, _ in house.orders().values()]
    assert outcomes.count("allocated") == 6
    house.check()


def test_every_decision_replays_to_the_same_answer(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 2)), trade("2", ("A", 99)), trade("3", ("MYSTERY", 1)), trade("4", minute=1))
    with reading(house.services.database) as db:
        records = [orjson.loads(row[0]) for row in db.execute(select(t.decisions.c.record))]
    assert house.pump.live.pack is not None
    assert records
    assert all(is_identical(record, house.pump.live.pack) for record in records)


def test_personal_data_is_not_readable_in_the_database(house: House, trade: Trade) -> None:
    house.post(trade("1", receiver_mobile="13912345678", receiver_address="文三路77号"))
    with reading(house.services.database) as db:
        for table in t.metadata.sorted_tables:
            for row in db.execute(select(table)):
                for value in row:
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    assert b"13912345678" not in raw, table.name
                    assert "文三路77号".encode() not in raw, table.name


def test_a_person_may_hold_again_what_a_person_released(house: House, trade: Trade) -> None:
    house.post(trade("1"))
    for kind, value, outcome in (
        ("hold", {"reason": "customer-asked"}, "held"),
        ("release", {"reasons": ["customer-asked"]}, "allocated"),
        ("hold", {"reason": "customer-asked"}, "held"),
    ):
        house.word("1", kind, value)
        house.drain()
        assert house.orders()["1"][0] == outcome
    house.check()


def test_a_payload_that_breaks_its_mapping_is_buried_and_the_others_go_on(
    house: House, trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pump_module.map_entries

    def breaking(entries: Sequence[Entry], line: Line) -> list[Mapped]:
        if any(b"987654" in entry.payload for entry in entries):
            raise RuntimeError("a fault in mapping code")
        return real(entries, line)

    monkeypatch.setattr(pump_module, "map_entries", breaking)
    house.post(trade("1"), trade("987654"), trade("3"))
    assert sorted(status for status, _ in house.receipts()) == ["dead", "decided", "decided"]
    house.check()


def test_a_late_and_a_newer_revision_in_one_batch_leave_room_for_the_next(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 1), modified="2026-07-15 19:00:00"))
    late = trade("1", ("A", 2), modified="2026-07-15 18:30:00")
    newer = trade("1", ("A", 3), modified="2026-07-15 20:00:00")
    house.post(late, newer)
    house.post(trade("1", ("A", 4), modified="2026-07-15 21:00:00"))
    assert [note for _, note in house.receipts()] == ["", "superseded", "", ""]
    assert house.reserved() == {(1, "A"): 4}
    house.check()
