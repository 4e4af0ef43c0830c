"""The shelf of published versions over the database: what publishing and rolling back write, in one transaction."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine

from app.domain.versions import Release, Version
from app.persistence.audit import note as audit
from app.persistence.database import reading, writing
from app.persistence.packs import hold_versions, live_version, publish, read_version


class SqlShelf:
    """Fulfils `domain.versions.Shelf`; each call is a transaction of its own.

    `also` is done in the transaction that makes a version live, and keeps it from going live when it raises.
    """

    def __init__(self, engine: Engine, also: Callable[[Connection, int], None] | None = None) -> None:
        self._engine = engine
        self._also = also

    def live(self) -> Version | None:
        """See the port."""
        with reading(self._engine) as db:
            number = live_version(db)
            return read_version(db, number) if number is not None else None

    def version(self, number: int) -> Version:
        """See the port."""
        with reading(self._engine) as db:
            return read_version(db, number)

    def put(self, release: Release) -> int | None:
        """See the port."""
        with writing(self._engine) as db:
            hold_versions(db)
            if (live_version(db) or 0) != release.follows:
                return None
            number = publish(
                db, release.document, author=release.author, note=release.note, now=release.at,
                sections=release.sections, warnings=release.warnings, restores=release.restores,
            )  # fmt: skip
            _audit(db, release, number)
            if self._also is not None:
                self._also(db, number)
        return number


def _audit(db: Connection, release: Release, number: int) -> None:
    if release.restores is not None:
        told = {"content_of": release.restores}
        audit(db, release.author, "pack.rollback", str(number), now=release.at, **told, said=release.note)
        return
    audit(
        db, release.author, "pack.publish", str(number), now=release.at, sections=list(release.sections),
        warnings=len(release.warnings), said=release.note,
    )  # fmt: skip
