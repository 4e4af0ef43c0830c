"""Addresses of static files that change with their content, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import current_app, g, url_for

VERSION = "v"
"""The argument of a static address that names its content."""


def asset(name: str) -> str:
    """The address of a file in `static/`; raises `FileNotFoundError` when there is none."""
    # A list of five hundred rows names the sheet of icons three thousand times.
    known: dict[str, str] = g.setdefault("assets", {})
    if name not in known:
        known[name] = url_for("static", filename=name, v=_digest(Path(current_app.static_folder or "") / name))
    return known[name]


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
