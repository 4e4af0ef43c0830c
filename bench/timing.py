"""How fast a function is, in processor time: what other programs take of a shared machine does not count."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

_BETWEEN_LOOKS = 20


def evaluations_per_second(ask: Callable[[Any], Any], facts: Sequence[Any], seconds: float) -> float:
    """Calls a second of this process's processor time, over the facts again and again for at least `seconds` of it."""
    parts = [facts[start : start + _BETWEEN_LOOKS] for start in range(0, len(facts), _BETWEEN_LOOKS)]
    done, started = 0, time.process_time()
    while True:
        for part in parts:
            for fact in part:
                ask(fact)
            done += len(part)
            spent = time.process_time() - started
            if spent >= seconds:
                return done / spent
