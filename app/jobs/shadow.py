"""The shadow's job: takes batches that the line has decided, and lets the draft decide the same orders again.

It runs among the other jobs, a few seconds at a time and after everything else of the machine; the line never waits
for it. Falling behind, it passes over the oldest and says how many.
"""

from __future__ import annotations

import os
import time

from sqlalchemy import Connection

from app.bootstrap import Services
from app.domain.order import Order
from app.jobs import current
from app.persistence.book import SqlOrderBook
from app.persistence.database import looking, reading, writing
from app.persistence.packs import LivePack
from app.persistence.places import load_catalogue, load_warehouses
from app.persistence.shadows import (
    forget_batches,
    free_units,
    keep_divergences,
    next_batch,
    pass_over,
    read_decided,
    running_shadow,
)
from app.persistence.trials import candidate_of
from app.processing.shadow import Around, Near, Shadow, Whole
from app.rulebook.pack import CompiledPack, load_pack

BUDGET_SECONDS = 4.0
_NICE = 15


def follow() -> int:
    """Decide for a few seconds what the line decided; how many orders."""
    os.nice(_NICE)
    return follow_line(current.services())


def follow_line(services: Services, budget_seconds: float = BUDGET_SECONDS) -> int:
    """As `follow`, over these services. Without a shadow that runs, what waits for one is forgotten."""
    with reading(services.database) as db:
        trial_id = running_shadow(db)
        candidate = candidate_of(db, trial_id) if trial_id else None
    if trial_id is None or candidate is None:
        with writing(services.database) as db:
            forget_batches(db)
        return 0
    draft, live = load_pack(candidate), LivePack()
    live.refresh(services.database)
    deadline, done = time.monotonic() + budget_seconds, 0
    while time.monotonic() < deadline and live.pack is not None:
        count = _one_batch(services, trial_id, draft, live.pack)
        if count is None:
            break
        done += count
    return done


def _one_batch(services: Services, trial_id: str, draft: CompiledPack, live: CompiledPack) -> int | None:
    """Decide the oldest batch; how many orders, None when there is none or the shadow was stopped."""
    with writing(services.database) as db:
        passed = pass_over(db)
        batch = next_batch(db)
    if batch is None:
        return None
    number, decided = batch
    with looking(services.database) as db:
        every = list(read_decided(db, services.sealer, decided))
        shadow = Shadow(draft, live, _around(db, draft), _Neighbours(services, db).near)
        found = [(one, told) for one in every if (told := shadow.divergence(one.record, Whole(one.order, one.overlay)))]
    with writing(services.database) as db:
        forget_batches(db, number)
        if running_shadow(db) != trial_id:
            return None
        keep_divergences(db, trial_id, len(every), passed, found, now=services.clock.now())
    return len(decided)


class _Neighbours:
    """Finds orders near one, in what is stored now."""

    def __init__(self, services: Services, db: Connection) -> None:
        self._sealer = services.sealer
        self._book = SqlOrderBook(db, services.sealer, looking=True)

    def near(self, order: Order, window_seconds: int, weak_seconds: int) -> Near:
        """The order's neighbours, and which pairs of them people told apart."""
        found = self._book.neighbours([order], window_seconds, weak_seconds)
        keys = {one.key for one in found} | {(order.shop, order.id)}
        return Near(found, self._book.verdicts(keys) if found else frozenset(), self._sealer.hasher)


def _around(db: Connection, draft: CompiledPack) -> Around:
    catalogue = load_catalogue(db)
    gifts = [part for sku in _gifts(draft) for part, _ in catalogue.explode(sku, 1)]
    return Around({one.code: one for one in load_warehouses(db, 0)}, catalogue, free_units(db, gifts))


def _gifts(draft: CompiledPack) -> set[str]:
    rules = [rule for section in ("screening", "allocation") for rule in draft.document[section]["rules"]]
    return {action["sku"] for rule in rules for action in rule["then"] if action["do"] == "add_gift"}
