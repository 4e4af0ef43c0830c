"""Where an import's orders go: a shop's stream; what it knows is read from the order book."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import orjson
from sqlalchemy import select

from app.bootstrap import Services
from app.domain.errors import NotFound, Overloaded, Problem
from app.domain.order import Order
from app.persistence import tables as t
from app.persistence.book import SqlOrderBook
from app.persistence.database import reading
from app.persistence.order_rows import content
from app.processing.batch import CANONICAL_PLATFORMS
from app.rulebook.order_schema import load_order

PATIENCE_SECONDS = 600
_AT = 0


class ShopDestination:
    """A shop's stream; what it knows is read from the order book."""

    def __init__(self, services: Services, shop: str, *, live: bool) -> None:
        """Raises `NotFound("shop-unknown")`, also for shops whose payloads are not canonical orders."""
        self._services = services
        self._shop = shop
        self._live = live
        with reading(services.database) as db:
            platform = db.execute(select(t.shops.c.platform).where(t.shops.c.code == shop)).scalar()
        if platform not in CANONICAL_PLATFORMS:
            raise NotFound("shop-unknown", shop=shop)
        self._platform = platform

    def check(self, payload: bytes) -> list[Problem]:
        """See `intake.workbook.Destination`."""
        found = self._order(payload)
        return found if isinstance(found, list) else []

    def known(self, payloads: Mapping[str, bytes]) -> set[str]:
        """See `intake.workbook.Destination`."""
        with reading(self._services.database) as db:
            book = SqlOrderBook(db, self._services.sealer)
            stored = book.stored({(self._shop, number) for number in payloads})
        return {
            number
            for number, payload in payloads.items()
            if (held := stored.get((self._shop, number))) is not None
            and isinstance(order := self._order(payload, held.order.created_at or _AT), Order)
            and self._services.sealer.fingerprint(content(order)) == held.digest
        }

    def send(self, payloads: Sequence[bytes]) -> list[str]:
        """See `intake.workbook.Destination`."""
        stream, clock = self._services.stream, self._services.clock
        self._wait_for_room(len(payloads))
        return stream.append(self._shop, payloads, at=clock.now(), live=self._live)

    def _wait_for_room(self, count: int) -> None:
        """An import waits for its turn instead of refusing; raises `Overloaded` when nothing moves for long."""
        waited = 0.0
        while self._services.stream.room() < count:
            if waited >= PATIENCE_SECONDS:
                raise Overloaded("backlog-full")
            time.sleep(0.5)
            waited += 0.5

    def _order(self, payload: bytes, at: int = _AT) -> Order | list[Problem]:
        hasher = self._services.sealer.hasher
        return load_order(orjson.loads(payload), shop=self._shop, platform=self._platform, at=at, hasher=hasher)
