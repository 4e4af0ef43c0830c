"""The one checker of drafts of this process, for whoever asks within a request."""

from __future__ import annotations

from flask import current_app

from app.processing.checking import Checker

WAIT_SECONDS = 1.5
"""An answer that comes within this comes with the page; else the page asks again."""


def checker_of() -> Checker:
    """The application's checker."""
    found: Checker = current_app.extensions.setdefault("checker", Checker())
    return found
