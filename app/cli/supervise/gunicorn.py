"""How the web part is served: gunicorn's command, and its hooks, read by gunicorn itself (`--config python:…`)."""

from __future__ import annotations

import sys

from app.cli.supervise.process import die_with_parent
from app.settings import Settings

# In memory, not in the data folder: the heartbeat file must not wait for the disk.
worker_tmp_dir = "/dev/shm"  # noqa: S108 - gunicorn makes an unnamed file there


def post_fork(_server: object, _worker: object) -> None:
    """A worker ends with its parent at once, so that a new parent finds the port free."""
    die_with_parent()


def command(application: str, settings: Settings) -> list[str]:
    """The command that serves `module:application` with these settings' processes and threads."""
    return [
        sys.executable, "-m", "gunicorn", application, "--worker-class", "gthread",
        "--config", "python:app.cli.supervise.gunicorn",
        "--workers", str(settings.web_processes), "--threads", str(settings.web_threads),
        "--bind", f"{settings.host}:{settings.port}", "--no-control-socket", "--keep-alive", "30",
        "--log-level", "warning", "--graceful-timeout", "3",
    ]  # fmt: skip
