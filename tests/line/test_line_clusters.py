"""Suspected duplicates through the whole line: who anchors whom hangs on the orders alone, never on their arrival."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.processing import batch
from tests.line.house import House

Trade = Callable[..., dict[str, Any]]
SLOW = settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])


def same_buyer(trade: Trade, tid: str, second: int, sku: str = "A", phone: str = "13900001111") -> dict[str, Any]:
    created = f"2026-07-15 18:{second // 60:02}:{second % 60:02}"
    return trade(tid, (sku, 1), created=created, receiver_mobile=phone)


def anchors(house: House) -> dict[str, str]:
    return {row[0]: row[8] for row in house.state()["orders"]}


def naive_anchors(orders: list[tuple[str, int, str, str]]) -> dict[str, str]:
    """The rule as it is told: the earliest left over anchors whoever is like it within three minutes."""
    found = dict.fromkeys((tid for tid, *_ in orders), "")
    left = sorted(orders, key=lambda order: (order[1], order[0]))
    while left:
        (tid, second, sku, phone), *rest = left
        like = [one for one in rest if one[1] - second <= 180 and one[2:] == (sku, phone)]
        found |= {one[0]: tid for one in like}
        left = [one for one in rest if one not in like]
    return found


sets_of_orders = st.lists(
    st.tuples(st.integers(0, 700), st.sampled_from("AAB"), st.sampled_from(["13900001111", "13900002222"])),
    min_size=3,
    max_size=9,
).map(lambda drawn: [(str(n), *one) for n, one in enumerate(drawn)])


@given(sets_of_orders, st.randoms(use_true_random=False), st.lists(st.integers(1, 4), min_size=9, max_size=9))
@SLOW
def test_clusters_are_the_same_for_any_arrival_and_batching(
    house: House, trade: Trade, orders: list[tuple[str, int, str, str]], chance: Any, sizes: list[int]
) -> None:
    house.forget()
    mixed = chance.sample(orders, len(orders))
    house.put(*[same_buyer(trade, *one) for one in mixed])
    for size in sizes:
        house.step(size)
    while house.step(9):
        house.check()
    assert anchors(house) == naive_anchors(orders)


@pytest.mark.parametrize("arrival", [*permutations("123")], ids="".join)
def test_three_clicks_hold_the_two_later_ones_whoever_comes_first(
    house: House, trade: Trade, arrival: tuple[str, ...]
) -> None:
    for tid in arrival:
        house.post(same_buyer(trade, tid, 60 * int(tid)))
    assert anchors(house) == {"1": "", "2": "1", "3": "1"}
    house.check()


def test_when_the_anchor_is_cancelled_the_earliest_left_anchors_the_rest(house: House, trade: Trade) -> None:
    house.post(*[same_buyer(trade, tid, 30 * int(tid)) for tid in "123"])
    number = house.word("1", "cancel", {})
    house.drain()
    assert anchors(house) == {"1": "", "2": "", "3": "2"}
    house.take_back(number)
    house.drain()
    assert anchors(house) == {"1": "", "2": "1", "3": "1"}
    house.check()


def test_a_late_first_click_moves_every_cluster_of_a_long_row(
    house: House, trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A row as long as this takes more rounds than one batch may use: the rest is decided in the next.
    monkeypatch.setattr(batch, "_MOST_ROUNDS", 1)
    house.post(*[same_buyer(trade, str(n), 100 * n) for n in range(2, 9)])
    assert anchors(house) == {str(n): "" if n % 2 == 0 else str(n - 1) for n in range(2, 9)}
    house.post(same_buyer(trade, "1", 100))
    assert anchors(house) == {str(n): "" if n % 2 else str(n - 1) for n in range(1, 9)}
    house.check()
