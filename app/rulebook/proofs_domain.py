"""What can be of an order and its world: bounds, what may be unknown, and how derived facts hang together.

Everything here is true of every order that is screened or allocated (paid, no must-not-ship flag, a line left), so
what is proved from it holds. A line asks for at least one unit; amounts are not negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from app.domain.order import INFORMING_FLAGS
from app.engine.analyse import Domain, FieldFacts
from app.engine.analyse.domain import Json
from app.engine.analyse.space import comparisons
from app.engine.vocabulary import Field, Vocabulary
from app.rulebook.order_fields import words
from app.rulebook.order_vocabulary import VOCABULARY

USUAL_NOW = 1_794_362_460
"""2026-11-11 10:01 in Shanghai: when counter-examples play, unless a rule's clock wants otherwise."""
UNLIMITED = 1_000_000_000
NEAREST_KM = 0.1

HIDDEN = (
    Field("network.units", "integer", words("要拣的件数", "units to pick")),
    Field("network.fewest", "integer", words("最少几个仓凑齐", "the fewest warehouses that cover it together")),
    Field("warehouse.transfer_freight", "money", words("调拨运费", "freight of a transfer")),
    Field("target.covers_shortfall", "boolean", words("目标仓能补所缺", "the target covers what it lacks")),
    Field("target.km_to_target", "number", words("目标仓到自己的距离", "distance from the target to itself")),
)
"""Facts that no rule can ask about and that decide whether actions can be carried out."""

PROVING: Vocabulary = replace(VOCABULARY, fields={**VOCABULARY.fields, **{f.key: f for f in HIDDEN}})

_COUNT = FieldFacts(unknown=False, low=0)
_MONEY = FieldFacts(low=0)
_KM = FieldFacts(low=0, step=NEAREST_KM)
_SURE = FieldFacts(unknown=False)

_OF_ORDER = {
    "shop": _SURE,
    "platform": _SURE,
    "id": _SURE,
    "state": FieldFacts(unknown=False, values=("paid",)),
    "flags": FieldFacts(unknown=False, values=tuple(sorted(INFORMING_FLAGS)), usual=frozenset()),
    "urgent": FieldFacts(usual=False),
    "quantity": FieldFacts(unknown=False, low=1, usual=4),
    "line_count": FieldFacts(unknown=False, low=1, usual=1),
    "paid": FieldFacts(low=0, usual=29_900),
    "goods_amount": _MONEY,
    "postage": _MONEY,
    "discount": _MONEY,
    "currency": FieldFacts(unknown=False, usual="CNY"),
    "created_at": FieldFacts(unknown=False, usual=USUAL_NOW - 60),
    "province": FieldFacts(usual="浙江省"),
    "buyer_message": FieldFacts(usual=""),
    "seller_memo": FieldFacts(usual=""),
}
_OF_LINE = {
    "sku": _SURE,
    "title": _SURE,
    "spec": _SURE,
    "quantity": FieldFacts(unknown=False, low=1),
    "price": _MONEY,
    "paid": _MONEY,
    "refund": FieldFacts(unknown=False, values=("none",)),
    "gift": FieldFacts(unknown=False, usual=False),
}
_OF_PLACE = {
    "code": _SURE,
    "name": _SURE,
    "kind": FieldFacts(unknown=False, usual="own"),
    "province": _SURE,
    "city": _SURE,
    "covers_order": _SURE,
    "available": _COUNT,
    "km_to_buyer": _KM,
    "km_to_target": _KM,
    "serves_buyer": FieldFacts(),
    "capacity_left": FieldFacts(unknown=False, low=0, high=UNLIMITED, usual=UNLIMITED),
    "before_cut_off": FieldFacts(unknown=False, usual=True),
    "freight": _MONEY,
    "transfer_freight": _MONEY,
    "covers_shortfall": FieldFacts(),
}
_OF_NETWORK = {
    "covers_order": _SURE,
    "available": _COUNT,
    "shortfall": _COUNT,
    "warehouses_covering": _COUNT,
    "fewest": FieldFacts(unknown=False, low=0, usual=4),
    "units": FieldFacts(unknown=False, low=1, usual=4),
}
FACTS: dict[str, FieldFacts] = {
    **{f"order.{name}": facts for name, facts in _OF_ORDER.items()},
    **{f"line.{name}": facts for name, facts in _OF_LINE.items()},
    **{f"warehouse.{name}": facts for name, facts in _OF_PLACE.items()},
    # Without a target warehouse nothing of it is known.
    **{f"target.{name}": replace(facts, unknown=True) for name, facts in _OF_PLACE.items()},
    **{f"network.{name}": facts for name, facts in _OF_NETWORK.items()},
    "now": FieldFacts(unknown=False, usual=USUAL_NOW),
}


def order_domain(conditions: Iterable[Json]) -> Domain:
    """The domain for conditions that read these fields: axioms about what nobody reads are left out."""
    read = {key for condition in conditions for key in fields_read(condition)}
    axioms = tuple(_axioms(read))
    counted = {"network.units", "order.quantity"} <= {*read, *(key for axiom in axioms for key in fields_read(axiom))}
    likely = (asks("network.units", "is", {"field": "order.quantity"}),) if counted else ()
    return Domain(FACTS, {"line": 1}, {"target": "warehouse"}, axioms, likely)


def fields_read(condition: Json) -> Iterator[str]:
    """The fields that a condition compares."""
    for document in comparisons(condition):
        yield document["field"]
        value = document.get("value")
        if isinstance(value, dict) and "field" in value:
            yield value["field"]
        if document["op"] in ("older_than", "younger_than"):
            yield "now"


def asks(key: str, op: str, value: Any = None) -> dict[str, Any]:
    """One comparison."""
    return (
        {"field": key, "op": op, "value": value} if op not in ("is_known", "is_unknown") else {"field": key, "op": op}
    )


def every_of(*parts: Json) -> dict[str, Any]:
    return {"all": list(parts)}


def some_of(*parts: Json) -> dict[str, Any]:
    return {"any": list(parts)}


def never(*parts: Json) -> dict[str, Any]:
    """That these never hold together."""
    return {"none": [every_of(*parts)]}


def no_warehouse(*parts: Json) -> dict[str, Any]:
    """That no warehouse has all of this."""
    return {"no_warehouse": every_of(*parts)}


def any_warehouse(*parts: Json) -> dict[str, Any]:
    """That some warehouse has all of this."""
    return {"any_warehouse": every_of(*parts)}


def two_warehouses(*parts: Json) -> dict[str, Any]:
    """That at least two warehouses have all of this."""
    return {"two_warehouse": every_of(*parts)}


COVERS = asks("warehouse.covers_order", "is", True)
SHORT = asks("warehouse.covers_order", "is", False)
NETWORK_COVERS = asks("network.covers_order", "is", True)
NETWORK_SHORT = asks("network.covers_order", "is", False)
TARGET_UNKNOWN = asks("target.covers_order", "is_unknown")
TARGET_KNOWN = asks("target.covers_order", "is_known")
TARGET_COVERS = every_of(TARGET_KNOWN, asks("target.covers_order", "is", True))
TARGET_SHORT = every_of(TARGET_KNOWN, asks("target.covers_order", "is", False))
_HELPS = every_of(asks("warehouse.covers_shortfall", "is_known"), asks("warehouse.covers_shortfall", "is", True))
_HELPS_NOT = every_of(asks("warehouse.covers_shortfall", "is_known"), asks("warehouse.covers_shortfall", "is", False))


def _axioms(read: set[str]) -> Iterator[Json]:
    scopes = {key.partition(".")[0] for key in read}
    if scopes & {"warehouse", "target", "network"}:
        yield from _of_stock()
    if "target" in scopes or read & {"warehouse.km_to_target", "warehouse.covers_shortfall"}:
        yield from _of_target(read)
    if "warehouse.covers_shortfall" in read:
        yield from _of_shortfall()
    if "network.fewest" in read:
        yield from _of_fewest(read)
    yield from _of_distance(read)
    yield from _of_province(read)
    yield from _of_amounts(read)


def _of_stock() -> Iterator[Json]:
    yield never(NETWORK_SHORT, {"any_warehouse": COVERS})
    yield some_of(NETWORK_SHORT, {"any_warehouse": COVERS}, {"two_warehouse": SHORT})


def _of_target(read: set[str]) -> Iterator[Json]:
    """A target is missing where there is no warehouse, or several of which the nearest cannot be told."""
    yield some_of(TARGET_KNOWN, no_warehouse(), two_warehouses())
    if read & {"warehouse.serves_buyer", "target.serves_buyer"}:
        serves = every_of(asks("warehouse.serves_buyer", "is_known"), asks("warehouse.serves_buyer", "is", True))
        target = every_of(asks("target.serves_buyer", "is_known"), asks("target.serves_buyer", "is", True))
        yield some_of(TARGET_KNOWN, {"no_warehouse": serves})
        yield some_of(TARGET_UNKNOWN, {"no_warehouse": serves}, target)
    if read & {"warehouse.km_to_buyer", "target.km_to_buyer"}:
        yield some_of(TARGET_KNOWN, no_warehouse(), {"any_warehouse": asks("warehouse.km_to_buyer", "is_unknown")})


def _of_shortfall() -> Iterator[Json]:
    known = asks("warehouse.covers_shortfall", "is_known")
    own = every_of(asks("target.covers_shortfall", "is_known"), asks("target.covers_shortfall", "is", False))
    yield some_of(TARGET_KNOWN, {"no_warehouse": known})
    yield some_of(TARGET_UNKNOWN, {"no_warehouse": asks("warehouse.covers_shortfall", "is_unknown")})
    yield no_warehouse(COVERS, _HELPS_NOT)
    yield some_of(TARGET_UNKNOWN, TARGET_SHORT, {"no_warehouse": _HELPS_NOT})
    yield some_of(TARGET_UNKNOWN, TARGET_COVERS, own)
    yield never(NETWORK_SHORT, {"any_warehouse": _HELPS})


def _of_fewest(read: set[str]) -> Iterator[Json]:
    """How many warehouses it takes: none help, one covers it, or several that are each short."""
    covered = {"any_warehouse": COVERS}
    yield some_of(
        every_of(NETWORK_SHORT, asks("network.fewest", "is", 0)),
        every_of(NETWORK_COVERS, covered, asks("network.fewest", "is", 1)),
        every_of(NETWORK_COVERS, {"no_warehouse": COVERS}, asks("network.fewest", ">=", 2)),
    )
    if "warehouse.covers_shortfall" in read:
        yield some_of(asks("network.fewest", "<=", 2), {"no_warehouse": _HELPS})


def _of_distance(read: set[str]) -> Iterator[Json]:
    to_target, to_buyer = "warehouse.km_to_target", "warehouse.km_to_buyer"
    if to_target in read:
        yield some_of(TARGET_KNOWN, {"no_warehouse": asks(to_target, "is_known")})
        here = every_of(asks("target.km_to_target", "is_known"), asks("target.km_to_target", "is", 0))
        yield some_of(TARGET_UNKNOWN, here)
        if read & {to_buyer, "target.km_to_buyer"}:
            placed = (asks(to_buyer, "is_known"), asks("target.km_to_buyer", "is_known"))
            yield no_warehouse(asks(to_target, "is_unknown"), *placed)


def _of_province(read: set[str]) -> Iterator[Json]:
    if "order.province" not in read:
        return
    known, unknown = asks("order.province", "is_known"), asks("order.province", "is_unknown")
    if read & {"warehouse.km_to_buyer", "target.km_to_buyer"}:
        yield some_of(known, {"no_warehouse": asks("warehouse.km_to_buyer", "is_known")})
    if read & {"warehouse.serves_buyer", "target.serves_buyer"}:
        yield some_of(known, {"no_warehouse": asks("warehouse.serves_buyer", "is_known")})
        yield some_of(unknown, {"no_warehouse": asks("warehouse.serves_buyer", "is_unknown")})


def _of_amounts(read: set[str]) -> Iterator[Json]:
    # What is picked are the parts of bundles: as many units as the order's quantity, or more.
    quantity = {"field": "network.units"}
    if "line.quantity" in read:
        yield {"no_line": asks("line.quantity", ">", {"field": "order.quantity"})}
    if "network.fewest" in read:
        yield asks("network.fewest", "<=", quantity)
    if read & {"warehouse.available", "target.available"}:
        yield no_warehouse(asks("warehouse.available", ">", quantity))
        yield no_warehouse(COVERS, asks("warehouse.available", "<", quantity))
        yield no_warehouse(SHORT, asks("warehouse.available", ">=", quantity))
    if "network.available" in read:
        short, covered = asks("network.available", "<", quantity), asks("network.available", "is", quantity)
        yield some_of(every_of(NETWORK_SHORT, short), every_of(NETWORK_COVERS, covered))
    if "network.shortfall" in read:
        lacking = every_of(asks("network.shortfall", ">", 0), asks("network.shortfall", "<=", quantity))
        covered = asks("network.shortfall", "is", 0)
        yield some_of(every_of(NETWORK_SHORT, lacking), every_of(NETWORK_COVERS, covered))
    if "network.warehouses_covering" in read:
        counted = "network.warehouses_covering"
        yield some_of(
            every_of(asks(counted, "is", 0), {"no_warehouse": COVERS}),
            every_of(asks(counted, "is", 1), {"any_warehouse": COVERS}, {"none": [{"two_warehouse": COVERS}]}),
            every_of(asks(counted, ">=", 2), {"two_warehouse": COVERS}),
        )
