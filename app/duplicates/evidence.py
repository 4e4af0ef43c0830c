"""Who is the same buyer: comparing identity evidence, masked phones, places and goods of two orders."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.domain.book import Stored
from app.domain.decision import Neighbour
from app.domain.geo import short_province
from app.domain.goods import Catalogue
from app.domain.order import Evidence, Line, Order, Refund

MASKED = "masked_phone_and_district"
PHONE = "phone"
Hasher = Callable[[str, str, str], str]
"""A keyed hash: (kind, scope, value) → hex."""
Key = tuple[str, str]
"""An order's key: (shop, platform order id)."""
Place = tuple[str, str, str]

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Rule:
    """How much one kind of evidence proves; `within_shop` evidence holds between orders of one shop only."""

    strength: str
    within_shop: bool


Rules = Mapping[str, Rule]


def evidence_rules(section: Mapping[str, Any]) -> dict[str, Rule]:
    """The `evidence` list of a pack's duplicates or consolidation section, by kind."""
    return {e["kind"]: Rule(e["strength"], e.get("scope") == "shop") for e in section.get("evidence", ())}


@dataclass(slots=True)
class Participant:
    """What comparing needs of one order, whether it is decided now or stored already.

    `picked` orders are leaving the house: they anchor before all others and are never held any more.
    `anchored` is the anchor that a `stored` order is held for at present.
    """

    key: Key
    created_at: int
    skus: frozenset[str]
    identity: tuple[Evidence, ...]
    place: Place | None
    picked: bool = False
    anchored: Key | None = None
    stored: bool = False

    @property
    def rank(self) -> tuple[bool, int, str, str]:
        """Anchors come first by this: what is picked, then the earliest by (created, shop, id)."""
        return (not self.picked, self.created_at, *self.key)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two orders look like one buyer's: the kinds of evidence that agree, and how much they prove."""

    strength: str
    kinds: tuple[str, ...]


def wanted_item(line: Line, shop: str, catalogue: Catalogue) -> str:
    """The SKU of a line after listings; what is not matched stands for itself."""
    return catalogue.resolve(shop, line.item, line.sku) or f"?{line.item or line.sku or line.id}"


def sku_set(order: Order, catalogue: Catalogue) -> frozenset[str]:
    """SKUs of the lines that still want goods, quantities ignored."""
    return frozenset(wanted_item(line, order.shop, catalogue) for line in order.lines if line.refund == Refund.NONE)


@lru_cache(maxsize=8192)
def place_of(province: str | None, city: str | None, district: str | None) -> Place | None:
    """A place to compare by; None when province or city is not known."""
    if not province or not city:
        return None
    return (short_province(province), city.removesuffix("市"), district or "")


def places_agree(one: Place | None, other: Place | None) -> bool:
    """The same city, and no two districts that differ; some platforms name none."""
    if one is None or other is None or one[:2] != other[:2]:
        return False
    return one[2] == other[2] or not (one[2] and other[2])


def looked_up_as(evidence: Evidence, order: Order) -> str | None:
    """What an order is found by for a piece of evidence; None when it cannot be.

    Masked phones are found by their city and their last two characters, which every platform shows.
    """
    if evidence.kind != MASKED:
        return evidence.value
    place = place_of(order.province, order.city, order.district)
    return None if place is None else "|".join((*place[:2], evidence.value[-2:]))


def address_key(order: Order, hasher: Hasher | None = None) -> str | None:
    """What equal full addresses have in common, hashed when a hasher is given; None when masked or not known."""
    if not order.address or "*" in order.address or not order.province:
        return None
    text = "|".join((short_province(order.province), order.city or "", order.district or "", order.address))
    plain = _SPACE.sub("", text)
    return hasher("address", "", plain) if hasher else plain


def masked_phones_agree(one: str, other: str) -> bool:
    """At least two visible digits coincide and none differ; different lengths are aligned at the end."""
    same = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a.isdigit() and b.isdigit():
            if a != b:
                return False
            same += 1
    return same >= 2


def likeness(one: Participant, other: Participant, rules: Rules) -> Likeness | None:
    """The strongest sign that both orders are one buyer's, or None."""
    kinds = sorted({a.kind for a in one.identity if _agrees(a, one, other, rules)})
    if not kinds:
        return None
    strong = any(rules[kind].strength == "strong" for kind in kinds)
    return Likeness("strong" if strong else "weak", tuple(kinds))


def _agrees(a: Evidence, one: Participant, other: Participant, rules: Rules) -> bool:
    rule = rules.get(a.kind)
    if rule is None or (rule.within_shop and one.key[0] != other.key[0]):
        return False
    if a.kind == MASKED and _shown(one) and _shown(other):
        # Both phones are known whole: the strong evidence says whether they are one.
        return False
    return any(_same(a, b, one, other) for b in other.identity if b.kind == a.kind and b.scope == a.scope)


def _shown(order: Participant) -> bool:
    return any(evidence.kind == PHONE for evidence in order.identity)


def _same(a: Evidence, b: Evidence, one: Participant, other: Participant) -> bool:
    if a.kind == MASKED:
        return places_agree(one.place, other.place) and masked_phones_agree(a.value, b.value)
    return bool(a.value) and a.value == b.value


def participant(order: Order, skus: frozenset[str]) -> Participant | None:
    """An order to be decided as a participant; None when it carries no evidence or no creation time."""
    if not order.identity or order.created_at is None:
        return None
    place = place_of(order.province, order.city, order.district)
    return Participant((order.shop, order.id), order.created_at, skus, order.identity, place)


def stored_participant(neighbour: Neighbour) -> Participant:
    """A stored order as a participant."""
    return Participant(
        neighbour.key,
        neighbour.created_at,
        neighbour.skus,
        neighbour.identity,
        place_of(*neighbour.place),
        neighbour.picked,
        anchored=neighbour.anchor,
        stored=True,
    )


def neighbour_of(stored: Stored, parcel: str | None, catalogue: Catalogue, hasher: Hasher | None) -> Neighbour:
    """A stored order as those near it see it; `parcel` is the warehouse of the one parcel it leaves in, if any."""
    order, overlay = stored.order, stored.overlay
    return Neighbour(
        shop=order.shop,
        id=order.id,
        created_at=order.created_at or 0,
        skus=sku_set(order, catalogue),
        identity=order.identity,
        eligible=order.may_get_stock and not stored.history and not overlay.cancelled,
        picked=stored.picked,
        # What people split, sent elsewhere or put together themselves takes nobody in by the rules.
        parcel=None if overlay.parts or overlay.address else parcel,
        address_key=address_key(order, hasher),
        place=(order.province, order.city, order.district),
        anchor=stored.anchor,
        sealed="sealed" in order.flags,
    )
