"""The desk on which one batch is decided: what all its orders share, and stock and capacity as they are spent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.allocation.demand import Demand, demand_of, weight_of
from app.allocation.facts import UNLIMITED, Candidate, Network, Request
from app.allocation.geography import geography_of
from app.allocation.parts import Taken
from app.domain.calendar import minute_of_day
from app.domain.decision import Decision, Outcome
from app.domain.geo import short_province
from app.domain.goods import Warehouse
from app.domain.order import Line, Order
from app.processing.inputs import Inputs
from app.processing.world import World

_NOTHING = Taken()


class Desk:
    """Builds each order's candidates from the world and takes from it what was decided."""

    def __init__(self, world: World, now: int) -> None:
        self.world = world
        self.now = now
        self._geography = geography_of(world.warehouses)
        minute = minute_of_day(now)
        self._in_time = [w.cut_off is None or minute < w.cut_off for w in world.warehouses]
        self._left = [_capacity_left(w) for w in world.warehouses]
        self._place = {w.code: place for place, w in enumerate(world.warehouses)}
        self._rates = {(code, short_province(p)): rate for (code, p), rate in world.catalogue.freight.items()}
        self._weigh: Callable[[dict[str, int]], int | None] = lambda units: weight_of(units, world.catalogue)
        for warehouse in world.warehouses:
            world.stock.available.setdefault(warehouse.code, {})

    def lay_out(self, inputs: Inputs, demand: Demand, taken: Taken = _NOTHING) -> None:
        """Put demand, candidates, target and network into the inputs; `taken` is gone already."""
        order: Order = inputs.order
        region = self._geography.region(order.province, order.city, order.district)
        request = Request(demand.units, region.province, self._rates, self._weigh)
        stock = self.world.stock.available
        candidates = []
        for place, warehouse in enumerate(self.world.warehouses):
            candidate = Candidate()
            candidate.code = warehouse.code
            candidate.name = warehouse.name
            candidate.kind = warehouse.kind
            candidate.province = warehouse.province
            candidate.city = warehouse.city
            candidate.request = request
            held = taken.left(warehouse.code, stock[warehouse.code])
            candidate.stock = held
            have = {}
            covers = True
            for sku, need in demand.units.items():
                units = have[sku] = held.get(sku, 0)
                if units < need:
                    covers = False
            candidate.have = have
            candidate.covers_order = covers
            candidate.km_to_buyer = region.km_to_buyer[place]
            candidate.km_to_target = region.km_to_target[place]
            candidate.serves_buyer = region.serves_buyer[place]
            candidate.capacity_left = self._left[place]
            if candidate.capacity_left != UNLIMITED:
                candidate.capacity_left -= taken.parcels[warehouse.code]
            candidate.before_cut_off = self._in_time[place]
            candidates.append(candidate)
        if region.target is not None:
            inputs.target = request.target = candidates[region.target]
        inputs.warehouse = candidates
        inputs.demand = demand
        inputs.network = Network(candidates, demand.units)
        inputs.explode = self.world.catalogue.explode

    def portion(self, whole: Inputs, lines: Sequence[Line], taken: Taken) -> Inputs:
        """The inputs of one of the parcels into which people split an order."""
        part = Inputs(whole.order, whole.source, whole.overlay, whole.now)
        part.eligible = True
        part.line = lines
        self.lay_out(part, self.demand(part), taken)
        return part

    def demand(self, inputs: Inputs) -> Demand:
        """What the inputs' lines need."""
        return demand_of([(line.id, line.sku or "", line.quantity) for line in inputs.line], self.world.catalogue)

    def spend(self, decision: Decision) -> None:
        """Take the decision's picks from stock and its parcels from capacity."""
        stock = self.world.stock.available
        for fulfilment in decision.fulfilments:
            for pick in fulfilment.picks:
                stock[pick.source][pick.sku] -= pick.quantity
            if decision.outcome is Outcome.ALLOCATED:
                self._use_parcel(self._place[fulfilment.warehouse])

    def _use_parcel(self, place: int) -> None:
        if self._left[place] != UNLIMITED:
            self._left[place] -= 1


def _capacity_left(warehouse: Warehouse) -> int:
    return UNLIMITED if warehouse.daily_capacity is None else warehouse.daily_capacity - warehouse.used_today
