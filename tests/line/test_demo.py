"""The demo goes in one step: nothing of it stays, and what is real stays as it was."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Boolean, Integer, LargeBinary, Table, func, insert, select
from sqlalchemy.types import BigInteger

from app.domain.goods import Sku
from app.persistence import demo
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.demo_removal import take_out
from app.persistence.goods import set_skus
from app.persistence.trials import open_trial
from tests.line.house import NOW, House

DEMO = "demo-taobao"
_NUMBERS = itertools.count(90_001)
_NAMES_AN_ORDER = ("order_id", "order_a", "order_b", "other_id", "anchor_id", "joins_id")


@pytest.fixture
def shown(house: House) -> House:
    """The small house with the demo in it."""
    with writing(house.services.database) as db:
        demo.put_in(db, ("taobao",), (("D-1", "演示杯", 1000),), now=NOW)
    return house


def _remove(house: House) -> int:
    with writing(house.services.database) as db:
        return take_out(db, now=NOW)


def _naming(names: tuple[str, ...]) -> Iterator[tuple[Table, str]]:
    for table in t.metadata.tables.values():
        yield from ((table, column.name) for column in table.columns if column.name in names)
    yield t.typed_orders, "source_id"


def _row(table: Table, column: str, order_id: int, trial: str) -> dict[str, Any]:
    """Any row of the table that names the order in this column."""
    number = next(_NUMBERS)
    plain = {LargeBinary: b"{}", Boolean: True, Integer: number, BigInteger: number}
    row = {
        each.name: next((value for kind, value in plain.items() if isinstance(each.type, kind)), "{}")
        for each in table.columns
        if not each.nullable and not each.foreign_keys
    }
    if table is t.divergences:
        row["trial_id"] = trial
    return {**row, column: order_id}


def test_no_table_names_a_demo_order_afterwards(shown: House, trade: Callable[..., dict[str, Any]]) -> None:
    shown.post(trade("7001", ("D-1", 1)), shop=DEMO)
    order_id = shown.order_id("7001")
    tables = [(table, column) for table, column in _naming(_NAMES_AN_ORDER) if table.name not in ("orders", "receipts")]
    assert len(tables) > 15
    with writing(shown.services.database) as db:
        trial = open_trial(db, "shadow", "running", {}, {}, now=NOW)
    for table, column in tables:
        with writing(shown.services.database) as db:
            if not db.scalar(select(func.count()).select_from(table).where(table.c[column] == order_id)):
                db.execute(insert(table).values(**_row(table, column, order_id, trial)))
    _remove(shown)
    with reading(shown.services.database) as db:
        for table, column in _naming(_NAMES_AN_ORDER):
            left = db.scalar(select(func.count()).select_from(table).where(table.c[column] == order_id))
            if table.name == "interventions" and column == "other_id":
                left = db.scalar(select(func.count()).where(table.c[column] == order_id, table.c.undone_at.is_(None)))
            assert not left, (table.name, column)
    assert shown.shops() == {"tb"}


def test_what_the_demo_held_of_real_stock_is_free_again_and_goes_to_who_waits(
    shown: House, trade: Callable[..., dict[str, Any]]
) -> None:
    shown.post(trade("7001", ("B", 10)), shop=DEMO)
    shown.post(trade("8001", ("B", 4)))
    assert shown.orders()["8001"][0] == "backordered"
    _remove(shown)
    shown.drain()
    assert shown.orders() == {"8001": ("allocated", "")}
    shown.check()


def test_real_orders_in_a_demo_warehouse_keep_their_parcels(shown: House, trade: Callable[..., dict[str, Any]]) -> None:
    shown.post(trade("7001", ("D-1", 1)), shop=DEMO)
    shown.post(trade("8001", ("D-1", 2)), trade("8002", ("A", 1), minute=9))
    before = shown.state()
    _remove(shown)
    shown.drain()
    after = shown.state()
    real = ("8001", "8002")
    assert after["parcels"] == [row for row in before["parcels"] if row[0] in real]
    assert after["reservations"] == [row for row in before["reservations"] if row[0] in real]
    assert after["decisions"] == {tid: before["decisions"][tid] for tid in real}
    shown.check()


def test_a_real_order_held_for_a_demo_order_goes_on(shown: House, trade: Callable[..., dict[str, Any]]) -> None:
    same = {"buyer_open_uid": "u1", "oaid": "o1", "receiver_mobile": "13800001111", "receiver_address": "文三路1号"}
    shown.post(trade("7001", ("A", 1), **same), shop=DEMO)
    shown.post(trade("8001", ("A", 1), minute=1, **same))
    assert shown.orders()["8001"][0] == "held"
    _remove(shown)
    shown.drain()
    assert shown.orders() == {"8001": ("allocated", "")}
    shown.check()


def test_goods_that_people_use_stay_and_the_demos_own_go(shown: House) -> None:
    with writing(shown.services.database) as db:
        set_skus(db, [Sku("D-1", "真的杯子")])
        set_skus(db, [Sku("D-2", "演示盘")], demo=True)
    _remove(shown)
    with reading(shown.services.database) as db:
        assert "D-1" in set(db.scalars(select(t.skus.c.sku)))
        assert "D-2" not in set(db.scalars(select(t.skus.c.sku)))
        assert set(db.scalars(select(t.warehouses.c.code))) == {"HZ", "GZ"}
    shown.check()
