"""Protections: what a watch laid over further orders of a SKU or a buyer, for a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.order import Evidence

SKU, BUYER = "sku", "buyer"
HOLD, TAG = "hold", "tag"
HELD_FOR = {SKU: "protected-sku", BUYER: "protected-buyer"}
"""The reason that an order is held for, by what is protected."""


@dataclass(frozen=True, slots=True)
class Protection:
    """One protection. `subject` is a SKU, or the keyed hash of a buyer's sign; `shop` "" is every shop.

    `action` is `hold` (for `owner`, a role) or `tag`; it holds until the epoch second `until`, which is not part of it.
    """

    number: int
    watch: str
    kind: str
    subject: str
    shop: str
    action: str
    owner: str
    tag: str
    until: int


def sign_of(evidence: Evidence) -> tuple[str, str, str]:
    """What the keyed hash of a buyer's sign is made of: (kind, scope, value)."""
    return f"watch:{evidence.kind}", evidence.scope, evidence.value


def apply_to(
    protections: Iterable[Protection], shop: str, skus: Iterable[str], signs: Iterable[str]
) -> list[Protection]:
    """Those that an order of this shop falls under, in order: by the SKUs it needs, and by its buyer's signs."""
    subjects = {SKU: frozenset(skus), BUYER: frozenset(signs)}
    return [one for one in protections if one.shop in ("", shop) and one.subject in subjects[one.kind]]
