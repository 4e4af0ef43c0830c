"""Running an import: the job for an uploaded file, and the same for the command line, telling how far it has come."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from app.bootstrap import Services
from app.domain.errors import PandanError, Unavailable
from app.intake.corrections import errors_name, write_corrections
from app.intake.journal import Chunk
from app.intake.layout import Layout
from app.intake.workbook import Import, as_json, import_file
from app.jobs import current
from app.jobs.destination import ShopDestination
from app.jobs.relay import relaying
from app.jobs.undoing import run_undo
from app.persistence.database import reading, writing
from app.persistence.import_files import alone, new_errors, upload_path
from app.persistence.imports import (
    change_import,
    chunks_of,
    due_imports,
    forget_chunks,
    mark_chunk,
    note_chunk,
    read_import,
)
from app.persistence.layouts import layout_from, layout_json

TELL_EVERY_SECONDS = 1.0
BEAT_SECONDS = 10.0
PROBLEMS_SHOWN = 200
MOST_TRIES = 5
"""Times an import is taken up without getting any further before it is left to a person."""

Watch = Callable[[Import], None]


def run_import(import_id: str) -> None:
    """Run the import unless somebody does; what stops it is told in its document, not raised."""
    services = current.services()
    with alone(services.settings.home, import_id) as free, suppress(PandanError):
        if free:
            perform(services, import_id)


def take_up() -> None:
    """Go on with every import whose worker died, and undo what was being undone."""
    services = current.services()
    with reading(services.database) as db:
        due = due_imports(db, now=services.clock.now())
    for import_id, state in due:
        run_undo(import_id) if state == "undoing" else run_import(import_id)


def perform(services: Services, import_id: str, watch: Watch | None = None) -> dict[str, Any]:
    """Run the import from where it stands to its end, alone; its document then.

    Raises what stopped it: `Unavailable` when it is to be taken up again, any other `PandanError` for good.
    """
    telling = _Telling(services, import_id)
    state = telling.begin()
    if state["state"] != "running":
        return state
    try:
        with telling.beating(), relaying(services):
            result = _run(services, import_id, state, telling, watch)
            errors = _write_errors(services, import_id, state, result)
    except Unavailable:
        telling.tell(state="waiting", retry_at=services.clock.now() + 2 ** state["tries"])
        raise
    except PandanError as error:
        telling.tell(state="failed", code=error.code, details=error.details)
        raise
    except KeyboardInterrupt:
        telling.tell(state="interrupted")
        raise
    except Exception:
        # A fault of ours: no need to let anybody wait for the silence before it may be sent again.
        telling.tell(told_at=0, retry_at=services.clock.now() + 2 ** state["tries"])
        raise
    return _ended(services, import_id, result, errors, telling, dry_run=state["dry_run"])


class _Telling:
    """Writes how the import stands, and that it is alive: reading a large file or waiting for room takes minutes."""

    def __init__(self, services: Services, import_id: str) -> None:
        self._services, self._import_id = services, import_id

    def begin(self) -> dict[str, Any]:
        """Begin to run what waits, or was being run by something that died; the document then."""
        now = self._services.clock.now()
        with writing(self._services.database) as db:
            state = read_import(db, self._import_id)
            if state["state"] not in ("waiting", "running"):
                return state
            tries = state.get("tries", 0) + 1
            word = "running" if tries <= MOST_TRIES else "interrupted"
            change_import(db, self._import_id, state=word, tries=tries, told_at=now, started_at=now)
            return read_import(db, self._import_id)

    def tell(self, **changes: Any) -> None:
        """Lay `changes` over the document, with the time."""
        with writing(self._services.database) as db:
            change_import(db, self._import_id, **{"told_at": self._services.clock.now(), **changes})

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Tell that it runs every few seconds until the block ends."""
        over = threading.Event()
        heart = threading.Thread(target=self._beat, args=(over,), daemon=True)
        heart.start()
        try:
            yield
        finally:
            over.set()
            heart.join()

    def _beat(self, over: threading.Event) -> None:
        while not over.wait(BEAT_SECONDS):
            with suppress(SQLAlchemyError):  # the next beat tells it
                self.tell()


class _Checkpoints:
    """The import's journal in the database."""

    def __init__(self, services: Services, import_id: str) -> None:
        self._database, self._import_id = services.database, import_id
        with reading(self._database) as db:
            self._chunks = chunks_of(db, import_id)

    def find(self, number: int) -> Chunk | None:
        """See `intake.workbook.Journal`."""
        return self._chunks.get(number)

    def note(self, chunk: Chunk) -> None:
        """See `intake.workbook.Journal`."""
        with writing(self._database) as db:
            note_chunk(db, self._import_id, chunk)

    def mark(self, number: int) -> None:
        """See `intake.workbook.Journal`."""
        with writing(self._database) as db:
            mark_chunk(db, self._import_id, number)


def _run(services: Services, import_id: str, state: dict[str, Any], telling: _Telling, watch: Watch | None) -> Import:
    last = 0.0

    def progress(so_far: Import) -> None:
        nonlocal last
        if watch is not None:
            watch(so_far)
        if not last:
            # From here on the file is read the same way, whatever is learned meanwhile.
            telling.tell(layout=layout_json(so_far.layout), columns=so_far.columns)
        elif time.monotonic() - last >= TELL_EVERY_SECONDS:
            telling.tell(rows=so_far.rows, done=so_far.done, tries=0, preview=so_far.preview)
        else:
            return
        last = time.monotonic()

    return import_file(
        upload_path(services.settings.home, import_id),
        ShopDestination(services, state["shop"], live=state["live"], origin=import_id),
        live=state["live"],
        dry_run=state["dry_run"],
        layout=_layout(state),
        journal=_Checkpoints(services, import_id),
        progress=progress,
    )


def _layout(state: dict[str, Any]) -> Layout:
    return layout_from({"sheet": state.get("sheet", ""), **(state.get("layout") or {})})


def _write_errors(services: Services, import_id: str, state: dict[str, Any], result: Import) -> str | None:
    if not result.rejected_rows:
        return None
    home = services.settings.home
    with new_errors(home, import_id) as out:
        write_corrections(out, upload_path(home, import_id), result.place, result.rejected_rows)
    return errors_name(state["file"])


def _ended(
    services: Services, import_id: str, result: Import, errors: str | None, telling: _Telling, *, dry_run: bool
) -> dict[str, Any]:
    counts = as_json(result, errors, PROBLEMS_SHOWN)
    telling.tell(
        state="checked" if dry_run else "done",
        done=result.done, preview=result.preview, layout=layout_json(result.layout), tries=0, **counts,
    )  # fmt: skip
    with writing(services.database) as db:
        if not dry_run:
            forget_chunks(db, import_id)
        state = read_import(db, import_id)
    if not dry_run:
        upload_path(services.settings.home, import_id).unlink(missing_ok=True)
    return state
