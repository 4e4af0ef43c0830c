"""Several pumps on one stream: nothing is oversold, lost or done twice, and one that stops is replaced."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import text

from app.bootstrap import Services, assemble
from app.domain.goods import Catalogue
from app.persistence.book import SqlOrderBook
from app.persistence.database import connect, reading, writing
from app.persistence.receipts import send_again
from app.processing.batch import map_entries, process
from tests.line.house import NOW, House, pump_of

Trade = Callable[..., dict[str, Any]]
PUMPS = 3


def another(services: Services, batch_orders: int = 4) -> Services:
    """The same installation seen from another process: connections of its own."""
    own = assemble(replace(services.settings, batch_orders=batch_orders))
    own.database = connect(services.database.url.render_as_string(hide_password=False))
    return own


def in_parallel(*jobs: Callable[[], Any]) -> None:
    faults: list[BaseException] = []

    def run(job: Callable[[], Any]) -> None:
        try:
            job()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults


def drain_together(house: House) -> None:
    crews = [another(house.services) for _ in range(PUMPS)]
    pumps = [pump_of(crew, f"crew:{n}") for n, crew in enumerate(crews)]
    in_parallel(*[lambda pump=pump: pump.drain(20, until_empty=True) for pump in pumps])
    for crew in crews:
        crew.database.dispose()
    house.drain()


def test_pumps_that_compete_for_scarce_stock_promise_each_unit_once(house: House, trade: Trade) -> None:
    house.stock(("HZ", "A", 17), ("HZ", "B", 9), ("GZ", "A", 4), ("GZ", "B", 5))
    orders = [trade(str(n), ("A", 1 + n % 2), ("B", n % 2), minute=n % 50) for n in range(100, 160)]
    for order in orders:
        order["orders"]["order"] = [line for line in order["orders"]["order"] if line["num"]]
    house.put(*orders, *orders[::7])
    drain_together(house)
    house.check()
    statuses = [status for status, _ in house.receipts()]
    assert (statuses.count("decided"), statuses.count("duplicate")) == (60, len(orders[::7]))
    assert len(house.orders()) == 60
    assert house.reserved()[(1, "A")] == 17


def test_pumps_that_compete_for_one_buyers_clicks_hold_the_later_ones(house: House, trade: Trade) -> None:
    house.stock(("HZ", "A", 500))
    clicks = [
        trade(f"{buyer}{click}", minute=click, receiver_mobile=f"139000000{buyer}")
        for click in (2, 0, 1) for buyer in range(10, 22)
    ]  # fmt: skip
    house.put(*clicks)
    drain_together(house)
    house.check()
    anchors = {row[0]: row[8] for row in house.state()["orders"]}
    assert anchors == {f"{b}{c}": f"{b}0" if c else "" for b in range(10, 22) for c in range(3)}


def test_pumps_that_compete_for_revisions_of_one_order_end_with_the_newest(house: House, trade: Trade) -> None:
    house.stock(("HZ", "A", 500))
    revisions = [
        trade(str(tid), ("A", 1 + number), modified=f"2026-07-15 19:{number:02}:00")
        for number in (3, 0, 5, 1, 4, 2) for tid in range(1, 9)
    ]  # fmt: skip
    house.put(*revisions)
    drain_together(house)
    house.check()
    assert house.reserved() == {(1, "A"): 8 * 6}


def test_a_pump_that_died_in_mid_batch_is_replaced(house: House, trade: Trade) -> None:
    house.put(*[trade(str(n)) for n in range(1, 7)])
    stream = house.services.stream
    stream.prepare()
    assert len(stream.read("dead:0", 4, 1)) == 4
    house.drain()
    assert len(house.orders()) == 2
    pump_of(another(house.services), "test:1", idle_ms=0).drain(5, until_empty=True)
    assert len(house.orders()) == 6
    house.check()


@contextmanager
def half_done(house: House, take: int = 10) -> Iterator[list[Any]]:
    """A pump that has decided and stored a batch, and commits it when the block ends."""
    pump = house.pump
    house.services.stream.prepare()
    entries = house.services.stream.read(pump.consumer, take, 1)
    line = pump.line()
    with writing(house.services.database) as db:
        process(map_entries(entries, line), SqlOrderBook(db, house.services.sealer), line, NOW)
        yield entries
    house.services.stream.done([entry.id for entry in entries])


def test_an_entry_that_two_pumps_were_given_at_once_is_counted_once(house: House, trade: Trade) -> None:
    house.put(trade("1"), trade("2", status="NEW_STATE"))
    other = pump_of(another(house.services), "test:1")
    with half_done(house) as entries:
        late = threading.Thread(target=other.run, args=(entries,))
        late.start()
        late.join(0.3)
    late.join()
    assert house.receipts() == [("decided", ""), ("quarantined", "")]
    house.check()


def test_a_receipt_sent_again_is_read_by_one_pump_only(house: House, trade: Trade) -> None:
    receipts = house.post(trade("1", status="NEW_STATE"), trade("2", status="NEW_STATE"))
    with writing(house.services.database) as db:
        send_again(db, receipts)
    in_parallel(*[pump_of(another(house.services), f"test:{n}").again for n in range(PUMPS)])
    house.drain()
    assert house.receipts() == [("quarantined", "")] * 2
    house.check()


class InterruptedBook(SqlOrderBook):
    """A book during whose transaction something else happens, after the orders were read."""

    happening: threading.Thread | None = None

    def catalogue(self) -> Catalogue:
        if self.happening is not None and not self.happening.ident:
            self.happening.start()
            self.happening.join(0.5)
        return super().catalogue()


def test_a_word_said_while_the_order_is_being_decided_is_not_forgotten(house: House, trade: Trade) -> None:
    house.post(trade("1"))
    house.put(trade("1", ("B", 1), modified="2026-07-15 19:00:00"))
    entries, line = house.services.stream.read("test:0", 1, 1), house.pump.line()
    speaker = House(another(house.services), house.pump)
    with writing(house.services.database) as db:
        book = InterruptedBook(db, house.services.sealer)
        book.happening = threading.Thread(target=speaker.word, args=("1", "cancel", {}))
        process(map_entries(entries, line), book, line, NOW)
    book.happening.join()
    house.services.stream.done([entries[0].id])
    house.drain()
    assert house.orders()["1"][0] == "recorded"
    assert house.reserved() == {}
    house.check()


def test_nobody_joins_a_parcel_that_another_pump_is_taking_back(house: House, trade: Trade) -> None:
    one_buyer = {"receiver_mobile": "13900001111", "receiver_address": "文三路1号"}
    house.post(trade("1", ("A", 1), **one_buyer))
    house.word("1", "hold", {"reason": "customer-asked"})
    house.put(trade("2", ("B", 1), minute=30, **one_buyer))
    other = pump_of(another(house.services), "test:1")
    with half_done(house):
        late = threading.Thread(target=other.again)
        late.start()
        late.join(0.5)
    late.join()
    house.drain()
    house.check()
    assert house.orders() == {"1": ("held", "customer-asked"), "2": ("allocated", "")}


def test_an_order_that_cannot_be_decided_again_does_not_keep_others_from_being_decided(
    house: House, trade: Trade
) -> None:
    house.post(trade("1"), trade("2"))
    with writing(house.services.database) as db:
        db.execute(text("UPDATE orders SET doc = :doc WHERE tid = '1'"), {"doc": b"unreadable"})
    house.word("1", "urgent", {"urgent": True})
    house.word("2", "cancel", {})
    house.post(trade("3"), trade("4"))
    assert [status for status, _ in house.receipts()] == ["decided"] * 4
    assert house.orders()["2"][0] == "recorded"
    with reading(house.services.database) as db:
        assert db.execute(text("SELECT kind, order_id FROM tasks WHERE open_key IS NOT NULL")).all() == [
            ("decision-broke", house.order_id("1"))
        ]
    house.check()
