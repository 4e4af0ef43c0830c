"""The line's small house with a clock that stands until it is told to go on."""

from __future__ import annotations

import pytest

from tests.clock.tower import Tower
from tests.line.conftest import house, services, trade
from tests.line.house import House

__all__ = ["house", "services", "tower", "trade"]


@pytest.fixture
def tower(house: House) -> Tower:
    return Tower(house)
