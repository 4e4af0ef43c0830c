"""Where an import's orders go: a shop's stream; what it knows is read from the order book."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import orjson
from sqlalchemy import select

from app.bootstrap import Services
from app.domain.book import Stored
from app.domain.errors import NotFound, Overloaded
from app.domain.order import Order
from app.intake.workbook import Checked, Known
from app.persistence import tables as t
from app.persistence.database import reading
from app.persistence.order_rows import content
from app.persistence.reads.known import Standing, standing_of
from app.processing.batch import CANONICAL_PLATFORMS
from app.processing.revisions import Reading, read_revision
from app.rulebook.order_schema import load_order

PATIENCE_SECONDS = 600
"""How long an import waits while the backlog is full and nothing moves."""
AHEAD = {True: 2_000, False: 200}
"""Orders in the stream beyond which an import waits, live and history: others' orders come behind them."""
STILL_SECONDS = 5.0
"""When nobody takes anything for so long, waiting helps nobody."""
_LOOK_SECONDS = 0.02
_UNTIMED = 0


class ShopDestination:
    """A shop's stream; what it knows is read from the order book. `origin` is the import that orders come by."""

    def __init__(self, services: Services, shop: str, *, live: bool, origin: str = "") -> None:
        """Raises `NotFound("shop-unknown")`, also for shops whose payloads are not canonical orders."""
        self._services = services
        self._shop = shop
        self._live = live
        self._origin = origin
        with reading(services.database) as db:
            platform = db.execute(select(t.shops.c.platform).where(t.shops.c.code == shop)).scalar()
        if platform not in CANONICAL_PLATFORMS:
            raise NotFound("shop-unknown", shop=shop)
        self._platform = platform

    def check(self, payload: bytes) -> Checked:
        """See `intake.workbook.Destination`."""
        hasher = self._services.sealer.hasher
        found = load_order(
            orjson.loads(payload), shop=self._shop, platform=self._platform, at=_UNTIMED, hasher=hasher, live=self._live
        )
        return Checked(payload, order=found) if isinstance(found, Order) else Checked(payload, found)

    def known(self, orders: Mapping[str, Checked]) -> Known:
        """See `intake.workbook.Destination`; what the line would not take is known too."""
        with reading(self._services.database) as db:
            standing = standing_of(db, self._shop, list(orders))
        same = {number for number, one in standing.items() if not self._is_news(orders[number].order, one)}
        return Known(frozenset(same), frozenset(standing.keys() - same))

    def send(self, payloads: Sequence[bytes]) -> None:
        """See `intake.workbook.Destination`."""
        self._wait_for_room(len(payloads))
        stream, now = self._services.stream, self._services.clock.now()
        stream.append(self._shop, payloads, at=now, live=self._live, origin=self._origin)

    def _wait_for_room(self, count: int) -> None:
        """An import waits for its turn instead of refusing; raises `Overloaded` when nothing moves for long."""
        stream = self._services.stream
        waiting, moved = stream.length(), time.monotonic()
        while True:
            still = time.monotonic() - moved
            if waiting <= AHEAD[self._live] or still > STILL_SECONDS:
                if stream.room() >= count:
                    return
                if still > PATIENCE_SECONDS:
                    raise Overloaded("backlog-full")
            time.sleep(_LOOK_SECONDS)
            before, waiting = waiting, stream.length()
            if waiting != before:
                moved = time.monotonic()

    def _is_news(self, order: Order | None, standing: Standing) -> bool:
        assert order is not None  # noqa: S101 - only what is right is asked for
        if order.created_at == _UNTIMED:
            # It got the time it was received at.
            order = replace(order, created_at=standing.created_at)
        current = replace(order, modified_at=standing.modified_at)
        stored = Stored(standing.id, current, standing.digest, history=standing.history)
        digest = self._services.sealer.fingerprint(content(order))
        return read_revision(stored, order, digest, live=self._live) is Reading.NEWER
