"""A real SQLite file with every table and two shops."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pysqlite3
import pytest
from sqlalchemy import Connection, create_engine, insert

from app.persistence.tables import metadata, shops
from tests.persistence.reads.seed import NOW


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{tmp_path / 'reads.db'}", module=pysqlite3)
    metadata.create_all(engine)
    with engine.begin() as connection:
        rows = [
            {"id": 1, "code": "tb", "name": "淘宝店", "platform": "taobao", "created_at": NOW},
            {"id": 2, "code": "dy", "name": "抖音店", "platform": "doudian", "created_at": NOW},
        ]
        connection.execute(insert(shops), rows)
        yield connection
    engine.dispose()
