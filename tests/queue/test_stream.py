"""The stream: accepted together or not at all, given out once, never forgotten before it is done."""

from __future__ import annotations

import pytest

from app.bootstrap import Services
from app.domain.errors import Unavailable
from app.queue.connection import intake_client
from app.queue.stream import RedisStream

NOW = 1_784_109_600


def test_receipts_come_in_the_order_given_and_are_counted(services: Services) -> None:
    receipts = services.stream.append("s", [b"{}", b"[]"], at=NOW)
    assert receipts == sorted(receipts, key=lambda r: tuple(map(int, r.split("-"))))
    assert services.stream.census() == (2, receipts)


def test_an_entry_comes_out_as_it_went_in(services: Services) -> None:
    services.stream.prepare()
    receipt = services.stream.append("店铺", ['{"名": 1}'.encode()], at=NOW, live=False)[0]
    (entry,) = services.stream.read("one", 10, 10)
    assert (entry.id, entry.shop, entry.payload, entry.received_at, entry.live) == (
        receipt, "店铺", "{\"名\": 1}".encode(), NOW, False,
    )  # fmt: skip


def test_what_a_dead_process_was_given_is_given_to_its_successor(services: Services) -> None:
    services.stream.prepare()
    services.stream.append("s", [b"1", b"2"], at=NOW)
    given = services.stream.read("slot", 10, 10)
    assert services.stream.read("slot", 10, 10) == []
    assert services.stream.own_pending("slot", 10) == given


def test_what_another_consumer_left_is_reclaimed_once_it_is_idle(services: Services) -> None:
    services.stream.prepare()
    services.stream.append("s", [b"1"], at=NOW)
    given = services.stream.read("gone", 10, 10)
    assert services.stream.reclaim("here", 10, idle_ms=60_000) == []
    assert services.stream.reclaim("here", 10, idle_ms=0) == given


def test_a_finished_entry_is_gone_and_an_unfinished_one_is_held(services: Services) -> None:
    services.stream.prepare()
    one, two = services.stream.append("s", [b"1", b"2"], at=NOW)
    services.stream.read("slot", 10, 10)
    services.stream.done([one])
    assert not services.stream.holds(one)
    assert services.stream.holds(two)
    assert not services.stream.holds("not-a-receipt")


def test_room_shrinks_with_the_backlog(services: Services) -> None:
    stream = RedisStream(intake_client(services.settings.redis_url), limit=3)
    stream.append("s", [b"1", b"2"], at=NOW)
    assert stream.room() == 1


def test_a_server_that_is_away_is_said_so_and_nothing_is_accepted() -> None:
    stream = RedisStream(intake_client("unix:///nowhere/at/all.sock"), limit=3)
    with pytest.raises(Unavailable):
        stream.append("s", [b"1"], at=NOW)


def test_a_write_that_the_server_refuses_keeps_nothing_and_the_next_one_works(services: Services) -> None:
    services.redis.set("pandan:accepted", "not a number")
    with pytest.raises(Unavailable):
        services.stream.append("s", [b"1"], at=NOW)
    # Within EXEC the other command took effect; a repeat is recognised by the order's own number.
    services.redis.delete("pandan:accepted", "pandan:orders")
    services.redis.config_set("maxmemory", 1)
    try:
        with pytest.raises(Unavailable):
            services.stream.append("s", [b"1", b"2"], at=NOW)
    finally:
        services.redis.config_set("maxmemory", 0)
    assert services.stream.census() == (0, [])
    receipts = services.stream.append("s", [b"1", b"2"], at=NOW)
    assert services.stream.census() == (2, receipts)


def test_a_server_that_came_back_is_found_again(services: Services) -> None:
    services.stream.append("s", [b"1"], at=NOW)
    services.redis.client_kill_filter(_type="normal", skipme=True)
    given = [one for one in range(3) if _appended(services)]
    assert len(given) >= 2
    assert services.stream.census()[0] == 1 + len(given)


def _appended(services: Services) -> bool:
    try:
        return bool(services.stream.append("s", [b"1"], at=NOW))
    except Unavailable:
        return False
