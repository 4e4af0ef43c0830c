"""The orders of the last days as windows are drawn on: read once a minute, shared by the editor's requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import orjson

from app.bootstrap import Services
from app.duplicates.clusters import Verdicts
from app.duplicates.picture import PastOrder, Picture, draw_repeats, draw_shared, sharing, spread
from app.persistence.book import SqlOrderBook
from app.persistence.database import reading
from app.persistence.places import load_catalogue
from app.persistence.reads.near import address_keys, past_orders

Document = Mapping[str, Any]
Drawn = TypeVar("Drawn")
DAYS = 7
MOST = 30_000
"""So many orders, the latest; the page says of how many it speaks."""
_KEPT_SECONDS = 60.0
_REMEMBERED = 64


class Near:
    """Past orders with what tells whose they are, and the pictures drawn of them."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._read_at = -_KEPT_SECONDS
        self._orders: Sequence[PastOrder] = ()
        self._apart: Verdicts = frozenset()
        self._keys: Mapping[int, str | None] | None = None
        self._drawn: dict[bytes, Any] = {}

    def repeats(self, edited: Document, live: Document) -> Picture:
        """Suspected repeats by two documents."""
        one, other = edited["duplicates"], live["duplicates"]
        return self._draw("repeats", [one, other], lambda: draw_repeats(self._orders, one, other, self._apart))

    def shared(self, edited: Document, live: Document) -> Picture:
        """Orders that would have left together by two documents."""
        one, other = ({name: each[name] for name in ("duplicates", "consolidation")} for each in (edited, live))

        def draw() -> Picture:
            return draw_shared(self._orders, one, other, self._apart, self._addresses().get)

        return self._draw("shared", [one, other], draw)

    def spread(self, section: Document, edges: Sequence[int]) -> list[int]:
        """How long after one like it orders came, by the section's evidence and goods."""
        about = {name: section[name] for name in ("evidence", "skus") if name in section}
        return self._draw("spread", about, lambda: spread(self._orders, about, self._apart, edges))

    def numbers(self) -> Mapping[tuple[str, str], int]:
        """The orders' numbers in the database by their keys."""
        return {one.order.key: one.order_id for one in self._orders}

    def _draw(self, name: str, about: Any, draw: Callable[[], Drawn]) -> Drawn:
        with self._lock:
            self._refresh()
            key = orjson.dumps([name, about], option=orjson.OPT_SORT_KEYS)
            if key not in self._drawn:
                if len(self._drawn) >= _REMEMBERED:
                    self._drawn.clear()
                self._drawn[key] = draw()
            found: Drawn = self._drawn[key]
            return found

    def _refresh(self) -> None:
        if time.monotonic() - self._read_at < _KEPT_SECONDS:
            return
        services = self._services
        with reading(services.database) as db:
            catalogue = load_catalogue(db)
            self._orders = past_orders(db, catalogue, services.clock.now() - DAYS * 86_400, MOST)
            keys = [one.order.key for one in self._orders]
            self._apart = SqlOrderBook(db, services.sealer, looking=True).verdicts(keys)
        self._keys = None
        self._drawn.clear()
        self._read_at = time.monotonic()

    def _addresses(self) -> Mapping[int, str | None]:
        """Address keys of those who might leave together, read when they are asked for first."""
        if self._keys is None:
            with reading(self._services.database) as db:
                self._keys = address_keys(db, self._services.sealer, sharing(self._orders))
        return self._keys
