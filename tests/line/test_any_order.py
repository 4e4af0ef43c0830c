"""Whatever order revisions, refunds and people's words arrive in, and however they are batched: one final state."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.line.house import House

Trade = Callable[..., dict[str, Any]]
EXAMPLES = int(os.environ.get("PANDAN_TEST_EXAMPLES", "8"))
SLOW = settings(
    deadline=None,
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PLENTY = [(place, sku, 10_000) for place in ("HZ", "GZ") for sku in "ABC"]
SCARCE = [("HZ", "A", 3), ("HZ", "B", 2), ("GZ", "A", 1), ("GZ", "B", 0)]
HOSTS = {"2": "1", "4": "3"}
"""Whose parcel an order may be put into."""
STREETS = ("文三路1号", "文三路2号")


@dataclass(frozen=True)
class Revision:
    """What the platform says of an order at one time."""

    tid: str
    number: int
    lines: tuple[tuple[str, int], ...]
    refunds: tuple[str, ...]
    status: str
    created: int
    phone: str
    street: str

    def payload(self, trade: Trade) -> dict[str, Any]:
        made = trade(
            self.tid, *self.lines, minute=self.created, modified=f"2026-07-15 19:{self.number:02}:00",
            status=self.status, receiver_mobile=self.phone, receiver_address=self.street,
        )  # fmt: skip
        for line, refund in zip(made["orders"]["order"], self.refunds, strict=False):
            line["refund_status"] = refund
        return made


@dataclass(frozen=True)
class Word:
    """What a person says of an order; `undo` takes back the order's word of that place.

    `split` names units of its first and second line; `join` is to put it into the parcel of the order before it.
    """

    tid: str
    kind: str
    value: tuple[tuple[str, Any], ...] = ()
    undo: int = 0

    @property
    def host(self) -> str:
        return HOSTS.get(self.tid, "") if self.kind == "join" else ""

    def parts(self) -> list[dict[str, int]]:
        """Of a split: the parcels that leave apart."""
        return [{f"{self.tid}{place}": units} for place, (_, units) in enumerate(self.value)]


Event = Revision | Word
words = st.sampled_from(
    [
        ("hold", (("reason", "customer-asked"),)),
        ("hold", (("reason", "big-value"),)),
        ("hold", ()),
        ("release", (("reasons", ("customer-asked", "held-by-person")),)),
        ("release", (("reasons", ("suspected-duplicate", "big-value")),)),
        ("cancel", ()),
        ("warehouse", (("warehouse", "GZ"),)),
        ("urgent", (("urgent", True),)),
        ("priority", (("priority", 7),)),
        ("split", (("first", 1),)),
        ("split", (("first", 1), ("second", 2))),
        ("join", ()),
        ("undo", ()),
        ("undo", ()),
    ]
)
line_lists = st.lists(st.tuples(st.sampled_from("ABC?"), st.integers(1, 3)), min_size=1, max_size=3).map(tuple)
states = st.sampled_from(["WAIT_SELLER_SEND_GOODS"] * 5 + ["WAIT_BUYER_PAY", "TRADE_CLOSED"])
refunds = st.lists(st.sampled_from(["NO_REFUND"] * 3 + ["WAIT_SELLER_AGREE", "SUCCESS"]), min_size=3, max_size=3)


@st.composite
def story(draw: st.DrawFn, tid: str, streets: tuple[str, ...]) -> list[Event]:
    """One order's revisions and the words said of it, as they happened."""
    created, phone = draw(st.integers(0, 6)), draw(st.sampled_from(["13900001111", "13900002222"]))
    street = draw(st.sampled_from(streets))
    goods = draw(st.lists(line_lists, min_size=1, max_size=4))
    told: list[Event] = [
        Revision(tid, n, lines, tuple(draw(refunds)), draw(states), created, phone, street)
        for n, lines in enumerate(goods)
    ]
    for kind, value in draw(st.lists(words, max_size=4)):
        told.append(Word(tid, kind, value, draw(st.integers(0, 3))))
    return told + draw(st.lists(st.sampled_from(told[: len(goods)]), max_size=1))


def stories(streets: Callable[[str], tuple[str, ...]]) -> st.SearchStrategy[list[Event]]:
    told = st.tuples(*[story(tid, streets(tid)) for tid in ("1", "2", "3", "4")])
    return told.map(lambda each: [event for one in each for event in one])


@st.composite
def arrivals(draw: st.DrawFn, events: list[Event]) -> list[tuple[Event, int]]:
    """The events in another order, with how many entries the pump takes after each; words keep their own order."""
    mixed = draw(st.permutations(events))
    said: dict[str, list[Event]] = {}
    for event in events:
        if isinstance(event, Word):
            said.setdefault(event.tid, []).append(event)
    mixed = [said[e.tid].pop(0) if isinstance(e, Word) else e for e in mixed]
    return [(event, draw(st.sampled_from([0, 0, 1, 2, 5]))) for event in mixed]


class Telling:
    """Lets events happen to a house; what people say of an order that is not there yet waits until it is."""

    def __init__(self, house: House, trade: Trade) -> None:
        self._house, self._trade = house, trade
        self._unsaid: list[Word] = []
        self._numbers: dict[str, list[int]] = {}

    def tell(self, arrived: list[tuple[Event, int]]) -> dict[str, Any]:
        self._house.forget()
        for event, taken in arrived:
            if isinstance(event, Word):
                self._unsaid.append(event)
            else:
                self._house.put(event.payload(self._trade))
            self._say()
            if taken:
                self._house.step(taken)
                self._house.check()
        while self._house.step(3) or self._say():
            self._house.check()
        return self._house.state()

    def _say(self) -> int:
        known = self._house.orders().keys() | {""}
        waiting: dict[str, list[Word]] = {}
        said = 0
        for word in self._unsaid:
            # Nobody's words overtake each other: what is said after one that waits, waits too.
            if word.tid in waiting or not {word.tid, word.host} <= known:
                waiting.setdefault(word.tid, []).append(word)
            else:
                self._speak(word)
                said += 1
        self._unsaid = [word for words in waiting.values() for word in words]
        return said

    def _speak(self, word: Word) -> None:
        numbers = self._numbers.setdefault(word.tid, [])
        match word.kind:
            case "undo" if numbers:
                self._house.take_back(numbers[word.undo % len(numbers)])
            case "undo":
                pass
            case "split":
                numbers.append(self._house.word(word.tid, "split", {"parts": word.parts()}))
            case "join" if word.host:
                self._house.word(word.host, "consolidate", {})
                numbers.append(self._house.word(word.tid, "consolidate", {}, word.host))
            case "join":
                numbers.append(self._house.word(word.tid, "consolidate", {}))
            case _:
                numbers.append(self._house.word(word.tid, word.kind, dict(word.value)))


def streets_apart(tid: str) -> tuple[str, ...]:
    # Who shares a parcel depends on who came first, and should: a parcel is offered once it is there.
    return (f"文三路{tid}号",)


@pytest.fixture
def plenty(house: House) -> House:
    house.stock(*PLENTY)
    return house


@given(st.data())
@SLOW
def test_any_order_of_arrival_and_any_batching_end_in_the_same_state(plenty: House, trade: Trade, data: Any) -> None:
    events = data.draw(stories(streets_apart))
    plain = Telling(plenty, trade).tell([(event, 0) for event in events])
    mixed = Telling(plenty, trade).tell(data.draw(arrivals(events)))
    assert mixed == plain


@given(st.data())
@SLOW
def test_scarce_stock_is_never_oversold_whatever_happens(house: House, trade: Trade, data: Any) -> None:
    house.stock(*SCARCE)
    events = data.draw(stories(lambda tid: STREETS))
    state = Telling(house, trade).tell(data.draw(arrivals(events)))
    outcomes = {row[0]: row[2] for row in state["orders"]}
    assert {row[0] for row in state["reservations"]} <= {
        tid for tid, outcome in outcomes.items() if outcome in ("allocated", "consolidated")
    }
    for tid, shipping in ((row[0], row[9]) for row in state["orders"] if row[2] == "consolidated"):
        assert outcomes[shipping] == "allocated", f"{tid} joins a parcel that is not there"
