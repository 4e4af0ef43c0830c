"""How a buyer's place lies to the warehouses: distances, who serves it, and the target warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.domain.geo import Point, distance_km, locate, short_province
from app.domain.goods import Warehouse

_REMEMBERED_REGIONS = 20_000
_FAR = float("inf")


@dataclass(frozen=True, slots=True)
class Site:
    """Where a warehouse is (None: not known) and which provinces (short names) are assigned to it."""

    code: str
    point: Point | None
    serves: frozenset[str]


@dataclass(frozen=True, slots=True)
class Region:
    """One buyer's place seen from the warehouses, in their order. Distances in km, None when not known.

    `target` is the index of the target warehouse; None when there is none or the nearest cannot be told.
    """

    target: int | None
    km_to_buyer: tuple[float | None, ...]
    km_to_target: tuple[float | None, ...]
    serves_buyer: tuple[bool | None, ...]
    province: str


class Geography:
    """The regions around a fixed set of warehouses, each worked out once."""

    def __init__(self, sites: Sequence[Site]) -> None:
        """`sites` in the order in which regions list them."""
        self._sites = tuple(sites)
        self._regions: dict[tuple[str | None, str | None, str | None], Region] = {}

    def region(self, province: str | None, city: str | None, district: str | None) -> Region:
        """The region of a buyer's place."""
        key = (province, city, district)
        known = self._regions.get(key)
        if known is None:
            if len(self._regions) >= _REMEMBERED_REGIONS:
                self._regions.clear()
            known = self._regions[key] = self._work_out(*key)
        return known

    def _work_out(self, province: str | None, city: str | None, district: str | None) -> Region:
        short = short_province(province) if province else ""
        buyer = locate(province, city, district)
        to_buyer = tuple(_km(site.point, buyer) for site in self._sites)
        serves = tuple(short in site.serves if short else None for site in self._sites)
        target = self._target(to_buyer, serves)
        to_target = tuple(self._km_to_target(place, target) for place in range(len(self._sites)))
        return Region(target, to_buyer, to_target, serves, short)

    def _target(self, km: tuple[float | None, ...], serves: tuple[bool | None, ...]) -> int | None:
        everyone = range(len(self._sites))
        assigned = [place for place in everyone if serves[place]]
        if assigned or len(everyone) == 1:
            return self._nearest(assigned or list(everyone), km)
        # A site whose distance is not known may be the nearest: then the target is not known either.
        return None if None in km else self._nearest(list(everyone), km)

    def _nearest(self, places: list[int], km: tuple[float | None, ...]) -> int | None:
        def rank(place: int) -> tuple[float, str]:
            distance = km[place]
            return (_FAR if distance is None else distance, self._sites[place].code)

        return min(places, key=rank, default=None)

    def _km_to_target(self, place: int, target: int | None) -> float | None:
        if target is None:
            return None
        return 0.0 if place == target else _km(self._sites[place].point, self._sites[target].point)


def _km(one: Point | None, other: Point | None) -> float | None:
    return None if one is None or other is None else distance_km(one, other)


def site_of(warehouse: Warehouse) -> Site:
    """A warehouse's own coordinates, else those of its district."""
    if warehouse.latitude is not None and warehouse.longitude is not None:
        point: Point | None = (warehouse.latitude, warehouse.longitude)
    else:
        point = locate(warehouse.province or None, warehouse.city or None, warehouse.district or None)
    return Site(warehouse.code, point, frozenset(short_province(name) for name in warehouse.provinces_served))


@lru_cache(maxsize=16)
def _remembered(sites: tuple[Site, ...]) -> Geography:
    return Geography(sites)


def geography_of(warehouses: Sequence[Warehouse]) -> Geography:
    """The geography of these warehouses; equal sets share one, so that regions outlive a batch."""
    return _remembered(tuple(site_of(warehouse) for warehouse in warehouses))
