"""Orders whose lines would get different answers: two lines that rules take alone, and that together fall through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from app.engine.analyse import Point
from app.rulebook.witness import world_of

Json = Mapping[str, Any]
Decide = Callable[[Json], Json]
_NEAR, _BEYOND = 100.0, 900.0


def mixed_lines(decide: Decide, otherwise: str, bounds: Sequence[float]) -> Json | None:
    """An order of two lines of which each alone is taken by a rule of its own, while both together only the last takes.

    `decide` gives the decision on a `given`; `bounds` are distances that rules name, in km. None where there is none.
    """
    for urgent in (False, True):
        for near in [max(0.1, round(bound - 0.1, 1)) for bound in bounds] or [_NEAR]:
            for one, other in combinations(_places(), 2):
                found = _mixed(decide, otherwise, near, urgent, (one, other))
                if found is not None:
                    return found
    return None


def _places() -> Iterator[frozenset[int]]:
    """Which of the three warehouses (target, near, far) have all that a line asks for."""
    yield from (frozenset({0}), frozenset({1}), frozenset({2}), frozenset())


def _mixed(
    decide: Decide, otherwise: str, near: float, urgent: bool, places: tuple[frozenset[int], frozenset[int]]
) -> Json | None:
    alone = [_decided(decide, _given(near, urgent, {sku: place})) for sku, place in zip("AB", places, strict=True)]
    if alone[0] == alone[1] or otherwise in (*alone[0], *alone[1]):
        return None
    both = _given(near, urgent, dict(zip("AB", places, strict=True)))
    return both if otherwise in _decided(decide, both) else None


def _decided(decide: Decide, given: Json) -> tuple[str, ...]:
    return tuple(decide(given)["rules"])


def _given(near: float, urgent: bool, places: Mapping[str, frozenset[int]]) -> Json:
    houses = [{"warehouse.km_to_target": km} for km in (0.0, near, _BEYOND)]
    made = world_of(Point({"order.urgent": urgent}, {"warehouse": houses}, {"target": 0}))
    assert made is not None  # noqa: S101 - three distances from one point can always be had
    codes = [row["code"] for row in made["warehouses"]]
    lines = [{"id": str(n), "sku": f"SKU-{sku}", "quantity": 1} for n, sku in enumerate(places, 1)]
    stock: dict[str, dict[str, int]] = {}
    for sku, place in places.items():
        for house in place:
            stock.setdefault(codes[house], {})[f"SKU-{sku}"] = 1
    return {**made, "order": {**made["order"], "lines": lines}, "stock": stock}
