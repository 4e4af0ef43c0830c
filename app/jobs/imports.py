"""The job that imports an uploaded file, telling how far it has come."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from app.bootstrap import Services
from app.domain.errors import PandanError
from app.intake.workbook import Import, as_json, errors_csv, import_file
from app.jobs import current
from app.jobs.destination import ShopDestination
from app.persistence.database import reading, writing
from app.persistence.imports import change_import, read_import

TELL_EVERY_SECONDS = 1.0
BEAT_SECONDS = 10.0
PROBLEMS_SHOWN = 200


def run_import(import_id: str) -> None:
    """Run the import; what stops it is told in its state, and nothing is raised for the file's faults."""
    services = current.services()
    with reading(services.database) as db:
        state = read_import(db, import_id)
    telling = _Telling(services, import_id)
    try:
        with telling.beating():
            result = _run(services, import_id, state, telling)
            errors = _write_errors(services, import_id, result)
    except PandanError as error:
        telling.tell(state="failed", code=error.code, details=error.details)
        return
    except Exception:
        # A fault of ours: no need to let anybody wait for the silence before it may be sent again.
        telling.tell(told_at=0)
        raise
    counts = as_json(result)
    counts |= {"problems": counts["problems"][:PROBLEMS_SHOWN], "errors_file": errors}
    telling.tell(state="checked" if state["dry_run"] else "done", **counts)
    if not state["dry_run"]:
        upload_path(services, import_id).unlink(missing_ok=True)


def upload_path(services: Services, import_id: str) -> Path:
    """Where the uploaded file waits until it is imported."""
    return services.settings.home / "imports" / f"{import_id}.upload"


def errors_path(services: Services, import_id: str) -> Path:
    """Where the rejected rows are kept."""
    return services.settings.home / "imports" / f"{import_id}-errors.csv"


class _Telling:
    """Writes how the import stands, and that it is alive: reading a large file or waiting for room takes minutes."""

    def __init__(self, services: Services, import_id: str) -> None:
        self._services, self._import_id = services, import_id
        # A change reads the state and writes it back, and two threads do.
        self._one_at_a_time = threading.Lock()

    def tell(self, **changes: Any) -> None:
        """Lay `changes` over the state, with the time."""
        with self._one_at_a_time, writing(self._services.database) as db:
            change_import(db, self._import_id, **{"told_at": self._services.clock.now(), **changes})

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Tell that it runs, at once and then every few seconds until the block ends."""
        self.tell(state="running")
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


def _run(services: Services, import_id: str, state: dict[str, Any], telling: _Telling) -> Import:
    last = 0.0

    def progress(so_far: Import) -> None:
        nonlocal last
        if time.monotonic() - last >= TELL_EVERY_SECONDS:
            last = time.monotonic()
            telling.tell(rows=so_far.rows, done=so_far.done)

    destination = ShopDestination(services, state["shop"], live=state["live"])
    data = upload_path(services, import_id).read_bytes()
    return import_file(
        data, destination, live=state["live"], dry_run=state["dry_run"], sheet=state["sheet"] or None, progress=progress
    )


def _write_errors(services: Services, import_id: str, result: Import) -> bool:
    if not result.rejected_rows:
        return False
    # Buyers' data: for the program's own account only.
    handle = os.open(errors_path(services, import_id), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(errors_csv(result))
    return True
