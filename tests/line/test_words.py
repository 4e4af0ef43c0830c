"""What people say of orders, on both databases: stock, parcels and tasks follow; taken back, it is as if never said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from app.domain.errors import Refused
from app.domain.words import Word
from app.persistence import tables as t
from app.persistence.book import SqlOrderBook
from app.persistence.database import reading, writing
from app.persistence.deeds import Speaker, open_deed, read_word, say, take_back
from app.processing.deeds import Subject, check
from app.processing.replay import is_identical
from app.web.deeds.foresight import Foreseer
from tests.line.house import NOW, House

Trade = Callable[..., dict[str, Any]]
BY = Speaker("wang", NOW)
SAME = {"receiver_mobile": "13900001111", "receiver_address": "文三路9号"}


def tell(house: House, tid: str, word: Word) -> None:
    """A person says it, as a page would."""
    order_id = house.order_id(tid)
    with writing(house.services.database) as db:
        (stored,) = SqlOrderBook(db, house.services.sealer).by_ids([order_id])
        check(Subject(stored), word)
        say(db, house.services.sealer, stored, word, BY)
    house.drain()
    house.check()


def undo(house: House, kind: str) -> None:
    """The latest word of this kind is taken back."""
    with writing(house.services.database) as db:
        found = t.interventions.c
        number = db.scalar(select(found.id).where(found.kind == kind).order_by(found.id.desc()).limit(1))
        take_back(db, read_word(db, number), BY)
    house.drain()
    house.check()


def put_together(house: House, *tids: str) -> None:
    ids = [house.order_id(tid) for tid in tids]
    foreseer = Foreseer(house.services)
    with writing(house.services.database) as db:
        words = foreseer.words_together(db, ids)
        by = Speaker("wang", NOW, open_deed(db, "consolidate", BY))
        for stored, word in words:
            say(db, house.services.sealer, stored, word, by)
    house.drain()
    house.check()


def parcels(house: House) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in house.state()["parcels"]]


def tasks(house: House) -> list[str]:
    with reading(house.services.database) as db:
        return sorted(db.scalars(select(t.tasks.c.kind).where(t.tasks.c.open_key.is_not(None))))


def replayed(house: House) -> bool:
    with reading(house.services.database) as db:
        records = [orjson.loads(row[0]) for row in db.execute(select(t.decisions.c.record))]
    assert house.pump.live.pack is not None
    return all(is_identical(record, house.pump.live.pack) for record in records)


def test_a_split_order_leaves_in_several_parcels_and_undone_in_one_again(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 4), ("B", 1)))
    before = house.state()
    tell(house, "1", Word("split", {"parts": [{"10": 2}, {"11": 1}]}))
    assert parcels(house) == [("1", 1), ("1", 1), ("1", 1)]
    assert house.reserved() == {(1, "A"): 4, (1, "B"): 1}
    undo(house, "split")
    assert house.state() == before
    assert replayed(house)


def test_a_part_that_waits_gets_its_stock_when_it_comes(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 1), ("B", 20)))
    assert house.orders()["1"][0] == "backordered"
    tell(house, "1", Word("split", {"parts": [{"11": 20}]}))
    assert house.orders()["1"][0] == "allocated"
    assert tasks(house) == ["part-waits"]
    house.stock(("GZ", "B", 30))
    assert sorted(parcels(house)) == [("1", 1), ("1", 2)]
    assert tasks(house) == []


def test_a_split_survives_a_revision(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 4)))
    tell(house, "1", Word("split", {"parts": [{"10": 2}]}))
    house.post(trade("1", ("A", 3), modified="2026-07-15 19:00:00"))
    assert len(parcels(house)) == 2
    assert house.reserved() == {(1, "A"): 3}


def test_orders_put_together_share_a_parcel_and_taken_back_leave_alone(house: House, trade: Trade) -> None:
    day = "2026-07-14 09:00:00"  # beyond the window of the rules
    house.post(trade("1", ("A", 1), created=day, **SAME), trade("2", ("B", 1), **SAME))
    before = house.state()
    assert {outcome for outcome, _ in house.orders().values()} == {"allocated"}
    put_together(house, "2", "1")
    assert house.orders() == {"1": ("allocated", ""), "2": ("consolidated", "")}
    undo(house, "consolidate")
    assert house.state() == before
    assert replayed(house)


def test_a_guest_follows_when_its_host_is_cancelled(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 1), created="2026-07-14 09:00:00", **SAME), trade("2", ("B", 1), **SAME))
    put_together(house, "1", "2")
    tell(house, "1", Word("cancel"))
    assert house.orders() == {"1": ("recorded", ""), "2": ("allocated", "")}
    undo(house, "cancel")
    assert house.orders() == {"1": ("allocated", ""), "2": ("consolidated", "")}


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({**SAME, "receiver_address": "文三路8号"}, "consolidate-addresses"),
        ({**SAME, "receiver_mobile": "13900002222"}, "consolidate-buyers"),
        ({**SAME, "status": "TRADE_CLOSED"}, "consolidate-unwanted"),
    ],
)
def test_what_may_not_share_a_parcel_is_refused(house: House, trade: Trade, second: Any, code: str) -> None:
    house.post(trade("1", ("A", 1), created="2026-07-14 09:00:00", **SAME), trade("2", ("B", 1), **second))
    with pytest.raises(Refused) as refused:
        put_together(house, "1", "2")
    assert refused.value.code == code


def test_an_address_is_sealed_moves_the_order_and_asks_when_the_platform_changes_it_too(
    house: House, trade: Trade
) -> None:
    house.post(trade("1", ("A", 1)))
    assert parcels(house) == [("1", 1)]
    address = {"province": "广东省", "city": "广州市", "district": "天河区", "address": "体育西路77号"}
    tell(house, "1", Word("address", {"fields": sorted(address)}, address))
    assert parcels(house) == [("1", 2)]
    with reading(house.services.database) as db:
        for table in t.metadata.sorted_tables:
            for value in (value for row in db.execute(select(table)) for value in row):
                raw = value if isinstance(value, bytes) else str(value).encode()
                assert "体育西路77号".encode() not in raw, table.name
    house.post(trade("1", ("A", 1), modified="2026-07-15 19:00:00", receiver_address="文三路5号"))
    assert parcels(house) == [("1", 2)]
    assert tasks(house) == ["address-crossed"]
    undo(house, "address")
    assert parcels(house) == [("1", 1)]
    assert tasks(house) == []


def test_looking_ahead_says_what_happens_and_writes_nothing(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 2)), trade("2", ("A", 9)))
    everything = _rows(house)
    with reading(house.services.database) as db:
        ids = [house.order_id(tid) for tid in ("1", "2")]
        seen = Foreseer(house.services).words(db, ids, lambda *_: Word("warehouse", {"warehouse": "GZ"}))
    outcomes = [str(change.after.outcome) for change in seen.chosen if change.after]
    assert _rows(house) == everything
    for tid in ("1", "2"):
        house.word(tid, "warehouse", {"warehouse": "GZ"})
    house.drain()
    assert [house.orders()[tid][0] for tid in ("1", "2")] == outcomes


def test_a_cancelled_order_that_is_picked_stays_until_the_warehouse_stops_it(house: House, trade: Trade) -> None:
    house.post(trade("1", ("A", 2)))
    with writing(house.services.database) as db:
        db.execute(t.orders.update().values(picked_at=NOW))
        db.execute(t.fulfilments.update().values(state="picked"))
    tell(house, "1", Word("cancel"))
    assert house.reserved() == {(1, "A"): 2}
    assert tasks(house) == ["stop-parcel"]
    with pytest.raises(Refused, match="order-cancelled"):
        tell(house, "1", Word("hold", {"reason": "by-hand"}))
    undo(house, "cancel")
    assert tasks(house) == []
    with pytest.raises(Refused, match="order-picked"):
        tell(house, "1", Word("hold", {"reason": "by-hand"}))


def _rows(house: House) -> dict[str, list[Any]]:
    with reading(house.services.database) as db:
        return {table.name: list(db.execute(select(table)).all()) for table in t.metadata.sorted_tables}
