"""The line's small house, with a warehouse's hands in it."""

from __future__ import annotations

import pytest

from tests.fulfilment.hands import Hands
from tests.line.conftest import house, services, trade
from tests.line.house import House

__all__ = ["hands", "house", "services", "trade"]


@pytest.fixture
def hands(house: House) -> Hands:
    return Hands(house)
