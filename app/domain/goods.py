"""Goods, warehouses and what they hold."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sku:
    """`components` is empty for a plain SKU; for a bundle, the SKUs it explodes to with their quantities."""

    sku: str
    name: str = ""
    weight_g: int | None = None
    cost: int | None = None
    components: tuple[tuple[str, int], ...] = ()


@dataclass(slots=True)
class Warehouse:
    """A place that ships. `cut_off` is minutes after midnight, Asia/Shanghai; `used_today` counts parcels."""

    code: str
    name: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    latitude: float | None = None
    longitude: float | None = None
    kind: str = "own"
    provinces_served: tuple[str, ...] = ()
    daily_capacity: int | None = None
    cut_off: int | None = None
    used_today: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class FreightRate:
    """Price of a parcel from a warehouse to a province: the first weight, then each started step. Prices in fen."""

    first_weight_g: int
    first_price: int
    step_g: int
    step_price: int

    def price(self, weight_g: int) -> int:
        """Freight in fen for a parcel of `weight_g` grams."""
        beyond = weight_g - self.first_weight_g
        if beyond <= 0 or self.step_g <= 0:
            return self.first_price
        return self.first_price + -(-beyond // self.step_g) * self.step_price


@dataclass(slots=True)
class Catalogue:
    """What is known of goods: SKUs, shop items matched to SKUs, and freight.

    `trusting`: with no SKU list given (`pandan decide` without --skus), every merchant code is taken as a SKU.
    """

    skus: dict[str, Sku] = field(default_factory=dict)
    listings: dict[tuple[str, str], str] = field(default_factory=dict)
    freight: dict[tuple[str, str], FreightRate] = field(default_factory=dict)
    trusting: bool = False

    def resolve(self, shop: str, item: str | None, code: str | None) -> str | None:
        """The SKU of a shop's item: its listing first, else the merchant's code when it is a known SKU."""
        if item is not None:
            listed = self.listings.get((shop, item))
            if listed is not None:
                return listed
        if code and (self.trusting or code in self.skus):
            return code
        return None

    def explode(self, sku: str, quantity: int) -> list[tuple[str, int]]:
        """`(sku, quantity)` of what is really picked: a bundle's components, or the SKU itself."""
        known = self.skus.get(sku)
        if known is None or not known.components:
            return [(sku, quantity)]
        return [(part, each * quantity) for part, each in known.components]


@dataclass(slots=True)
class Stock:
    """Available units (on hand less reserved) by warehouse code and SKU; a working copy that `decide` spends."""

    available: dict[str, dict[str, int]] = field(default_factory=dict)

    def at(self, warehouse: str, sku: str) -> int:
        """Units of `sku` free at `warehouse`; a pair never heard of has 0."""
        return self.available.get(warehouse, {}).get(sku, 0)

    def move(self, warehouse: str, sku: str, quantity: int) -> None:
        """Add `quantity` (negative takes away)."""
        held = self.available.setdefault(warehouse, {})
        held[sku] = held.get(sku, 0) + quantity
