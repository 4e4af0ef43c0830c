"""Orders as every floor knows them. Money is integer fen, time is integer epoch seconds (UTC), ids are text.

An `Order` is the canonical form of one platform order at one revision; it is treated as immutable. Attribute
names are also the field keys that rules speak of (`order.paid`, `line.sku`), see `rulebook.order_vocabulary`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class OrderState(StrEnum):
    """Where the platform says the order stands; only `PAID` may get stock."""

    CREATED = "created"
    PAID = "paid"
    SHIPPED = "shipped"
    SIGNED = "signed"
    CLOSED = "closed"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


class Refund(StrEnum):
    """Where a line's refund stands; anything but `NONE` releases the line's stock."""

    NONE = "none"
    RUNNING = "running"
    DONE = "done"


class Strength(StrEnum):
    """How much a piece of identity evidence proves."""

    STRONG = "strong"
    WEAK = "weak"


# Flags a platform may raise, in order.flags; these forbid shipping until the platform takes them back.
MUST_NOT_SHIP = frozenset(
    {"forbid_ship", "risk_review", "group_pending", "balance_due", "address_withheld", "cancel_requested"}
)
# Flags that only inform rules.
INFORMING_FLAGS = frozenset(
    {"presale", "gift", "cod", "partial", "platform_warehouse", "stock_out", "sealed", "urgent"}
)


@dataclass(slots=True)
class Evidence:
    """One hint at who the buyer is.

    `kind`: `phone`, `platform_address`, `buyer_id` or `masked_phone_and_district`. `value` is a keyed hash
    (hex) for strong kinds; for `masked_phone_and_district` it is the masked phone itself, as shown by the
    platform. `scope`: "" holds over all shops, else the shop's code (tokens differ from shop to shop).
    """

    kind: str
    value: str
    scope: str
    strength: Strength


@dataclass(slots=True)
class Line:
    """One line of an order. `sku` is the merchant's code as the platform sent it, before listings are looked up."""

    id: str
    sku: str | None
    quantity: int
    item: str | None = None
    title: str = ""
    spec: str = ""
    price: int | None = None
    paid: int | None = None
    refund: str = Refund.NONE
    gift: bool = False


@dataclass(slots=True)
class Order:
    """One platform order, canonical. Amounts in fen of `currency`; times in epoch seconds; None is unknown."""

    id: str
    shop: str
    platform: str
    state: str
    lines: list[Line]
    created_at: int | None = None
    paid_at: int | None = None
    modified_at: int | None = None
    ship_by: int | None = None
    currency: str = "CNY"
    goods_amount: int | None = None
    postage: int | None = None
    discount: int | None = None
    paid: int | None = None
    flags: frozenset[str] = frozenset()
    province: str | None = None
    city: str | None = None
    district: str | None = None
    town: str | None = None
    # Personal data: encrypted at rest, masked on pages, hashed in decision records.
    customer_name: str | None = None
    phone: str | None = None
    address: str | None = None
    buyer_id: str | None = None
    buyer_message: str | None = None
    seller_memo: str | None = None
    seller_flag: str | None = None
    carrier_wish: str | None = None
    urgent: bool | None = None
    identity: tuple[Evidence, ...] = ()

    @property
    def quantity(self) -> int:
        """Units over all lines that still want goods."""
        return sum(line.quantity for line in self.lines if line.refund == Refund.NONE)

    @property
    def line_count(self) -> int:
        return len(self.lines)

    @property
    def wanted_lines(self) -> list[Line]:
        """The lines that still want goods: no refund is running or done."""
        return [line for line in self.lines if line.refund == Refund.NONE]

    @property
    def may_get_stock(self) -> bool:
        """Paid, carrying no must-not-ship flag, with a line left."""
        return (
            self.state == OrderState.PAID
            and not (self.flags & MUST_NOT_SHIP)
            and any(line.refund == Refund.NONE for line in self.lines)
        )


PERSONAL_FIELDS = ("customer_name", "phone", "address", "buyer_id", "buyer_message", "seller_memo")
