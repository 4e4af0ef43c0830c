"""The migrations make exactly the tables that the program speaks of."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine

from app.persistence.migrate import current, head, upgrade
from app.persistence.tables import metadata


def test_the_migrated_database_equals_the_tables(database: Engine) -> None:
    with database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_again_changes_nothing(database: Engine) -> None:
    upgrade(database)
    assert current(database) == head()
