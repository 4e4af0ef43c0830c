"""The line's small house, on both databases, with a shop for spreadsheets."""

from __future__ import annotations

import pytest

from tests.jobs.clerk import Clerk
from tests.line.conftest import house, services, trade
from tests.line.house import House

__all__ = ["clerk", "house", "services", "trade"]


@pytest.fixture
def clerk(house: House) -> Clerk:
    house.shop("sheet", "excel")
    return Clerk(house)
