"""Opening the database: SQLite that survives a power cut, or PostgreSQL; and the two kinds of transaction."""

from __future__ import annotations

import fcntl
import importlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

from app.persistence.scope import narrow

SAFE_SQLITE = (3, 51, 3)
"""The first release without the WAL-reset fault (sqlite.org/wal.html#walresetbug)."""


def sqlite_module() -> Any:
    """The SQLite driver: the wheel's newer library where it can be imported, else Python's own."""
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3


def connect(url: str, *, pooled: bool = True) -> Engine:
    """An engine for `url` (`sqlite:///…` or `postgresql+psycopg://…`); nothing is opened before its first use."""
    pool: Any = QueuePool if pooled else NullPool
    if url.startswith("sqlite"):
        return _connect_sqlite(url, pool)
    if url.startswith(("postgresql://", "postgres://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    return create_engine(url, poolclass=pool, connect_args={"options": _POSTGRES_LIMITS})


_POSTGRES_LIMITS = "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"

_SQLITE_SETTINGS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=30000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-32000",
    "PRAGMA temp_store=MEMORY",
)


def _connect_sqlite(url: str, pool: Any) -> Engine:
    engine = create_engine(
        url, module=sqlite_module(), poolclass=pool, connect_args={"isolation_level": None, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _record: Any) -> None:
        for setting in _SQLITE_SETTINGS:
            connection.execute(setting)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A read that turns into a write fails at once when another wrote in between, whatever the busy timeout:
        # so writers say so from the start.
        writes = connection.get_execution_options().get("pandan_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A write transaction: committed when the block ends, rolled back when it raises."""
    with _turn(engine), engine.connect().execution_options(pandan_writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """SQLite: wait for one's turn to write. Its own busy handler sleeps longer and longer instead of being woken."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        yield
        return
    handle = os.open(f"{path}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A read transaction over one snapshot, of what this thread's person may see."""
    with engine.connect() as connection, connection.begin():
        narrow(connection)
        yield connection


@contextmanager
def looking(engine: Engine) -> Iterator[Connection]:
    """A read transaction over one snapshot of the whole house, through which the database lets nothing be written."""
    with engine.connect() as connection:
        if is_sqlite(connection):
            connection.exec_driver_sql("PRAGMA query_only=ON")
            connection.rollback()
        else:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        try:
            with connection.begin():
                yield connection
        finally:
            if is_sqlite(connection):
                connection.exec_driver_sql("PRAGMA query_only=OFF")
                connection.rollback()


def is_sqlite(connection: Connection) -> bool:
    """Whether this connection speaks to SQLite."""
    return connection.dialect.name == "sqlite"
