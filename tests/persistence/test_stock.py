"""Stock on hand: counted all together or not at all, in the ledger, and felt by the orders that wait."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import IntegrityError

from app.domain.errors import Refused
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.reads.numbers import read_numbers
from app.persistence.stock import StockCount, set_stock

NOW = 1_784_109_600


@pytest.fixture
def house(database: Engine) -> Engine:
    with writing(database) as db:
        db.execute(insert(t.warehouses).values(code="HZ", name="杭州"))
    return database


def count(database: Engine, *counts: StockCount) -> int:
    with writing(database) as db:
        return set_stock(db, counts, doc="test", now=NOW)


def test_a_count_sets_the_balance_and_the_ledger_adds_up(house: Engine) -> None:
    count(house, StockCount("HZ", "A", 10, "A-1"))
    count(house, StockCount("HZ", "A", 7))
    with reading(house) as db:
        assert db.execute(select(t.balances.c.on_hand, t.balances.c.bin)).all() == [(7, "A-1")]
        assert [row[0] for row in db.execute(select(t.ledger.c.on_hand_delta).order_by(t.ledger.c.id))] == [10, -3]
        assert read_numbers(db, 0, []).stock_adds_up


def test_a_new_sku_is_added_under_its_code(house: Engine) -> None:
    count(house, StockCount("HZ", "NEW", 1))
    with reading(house) as db:
        assert db.execute(select(t.skus.c.sku, t.skus.c.name)).all() == [("NEW", "NEW")]


def test_one_bad_row_refuses_all_and_every_bad_row_is_named(house: Engine) -> None:
    with pytest.raises(Refused) as refused:
        count(house, StockCount("HZ", "A", 1), StockCount("XX", "A", 1), StockCount("HZ", "B", -1))
    assert [(p.code, p.path) for p in refused.value.problems] == [
        ("warehouse-unknown", "row 2"),
        ("stock-negative", "row 3"),
    ]
    with reading(house) as db:
        assert db.execute(select(t.balances)).all() == []


def test_a_count_below_what_is_reserved_is_refused(house: Engine) -> None:
    count(house, StockCount("HZ", "A", 5))
    with writing(house) as db:
        db.execute(text("UPDATE balances SET reserved = 4"))
    with pytest.raises(Refused) as refused:
        count(house, StockCount("HZ", "A", 3))
    assert refused.value.problems[0].details["reserved"] == 4


def test_the_database_itself_refuses_to_oversell(house: Engine) -> None:
    count(house, StockCount("HZ", "A", 5))
    with pytest.raises(IntegrityError), writing(house) as db:
        db.execute(text("UPDATE balances SET reserved = 6"))
