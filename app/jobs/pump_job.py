"""The wake-up that the pump's worker runs, in a process of its own that inherits the compiled pack."""

from __future__ import annotations

from app.jobs.current import pump


def drain() -> int:
    """Empty the stream for a while; how many entries were decided."""
    return pump().drain()
