"""The files of imports, in the program's home: what was uploaded, the error workbooks, and who works on which.

An upload is kept until its import is done or undone, and a week when it never is; an error workbook for thirty days.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

UPLOADS_SECONDS = 7 * 86_400
ERRORS_SECONDS = 30 * 86_400
_KEPT = {".upload": UPLOADS_SECONDS, ".lock": UPLOADS_SECONDS, ".xlsx": ERRORS_SECONDS, ".csv": ERRORS_SECONDS}


def upload_path(home: Path, import_id: str) -> Path:
    """Where the uploaded file waits until it is imported."""
    return home / "imports" / f"{import_id}.upload"


def errors_path(home: Path, import_id: str) -> Path:
    """Where the error workbook is kept."""
    return home / "imports" / f"{import_id}-errors.xlsx"


def keep_upload(home: Path, import_id: str, data: bytes) -> None:
    """Keep an uploaded file, on disk before this returns."""
    with _private(upload_path(home, import_id)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def new_errors(home: Path, import_id: str) -> Iterator[BinaryIO]:
    """A new error workbook to be written; it is there once the block has ended well."""
    path = errors_path(home, import_id)
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    with _private(unfinished) as file:
        yield file
    unfinished.replace(path)


@contextmanager
def alone(home: Path, import_id: str) -> Iterator[bool]:
    """Whether this process works on the import alone as long as the block lasts; a process that dies lets go of it."""
    with _private(_lock_path(home, import_id), os.O_CREAT) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def is_abandoned(home: Path, import_id: str) -> bool:
    """Whether nobody on this machine works on the import."""
    with alone(home, import_id) as free:
        return free


def _lock_path(home: Path, import_id: str) -> Path:
    return home / "imports" / f"{import_id}.lock"


def sweep(home: Path) -> int:
    """Remove files that nobody needs any more by their age; how many."""
    removed = 0
    with suppress(FileNotFoundError):
        for path in (home / "imports").iterdir():
            kept = _KEPT.get(path.suffix, 0)
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > max(kept, 86_400):
                    path.unlink()
                    removed += 1
    return removed


def _private(path: Path, how: int = os.O_CREAT | os.O_EXCL) -> BinaryIO:
    # Buyers' data: for the program's own account only.
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_RDWR | how, 0o600), "r+b")
