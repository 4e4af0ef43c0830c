"""Every row of the database as text that any of the databases can read back: JSON lines, one part for each table.

A part's first line names the table, its columns and which of them are binary (base64); each further line is a row.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

import orjson
from sqlalchemy import Connection, Engine, LargeBinary, MetaData, Table, func, select, text

from app.domain.errors import Refused
from app.persistence import tables as t
from app.persistence.database import is_sqlite, writing
from app.persistence.rows import insert

_AT_ONCE = 1000
_SEQUENCES = {"orders": "orders_ids", "fulfilments": "fulfilments_ids"}
_NO_LIMITS = ("SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0")

Place = tuple[int, int]
"""A place in the stream: milliseconds and number, ordered as the stream orders its ids."""


def place_of(receipt: str) -> Place:
    """A receipt's place in the stream."""
    milliseconds, _, number = receipt.partition("-")
    return int(milliseconds), int(number or 0)


class Sink(Protocol):
    """Where bytes are written to."""

    def write(self, data: bytes, /) -> object:
        """Write them all."""
        ...


@contextmanager
def frozen(engine: Engine) -> Iterator[Connection]:
    """A read-only transaction of any length, whose snapshot is taken when the block begins."""
    with engine.connect() as connection:
        if not is_sqlite(connection):
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            _lift_limits(connection)
            # Both databases take the snapshot with the first statement that reads.
            connection.execute(select(func.count()).select_from(t.facts))
            yield connection


@contextmanager
def filling(engine: Engine) -> Iterator[Connection]:
    """A write transaction of any length."""
    with writing(engine) as connection:
        _lift_limits(connection)
        yield connection


def _lift_limits(connection: Connection) -> None:
    if not is_sqlite(connection):
        for setting in _NO_LIMITS:
            connection.execute(text(setting))


def parts() -> list[Table]:
    """The tables, each after those it refers to."""
    return t.metadata.sorted_tables


def write_part(connection: Connection, table: Table, out: Sink) -> int:
    """Write a table's part; how many rows."""
    names = [column.name for column in table.columns]
    binary = [column.name for column in table.columns if isinstance(column.type, LargeBinary)]
    places = [names.index(name) for name in binary]
    out.write(orjson.dumps({"table": table.name, "columns": names, "binary": binary}) + b"\n")
    count = 0
    for row in connection.execute(select(table), execution_options={"yield_per": _AT_ONCE}):
        values = list(row)
        for place in places:
            if values[place] is not None:
                values[place] = base64.b64encode(values[place]).decode()
        out.write(orjson.dumps(values) + b"\n")
        count += 1
    return count


def read_part(connection: Connection, lines: Iterable[bytes]) -> int:
    """Insert a part's rows into the table it names; how many.

    Raises `Refused`: `backup-damaged` for a part without a proper first line, `restore-failed` for a row that this
    database cannot hold.
    """
    rest = iter(lines)
    name, columns, places = _heading(next(rest, b""))
    table, count = Table(name, MetaData()), 0
    try:
        while batch := list(islice(rest, _AT_ONCE)):
            insert(connection, table, columns, [_row(line, places) for line in batch])
            count += len(batch)
    except connection.dialect.loaded_dbapi.Error as error:
        # PostgreSQL's COPY speaks past SQLAlchemy. A text may be too long for it that SQLite has kept, say.
        raise Refused("restore-failed", reason=f"{name}: {str(error).splitlines()[0]}") from error
    return count


def _heading(line: bytes) -> tuple[str, tuple[str, ...], list[int]]:
    try:
        heading = orjson.loads(line)
        name, columns, binary = heading["table"], tuple(heading["columns"]), heading["binary"]
        places = [columns.index(one) for one in binary]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise Refused("backup-damaged", part=repr(line[:40])) from error
    # The names become part of a statement.
    if not all(isinstance(one, str) and one.isidentifier() for one in (name, *columns)):
        raise Refused("backup-damaged", part=repr(line[:40]))
    return name, columns, places


def _row(line: bytes, places: list[int]) -> tuple[Any, ...]:
    values = orjson.loads(line)
    for place in places:
        if values[place] is not None:
            values[place] = base64.b64decode(values[place])
    return tuple(values)


def settle(connection: Connection) -> None:
    """Let PostgreSQL's sequences go on after the greatest id of the rows read; SQLite looks at the rows itself."""
    if is_sqlite(connection):
        return
    found = text(
        "SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name) AS sequence "
        "FROM information_schema.columns WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%'"
    )
    serial = {(row.table_name, row.column_name): row.sequence for row in connection.execute(found) if row.sequence}
    serial |= {(table, "id"): sequence for table, sequence in _SEQUENCES.items()}
    for (table, column), sequence in serial.items():
        greatest = f"SELECT setval('{sequence}', COALESCE(MAX({column}), 1), MAX({column}) IS NOT NULL) FROM {table}"
        connection.execute(text(greatest))


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What the inbox knows of a snapshot of the stream taken before it.

    `later` counts receipts handed out after the snapshot; `greatest` is the greatest place of all; `known` are the
    snapshot's entries that have ended.
    """

    later: int
    greatest: Place
    known: frozenset[str]


def survey(connection: Connection, last: str, waiting: Collection[str]) -> Arrivals:
    """Compare the inbox with a snapshot of the stream: its last handed-out id and the entries that waited."""
    after = greatest = place_of(last)
    later, known, wanted = 0, set(), set(waiting)
    # Compared as numbers here: databases order texts each in their own way.
    for (receipt,) in connection.execute(select(t.receipts.c.id), execution_options={"yield_per": 10_000}):
        place = place_of(receipt)
        later += place > after
        greatest = max(greatest, place)
        if receipt in wanted:
            known.add(receipt)
    return Arrivals(later, greatest, frozenset(known))
