"""The latest orders with all their facts, as rules are tried on: read once in a while, shared by the requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from flask import current_app

from app.bootstrap import Services
from app.domain.order import Order
from app.persistence.database import reading
from app.persistence.packs import LivePack
from app.persistence.places import load_catalogue, load_warehouses
from app.persistence.shadows import Decided, latest_decided, read_decided
from app.processing.hits import Past
from app.processing.shadow import Around, Near, Shadow, Whole

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
        services, live = self._services, LivePack()
        live.refresh(services.database)
        if live.pack is None:
            return []
        with reading(services.database) as db:
            warehouses = {one.code: one for one in load_warehouses(db, 0)}
            wanted = latest_decided(db, services.clock.now() - DAYS * 86_400, MOST)
            shadow = Shadow(live.pack, live.pack, Around(warehouses, load_catalogue(db), {}), _nobody)
            found = [_past(shadow, one) for one in read_decided(db, services.sealer, wanted)]
        return sorted(found, key=lambda one: -one.order_id)


def _past(shadow: Shadow, one: Decided) -> Past:
    inputs = shadow.inputs(one.record, Whole(one.order, one.overlay))
    return Past(one.order_id, one.order.shop, one.order.id, inputs)


def _nobody(order: Order, window_seconds: int, weak_seconds: int) -> Near:  # noqa: ARG001 - as the shadow asks
    raise AssertionError("the live pack compares orders as the live pack does")
