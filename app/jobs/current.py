"""What a worker's jobs work with: set by the worker before it forks, read in the job."""

from __future__ import annotations

from app.bootstrap import Services
from app.jobs.pump import Pump

_held: dict[str, Services | Pump] = {}


def hold(services: Services, pump: Pump | None = None) -> None:
    """Keep these for the jobs of this process and its children."""
    _held["services"] = services
    if pump is not None:
        _held["pump"] = pump


def services() -> Services:
    """The worker's services."""
    held = _held["services"]
    assert isinstance(held, Services)  # noqa: S101
    return held


def pump() -> Pump:
    """The worker's pump."""
    held = _held["pump"]
    assert isinstance(held, Pump)  # noqa: S101
    return held
