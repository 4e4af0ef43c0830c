"""A backtest of what the line itself decided: the live side is the line again, and nothing is written."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.jobs.backtest import backtest, trial_of
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.packs import SHIPPED
from app.persistence.people_words import intervene, undo_intervention
from app.persistence.redecisions import ask_again
from app.persistence.stock import StockCount, set_stock
from app.rulebook import load_pack
from tests.line.house import NOW, House
from tests.line.test_any_order import SCARCE, SLOW, STREETS, Event, Trade, Word, stories

counts = st.tuples(st.sampled_from(["HZ", "GZ"]), st.sampled_from("ABC"), st.integers(0, 6))
BUSINESS = (
    "orders",
    "decisions",
    "reservations",
    "fulfilments",
    "balances",
    "ledger",
    "redecisions",
    "tasks",
    "outbox",
)


class Ticking:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> int:
        return self.at


def document() -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads((SHIPPED / "apparel-default.json").read_bytes())
    return found


class Day:
    """Lets a day happen to a house, one second for each thing that does."""

    def __init__(self, house: House, trade: Trade) -> None:
        self.house, self._trade = house, trade
        self.clock = Ticking()
        house.services.clock = self.clock  # type: ignore[assignment]
        self._said: dict[str, list[int]] = {}

    def tell(self, happenings: list[list[Event | tuple[str, str, int]]]) -> None:
        self.forget()
        for some in happenings:
            self.tell_some(some)
        self.clock.at += 1

    def tell_some(self, some: list[Event | tuple[str, str, int]]) -> None:
        """Let a second pass, with what happens in it."""
        self.clock.at += 1
        for event in some:
            self._happen(event)
        while self.house.step(500):
            pass
        self.house.check()

    def forget(self) -> None:
        """Begin with no order and little stock."""
        self.house.forget()
        with writing(self.house.services.database) as db:
            db.execute(text("DELETE FROM ledger"))
            db.execute(text("DELETE FROM balances"))
            set_stock(db, [StockCount(*one) for one in SCARCE], doc="test", now=NOW)

    def _happen(self, event: Event | tuple[str, str, int]) -> None:
        if isinstance(event, tuple):
            self._count(*event)
        elif isinstance(event, Word):
            self._say(event)
        else:
            self.house.put(event.payload(self._trade))

    def _count(self, place: str, sku: str, units: int) -> None:
        with writing(self.house.services.database) as db:
            held = text("SELECT reserved FROM balances b JOIN warehouses w ON w.id = b.warehouse_id "
                        "WHERE w.code = :place AND sku = :sku")  # fmt: skip
            kept = db.execute(held, {"place": place, "sku": sku}).scalar() or 0
            set_stock(db, [StockCount(place, sku, max(units, kept))], doc="test", now=self.clock.at)

    def _say(self, word: Word) -> None:
        if word.tid not in self.house.orders():
            return
        order_id = self.house.order_id(word.tid)
        numbers = self._said.setdefault(word.tid, [])
        with writing(self.house.services.database) as db:
            if word.kind != "undo":
                numbers.append(intervene(db, order_id, word.kind, dict(word.value), actor="w", now=self.clock.at))
            elif numbers:
                undo_intervention(db, numbers[word.undo % len(numbers)], actor="w", now=self.clock.at)
            ask_again(db, [order_id], "intervention", now=self.clock.at)


@st.composite
def days(draw: st.DrawFn, *, moved: bool) -> list[list[Event | tuple[str, str, int]]]:
    """Seconds of a day, each with what happens in it."""
    events: list[Any] = draw(stories(lambda tid: STREETS))
    mixed = draw(st.permutations(events + (draw(st.lists(counts, max_size=5)) if moved else [])))
    found: list[list[Any]] = [[]]
    for event in mixed:
        if found[-1] and draw(st.booleans()):
            found.append([])
        found[-1].append(event)
    return found


def checksum(house: House) -> str:
    """Of every row of the business tables."""
    said = hashlib.sha256()
    with reading(house.services.database) as db:
        for name in BUSINESS:
            for row in db.execute(select(t.metadata.tables[name])):
                said.update(repr(tuple(row)).encode())
    return said.hexdigest()


def told(house: House, *, since_second: int = 0) -> dict[str, Any]:
    """What a backtest of the live pack against itself says each order came to on the live side, with its document."""
    pack = load_pack(document())
    trial = trial_of(house.services, pack, days=1)
    if since_second:
        trial.span = type(trial.span)(NOW + since_second, trial.span.until)
    with backtest(house.services, trial, lambda _done, _total: None) as result:
        records = {key[1]: result.before.record(key) for key in result.before.finals}
        return {
            "since": since_second,
            "ends": {tid: record and record["decision"] for tid, record in records.items()},
            **result.document,
        }


@given(st.data())
@settings(SLOW, phases=[Phase.explicit, Phase.generate])
def test_the_live_side_is_what_the_line_really_decided(house: House, trade: Trade, data: Any) -> None:
    happenings = data.draw(days(moved=data.draw(st.booleans())))
    Day(house, trade).tell(happenings)
    before = checksum(house)
    result = told(house, since_second=data.draw(st.sampled_from([0, 0, 2, len(happenings) // 2])))
    assert checksum(house) == before
    assert result["changed"] == 0
    really = house.state()["decisions"]
    assert result["ends"] == {tid: really[tid] for tid in result["ends"]}
    if result["remarks"] and not result["since"]:
        assert result["ends"].keys() == really.keys()
