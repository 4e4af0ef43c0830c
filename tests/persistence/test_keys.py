"""Finding stored orders by their keys."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from app.persistence.database import is_sqlite, reading
from app.persistence.keys import order_ids


def test_orders_are_looked_up_by_key_never_scanned(database: Engine) -> None:
    asked: list[tuple[str, Any]] = []

    @event.listens_for(database, "before_cursor_execute")
    def remember(_c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, _many: bool) -> None:
        asked.append((statement, parameters))

    with reading(database) as db:
        if not is_sqlite(db):
            pytest.skip("PostgreSQL plans by its statistics, which an empty table has not")
        order_ids(db, {("tb", "1"), ("pdd", "2")})
        statement, parameters = next(one for one in asked if "CROSS JOIN" in one[0])
        plan = [row[3] for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    assert any("SEARCH o" in step for step in plan)
    assert not any("SCAN o" in step for step in plan)


def test_no_keys_find_no_orders(database: Engine) -> None:
    with reading(database) as db:
        db.execute(text("SELECT 1"))
        assert order_ids(db, set()) == {}
