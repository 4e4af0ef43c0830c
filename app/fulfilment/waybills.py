"""Waybills against parcels: what would leave by each, and what is wrong. Pure: parcels in, plan out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.errors import Problem
from app.fulfilment.carriers import carrier_code
from app.fulfilment.parcels import Goods, Parcel, parcel_id_of, parcel_number

_WAYBILL = re.compile(r"[A-Z0-9][A-Z0-9-]{4,39}")


@dataclass(frozen=True, slots=True)
class Said:
    """What a row of a file, or a person, says left. `parcel` is a parcel's or an order's number."""

    row: int
    parcel: str
    waybill: str
    carrier: str = ""
    sku: str = ""
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """Units of reserved goods that leave."""

    goods: Goods
    quantity: int


@dataclass(slots=True)
class Step:
    """What one `Said` comes to.

    `kind`: `ship` (its parcel is complete with it), `part` (something stays here), `extra` (one more waybill of a
    parcel that has left), `known` (was said before) or `wrong`, with the `problem`.
    """

    said: Said
    kind: str
    parcel: Parcel | None = None
    carrier: str = ""
    waybill: str = ""
    takes: list[Take] = field(default_factory=list)
    left: int = 0
    problem: Problem | None = None


@dataclass(slots=True)
class Shelf:
    """What is known when waybills come: parcels, which parcels an order's number means, waybills in use.

    `used` maps `carrier:waybill` to the parcel that has it.
    """

    parcels: Mapping[int, Parcel]
    by_order: Mapping[str, Sequence[int]]
    used: Mapping[str, int]
    warehouse_id: int | None = None


def waybill_key(carrier: str, waybill: str) -> str:
    """What no two parcels may share."""
    return f"{carrier}:{waybill}"


def clean_waybill(written: str) -> str:
    """A waybill as carriers write it."""
    return re.sub(r"\s+", "", written).upper()


def plan(said: Sequence[Said], shelf: Shelf) -> list[Step]:
    """What each row comes to, in order: earlier rows take first."""
    desk = _Desk(shelf)
    return [desk.step(one) for one in said]


class _Desk:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._used = dict(shelf.used)
        self._new: set[str] = set()
        self._taken: dict[tuple[int, int], int] = defaultdict(int)
        self._left: set[int] = set()

    def step(self, said: Said) -> Step:
        parcel, problem = self._find(said)
        if parcel is None:
            return Step(said, "wrong", problem=problem)
        carrier, waybill = carrier_code(said.carrier or parcel.carrier or ""), clean_waybill(said.waybill)
        step = Step(said, "wrong", parcel, carrier, waybill)
        key = waybill_key(carrier, waybill)
        if self._used.get(key) == parcel.id and key not in self._new:
            step.kind = "known"
            return step
        step.problem = self._refusal(said, parcel, carrier, waybill) or self._take(said, parcel, step)
        if step.problem is None:
            self._accept(step, key)
        return step

    def _accept(self, step: Step, key: str) -> None:
        parcel = step.parcel
        if parcel is None:
            return
        for take in step.takes:
            self._taken[(take.goods.fulfilment_id, take.goods.position)] += take.quantity
        self._used[key] = parcel.id
        self._new.add(key)
        step.left = sum(self._free(goods) for goods in parcel.here)
        step.kind = "extra" if not step.takes else "part" if step.left else "ship"
        self._left.add(parcel.id)

    def _find(self, said: Said) -> tuple[Parcel | None, Problem | None]:
        number = said.parcel.strip()
        if not number:
            return None, _problem("waybill-parcel-missing")
        own = parcel_id_of(number) if number[:1] in "Pp" else None
        ids = [own] if own is not None else list(self._shelf.by_order.get(number, ()))
        found = [self._shelf.parcels[each] for each in ids if each in self._shelf.parcels]
        here = [one for one in found if self._shelf.warehouse_id in (None, one.warehouse_id)]
        if not found:
            return None, _problem("waybill-parcel-unknown", parcel=number)
        if not here:
            return None, _problem("waybill-other-warehouse", parcel=number)
        if len(here) > 1:
            # An order in several parcels: the one that is still here, when there is only one.
            going = [one for one in here if one.here]
            if len(going) != 1:
                numbers = "、".join(one.number for one in here)
                return None, _problem("waybill-order-in-several", order=number, parcels=numbers)
            here = going
        return here[0], None

    def _refusal(self, said: Said, parcel: Parcel, carrier: str, waybill: str) -> Problem | None:
        if not waybill:
            return _problem("waybill-missing")
        if not _WAYBILL.fullmatch(waybill):
            return _problem("waybill-odd", waybill=said.waybill.strip()[:50])
        if not carrier:
            return _problem("waybill-carrier-missing")
        holder = self._used.get(waybill_key(carrier, waybill))
        if holder is not None and holder != parcel.id:
            return _problem("waybill-used", waybill=waybill, parcel=parcel_number(holder))
        if parcel.stop:
            return _problem("waybill-parcel-stopped", parcel=parcel.number, why=parcel.stop)
        if parcel.state == "open":
            return _problem("waybill-not-picked", parcel=parcel.number)
        if parcel.state == "put-back":
            return _problem("waybill-put-back", parcel=parcel.number)
        return None

    def _free(self, goods: Goods) -> int:
        return goods.quantity - self._taken[(goods.fulfilment_id, goods.position)]

    def _take(self, said: Said, parcel: Parcel, step: Step) -> Problem | None:
        here = [each for each in parcel.here if self._free(each)]
        if not here:
            gone = bool(parcel.shipments) or parcel.id in self._left
            if gone and not said.sku and said.quantity is None:
                return None
            return _problem("waybill-all-left", parcel=parcel.number)
        if said.sku:
            here = [each for each in here if each.sku == said.sku]
            if not here:
                return _problem("waybill-sku-not-here", parcel=parcel.number, sku=said.sku)
        free = sum(self._free(each) for each in here)
        wanted = free if said.quantity is None else said.quantity
        if wanted < 1:
            return _problem("waybill-quantity")
        if wanted > free:
            return _problem("waybill-more-than-here", parcel=parcel.number, wanted=wanted, here=free)
        if wanted < free and len({each.sku for each in here}) > 1:
            return _problem("waybill-which-sku", parcel=parcel.number)
        step.takes = self._share_out(here, wanted)
        return None

    def _share_out(self, here: list[Goods], wanted: int) -> list[Take]:
        takes = []
        for goods in here:
            count = min(wanted, self._free(goods))
            if count:
                takes.append(Take(goods, count))
                wanted -= count
        return takes


def _problem(code: str, **details: object) -> Problem:
    return Problem(code, "", details)
