"""An order in several parcels because a person said so: whose lines go where, what each takes, which still wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from app.allocation.demand import demand_of
from app.domain.decision import Fulfilment
from app.domain.goods import Catalogue
from app.domain.order import Line


@dataclass(slots=True)
class Taken:
    """What earlier parcels of the same order use up: units by (warehouse, SKU), parcels by warehouse."""

    units: Counter[tuple[str, str]] = field(default_factory=Counter)
    parcels: Counter[str] = field(default_factory=Counter)

    def add(self, fulfilments: Sequence[Fulfilment]) -> None:
        """Count these too."""
        for fulfilment in fulfilments:
            self.parcels[fulfilment.warehouse] += 1
            for pick in fulfilment.picks:
                self.units[pick.source, pick.sku] += pick.quantity

    def left(self, warehouse: str, held: Mapping[str, int]) -> Mapping[str, int]:
        """What is left of the stock `held` at a warehouse."""
        gone = {sku: units for (code, sku), units in self.units.items() if code == warehouse}
        return {**held, **{sku: held.get(sku, 0) - units for sku, units in gone.items()}} if gone else held


def share_lines(lines: Sequence[Line], parts: Sequence[Mapping[str, int]]) -> list[list[Line]]:
    """The lines shared out to parcels: first what no part names, then each part.

    A part takes no more of a line than is left of it; empty when fewer than two parcels come of it.
    """
    left = {line.id: line.quantity for line in lines}
    shares = []
    for part in parts:
        counts = {line.id: min(part.get(line.id, 0), left[line.id]) for line in lines}
        for line, count in counts.items():
            left[line] -= count
        shares.append(counts)
    found = [
        [replace(line, quantity=counts[line.id]) for line in lines if counts[line.id] > 0] for counts in (left, *shares)
    ]
    filled = [share for share in found if share]
    return filled if len(filled) > 1 else []


def waiting_shares(
    shares: Sequence[list[Line]], given: Mapping[tuple[str, str], int], catalogue: Catalogue
) -> list[list[Line]]:
    """Those of the shares that are in no parcel yet, when `given` is exactly what the others need; else none."""
    needs = [_needs(share, catalogue) for share in shares]
    wanted = Counter({place: units for place, units in given.items() if units})
    for count in range(1, len(shares)):
        for packed in combinations(range(len(shares)), count):
            if sum((needs[place] for place in packed), Counter()) == wanted:
                return [share for place, share in enumerate(shares) if place not in packed]
    return []


def _needs(share: Sequence[Line], catalogue: Catalogue) -> Counter[tuple[str, str]]:
    units: Counter[tuple[str, str]] = Counter()
    for line, sku, count in demand_of([(one.id, one.sku or "", one.quantity) for one in share], catalogue).needs:
        units[line, sku] += count
    return units
