"""An order in several parcels because a person said so: whose lines go where, and what each takes from the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.domain.decision import Fulfilment
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
