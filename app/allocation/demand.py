"""What an order needs from stock: units by SKU, bundles exploded, each unit counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.goods import Catalogue

Need = tuple[str, str, int]
"""(line id, SKU to pick, units)."""


@dataclass(frozen=True, slots=True)
class Demand:
    """`needs` line by line, as they will be picked; `units` summed by SKU over all lines."""

    needs: tuple[Need, ...]
    units: dict[str, int]


def demand_of(lines: Sequence[tuple[str, str, int]], catalogue: Catalogue) -> Demand:
    """The demand of lines `(id, resolved SKU, quantity)`; bundles become their components."""
    skus = catalogue.skus
    needs: list[Need] = []
    units: dict[str, int] = {}
    for line, sku, quantity in lines:
        known = skus.get(sku)
        parts = known.components if known is not None else ()
        for part, count in [(part, each * quantity) for part, each in parts] if parts else ((sku, quantity),):
            needs.append((line, part, count))
            units[part] = units.get(part, 0) + count
    return Demand(tuple(needs), units)


def weight_of(units: dict[str, int], catalogue: Catalogue) -> int | None:
    """Grams of these units together; None when one of them has no known weight."""
    total = 0
    for sku, count in units.items():
        known = catalogue.skus.get(sku)
        if known is None or known.weight_g is None:
            return None
        total += known.weight_g * count
    return total
