"""Undoing an import: the job that takes its orders out again, a few hundred at a time, so that live orders pass."""

from __future__ import annotations

import time
from typing import Any

from app.bootstrap import Services
from app.domain.errors import Unavailable
from app.jobs import current
from app.jobs.relay import relaying
from app.persistence.audit import note
from app.persistence.database import reading, writing
from app.persistence.import_files import alone, upload_path
from app.persistence.imports import change_import, forget_chunks, read_import
from app.persistence.undo_import import foresee_undo, take_out

PATIENCE_SECONDS = 600
_LOOK_SECONDS = 0.05


def run_undo(import_id: str) -> None:
    """Undo the import unless somebody does."""
    services = current.services()
    with alone(services.settings.home, import_id) as free:
        if free:
            with relaying(services):
                undo(services, import_id)


def undo(services: Services, import_id: str) -> dict[str, Any]:
    """Take out what `begin_undo` asked for, or go on with it; the import's document then.

    Raises `Unavailable("backlog-full")` when the import's own orders are not decided within a long time.
    """
    with reading(services.database) as db:
        state = read_import(db, import_id)
    if state["state"] != "undoing":
        return state
    _wait_until_decided(services)
    removed, after, more = state["undo"]["removed"], 0, True
    while more:
        now = services.clock.now()
        with writing(services.database) as db:
            count, after = take_out(db, import_id, now=now, after=after)
            more = bool(after)
            removed += count
            told = {**state["undo"], "removed": removed}
            if not more:
                told["kept"] = dict(foresee_undo(db, import_id).stays)
                forget_chunks(db, import_id)
                kept = sum(told["kept"].values())
                note(db, told["actor"], "import.undone", import_id, now=now, removed=removed, kept=kept)
            change_import(db, import_id, state="undoing" if more else "undone", undo=told, told_at=now)
    upload_path(services.settings.home, import_id).unlink(missing_ok=True)
    with reading(services.database) as db:
        return read_import(db, import_id)


def _wait_until_decided(services: Services) -> None:
    """Wait for all that was in the stream when the undoing began: the import's orders are among it."""
    last, waited = services.stream.newest(), 0.0
    while services.stream.holds_until(last):
        if waited > PATIENCE_SECONDS:
            raise Unavailable("backlog-full")
        time.sleep(_LOOK_SECONDS)
        waited += _LOOK_SECONDS
