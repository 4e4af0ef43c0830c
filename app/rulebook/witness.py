"""From facts that rules read to a real order with its warehouses, stock and clock: what `pandan decide` takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from app.domain.provinces import SHORT_NAMES
from app.engine.analyse import Point
from app.rulebook.proofs_domain import UNLIMITED, USUAL_NOW
from app.rulebook.witness_places import UnplaceableError, address, home, place_other, place_target, wanted
from app.rulebook.witness_stock import UnstockableError, stock_of, units_wanted

Json = dict[str, Any]
Facts = Mapping[str, Any]

_TIMES = ("created_at", "paid_at", "modified_at", "ship_by")
_NAMES = {"T": ("目标仓", "Target"), "W": ("仓", "Warehouse")}
_PLAIN: Json = {
    "id": "W1",
    "shop": "demo",
    "platform": "manual",
    "state": "paid",
    "paid": 29_900,
    "province": "浙江省",
    "buyer_message": "",
    "seller_memo": "",
    "urgent": False,
}
_ROOMY = 20


def world_of(point: Point) -> Json | None:
    """A `given` as pack examples state it, of which the rules read just these facts; None where none can be built."""
    try:
        return _World(point).given()
    except (UnplaceableError, UnstockableError):
        return None


class _World:
    def __init__(self, point: Point) -> None:
        self._values = point.values
        self._lines: Sequence[Facts] = point.members.get("line") or [{}]
        self._now = int(self._values.get("now") or USUAL_NOW)
        self._houses, self._target = _houses(point)

    def given(self) -> Json:
        order = self._order()
        lines = [line for line in order["lines"] if "refund" not in line]
        units: dict[str, int] = {}
        for line in lines:
            units[line["sku"]] = units.get(line["sku"], 0) + line["quantity"]
        stock = stock_of(self._values, self._houses, self._target, units)
        rows = self._rows(order)
        held = {row["code"]: own for row, own in zip(rows, stock, strict=True) if own}
        return {"order": order, "stock": held, "warehouses": rows, "at": _told(self._now)}

    def _order(self) -> Json:
        order: Json = {**_PLAIN, "created_at": _told(self._now - 60)}
        for key, value in self._values.items():
            scope, _, name = key.partition(".")
            if scope == "order" and name not in ("quantity", "line_count"):
                order[name] = _plain(name, value)
        order |= {name: at for name, at in address(order["province"]).items() if name not in order and at is not None}
        order["lines"] = self._order_lines()
        return order

    def _order_lines(self) -> list[Json]:
        quantities = self._quantities()
        lines = []
        for number, (facts, quantity) in enumerate(zip(self._lines, quantities, strict=True), 1):
            own = {key.partition(".")[2]: value for key, value in facts.items() if value is not None}
            own.pop("refund", None)
            lines.append({"id": str(number), "sku": f"SKU-{number}", **own, "quantity": quantity})
        wanted_lines = self._values.get("order.line_count", len(lines))
        if wanted_lines < len(lines):
            raise UnstockableError
        for number in range(len(lines) + 1, wanted_lines + 1):
            lines.append({"id": str(number), "sku": f"SKU-{number}", "quantity": 1, "refund": "done"})
        return lines

    def _quantities(self) -> list[int]:
        said = [facts.get("line.quantity") for facts in self._lines]
        total = self._values.get("order.quantity")
        if total is None:
            least = units_wanted(self._values)
            return [n if n is not None else (least if place == 0 else 1) for place, n in enumerate(said)]
        open_lines = [place for place, n in enumerate(said) if n is None]
        left = total - sum(n or 0 for n in said)
        if left < len(open_lines) or (left and not open_lines):
            raise UnstockableError
        shares = dict.fromkeys(open_lines, 1)
        if open_lines:
            shares[open_lines[0]] += left - len(open_lines)
        return [shares[place] if n is None else n for place, n in enumerate(said)]

    def _rows(self, order: Json) -> list[Json]:
        buyer = home(order)
        wants = [wanted(house, "warehouse") for house in self._houses]
        others = [want for place, want in enumerate(wants) if place != self._target]
        at_target = place_target(buyer, wants[self._target], others) if self._target is not None else None
        rows = []
        for place, (house, want) in enumerate(zip(self._houses, wants, strict=True)):
            is_target = place == self._target
            point = at_target if is_target else place_other(buyer, at_target, want, place)
            rows.append(self._row(place, house, point, order))
        return rows

    def _row(self, place: int, house: Facts, point: tuple[float, float] | None, order: Json) -> Json:
        is_target = place == self._target
        kind = "T" if is_target else "W"
        row: Json = {"code": kind if is_target else f"{kind}{place + 1}", "name": _NAMES[kind][0]}
        for name in ("code", "name", "kind", "province", "city"):
            if house.get(f"warehouse.{name}") is not None:
                row[name] = house[f"warehouse.{name}"]
        if not is_target and "warehouse.name" not in house:
            row["name"] = f"{place + 1} 号仓"
        if point is not None:
            row["latitude"], row["longitude"] = point
        row |= self._limits(house)
        if self._serves(house, is_target) and order["province"]:
            row["provinces_served"] = SHORT_NAMES.get(order["province"], order["province"])
        return row

    def _serves(self, house: Facts, is_target: bool) -> bool:
        said = house.get("warehouse.serves_buyer", self._values.get("target.serves_buyer") if is_target else None)
        return is_target if said is None else bool(said)

    def _limits(self, house: Facts) -> Json:
        limits: Json = {}
        left = house.get("warehouse.capacity_left", UNLIMITED)
        if left != UNLIMITED:
            limits["daily_capacity"] = left
        if house.get("warehouse.before_cut_off") is False:
            limits["cut_off"] = "00:00"
        return limits


def _houses(point: Point) -> tuple[list[dict[str, Any]], int | None]:
    """The warehouses, the target's own facts among them, with copies where it takes more to cover the order."""
    values = point.values
    houses = [dict(member) for member in point.members.get("warehouse", ())]
    target = point.place.get("target")
    if target is not None:
        for key, value in values.items():
            if key.startswith("target."):
                houses[target].setdefault(f"warehouse.{key.partition('.')[2]}", value)
    if not houses and not any(key.startswith(("warehouse", "network", "target")) for key in values):
        return [{"warehouse.covers_order": True}], 0
    if target is None and houses and not any(key.startswith("target.") for key in values):
        target = 0
    _add_copies(houses, target, values)
    if target is None:
        _hide_place(houses)
    return houses, target


def _add_copies(houses: list[dict[str, Any]], target: int | None, values: Facts) -> None:
    """Enough short warehouses for those that it takes to cover the order; a copy changes no condition."""
    if not values.get("network.covers_order") or any(house.get("warehouse.covers_order") for house in houses):
        return
    short = [n for n in range(len(houses)) if n != target] or list(range(len(houses)))
    parts = int(values.get("network.fewest") or 2)
    if target is not None and any(houses[n].get("warehouse.covers_shortfall") for n in short):
        return
    houses.extend(dict(houses[short[-1]]) for _ in range(parts - len(short)))


def _hide_place(houses: list[dict[str, Any]]) -> None:
    """No target: one warehouse must stand at no known place."""
    if houses and not any(house.get("warehouse.km_to_buyer", 0) is None for house in houses):
        houses[-1].setdefault("warehouse.km_to_buyer", None)


def _plain(name: str, value: Any) -> Any:
    if name in _TIMES and value is not None:
        return _told(value)
    return sorted(value) if isinstance(value, frozenset) else value


def _told(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
