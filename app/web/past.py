"""Orders as they were decided, with every fact that rules may ask of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from app.bootstrap import Services
from app.domain.order import Order
from app.persistence.database import reading
from app.persistence.packs import LivePack
from app.persistence.places import load_catalogue, load_warehouses
from app.persistence.shadows import read_decided
from app.processing.hits import Past
from app.processing.shadow import Around, Near, Shadow, Whole


class PastReader:
    """Reads decisions as the live version looks at them; where none is live yet there are none."""

    def __init__(self, services: Services) -> None:
        self._services = services
        live = LivePack()
        live.refresh(services.database)
        with reading(services.database) as db:
            around = Around({one.code: one for one in load_warehouses(db, 0)}, load_catalogue(db), {})
        self._shadow = None if live.pack is None else Shadow(live.pack, live.pack, around, _nobody)

    def read(self, db: Connection, wanted: Sequence[tuple[int, int]]) -> list[Past]:
        """These decisions, each `(order, number)`, but for orders decided anew since; the latest orders first."""
        if self._shadow is None:
            return []
        found = []
        for one in read_decided(db, self._services.sealer, wanted):
            inputs = self._shadow.inputs(one.record, Whole(one.order, one.overlay))
            found.append(Past(one.order_id, one.order.shop, one.order.id, inputs))
        return sorted(found, key=lambda past: -past.order_id)


def _nobody(order: Order, window_seconds: int, weak_seconds: int) -> Near:  # noqa: ARG001 - as the shadow asks
    raise AssertionError("the live pack compares orders as the live pack does")
