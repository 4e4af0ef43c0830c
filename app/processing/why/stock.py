"""Stock that could have been otherwise: a warehouse with enough, one with too little, or none left anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.processing.explanation import Names, Record
from app.processing.inputs import Inputs
from app.processing.why.changes import Change, Edit, Path, distance
from app.processing.why.told import both, told

_MOST_WAREHOUSES = 8
Units = Mapping[str, int]


def stock_changes(record: Record, inputs: Inputs, names: Names, warehouse: str = "") -> list[Change]:
    """Changes of one SKU at one warehouse, and of all an order's goods at one or at every warehouse.

    The asked warehouse, the target and those that ship are looked at first, then the others in the record's order.
    """
    units = inputs.demand.units
    rows: Sequence[Mapping[str, Any]] = record["warehouses"]
    places = _first_places(record, warehouse)
    found = [change for place in places for change in _singles(rows, place, units, names)]
    found += [change for place in places if (change := _enough(rows[place], place, units, names)) is not None]
    return [*found, *_nothing_left(rows, units)]


def _first_places(record: Record, warehouse: str) -> list[int]:
    shipping = {f["warehouse"] for f in record["decision"].get("fulfilments", ())}
    first = {warehouse, record.get("target", ""), *shipping}
    codes = [facts["code"] for facts in record["warehouses"]]
    ranked = sorted(range(len(codes)), key=lambda place: codes[place] not in first)
    return ranked[:_MOST_WAREHOUSES]


def _singles(rows: Sequence[Mapping[str, Any]], place: int, units: Units, names: Names) -> Iterator[Change]:
    for sku, need in units.items():
        have = rows[place]["stock"].get(sku, 0)
        for level in sorted(_levels(rows, sku, have, need) - {have}):
            yield _stock(rows[place], place, sku, have, level, names)


def _levels(rows: Sequence[Mapping[str, Any]], sku: str, have: int, need: int) -> set[int]:
    """Units at one warehouse with which it has enough or just not, and all together just have enough or just not."""
    total = sum(facts["stock"].get(sku, 0) for facts in rows)
    return {level for level in (need, need - 1, have + need - total, have + need - 1 - total) if level >= 0}


def _stock(row: Mapping[str, Any], place: int, sku: str, have: int, level: int, names: Names) -> Change:
    path: Path = ("warehouses", place, "stock", sku)
    what = told("why-stock", warehouse=names.warehouse(row["code"]), sku=sku)
    text = told("why-instead", what=what, before=str(have), after=str(level))
    return Change(text, (Edit(path, level),), path, distance(have, level))


def _enough(row: Mapping[str, Any], place: int, units: Units, names: Names) -> Change | None:
    """Everything that the order needs, where more than one SKU is short."""
    short = {sku: need for sku, need in units.items() if row["stock"].get(sku, 0) < need}
    if len(short) < 2:
        return None
    goods = both(lambda _: " + ".join(f"{sku} {row['stock'].get(sku, 0)} → {need}" for sku, need in short.items()))
    text = told("why-if-enough", warehouse=names.warehouse(row["code"]), goods=goods)
    edits = tuple(Edit(("warehouses", place, "stock", sku), need) for sku, need in short.items())
    return Change(text, edits, ("warehouses", place, "stock"), float(len(short)), len(short))


def _nothing_left(rows: Sequence[Mapping[str, Any]], units: Units) -> Iterator[Change]:
    """One SKU gone from every warehouse."""
    for sku in units:
        holding = [place for place, facts in enumerate(rows) if facts["stock"].get(sku, 0)]
        if len(holding) > 1:
            edits = tuple(Edit(("warehouses", place, "stock", sku), 0) for place in holding)
            spot: Path = ("warehouses", "all", sku)
            yield Change(told("why-if-gone", sku=sku), edits, spot, float(len(holding)), len(holding))
