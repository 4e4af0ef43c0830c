"""What stands beside the form while it is typed: who bought the same lately, and where the goods lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection

from app.bootstrap import Services
from app.domain.order import Order
from app.duplicates.clusters import Policy
from app.duplicates.evidence import Participant, likeness, place_of
from app.intake import cells
from app.intake.typed import TypedForm
from app.persistence.reads.packs import live_pack
from app.persistence.reads.places import warehouse_names
from app.persistence.reads.typed import BuyersOrder, buyers_orders, free_units
from app.rulebook.order_schema import load_order

RECENT_SECONDS = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Alike:
    """An earlier order of the buyer. `deed` is what the rules would do: `hold`, `ask`, or "" for nothing."""

    row: BuyersOrder
    seconds: int
    deed: str
    strong: bool


@dataclass(frozen=True, slots=True)
class Need:
    """What one SKU of the form needs and where it lies: (warehouse, free units), the fullest first."""

    sku: str
    name: str
    quantity: int
    places: tuple[tuple[str, int], ...]

    @property
    def enough(self) -> bool:
        return any(units >= self.quantity for _, units in self.places)

    @property
    def together(self) -> int:
        return sum(max(0, units) for _, units in self.places)


def alike(services: Services, db: Connection, form: TypedForm, source: Order | None, now: int) -> list[Alike]:
    """Orders of this buyer in the last 30 days that hold the same SKUs; those that the rules act on come first."""
    order = _as_order(services, form, source, now)
    skus = frozenset(line.sku for line in form.lines if line.sku)
    pack = live_pack(db)
    if order is None or not skus or pack is None:
        return []
    policy = Policy.of(orjson.loads(pack.document).get("duplicates") or {})
    mine = Participant((form.shop, ""), now, skus, order.identity, place_of(order.province, order.city, order.district))
    found = []
    for row in buyers_orders(db, order, now - RECENT_SECONDS):
        like = _likeness(mine, row, policy)
        if like is not None and row.skus == skus and row.id != form.source:
            seconds = max(0, now - row.created_at)
            within = seconds <= policy.window_seconds and row.order.may_get_stock
            how = policy.strong if like == "strong" else policy.weak
            found.append(Alike(row, seconds, str(how.get("do", "")) if within else "", like == "strong"))
    return sorted(found, key=lambda one: (not one.deed, one.seconds))


def needs(db: Connection, form: TypedForm, known: dict[str, str]) -> list[Need]:
    """Each SKU of the form with the units it needs, and where they lie."""
    wanted: dict[str, int] = {}
    for line in form.lines:
        if line.sku in known:
            wanted[line.sku] = wanted.get(line.sku, 0) + max(0, cells.whole(line.quantity) or 0)
    free, names = free_units(db, wanted), dict(warehouse_names(db))
    return [
        Need(
            sku,
            known[sku],
            count,
            tuple(sorted(((names[c], n) for c, n in free[sku].items() if c in names), key=_most)),
        )
        for sku, count in wanted.items()
    ]


def _most(place: tuple[str, int]) -> tuple[int, str]:
    return -place[1], place[0]


def _likeness(mine: Participant, row: BuyersOrder, policy: Policy) -> str | None:
    order = row.order
    place = place_of(order.province, order.city, order.district)
    theirs = Participant((row.shop, row.tid), row.created_at, row.skus, order.identity, place)
    found = likeness(mine, theirs, policy.evidence)
    return found.strength if found else None


def _as_order(services: Services, form: TypedForm, source: Order | None, now: int) -> Order | None:
    if not form.phone and source is not None:
        return source
    document: dict[str, Any] = {
        "id": "-", "phone": form.phone, "province": form.province, "city": form.city, "district": form.district,
        "lines": [{"sku": "-", "quantity": 1}],
    }  # fmt: skip
    order = load_order(document, shop=form.shop or "-", platform="manual", at=now, hasher=services.sealer.hasher)
    return order if isinstance(order, Order) else None
