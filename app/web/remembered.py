"""Values that many pages ask for, read at most once in so many seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from app.persistence.scope import Shops, limited

Value = TypeVar("Value")
_SCOPED_SECONDS = 10.0


class Remembered(Generic[Value]):
    """A value read at most once in so many seconds in this process, however many pages ask; for each scope its own.

    Who works for some shops only waits longer for fresh numbers: theirs are counted, not kept.
    """

    def __init__(self, read: Callable[[], Value], seconds: float) -> None:
        self._read, self._seconds = read, seconds
        self._lock = threading.Lock()
        self._known: dict[Shops, tuple[float, Value]] = {}

    def __call__(self) -> Value:
        scope = limited()
        seconds = self._seconds if scope is None else max(self._seconds, _SCOPED_SECONDS)
        with self._lock:
            known = self._known.get(scope)
            if known is None or time.monotonic() - known[0] > seconds:
                known = self._known[scope] = (time.monotonic(), self._read())
            return known[1]

    def forget(self) -> None:
        """Read it anew the next time."""
        with self._lock:
            self._known.clear()
