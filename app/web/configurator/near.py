"""The orders of the last days as windows are drawn on: read once a minute, shared by the editor's requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from flask import current_app

from app.bootstrap import Services
from app.duplicates.clusters import Policy, Verdicts, count_pairs
from app.duplicates.consolidation import ConsolidationPolicy
from app.duplicates.picture import (
    MOST_PAIRS,
    Links,
    PastOrder,
    Picture,
    compose,
    joins,
    likely,
    reach,
    repeats,
    sharing,
    spread,
)
from app.persistence.book import SqlOrderBook
from app.persistence.database import reading
from app.persistence.places import load_catalogue
from app.persistence.reads.near import address_keys, past_orders

Document = Mapping[str, Any]
Found = TypeVar("Found")
DAYS = 7


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a picture is drawn on: the latest so many orders, of those so many pairs; the page says of how many."""

    orders: int
    pairs: int


WHOLE, FIRST = Extent(30_000, MOST_PAIRS), Extent(6_000, 20_000)
"""What the line is looked at for, and what is there at once."""
_KEPT_SECONDS, _EMPTY_SECONDS = 60.0, 3.0
_REMEMBERED = 64


def near_of(services: Services) -> Near:
    """The one of these services, for whoever asks within a request."""
    found: Near = current_app.extensions.setdefault("near-orders", Near(services))
    return found


def latest_near(services: Services) -> Near:
    """The one of the latest orders alone, which is there at once."""
    found: Near = current_app.extensions.setdefault("near-latest", Near(services, FIRST))
    return found


class Near:
    """Past orders with what tells whose they are, and the pictures drawn of them.

    `cut`: there are older ones than these, as far as they are read.
    """

    def __init__(self, services: Services, extent: Extent = WHOLE) -> None:
        self._services, self._extent = services, extent
        self.cut = False
        self._lock = threading.Lock()
        self._read_at = -_KEPT_SECONDS
        self._orders: Sequence[PastOrder] = ()
        self._apart: Verdicts = frozenset()
        self._found: dict[bytes, Any] = {}

    def is_at_hand(self, edited: Document, live: Document, section: str) -> bool:
        """Whether a picture of the section is drawn in no time: orders are read, known by their evidence, pairs few."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            own, *_ = both = [each["duplicates"] for each in (edited, live)]
            wanted: list[Any] = [["likely", _about(each)] for each in both]
            wanted.append(["addresses"] if section == "consolidation" else ["spread", _about(own)])
            known = self._is_fresh() and all(_key(about) in self._found for about in wanted)
            return known and all(self._pairs(each) <= FIRST.pairs for each in both)
        finally:
            self._lock.release()

    def repeats(self, edited: Document, live: Document) -> Picture:
        """Suspected repeats by two documents, by the same orders."""
        with self._lock:
            self._refresh()
            sections = edited["duplicates"], live["duplicates"]
            since = max(self._reach(each) for each in sections)
            mine, theirs = (self._repeats(each, since) for each in sections)
            return compose(self._orders, since, mine, theirs)

    def shared(self, edited: Document, live: Document) -> Picture:
        """Orders that would have left together by two documents, by the same orders."""
        with self._lock:
            self._refresh()
            since = max(self._reach(each["duplicates"]) for each in (edited, live))
            (mine, late), (theirs, _) = (self._joins(each, since) for each in (edited, live))
            return compose(self._orders, since, mine, theirs, late)

    def spread(self, section: Document, edges: Sequence[int]) -> list[int]:
        """How long after one like it orders came, by the section's evidence and goods."""
        with self._lock:
            self._refresh()
            widest, about = {**section, "window_seconds": edges[-1]}, _about(section)

            def find() -> list[int]:
                return spread(self._likely(section), Policy.of(widest), self._apart, edges, self._reach(widest))

            return self._kept(["spread", about], find)

    def numbers(self) -> Mapping[tuple[str, str], int]:
        """The orders' numbers in the database by their keys."""
        return {one.order.key: one.order_id for one in self._orders}

    def _likely(self, section: Document) -> Sequence[PastOrder]:
        return self._kept(["likely", _about(section)], lambda: likely(self._orders, Policy.of(section)))

    def _reach(self, section: Document) -> int:
        most = self._extent.pairs
        if self._pairs(section) <= most:
            return 0
        return self._kept(["reach", section], lambda: reach(self._likely(section), Policy.of(section), most))

    def _pairs(self, section: Document) -> int:
        shown = ["pairs", _about(section), section["window_seconds"]]
        return self._kept(shown, lambda: count_pairs((one.order for one in self._likely(section)), Policy.of(section)))

    def _repeats(self, section: Document, since: int) -> Links:
        return self._kept(
            ["repeats", section, since], lambda: repeats(self._likely(section), Policy.of(section), self._apart, since)
        )

    def _joins(self, document: Document, since: int) -> tuple[Links, int]:
        own, other = document["consolidation"], document["duplicates"]

        def find() -> tuple[Links, int]:
            policy, held = ConsolidationPolicy.of(own, other), self._repeats(other, since)
            return joins(self._sharing(), policy, held, self._addresses().get, since)

        return self._kept(["joins", own, other, since], find)

    def _sharing(self) -> Sequence[PastOrder]:
        return self._kept(["sharing"], lambda: sharing(self._orders))

    def _addresses(self) -> Mapping[int, str | None]:
        """Address keys of those who might leave together, read when they are asked for first."""

        def read() -> Mapping[int, str | None]:
            with reading(self._services.database) as db:
                return address_keys(db, self._services.sealer, [one.order_id for one in self._sharing()])

        return self._kept(["addresses"], read)

    def _kept(self, about: Any, find: Callable[[], Found]) -> Found:
        key = _key(about)
        if key not in self._found:
            if len(self._found) >= _REMEMBERED:
                self._found.pop(next(iter(self._found)))
            self._found[key] = find()
        found: Found = self._found[key]
        return found

    def _is_fresh(self) -> bool:
        # Where there was nothing yet, the first orders are seen soon.
        return time.monotonic() - self._read_at < (_KEPT_SECONDS if self._orders else _EMPTY_SECONDS)

    def _refresh(self) -> None:
        if self._is_fresh():
            return
        services = self._services
        with reading(services.database) as db:
            catalogue = load_catalogue(db)
            self._orders, self.cut = past_orders(
                db, catalogue, services.clock.now() - DAYS * 86_400, self._extent.orders
            )
            keys = [one.order.key for one in self._orders]
            self._apart = SqlOrderBook(db, services.sealer, looking=True).verdicts(keys)
        self._found.clear()
        self._read_at = time.monotonic()


def _key(about: Any) -> bytes:
    return orjson.dumps(about, option=orjson.OPT_SORT_KEYS)


def _about(section: Document) -> Any:
    """What makes two orders alike, whatever the window."""
    return [section.get("evidence"), section.get("skus")]
