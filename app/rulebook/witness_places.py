"""Where the warehouses of a counter-example stand, so that the distances come out as wanted, to a tenth of a km."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, atan2, cos, degrees, pi, radians, sin
from typing import Any

from app.domain.geo import EARTH_RADIUS_KM, Point, distance_km, locate

_HALVINGS = 60
_NEARBY_KM = 5.0
_HOME = ("浙江省", "杭州市", "西湖区")


class UnplaceableError(ValueError):
    """No arrangement on the globe has these distances."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Distances a warehouse must have: a number, None (not known), or left open."""

    to_target: float | None = None
    to_buyer: float | None = None
    target_open: bool = True
    buyer_open: bool = True


def wanted(facts: Mapping[str, Any], scope: str) -> Wanted:
    """What the facts of a member of `scope` ask for."""
    target, buyer = f"{scope}.km_to_target", f"{scope}.km_to_buyer"
    return Wanted(facts.get(target), facts.get(buyer), target not in facts, buyer not in facts)


def home(order: Mapping[str, Any]) -> Point | None:
    """The buyer's place."""
    return locate(order.get("province"), order.get("city"), order.get("district"))


def address(province: str | None) -> dict[str, str | None]:
    """City and district that go with a province: those of the usual buyer, else none."""
    province_, city, district = _HOME
    return {"city": city, "district": district} if province == province_ else {"city": None, "district": None}


def place_target(buyer: Point | None, want: Wanted, others: list[Wanted]) -> Point | None:
    """A place for the target warehouse; None where it must not be known."""
    if not want.buyer_open and want.to_buyer is None and buyer is not None:
        return None
    if any(not o.target_open and o.to_target is None and o.to_buyer is not None for o in others):
        return None
    centre = buyer or (30.0, 120.0)
    if want.to_buyer is not None:
        return _exactly(centre, 0.0, want.to_buyer)
    pairs = [(o.to_target, o.to_buyer) for o in others]
    least = max((abs(a - b) for a, b in pairs if a is not None and b is not None), default=_NEARBY_KM)
    return _along(centre, 0.0, max(least, _NEARBY_KM))


def place_other(buyer: Point | None, target: Point | None, want: Wanted, turn: int) -> Point | None:
    """A place for another warehouse, the `turn`-th; None where it must not be known."""
    unknown = (not want.target_open and want.to_target is None and target is not None) or (
        not want.buyer_open and want.to_buyer is None and buyer is not None
    )
    if unknown:
        return None
    bearing = 2 * pi * turn / 13 + 0.5
    if want.to_target is not None and want.to_buyer is not None:
        if target is None or buyer is None:
            raise UnplaceableError
        return _between(target, buyer, want.to_target, want.to_buyer)
    if want.to_target is not None:
        if target is None:
            raise UnplaceableError
        return _exactly(target, bearing, want.to_target)
    if want.to_buyer is not None:
        if buyer is None:
            raise UnplaceableError
        return _exactly(buyer, bearing, want.to_buyer)
    return _along(target or buyer or (30.0, 120.0), bearing, 60.0 + 40.0 * turn)


def _exactly(centre: Point, bearing: float, km: float) -> Point:
    """A point whose rounded distance is exactly `km`."""
    found = _along(centre, bearing, km)
    if distance_km(centre, found) != km:
        raise UnplaceableError
    return found


def _between(one: Point, other: Point, to_one: float, to_other: float) -> Point:
    """A point at both distances: on the circle around `one`, turned until it is far enough from `other`."""
    towards = _bearing(one, other)
    low, high = 0.0, pi
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _km(other, _along(one, towards + middle, to_one)) < to_other:
            low = middle
        else:
            high = middle
    found = _along(one, towards + (low + high) / 2, to_one)
    if distance_km(one, found) != to_one or distance_km(other, found) != to_other:
        raise UnplaceableError
    return found


def _along(start: Point, bearing: float, km: float) -> Point:
    """The point `km` from `start` in a direction (radians, clockwise from north)."""
    angle, lat, lon = km / EARTH_RADIUS_KM, radians(start[0]), radians(start[1])
    north = asin(sin(lat) * cos(angle) + cos(lat) * sin(angle) * cos(bearing))
    east = lon + atan2(sin(bearing) * sin(angle) * cos(lat), cos(angle) - sin(lat) * sin(north))
    return round(degrees(north), 7), round(degrees(east), 7)


def _bearing(start: Point, end: Point) -> float:
    lat, other, apart = radians(start[0]), radians(end[0]), radians(end[1] - start[1])
    return atan2(sin(apart) * cos(other), cos(lat) * sin(other) - sin(lat) * cos(other) * cos(apart))


def _km(one: Point, other: Point) -> float:
    """Great-circle kilometres, not rounded."""
    north = sin(radians(other[0] - one[0]) / 2) ** 2
    east = sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin((north + cos(radians(one[0])) * cos(radians(other[0])) * east) ** 0.5)
