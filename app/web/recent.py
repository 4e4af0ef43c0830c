"""The latest orders with all their facts, as rules are tried on: read once in a while, shared by the requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from flask import current_app

from app.bootstrap import Services
from app.persistence.database import reading
from app.persistence.shadows import latest_decided
from app.processing.hits import Past
from app.web.past import PastReader

DAYS = 7
MOST = 2_000
"""So many orders, the latest; the page says of how many it speaks."""
_KEPT_SECONDS = (2.0, 60.0)
"""Orders that were read are kept the longer, the more they are: the least, and for `MOST` of them."""


def recent_of(services: Services) -> Recent:
    """The one of these services, for whoever asks within a request."""
    found: Recent = current_app.extensions.setdefault("recent-orders", Recent(services))
    return found


class Recent:
    """Past orders with their facts."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._until = 0.0
        self._times = 0
        self._orders: Sequence[Past] = ()

    def orders(self) -> Sequence[Past]:
        """At most `MOST` live orders of the last `DAYS` days, the latest first."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._orders = self._read()
                self._times += 1
                least, most = _KEPT_SECONDS
                self._until = time.monotonic() + max(least, most * len(self._orders) / MOST)
            return self._orders

    def state(self) -> int:
        """A number of what `orders` gives now, whether it is read already or has yet to be; asks for nothing."""
        return self._times if time.monotonic() < self._until else self._times + 1

    def _read(self) -> list[Past]:
        services = self._services
        past = PastReader(services)
        with reading(services.database) as db:
            return past.read(db, latest_decided(db, services.clock.now() - DAYS * 86_400, MOST))
