"""A small house on both databases: one shop, two warehouses, the pack that ships, and a pump."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from app.bootstrap import Services, assemble
from app.settings import Settings
from tests.line.house import House, a_trade, furnish, pump_of


@pytest.fixture
def services(settings: Settings, database: Engine) -> Iterator[Services]:
    """Everything joined, on a new database of each kind and an empty Valkey."""
    joined = assemble(settings)
    joined.database = database
    client: Any = joined.redis
    client.flushall()
    yield joined
    joined.redis.close()


@pytest.fixture
def house(services: Services) -> House:
    furnish(services)
    return House(services, pump_of(services, "test:0"))


@pytest.fixture
def trade() -> Callable[..., dict[str, Any]]:
    """Makes a Taobao trade with one line for each (SKU, quantity)."""
    return a_trade
