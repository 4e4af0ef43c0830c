"""Writes of several threads in one: everybody gets the own answer, and a failure is everybody's of that write."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from app.bootstrap import Services
from app.domain.errors import Unavailable
from app.queue.grouping import GroupCommit

NOW = 1_784_109_600


class Gate:
    """A write that stands still until it is let go; it doubles each number."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.open = threading.Event()
        self.refused = -1

    def write(self, asked: list[int]) -> list[int]:
        self.groups.append(asked)
        assert self.open.wait(10)
        if self.refused in asked:
            raise Unavailable("queue-unavailable")
        return [number * 2 for number in asked]


def asked_behind_a_first(gate: Gate, group: GroupCommit[int, int], pool: ThreadPoolExecutor) -> list[Future[int]]:
    """The answers to 0 … 7; 0 is on its way when the others come, one after another."""
    answers = []
    for number in range(8):
        answers.append(pool.submit(group.add, number, 1))
        until(lambda number=number: len(group._waiting) == number and bool(gate.groups))
    gate.open.set()
    return answers


def until(ready: object) -> None:
    for _ in range(1000):
        if ready():  # type: ignore[operator]
            return
        time.sleep(0.005)
    raise AssertionError("not in time")


def test_what_comes_during_a_write_goes_together_in_the_next() -> None:
    gate = Gate()
    with ThreadPoolExecutor(8) as pool:
        answers = asked_behind_a_first(gate, GroupCommit(gate.write, 100), pool)
        assert [answer.result(10) for answer in answers] == [0, 2, 4, 6, 8, 10, 12, 14]
    assert gate.groups == [[0], [1, 2, 3, 4, 5, 6, 7]]


def test_a_group_is_not_made_larger_than_its_measure() -> None:
    gate = Gate()
    with ThreadPoolExecutor(8) as pool:
        answers = asked_behind_a_first(gate, GroupCommit(gate.write, 3), pool)
        assert [answer.result(10) for answer in answers] == [0, 2, 4, 6, 8, 10, 12, 14]
    assert gate.groups == [[0], [1, 2, 3], [4, 5, 6], [7]]


def test_a_failed_write_fails_for_its_group_and_for_nobody_else() -> None:
    gate = Gate()
    gate.refused = 2
    with ThreadPoolExecutor(8) as pool:
        answers = asked_behind_a_first(gate, GroupCommit(gate.write, 3), pool)
        assert answers[0].result(10) == 0
        for number in (1, 2, 3):
            with pytest.raises(Unavailable):
                answers[number].result(10)
        assert [answer.result(10) for answer in answers[4:]] == [8, 10, 12, 14]


def test_each_thread_gets_the_receipts_of_its_own_payloads(services: Services) -> None:
    def send(number: int) -> list[str]:
        return services.stream.append("s", [b"%d-%d" % (number, part) for part in range(3)], at=NOW)

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(send, range(200)))
    stored = {entry_id.decode(): fields[b"p"] for entry_id, fields in services.redis.xrange("pandan:orders")}
    for number, receipts in enumerate(given):
        assert [stored[receipt] for receipt in receipts] == [b"%d-%d" % (number, part) for part in range(3)]
    assert services.stream.pulse()[:2] == (600, 600)
