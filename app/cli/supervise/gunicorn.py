"""gunicorn's hooks, read by gunicorn itself (`--config python:…`)."""

from __future__ import annotations

from app.cli.supervise.process import die_with_parent

# In memory, not in the data folder: the heartbeat file must not wait for the disk.
worker_tmp_dir = "/dev/shm"  # noqa: S108 - gunicorn makes an unnamed file there


def post_fork(_server: object, _worker: object) -> None:
    """A worker ends with its parent at once, so that a new parent finds the port free."""
    die_with_parent()
