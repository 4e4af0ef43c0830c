"""For commands that act on a system with orders in it, and for backups of one."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from app.cli.safekeeping.restoring import Restored, restore
from app.persistence.database import connect
from app.settings import Settings, load_settings
from tests.line.conftest import house, trade

__all__ = ["house", "trade"]


def tell(_zh: str, _en: str) -> None:
    pass


def restored(file: Path, settings: Settings, *, replacing: bool = False) -> Restored:
    return restore(file, settings, replace=replacing, tell=tell)[1]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "copy.tar"


@pytest.fixture
def new_home(tmp_path: Path) -> Settings:
    return load_settings({"PANDAN_HOME": str(tmp_path / "new")})


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_url: str) -> Settings:
    """Settings of a new home with an empty PostgreSQL."""
    with connect(postgres_url).connect().execution_options(isolation_level="AUTOCOMMIT") as server:
        server.execute(text("DROP DATABASE IF EXISTS restored"))
        server.execute(text("CREATE DATABASE restored"))
    url = postgres_url.replace("/postgres?", "/restored?")
    assert url != postgres_url
    return load_settings({"PANDAN_HOME": str(tmp_path / "new"), "DATABASE_URL": url})


@pytest.fixture(params=["new_home", pytest.param("on_postgres", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest) -> Settings:
    """Settings of a new home with an empty database of each kind and the queue server that comes along."""
    found: Settings = request.getfixturevalue(request.param)
    return found
