"""Everything one decision rests on, whether it comes from the world (deciding) or from a record (replay)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.allocation.demand import Demand
from app.allocation.facts import Candidate, Network
from app.allocation.parts import Taken
from app.domain.decision import Overlay
from app.domain.order import Line, Order
from app.domain.protection import Protection
from app.duplicates.clusters import Suspicion
from app.duplicates.consolidation import Offer
from app.engine import CompiledRules

Parts = tuple[tuple[str, int], ...]
Portion = Callable[[int, Taken], "Inputs"]


class Inputs:
    """One order's facts; also what its rules read (`order`, `line`, `warehouse`, `target`, `network`, `now`).

    `order` has people's words laid over it; `line` are its wanted lines with SKUs after listings; `unmatched` the
    items without a SKU; `offers` the parcels it may join; `host_at` the warehouse of the one that people chose;
    `protections` those of watches that it falls under.
    `explode` gives a gift's components.

    Where people split the order into `shares` parcels, `portion` gives the inputs of each, once it is known what the
    parcels before it take; `portions` keeps them. `allocation` are rules of its own: in replay, with the conditions
    on personal text already answered. `resumed`: other parcels of it are in somebody's hands and stay as they are.
    """

    __slots__ = (
        "allocation",
        "demand",
        "eligible",
        "explode",
        "gift_parts",
        "host_at",
        "line",
        "network",
        "now",
        "offers",
        "order",
        "overlay",
        "portion",
        "portions",
        "protections",
        "resumed",
        "said",
        "shares",
        "source",
        "suspicion",
        "target",
        "unmatched",
        "warehouse",
    )

    def __init__(self, order: Order, source: Order, overlay: Overlay, now: int) -> None:
        self.order = order
        self.source = source
        self.overlay = overlay
        self.now = now
        self.eligible = False
        self.line: Sequence[Line] = ()
        self.unmatched: list[str] = []
        self.demand = Demand((), {})
        self.warehouse: Sequence[Candidate] = ()
        self.target: Candidate | None = None
        self.network = Network((), {})
        self.suspicion: Suspicion | None = None
        self.offers: Sequence[Offer] = ()
        self.host_at: str | None = None
        self.protections: Sequence[Protection] = ()
        self.shares = 0
        self.resumed = False
        self.portion: Portion | None = None
        self.portions: list[Inputs] = []
        self.allocation: CompiledRules | None = None
        self.said = ""
        self.gift_parts: dict[str, Parts] = {}
        self.explode: Callable[[str, int], list[tuple[str, int]]] | None = None

    def gift(self, sku: str) -> Parts:
        """What one gift unit is picked as; remembered, so that the record can tell."""
        parts = self.gift_parts.get(sku)
        if parts is None:
            parts = tuple(self.explode(sku, 1)) if self.explode is not None else ((sku, 1),)
            self.gift_parts[sku] = parts
        return parts

    def candidate(self, code: str) -> Candidate | None:
        """The candidate warehouse of that code."""
        return next((candidate for candidate in self.warehouse if candidate.code == code), None)

    @property
    def shop(self) -> Any:
        """The order's shop, for conditions on it."""
        return self.order.shop
