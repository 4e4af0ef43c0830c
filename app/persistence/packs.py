"""Published packs: immutable versions, exactly one of them live, and the live one as a process has it compiled."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, delete, func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from app.domain.errors import NotFound, PandanError
from app.domain.versions import Version
from app.persistence import tables as t
from app.persistence.database import is_sqlite, reading, writing
from app.persistence.rows import upsert
from app.rulebook.pack import CompiledPack, content_hash, load_pack

SHIPPED = Path(__file__).resolve().parents[2] / "rule_packs"
_LOCK = 7_260_322
_FORGOTTEN_SECONDS = 86_400
_LONGEST_REASON = 500
_TRIED_BEFORE = 20
_COLUMNS = ("worker", "version", "failed", "reason", "at")
_LATEST = "(worker) DO UPDATE SET version = excluded.version, failed = excluded.failed, reason = excluded.reason, "

log = logging.getLogger("pandan.rules")


def publish(
    db: Connection,
    document: dict[str, Any],
    *,
    author: str,
    note: str,
    now: int,
    sections: Sequence[str] = (),
    warnings: Sequence[Mapping[str, Any]] = (),
    restores: int | None = None,
) -> int:
    """Make `document` the live version; its number. The caller has checked it (`processing.publishing`)."""
    hold_versions(db)
    before = live_version(db)
    db.execute(update(t.pack_versions).where(t.pack_versions.c.live).values(live=False))
    row = {
        "pack": document["pack"],
        "hash": content_hash(document),
        "document": orjson.dumps(document).decode(),
        "author": author,
        "note": note,
        "published_at": now,
        "live": True,
        "follows": before,
        "restores": restores,
        "sections": orjson.dumps(list(sections)).decode(),
        "warnings": orjson.dumps([dict(one) for one in warnings]).decode(),
    }
    made = db.execute(insert(t.pack_versions).values(**row)).inserted_primary_key
    return int(made[0]) if made else 0


def hold_versions(db: Connection) -> None:
    """Let nobody else publish until this transaction ends; SQLite's writer is alone anyway."""
    if not is_sqlite(db):
        db.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def live_version(db: Connection) -> int | None:
    """The number of the live version; None before the first is published."""
    return db.execute(select(t.pack_versions.c.version).where(t.pack_versions.c.live)).scalar()


def read_version(db: Connection, number: int) -> Version:
    """A version; raises `NotFound("pack-version-unknown")`."""
    columns = (t.pack_versions.c.document, t.pack_versions.c.hash)
    found = db.execute(select(*columns).where(t.pack_versions.c.version == number)).first()
    if found is None:
        raise NotFound("pack-version-unknown", version=number)
    return Version(number, orjson.loads(found.document), found.hash)


def read_document(db: Connection, version: int) -> dict[str, Any]:
    """A version's document; raises `NotFound("pack-version-unknown")`."""
    return read_version(db, version).document


def publish_shipped(engine: Engine, *, now: int) -> None:
    """On a new database, publish the pack that ships with the program."""
    with writing(engine) as db:
        hold_versions(db)
        if live_version(db) is None:
            document = orjson.loads((SHIPPED / "apparel-default.json").read_bytes())
            publish(db, document, author="pandan", note="", now=now)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A version with what it compiled to: they are only ever taken together."""

    version: int
    pack: CompiledPack


class LivePack:
    """The live pack, compiled. Another version that went live takes its place; the old one stays when that fails.

    A process that has no old one yet goes back to the latest version that it can load. `worker`: whose decisions
    it is for; that worker's version, or why it could not load it, is then told in `pack_loads`.
    """

    def __init__(self, worker: str = "") -> None:
        self._worker = worker
        self._loaded: Loaded | None = None
        self._failed = 0
        self._turn = threading.Lock()
        self.failure = ""

    @property
    def version(self) -> int:
        """The loaded version's number; 0 before the first."""
        return self._loaded.version if self._loaded else 0

    @property
    def pack(self) -> CompiledPack | None:
        """The loaded pack."""
        return self._loaded.pack if self._loaded else None

    def refresh(self, engine: Engine, *, now: int = 0) -> Loaded | None:
        """Look whether another version is live, swap to it, and give what is loaded; None when nothing is published.

        `failure` says why the live version could not be loaded. Raises that reason when no version can be.
        """
        with self._turn:
            with reading(engine) as db:
                version = live_version(db)
            # One that failed is not tried again before another goes live: a batch has no time for it.
            if version is not None and version not in (self.version, self._failed):
                self._swap(engine, version, now)
            return self._loaded

    def _swap(self, engine: Engine, version: int, now: int) -> None:
        try:
            self._loaded, self._failed, self.failure = _load(engine, version), 0, ""
        except Exception as error:
            self._failed, self.failure = version, f"version {version}: {_told(error)}"
            log.exception("rules version %s cannot be loaded", version)
            self._loaded = self._loaded or _latest_before(engine, version)
            if self._loaded is None:
                self._failed = 0
                raise
        if self._worker:
            self._tell(engine, now)

    def _tell(self, engine: Engine, now: int) -> None:
        row = (self._worker[:100], self.version, self._failed or None, self.failure[:_LONGEST_REASON], now)
        try:
            with writing(engine) as db:
                upsert(db, t.pack_loads, _COLUMNS, [row], f"{_LATEST}at = excluded.at")
                _forget_old(db, now)
        except SQLAlchemyError as error:
            # Orders are decided all the same.
            log.warning("could not tell which version is loaded: %s", error)


def _load(engine: Engine, version: int) -> Loaded:
    with reading(engine) as db:
        document = read_document(db, version)
    return Loaded(version, load_pack(document))


def _latest_before(engine: Engine, version: int) -> Loaded | None:
    earlier = select(t.pack_versions.c.version).where(t.pack_versions.c.version < version)
    with reading(engine) as db:
        numbers = list(db.scalars(earlier.order_by(t.pack_versions.c.version.desc()).limit(_TRIED_BEFORE)))
    for number in numbers:
        try:
            return _load(engine, number)
        except Exception:
            log.exception("nor can version %s", number)
    return None


def _forget_old(db: Connection, now: int) -> None:
    """Workers that loaded nothing for a day while others did are gone."""
    newest = db.scalar(select(func.max(t.pack_loads.c.at))) or now
    db.execute(delete(t.pack_loads).where(t.pack_loads.c.at < newest - _FORGOTTEN_SECONDS))


def _told(error: Exception) -> str:
    if isinstance(error, PandanError) and error.problems:
        return f"{error.code}: " + ", ".join(f"{problem.path} {problem.code}" for problem in error.problems)
    return str(error) or type(error).__name__
