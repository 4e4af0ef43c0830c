"""An import killed with kill -9, at its worst moments, comes to the same end with the same counts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.bootstrap import Services
from app.intake import workbook
from app.jobs.imports import take_up
from app.persistence.packs import publish_shipped
from tests.faults.dying_import import CHUNK_ORDERS
from tests.jobs.clerk import Clerk, row
from tests.line.house import NOW, House, pump_of

pytestmark = pytest.mark.faults
ROOT = Path(__file__).parents[2]


@pytest.fixture
def clerk(services: Services) -> Clerk:
    publish_shipped(services.database, now=NOW)
    house = House(services, pump_of(services, "test:0"))
    house.shop("sheet", "excel")
    return Clerk(house)


@pytest.mark.parametrize("moment", ["before-note", "after-note", "after-send"])
def test_a_killed_import_comes_to_the_same_end(clerk: Clerk, moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "CHUNK_ORDERS", CHUNK_ORDERS)
    # Some are there already, one of them says something else; some are wrong.
    clerk.imports(row("T3"), row("T7", quantity=2), row("T8"))
    rows = [row(f"T{n}", quantity="x" if n in (6, 12) else 1) for n in range(3 * CHUNK_ORDERS)]
    import_id = clerk.uploads(*rows)
    settings = clerk.services.settings
    env = {**os.environ, "PANDAN_HOME": str(settings.home), "REDIS_URL": settings.redis_url}
    env.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "tests.faults.dying_import", import_id, moment]
    assert subprocess.run(command, env=env, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    # What was sent may be decided by now: it is no duplicate for that.
    clerk.house.drain()
    take_up()
    clerk.house.drain()
    assert clerk.counts(import_id) == {
        "rows": 15, "orders": 15, "accepted": 11, "duplicates": 2, "rejected": 2, "added": 10, "changed": 1,
    }  # fmt: skip
    assert clerk.count("orders") == 13
    assert clerk.count("imported_orders", f"import_id = '{import_id}'") == 11
    assert clerk.undoes(import_id)["removed"] == 10
    clerk.house.check()
