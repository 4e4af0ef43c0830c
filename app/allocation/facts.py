"""What rules may ask of candidate warehouses, of the target warehouse and of the network.

The attribute names are field keys (`warehouse.covers_order`, `target.km_to_buyer`, `network.covers_order`). None is
unknown. What costs something is worked out when first asked for and then kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.domain.goods import FreightRate

UNLIMITED = 1_000_000_000
"""`capacity_left` of a warehouse without a daily limit, in parcels."""


class Request:
    """One order's demand and what its candidates share. `rates` are freight rates by (warehouse, short province)."""

    __slots__ = ("province", "rates", "target", "units", "weigh")

    def __init__(
        self,
        units: dict[str, int],
        province: str,
        rates: Mapping[tuple[str, str], FreightRate],
        weigh: Callable[[dict[str, int]], int | None],
    ) -> None:
        self.units = units
        self.province = province
        self.rates = rates
        self.weigh = weigh
        self.target: Candidate | None = None

    def quote(self, warehouse: str, province: str, units: dict[str, int]) -> int | None:
        """Freight in fen for these units from a warehouse to a province (short name); None when not known."""
        rate = self.rates.get((warehouse, province))
        weight = None if rate is None else self.weigh(units)
        return None if rate is None or weight is None else rate.price(weight)

    def shortfall(self) -> dict[str, int]:
        """Units by SKU that the target warehouse lacks; all of them without a target."""
        have = self.target.have if self.target is not None else {}
        return {sku: need - have.get(sku, 0) for sku, need in self.units.items() if need > have.get(sku, 0)}


class Candidate:
    """One warehouse as this order sees it. `have`: free units by SKU, read from `stock` when first needed."""

    code: str
    name: str
    kind: str
    province: str
    city: str
    have: dict[str, int]
    stock: Mapping[str, int]
    request: Request
    covers_order: bool
    km_to_buyer: float | None
    km_to_target: float | None
    serves_buyer: bool | None
    capacity_left: int
    before_cut_off: bool
    covers_shortfall: bool | None
    available: int
    freight: int | None
    transfer_freight: int | None

    __slots__ = (
        "available",
        "before_cut_off",
        "capacity_left",
        "city",
        "code",
        "covers_order",
        "covers_shortfall",
        "freight",
        "have",
        "kind",
        "km_to_buyer",
        "km_to_target",
        "name",
        "province",
        "request",
        "serves_buyer",
        "stock",
        "transfer_freight",
    )

    def __getattr__(self, name: str) -> Any:
        # Reached only while the slot is empty: work it out once, from then on the slot answers.
        work_out = _WORKED_OUT.get(name)
        if work_out is None:
            raise AttributeError(name)
        value = work_out(self)
        setattr(self, name, value)
        return value

    def at(self, sku: str) -> int:
        """Free units of `sku` here; what was asked for is kept in `have`."""
        units = self.have.get(sku)
        if units is None:
            units = self.have[sku] = self.stock.get(sku, 0)
        return units

    def covers(self, units: Mapping[str, int]) -> bool:
        """Whether all these units are free here."""
        return all(self.at(sku) >= need for sku, need in units.items())


def _covers_shortfall(candidate: Candidate) -> bool | None:
    request = candidate.request
    return None if request.target is None else candidate.covers(request.shortfall())


def _available(candidate: Candidate) -> int:
    return sum(min(candidate.have[sku], need) for sku, need in candidate.request.units.items())


def _freight(candidate: Candidate) -> int | None:
    request = candidate.request
    return request.quote(candidate.code, request.province, request.units)


def _transfer_freight(candidate: Candidate) -> int | None:
    request = candidate.request
    return (
        None if request.target is None else request.quote(candidate.code, request.target.province, request.shortfall())
    )


_WORKED_OUT: dict[str, Callable[[Candidate], Any]] = {
    "covers_shortfall": _covers_shortfall,
    "available": _available,
    "freight": _freight,
    "transfer_freight": _transfer_freight,
}


class Network:
    """All candidate warehouses together."""

    __slots__ = ("_candidates", "_units")

    def __init__(self, candidates: Sequence[Candidate], units: dict[str, int]) -> None:
        self._candidates = candidates
        self._units = units

    def at(self, sku: str) -> int:
        """Free units of `sku` over all warehouses."""
        return sum(candidate.have.get(sku, 0) for candidate in self._candidates)

    @property
    def covers_order(self) -> bool:
        """Whether all goods of the order exist, together in all warehouses."""
        return all(self.at(sku) >= need for sku, need in self._units.items())

    @property
    def available(self) -> int:
        """Units of the order's goods that exist over all warehouses, at most what it needs."""
        return sum(min(self.at(sku), need) for sku, need in self._units.items())

    @property
    def shortfall(self) -> int:
        """Units that no warehouse has."""
        return sum(self.lacks().values())

    @property
    def warehouses_covering(self) -> int:
        """How many warehouses cover the order alone."""
        return sum(candidate.covers_order for candidate in self._candidates)

    def lacks(self) -> dict[str, int]:
        """Units by SKU that the order needs and no warehouse has."""
        return {sku: need - self.at(sku) for sku, need in self._units.items() if need > self.at(sku)}
