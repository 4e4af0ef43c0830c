"""Personal data is erased of what is done with, and decisions still replay to the same answer; in both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import select, text, update

from app.jobs.retention import erase_due
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.erasure import erase_asked, find_buyer, set_retention_days
from app.persistence.packs import publish, read_document
from app.processing.replay import is_identical
from app.rulebook import load_pack
from tests.line.house import NOW, House

Trade = Callable[..., dict[str, Any]]
DONE = {"status": "TRADE_FINISHED"}
TELLING = {"name": "林冲冲", "street": "文三路1号", "phone": "13800000001", "words": "加急，别放门口"}


def _told(trade: Trade, tid: str, **more: Any) -> dict[str, Any]:
    personal = {"receiver_name": TELLING["name"], "receiver_address": TELLING["street"]}
    return trade(tid, receiver_mobile=TELLING["phone"], buyer_message=TELLING["words"], **personal, **more)


def _reads_words(house: House) -> None:
    """Publish a pack with a rule that reads what the buyer wrote."""
    with writing(house.services.database) as db:
        document = read_document(db, 1)
        when = {"field": "order.buyer_message", "op": "contains", "value": "加急"}
        rule = {"id": "urgent-words", "when": when, "then": [{"do": "set_priority", "priority": 5}]}
        document["screening"]["rules"].insert(0, rule)
        publish(db, document, author="t", note="", now=NOW)


def _identical(house: House, tid: str) -> bool:
    with reading(house.services.database) as db:
        chosen = select(t.decisions).where(t.decisions.c.order_id == house.order_id(tid))
        rows = db.execute(chosen.order_by(t.decisions.c.seq)).all()
        return all(is_identical(orjson.loads(r.record), load_pack(read_document(db, r.pack_version))) for r in rows)


def _head(house: House, tid: str) -> Any:
    with reading(house.services.database) as db:
        return db.execute(select(t.orders).where(t.orders.c.tid == tid)).one()


def test_what_is_done_with_is_erased_and_its_decision_replays(house: House, trade: Trade) -> None:
    _reads_words(house)
    house.post(_told(trade, "1"))
    house.post({**_told(trade, "1", **DONE), "modified": "2026-07-15 19:00:00"})
    house.post(_told(trade, "2", minute=30, receiver_district="滨江区", oaid="other"))
    with reading(house.services.database) as db:
        assert [one.tid for one in find_buyer(db, "138 0000 0001", house.services.sealer) if one.sure] == ["2", "1"]
    with writing(house.services.database) as db:
        set_retention_days(db, 30)
        db.execute(update(t.orders).values(created_at=t.orders.c.created_at - 60 * 86_400))
    assert erase_due(house.services) == 1
    gone, kept = _head(house, "1"), _head(house, "2")
    assert (gone.personal, gone.phone_tail, gone.erased_at is not None) == (None, None, True)
    assert (kept.personal is not None, kept.erased_at) == (True, None)  # it is still open
    assert _identical(house, "1")
    assert _identical(house, "2")
    with reading(house.services.database) as db:
        mine = {"id": gone.id}
        assert db.execute(text("SELECT COUNT(*) FROM identities WHERE order_id = :id"), mine).scalar() == 0
        payloads = db.scalars(select(t.source_orders.c.payload).where(t.source_orders.c.order_id == gone.id))
        assert {bytes(one) for one in payloads} == {b""}
        assert [one.tid for one in find_buyer(db, "13800000001", house.services.sealer)] == ["2"]
    assert erase_due(house.services) == 0


def test_an_erased_order_sent_again_just_so_is_a_repeat_and_stays_erased(house: House, trade: Trade) -> None:
    payload = _told(trade, "1", **DONE)
    house.post(payload)
    with writing(house.services.database) as db:
        assert erase_asked(db, [house.order_id("1")], actor="boss", now=NOW) == 1
    house.post(payload)
    assert house.receipts()[-1][0] == "duplicate"
    assert _head(house, "1").personal is None


def test_an_open_order_is_not_erased_even_on_request(house: House, trade: Trade) -> None:
    house.post(_told(trade, "1"))
    with writing(house.services.database) as db:
        assert erase_asked(db, [house.order_id("1")], actor="boss", now=NOW) == 0
    assert _head(house, "1").personal is not None
