"""What a person who works for some shops only reads: nothing of the others, in both databases, from any statement."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Table, func, insert, select, text

from app.domain.errors import NotFound
from app.persistence import tables as t
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.imports import open_import, recent_imports
from app.persistence.scope import HOUSE, belongs, limited_to, must_see, must_see_order, narrowed
from app.persistence.tables.base import metadata

MINE, THEIRS = 1, 2
NOBODYS = {"deeds", "desk_deeds", "logins", "outbox", "pick_lists", "webhooks"}
"""What a page of such a person never needs."""


@pytest.fixture
def two_shops(database: Engine) -> Engine:
    """Two shops, and two rows in every table but the audit: one for each shop."""
    with writing(database) as db:
        for table in (one for one in metadata.sorted_tables if one is not t.audit):
            for shop in (MINE, THEIRS):
                _fill(db, table, shop)
    return database


def _fill(db: Connection, table: Table, shop: int) -> None:
    """A row in which everything is called by the shop's number."""
    values: dict[type, Any] = {int: shop, str: str(shop), bytes: b"{}", bool: True}
    row = {column.name: values.get(column.type.python_type, 1.0) for column in table.c}
    if table is t.pack_versions:
        row["live"] = shop == MINE  # only one may be
    if "order_b" in row:
        db.execute(insert(table).values({**row, "order_b": 3 - shop}))
    db.execute(insert(table).values(row))


def test_it_is_known_of_every_table_whose_its_rows_are() -> None:
    """A new table must name a shop, an order, … or be put into HOUSE; until then it is empty for them."""
    unknown = {table.name for table in metadata.sorted_tables if not belongs(table)}
    assert unknown == NOBODYS
    assert set(metadata.tables) >= HOUSE


def test_every_table_shows_the_shops_own_rows_only(two_shops: Engine) -> None:
    for table in metadata.sorted_tables:
        with reading(two_shops) as db:
            whole = db.execute(select(table)).all()
        with limited_to(frozenset({MINE})), reading(two_shops) as db:
            seen = db.execute(select(table)).all()
            raw = db.execute(text(f"SELECT COUNT(*) FROM {table.name}")).scalar()
        assert raw == len(seen), table.name
        if "shop_id" in table.c or "order_id" in table.c:
            assert (len(whole), len(seen)) == (2, 1), table.name
        if "shop_id" in table.c:
            assert [row.shop_id for row in seen] == [MINE]


def test_a_verdict_between_a_shops_own_orders_is_seen_and_no_other(two_shops: Engine) -> None:
    with limited_to(frozenset({MINE})), reading(two_shops) as db:
        assert [(row.order_a, row.order_b) for row in db.execute(select(t.verdicts))] == [(1, 1)]


def test_joins_subqueries_and_statements_with_their_own_ctes_are_narrowed(two_shops: Engine) -> None:
    count = select(func.count()).select_from(t.orders).scalar_subquery()
    own = select(t.orders.c.id).cte("own")
    with limited_to(frozenset({MINE})), reading(two_shops) as db:
        joined = select(t.tasks.c.id, count).join(t.orders, t.orders.c.id == t.tasks.c.order_id)
        assert db.execute(joined).all() == [(MINE, 1)]
        assert db.scalars(select(own.c.id)).all() == [MINE]
        assert db.execute(text("SELECT COUNT(*) FROM orders o WHERE o.id <> :id"), {"id": 9}).scalar() == 1


def test_nobody_reads_anything_with_no_shop_at_all(two_shops: Engine) -> None:
    with limited_to(frozenset()), reading(two_shops) as db:
        assert db.execute(select(t.orders)).all() == []
        assert db.execute(select(t.shops)).all() == []


def test_the_limit_ends_with_its_block(two_shops: Engine) -> None:
    with limited_to(frozenset({MINE})):
        pass
    with reading(two_shops) as db:
        assert len(db.execute(select(t.orders)).all()) == 2


def test_totals_are_counted_over_the_shops_own_receipts(two_shops: Engine) -> None:
    with limited_to(frozenset({MINE})), reading(two_shops) as db:
        assert db.execute(text("SELECT status, n FROM receipt_totals")).all() == [("1", 1)]


def test_imports_into_other_shops_are_not_there_but_other_facts_are(two_shops: Engine) -> None:
    with writing(two_shops) as db:
        for shop in ("1", "2"):
            open_import(db, {"shop": shop, "state": "done"}, now=1)
        db.execute(insert(t.facts).values(key="demo", value="not json"))
    with limited_to(frozenset({MINE})), reading(two_shops) as db:
        assert {state["shop"] for _, state in recent_imports(db) if isinstance(state, dict)} == {"1"}
        assert db.execute(text("SELECT COUNT(*) FROM facts WHERE key = 'demo'")).scalar() == 1


def test_of_the_audit_only_what_was_done_to_the_shops_own_orders_is_seen(two_shops: Engine) -> None:
    with writing(two_shops) as db:
        for target in ("1", "2", "", "x1", "9" * 18):
            note(db, "w", "order.hold", target, now=1)
        note(db, "w", "user.add", "1", now=1)
    with limited_to(frozenset({MINE})), reading(two_shops) as db:
        assert [row.target for row in db.execute(select(t.audit))] == ["1"]


def test_a_deed_on_another_shops_row_is_refused_as_if_it_were_not_there(two_shops: Engine) -> None:
    with writing(two_shops) as db:
        must_see_order(db, 1, 2)  # nobody is limited
        with limited_to(frozenset({MINE})):
            must_see_order(db, 1)
            must_see(db, "shops", code="1")
            for refused in (lambda: must_see_order(db, 1, 2), lambda: must_see(db, "tasks", id=2)):
                with pytest.raises(NotFound):
                    refused()


def test_a_recursive_statement_is_an_error_rather_than_a_way_round() -> None:
    with pytest.raises(ValueError, match="recursive"):
        narrowed("WITH RECURSIVE r AS (SELECT 1 FROM orders) SELECT * FROM r", frozenset({1}), sqlite=True)
