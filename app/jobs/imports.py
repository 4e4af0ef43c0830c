"""The job that imports an uploaded file, telling how far it has come."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from app.bootstrap import Services
from app.domain.errors import PandanError
from app.intake.workbook import Import, as_json, errors_csv, import_file
from app.jobs import current
from app.jobs.destination import ShopDestination
from app.persistence.database import reading, writing
from app.persistence.imports import change_import, read_import

TELL_EVERY_SECONDS = 1.0
PROBLEMS_SHOWN = 200


def run_import(import_id: str) -> None:
    """Run the import; what stops it is told in its state, and nothing is raised for the file's faults."""
    services = current.services()
    with reading(services.database) as db:
        state = read_import(db, import_id)
    try:
        result = _run(services, import_id, state)
    except PandanError as error:
        _change(services, import_id, state="failed", code=error.code, details=error.details)
        return
    errors = _write_errors(services, import_id, result)
    counts = as_json(result)
    counts |= {"problems": counts["problems"][:PROBLEMS_SHOWN], "errors_file": errors}
    _change(services, import_id, state="checked" if state["dry_run"] else "done", **counts)
    if not state["dry_run"]:
        upload_path(services, import_id).unlink(missing_ok=True)


def upload_path(services: Services, import_id: str) -> Path:
    """Where the uploaded file waits until it is imported."""
    return services.settings.home / "imports" / f"{import_id}.upload"


def errors_path(services: Services, import_id: str) -> Path:
    """Where the rejected rows are kept."""
    return services.settings.home / "imports" / f"{import_id}-errors.csv"


def _run(services: Services, import_id: str, state: dict[str, Any]) -> Import:
    last = 0.0

    def progress(so_far: Import) -> None:
        nonlocal last
        if time.monotonic() - last >= TELL_EVERY_SECONDS:
            last = time.monotonic()
            _change(services, import_id, state="running", rows=so_far.rows, done=so_far.done)

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


def _change(services: Services, import_id: str, **changes: Any) -> None:
    with writing(services.database) as db:
        change_import(db, import_id, **changes)
