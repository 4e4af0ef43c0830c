"""Backing up a system while it runs.

The order is what makes the copy consistent: first the stream, then the database. An entry that is decided between
the two is in both, and the inbox knows it; one that is accepted between the two is in the database once it is
decided, and its receipt is counted when the backup is put back. The other way round it could be in neither.
"""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson
import redis
from sqlalchemy.exc import SQLAlchemyError

from app.bootstrap import Services
from app.cli.safekeeping import archive
from app.cli.safekeeping.archive import Json
from app.cli.supervise import homelock, valkey
from app.cli.version import VERSION
from app.domain.errors import Refused, Unavailable
from app.persistence.dump import frozen, parts, write_part
from app.persistence.migrate import current, head
from app.queue.connection import intake_client
from app.queue.snapshot import StreamSnapshot, take_snapshot

Tell = Callable[[str, str], None]
"""Tells how far it has come, in Chinese and in English."""

KEY_CHECK = b"pandan backup"
KEY_FILE = "secret.key"
STREAM_PART = "stream.jsonl.gz"


def back_up(file: Path, services: Services, tell: Tell) -> Json:
    """Write a backup of the system to `file`; its manifest.

    Raises `Refused`: `backup-schema` when the database waits for migrations, `backup-failed` when the file cannot
    be written or the database does not answer; `Unavailable("queue-unavailable")`.
    """
    try:
        _check_schema(services)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder:
            return _take(file, Path(folder), services, tell)
    except (OSError, SQLAlchemyError) as error:
        raise Refused("backup-failed", file=str(file), reason=str(error).splitlines()[0]) from error


def _check_schema(services: Services) -> None:
    found = current(services.database)
    if found != head():
        raise Refused("backup-schema", found=found or "-", wanted=head())


def _take(file: Path, folder: Path, services: Services, tell: Tell) -> Json:
    names = [STREAM_PART]
    tell("正在复制等待处理的订单……", "Copying the orders that wait …")
    with _queue(services) as client:
        stream = take_snapshot(client)
    _write_stream(folder, stream)
    uploads = services.settings.home / "imports"
    _copy_uploads(uploads, folder)
    counts: dict[str, int] = {}
    with frozen(services.database) as db:
        # Again, now that it is settled which imports the copy knows: their files are whole by now.
        names += _copy_uploads(uploads, folder)
        for table in parts():
            tell(f"正在复制表 {table.name}……", f"Copying table {table.name} …")
            name = f"tables/{table.name}.jsonl.gz"
            with archive.compressed(folder, name) as out:
                counts[str(table.name)] = write_part(db, table, out)
            names.append(name)
    with_key = not os.environ.get("PANDAN_SECRET_KEY")
    if with_key and archive.copy_file(services.settings.home / KEY_FILE, folder / KEY_FILE):
        names.append(KEY_FILE)
    tell("正在写入文件……", "Writing the file …")
    manifest = {
        "version": VERSION,
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "revision": head(),
        "database": services.database.dialect.name,
        "tables": [table.name for table in parts()],
        "counts": counts,
        "stream": {"accepted": stream.accepted, "last": stream.last, "entries": len(stream.entries)},
        "key": "file" if with_key else "environment",
        "key_check": services.sealer.fingerprint(KEY_CHECK).hex(),
    }
    return archive.write(file, folder, names, manifest)


@contextmanager
def _queue(services: Services) -> Iterator[redis.Redis]:
    """The queue server; the embedded one is started for the time needed when nothing runs."""
    client = intake_client(services.settings.redis_url)
    try:
        client.ping()
    except redis.RedisError as error:
        if not services.settings.embedded_queue:
            raise Unavailable("queue-unavailable") from error
    else:
        yield services.redis
        return
    lock = _lock(services.settings.home)
    try:
        with valkey.running(services.settings.home) as own:
            yield own
    finally:
        os.close(lock)


def _lock(home: Path) -> int:
    try:
        return homelock.take(home)
    except Refused as running:
        # Somebody runs here and the queue server does not answer: it is just being started again.
        raise Unavailable("queue-unavailable") from running


def _write_stream(folder: Path, stream: StreamSnapshot) -> None:
    with archive.compressed(folder, STREAM_PART) as out:
        for one in stream.entries:
            payload = base64.b64encode(one.payload).decode()
            out.write(orjson.dumps([one.id, one.shop, payload, one.received_at, one.live, one.origin]) + b"\n")


def _copy_uploads(uploads: Path, folder: Path) -> list[str]:
    """Copy the import files that are new or have grown; the names of all that are in the copy."""
    for path in sorted(uploads.glob("*")):
        copy = folder / "imports" / path.name
        try:
            grown = not copy.exists() or copy.stat().st_size != path.stat().st_size
        except FileNotFoundError:
            continue
        if grown:
            archive.copy_file(path, copy)
    return [f"imports/{path.name}" for path in sorted((folder / "imports").glob("*"))]
