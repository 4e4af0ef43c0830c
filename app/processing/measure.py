"""What one side of a backtest made of an order, boiled down to what two sides are compared by."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from app.allocation.demand import weight_of
from app.allocation.geography import geography_of
from app.domain.decision import Decision, Outcome
from app.domain.geo import short_province
from app.domain.order import Order
from app.domain.past import Facts
from app.processing.record import answer


class Final(NamedTuple):
    """How an order ended on one side.

    `effect` is equal when both do the same, by whatever rule; `rule` is the one that decided (`section/id`), or the
    reason of a hold that no rule made, or empty. `reason` is why it is held, `where` the warehouses of its parcels.
    `moved` are units under way between warehouses; `km` the way of its parcels to the buyer and `freight` their price
    in fen, None when a part is not known. `at` and `size` tell where its record lies in the side's file.
    """

    effect: str
    outcome: str
    rule: str
    reason: str
    where: str
    parcels: int
    moved: int
    km: float | None
    freight: int | None
    at: int
    size: int


class Measure:
    """Measures decisions by the places and the freight of today."""

    def __init__(self, facts: Facts) -> None:
        self._geography = geography_of(facts.warehouses)
        self._place = {warehouse.code: place for place, warehouse in enumerate(facts.warehouses)}
        self._catalogue = facts.catalogue
        self._rates = {(code, short_province(p)): rate for (code, p), rate in facts.catalogue.freight.items()}

    def final(self, decision: Decision, order: Order, at: int) -> Final:
        """The decision about `order` (as people left it), whose record lies at `at`."""
        own = decision.fulfilments if decision.outcome is Outcome.ALLOCATED else []
        return Final(
            effect_of(decision),
            str(decision.outcome),
            decider_of(decision),
            " + ".join(hold.reason for hold in decision.holds),
            " + ".join(f.warehouse for f in decision.fulfilments),
            len(own),
            sum(move.quantity for move in decision.transfers),
            self._km([f.warehouse for f in own], order),
            self._freight(decision, order) if self._rates else None,
            at,
            len(decision.record),
        )

    def _km(self, warehouses: list[str], order: Order) -> float | None:
        if not warehouses:
            return None
        ways = self._geography.region(order.province, order.city, order.district).km_to_buyer
        known = [km for code in warehouses if (km := ways[self._place[code]]) is not None]
        return sum(known) if len(known) == len(warehouses) else None

    def _freight(self, decision: Decision, order: Order) -> int | None:
        if decision.outcome is not Outcome.ALLOCATED:
            return None
        total, province = 0, short_province(order.province or "")
        for parcel in decision.fulfilments:
            units: dict[str, int] = {}
            for pick in parcel.picks:
                units[pick.sku] = units.get(pick.sku, 0) + pick.quantity
            rate, weight = self._rates.get((parcel.warehouse, province)), weight_of(units, self._catalogue)
            if rate is None or weight is None:
                return None
            total += rate.price(weight)
        return total


def effect_of(decision: Decision) -> str:
    """A short hash of all that a decision does; which rule did it is left out."""
    return blake2b(orjson.dumps(without_rules(answer(decision))), digest_size=12).hexdigest()


def without_rules(said: dict[str, Any]) -> dict[str, Any]:
    """A recorded answer without the names of the rules that gave it."""
    facts = {name: value for name, value in said.items() if name != "rules"}
    if "holds" in facts:
        facts["holds"] = [{k: v for k, v in hold.items() if k != "rule"} for hold in facts["holds"]]
    if "tasks" in facts:
        facts["tasks"] = [[kind, owner, due, details] for kind, owner, _, due, details in facts["tasks"]]
    if "purchases" in facts:
        facts["purchases"] = [[sku, quantity] for sku, quantity, _ in facts["purchases"]]
    return facts


def decider_of(decision: Decision) -> str:
    """The rule that had the last word; of holds all that hold it, by their reason where no rule does."""
    if decision.holds:
        return " + ".join(hold.rule or hold.reason for hold in decision.holds)
    deciding = [rule for rule in decision.rules if rule.startswith(("allocation/", "consolidation/"))]
    return deciding[-1] if deciding else ""
