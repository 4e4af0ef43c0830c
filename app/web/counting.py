"""The orders of the last days as the configurator counts hits on, held in memory while somebody builds rules.

A thread of this process takes them in, the latest first; a child reads all but the first of them. Until all are there,
hits are counted on those that are, and the page says so. Nobody looks for a while: they are forgotten.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from flask import current_app

from app.bootstrap import Services
from app.persistence.database import reading
from app.persistence.drafts import Draft
from app.persistence.shadows import latest_decided
from app.processing.hits import Block, Gist, Hits, count_hits
from app.web.counting_child import Asked, read_beside
from app.web.past import PastReader
from app.web.recent import DAYS

MOST = 200_000
"""So many orders, the latest; the page says of how many it speaks."""
_AGAIN_SECONDS = (2.0, 60.0)
"""How soon new decisions are looked for again: the sooner, the fewer orders there are."""
_MANY = 50_000
_FORGET_SECONDS = 600.0
_ANEW_SECONDS = 3_600.0
"""So old may what was read get: orders that left the days are let go of then."""
_WAIT_SECONDS = 0.7
FIRST = 1_000
"""So many are read in this process; hits are counted on them before a child has begun."""
_MOST_BLOCKS = 90
_REMEMBERED = 256
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counted:
    """The hits of a section's rules, of how many orders, and whether those are all there are."""

    hits: dict[str, Hits]
    orders: int
    whole: bool


def counting_of(services: Services) -> Counting:
    """The one of these services, for whoever asks within a request."""
    found: Counting = current_app.extensions.setdefault("counting", Counting(services))
    return found


class Counting:
    """Past orders as columns, and how often rules hold for them."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._keeper: threading.Thread | None = None
        self._asked_at = self._looked_at = 0.0
        self._blocks: tuple[Block, ...] = ()
        self._whole = False
        self._upto = 0
        self._counted: dict[tuple[int, str], Counted] = {}

    def hits(self, draft: Draft, section: str) -> Counted:
        """The hits of the section's rules as the draft stands, on the orders that are read by now."""
        blocks, whole = self._ready()
        found = count_hits(section, draft.document[section]["rules"], blocks)
        if len(self._counted) >= _REMEMBERED:
            self._counted.clear()
        counted = Counted(found, sum(map(len, blocks)), whole)
        self._counted[(draft.id, section)] = counted
        return counted

    def last_hits(self, draft: Draft, section: str) -> Counted:
        """What was counted last, before the latest edit maybe; shown until it is counted again."""
        return self._counted.get((draft.id, section), Counted({}, 0, False))

    def wanted(self, condition: Mapping[str, Any]) -> dict[int, bool]:
        """The orders that are read by now, each with whether a condition holds for it or may hold."""
        blocks, _ = self._ready()
        # The latest decision of an order stands in the newest block that has it.
        return {number: wants for block in reversed(blocks) for number, wants in block.wanted(condition)}

    def wait(self, seconds: float) -> bool:
        """Wait for all orders to be read, at most that long; whether they are."""
        self._ready()
        with self._changed:
            return self._changed.wait_for(lambda: self._whole, seconds)

    def _ready(self) -> tuple[Sequence[Block], bool]:
        """What is read by now; asks for what was decided since, and waits a moment for it."""
        with self._changed:
            asked = self._asked_at = time.monotonic()
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name="counting", daemon=True)
                self._keeper.start()
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._is_fresh(asked) or (not self._whole and self._blocks), _WAIT_SECONDS)
            return self._blocks, self._whole

    def _is_fresh(self, now: float) -> bool:
        least, most = _AGAIN_SECONDS
        many = sum(map(len, self._blocks)) / _MANY
        return self._whole and now - self._looked_at < max(least, min(most, most * many))

    # What the thread does.

    def _keep(self) -> None:
        try:
            self._read_all()
            read_at = time.monotonic()
            while self._is_wanted():
                if time.monotonic() - read_at > _ANEW_SECONDS or len(self._blocks) > _MOST_BLOCKS:
                    self._read_all()
                    read_at = time.monotonic()
                else:
                    self._read_new()
        except Exception:
            # Counting is a help: rules are built without it, and the next request begins again.
            _log.warning("recent orders could not be read", exc_info=True)
        with self._changed:
            self._keeper, self._blocks, self._whole = None, (), False

    def _is_wanted(self) -> bool:
        """Wait until somebody asks for what is not fresh any more; False when nobody asks for long."""
        with self._changed:
            while time.monotonic() - self._asked_at < _FORGET_SECONDS:
                self._changed.wait(_FORGET_SECONDS)
                if not self._is_fresh(self._asked_at):
                    return True
        return False

    def _read_all(self) -> None:
        self._upto = now = self._services.clock.now()
        anew = bool(self._blocks)
        made: list[Block] = []
        for block in self._blocks_since(now - DAYS * 86_400):
            made.append(block)
            if not anew:
                self._show(made, whole=False)
        self._show(made, whole=True)

    def _read_new(self) -> None:
        since, self._upto = self._upto, self._services.clock.now()
        blocks = list(self._blocks)
        for block in self._blocks_since(since):
            again = set(block.ids)
            for older in blocks:
                older.leave_out(again)
            blocks.insert(0, block)
        self._show(blocks, whole=True)

    def _show(self, blocks: Sequence[Block], *, whole: bool) -> None:
        with self._changed:
            self._blocks, self._whole = tuple(blocks), whole
            self._looked_at = time.monotonic()
            self._changed.notify_all()

    def _blocks_since(self, since: int) -> Iterator[Block]:
        services = self._services
        with reading(services.database) as db:
            wanted = latest_decided(db, since, FIRST)
        if not wanted:
            return
        older = Asked(services.settings, since, wanted[-1][0], MOST - FIRST)
        with read_beside(older) if len(wanted) == FIRST else nullcontext(()) as gists:
            # The first ones are read here: they are there before the child is.
            past = PastReader(services)
            with reading(services.database) as db:
                yield Block(Gist.of(past.read(db, wanted)))
            yield from map(Block, gists)
