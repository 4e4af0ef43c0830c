"""Published packs: immutable versions, one of them live."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, insert, select, update

from app.domain.errors import NotFound, Refused
from app.persistence import tables as t
from app.persistence.database import reading, writing
from app.rulebook.pack import CompiledPack, content_hash, load_pack

SHIPPED = Path(__file__).resolve().parents[2] / "rule_packs"


def publish(db: Connection, document: dict[str, Any], *, author: str, note: str, now: int) -> int:
    """Make `document` the live version; its number. The caller has checked it."""
    db.execute(update(t.pack_versions).values(live=False))
    row = {
        "pack": document["pack"],
        "hash": content_hash(document),
        "document": orjson.dumps(document).decode(),
        "author": author,
        "note": note,
        "published_at": now,
        "live": True,
    }
    made = db.execute(insert(t.pack_versions).values(**row)).inserted_primary_key
    return int(made[0]) if made else 0


def live_version(db: Connection) -> int | None:
    """The number of the live version; None before the first is published."""
    return db.execute(select(t.pack_versions.c.version).where(t.pack_versions.c.live)).scalar()


def read_document(db: Connection, version: int) -> dict[str, Any]:
    """A version's document; raises `NotFound("pack-version-unknown")`."""
    found = db.execute(select(t.pack_versions.c.document).where(t.pack_versions.c.version == version)).scalar()
    if found is None:
        raise NotFound("pack-version-unknown", version=version)
    document: dict[str, Any] = orjson.loads(found)
    return document


def rollback(db: Connection, version: int, *, author: str, note: str, now: int) -> int:
    """Make the content of an earlier version live again as a new version; its number.

    Raises `NotFound("pack-version-unknown")`, `Refused("pack-live-already")` when that content is live, and
    `Refused("pack-invalid")` when this program no longer takes it.
    """
    document = read_document(db, version)
    live = db.execute(select(t.pack_versions.c.hash).where(t.pack_versions.c.live)).scalar()
    if content_hash(document) == live:
        raise Refused("pack-live-already", version=version)
    load_pack(document)
    return publish(db, document, author=author, note=note, now=now)


def publish_shipped(engine: Engine, *, now: int) -> None:
    """On a new database, publish the pack that ships with the program."""
    with writing(engine) as db:
        if live_version(db) is None:
            document = orjson.loads((SHIPPED / "apparel-default.json").read_bytes())
            publish(db, document, author="pandan", note="", now=now)


class LivePack:
    """The live pack, compiled; loaded again when another version went live, the old one kept when that fails."""

    def __init__(self) -> None:
        self.version = 0
        self.pack: CompiledPack | None = None
        self.failure: str = ""

    def refresh(self, engine: Engine) -> None:
        """Look whether another version is live, and swap to it; `failure` says why it could not be."""
        with reading(engine) as db:
            version = live_version(db)
            if version is None or version == self.version:
                return
            document = read_document(db, version)
        try:
            pack = load_pack(document)
        except Exception as error:
            if self.pack is None:
                raise
            self.failure = f"version {version}: {error}"
            return
        self.version, self.pack, self.failure = version, pack, ""
