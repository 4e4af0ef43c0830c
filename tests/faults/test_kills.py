"""Kill -9 under load, and at the worst moments: nothing acknowledged is lost, done twice or oversold."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from app.bootstrap import Services
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.persistence.packs import publish_shipped
from app.persistence.reads.numbers import read_numbers
from app.persistence.stock import StockCount, set_stock
from bench import faults
from connectors.sandbox import SKUS, Sandbox
from tests.line.house import NOW, House, pump_of

pytestmark = pytest.mark.faults
ROOT = Path(__file__).parents[2]
ORDERS = 20


@pytest.fixture
def house(services: Services) -> House:
    publish_shipped(services.database, now=NOW)
    with writing(services.database) as db:
        db.execute(insert(t.shops).values(code="tb", name="tb", platform="taobao", created_at=NOW))
        db.execute(insert(t.warehouses).values(code="HZ", name="杭州仓", province="浙江省", city="杭州市"))
        set_stock(db, [StockCount("HZ", code, 100) for code, _, _ in SKUS], doc="test", now=NOW)
    sandbox = Sandbox(7)
    house = House(services, pump_of(services, "next:0", idle_ms=0))
    house.put(*[sandbox.order("taobao", NOW + n * 600, mishaps=False) for n in range(ORDERS)])
    return house


@pytest.fixture
def kill_a_pump(house: House) -> Callable[..., None]:
    """Let a pump take the batch and be killed at a moment; then another takes over."""

    def kill(*moment: str) -> None:
        settings = house.services.settings
        env = {**os.environ, "PANDAN_HOME": str(settings.home), "REDIS_URL": settings.redis_url}
        env.pop("DATABASE_URL", None)
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.dying_pump", *moment], env=env, cwd=ROOT, check=False
        )
        assert done.returncode == -signal.SIGKILL
        house.drain()

    return kill


def nothing_lost(house: House) -> Any:
    accepted, waiting = house.services.stream.census()
    with reading(house.services.database) as db:
        return read_numbers(db, accepted, waiting).nothing_lost


def test_a_pump_killed_before_it_commits_loses_nothing(house: House, kill_a_pump: Callable[..., None]) -> None:
    kill_a_pump("before-commit")
    assert len(house.orders()) == ORDERS
    house.check()


def test_a_pump_killed_between_commit_and_acknowledgement_does_nothing_twice(
    house: House, kill_a_pump: Callable[..., None]
) -> None:
    kill_a_pump("after-commit")
    assert house.receipts() == [("decided", "")] * ORDERS
    house.check()


def test_a_pump_that_acknowledged_before_it_commits_loses_orders_and_the_count_finds_it(
    house: House, kill_a_pump: Callable[..., None]
) -> None:
    # The control: without the right order of commit and acknowledgement these tests must fail.
    kill_a_pump("before-commit", "ack-first")
    assert house.orders() == {}
    assert not nothing_lost(house)


def test_every_part_killed_under_load_loses_doubles_and_oversells_nothing() -> None:
    result = faults.run(3, 5, turns=("pump", "work", "web", "queue", "supervisor"))
    assert result["ok"], result
    assert result["kills"]["all"] == 5
    assert result["acknowledged"] > 20
