"""Putting a backup back: all of it or nothing."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
import redis
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from app.cli.safekeeping import archive, swap
from app.cli.safekeeping.archive import Archive, Json
from app.cli.safekeeping.taking import KEY_CHECK, KEY_FILE, STREAM_PART, Tell
from app.cli.supervise import homelock, valkey
from app.domain.errors import Refused
from app.domain.ports import Entry
from app.persistence.database import connect
from app.persistence.dump import filling, read_part, settle, survey
from app.persistence.imports import change_import, doubt_chunks, unfinished_imports
from app.persistence.migrate import knows, upgrade_within
from app.persistence.sealing import Sealer
from app.queue.connection import worker_client
from app.queue.snapshot import is_unused, put_back, running_workers, take_back
from app.queue.wakeups import IMPORT, send
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back. `accepted` and `backlog` as `pandan doctor` counts them; `kept`: where the old files are."""

    accepted: int
    backlog: int
    imports: list[str]
    kept: Path | None


def restore(file: Path, settings: Settings, *, replace: bool, tell: Tell) -> tuple[Json, Restored]:
    """Put the backup in `file` back; its manifest and what was restored.

    Raises `Refused` with nothing changed: `backup-damaged`, `backup-newer`, `backup-key-missing`,
    `backup-key-differs`, `home-in-use`, `restore-workers-run`, `restore-not-empty`, `restore-outside-not-empty`,
    `restore-failed`.
    """
    tell("正在核对备份文件……", "Checking the file …")
    with archive.opened(file) as backup:
        if not knows(backup.manifest["revision"]):
            raise Refused("backup-newer", file=str(file), version=backup.manifest["version"])
        _check_key(backup)
        lock = homelock.take(settings.home)
        try:
            swap.finish(settings.home)
            _check_home(settings, replace)
            return backup.manifest, _restore(backup, settings, tell)
        except (OSError, EOFError, ValueError, SQLAlchemyError, redis.RedisError) as error:
            raise Refused("restore-failed", reason=str(error).splitlines()[0]) from error
        finally:
            os.close(lock)


def _check_key(backup: Archive) -> None:
    """The key that personal data is sealed with must be the backup's own."""
    given = os.environ.get("PANDAN_SECRET_KEY", "")
    if not given and backup.manifest["key"] == "environment":
        raise Refused("backup-key-missing")
    try:
        key = base64.b64decode(given or backup.part(KEY_FILE).read())
    except ValueError as error:
        raise Refused("backup-key-differs") from error
    if Sealer(key).fingerprint(KEY_CHECK).hex() != backup.manifest["key_check"]:
        raise Refused("backup-key-differs")


def _check_home(settings: Settings, replace: bool) -> None:
    found = swap.occupied(settings.home)
    if found and not replace:
        raise Refused("restore-not-empty", home=str(settings.home), found=", ".join(found))


def _restore(backup: Archive, settings: Settings, tell: Tell) -> Restored:
    staged = swap.stage(settings.home)
    try:
        uploads = _place_files(backup, staged)
        with _queue(settings, staged) as client, _database(settings, staged) as engine:
            accepted, backlog, imports = _fill(backup, engine, client, uploads, tell)
        tell("正在换上恢复的文件……", "Putting the restored files in place …")
        kept = swap.commit(staged)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return Restored(accepted, backlog, imports, kept)


def _place_files(backup: Archive, staged: Path) -> set[str]:
    """Write the key and the waiting uploads; the uploads' names."""
    wanted = {name: name for name in backup.names("imports")}
    if KEY_FILE in backup.manifest["members"]:
        wanted[KEY_FILE] = KEY_FILE
    for name in wanted:
        folder, _, base = name.rpartition("/")
        # Only the last part of a name is taken, so that no file can lead out of the folder.
        path = staged / ("imports" if folder else "") / Path(base).name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            shutil.copyfileobj(backup.part(name), out)
    return {Path(name).name for name in backup.names("imports")}


@contextmanager
def _queue(settings: Settings, staged: Path) -> Iterator[redis.Redis]:
    if settings.embedded_queue:
        with valkey.running(staged) as client:
            yield client
        # Only its files are wanted; the configuration is written anew at each start.
        (staged / "valkey" / "valkey.conf").unlink()
        return
    client = worker_client(settings.redis_url)
    workers = running_workers(client)
    if workers:
        raise Refused("restore-workers-run", names=", ".join(workers))
    if not is_unused(client):
        raise Refused("restore-outside-not-empty", where=_without_password(settings.redis_url))
    yield client


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


@contextmanager
def _database(settings: Settings, staged: Path) -> Iterator[Engine]:
    inside = settings.database_url == f"sqlite:///{settings.home / 'pandan.db'}"
    engine = connect(f"sqlite:///{staged / 'pandan.db'}" if inside else settings.database_url)
    try:
        if inspect(engine).has_table("alembic_version"):
            where = engine.url.render_as_string(hide_password=True)
            raise Refused("restore-outside-not-empty", where=where)
        yield engine
    finally:
        # The last connection that closes folds SQLite's log into the file.
        engine.dispose()


def _fill(
    backup: Archive, engine: Engine, client: redis.Redis, uploads: set[str], tell: Tell
) -> tuple[int, int, list[str]]:
    """Fill both stores; the accepted count, the backlog, and the imports to run again."""
    entries, stream = _entries(backup), backup.manifest["stream"]
    put = False
    try:
        with filling(engine) as db:
            upgrade_within(db, backup.manifest["revision"])
            for name in backup.manifest["tables"]:
                tell(f"正在恢复表 {name}……", f"Restoring table {name} …")
                read_part(db, backup.lines(f"tables/{name}.jsonl.gz"))
            settle(db)
            upgrade_within(db)
            arrivals = survey(db, stream["last"], [one.id for one in entries])
            waiting = [one for one in entries if one.id not in arrivals.known]
            # What was accepted after the stream's snapshot and is in the inbox counts too. A loss that the old system
            # had stays visible: the count is carried over, not made up.
            accepted = stream["accepted"] + arrivals.later
            imports = unfinished_imports(db)
            doubt_chunks(db)
            for gone in [one for one in imports if f"{one}.upload" not in uploads]:
                change_import(db, gone, state="failed", code="import-again", details={})
                imports.remove(gone)
            tell("正在恢复等待处理的订单……", "Restoring the orders that wait …")
            put_back(client, waiting, accepted=accepted, last="{}-{}".format(*arrivals.greatest))
            put = True
            for import_id in imports:
                send(client, IMPORT, import_id)
    except BaseException:
        if put:
            take_back(client)
        raise
    return accepted, len(waiting), imports


def _entries(backup: Archive) -> list[Entry]:
    found = (orjson.loads(line) for line in backup.lines(STREAM_PART))
    return [Entry(one[0], one[1], base64.b64decode(one[2]), *one[3:]) for one in found]
