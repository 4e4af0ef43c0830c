"""What is printed of a pick list, as plain data: goods by bin, parcels, receivers, and the rows of carriers' files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.order import Order
from app.fulfilment.parcels import Goods, Parcel

LONGEST_SUMMARY = 120


@dataclass(frozen=True, slots=True)
class Receiver:
    """To whom a parcel goes, as far as the document may tell."""

    name: str = ""
    phone: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    town: str = ""
    address: str = ""
    message: str = ""
    memo: str = ""

    @property
    def place(self) -> str:
        """Province, city, district and town in one."""
        return " ".join(filter(None, (self.province, self.city, self.district, self.town)))


@dataclass(frozen=True, slots=True)
class Paper:
    """A pick list on its way to paper: its numbers and house, times already as text."""

    number: str
    warehouse: str
    warehouse_place: str
    made_at: str
    made_by: str
    parcels: Sequence[Parcel]

    @property
    def to_pick(self) -> list[Parcel]:
        """The parcels that may leave and have not yet left whole."""
        return [parcel for parcel in self.parcels if parcel.state in ("picked", "part")]

    @property
    def stopped(self) -> list[Parcel]:
        """The parcels that must not leave."""
        return [parcel for parcel in self.parcels if parcel.state == "stopped"]


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the walk: a bin, and what to take there for how many parcels."""

    bin: str
    sku: str
    name: str
    units: int
    parcels: int


def walk(parcels: Sequence[Parcel]) -> list[Stop]:
    """What to take from which bin in all, by bin and then SKU; goods without a bin come last."""
    units: dict[tuple[str, str], int] = defaultdict(int)
    holders: dict[tuple[str, str], set[int]] = defaultdict(set)
    names: dict[str, str] = {}
    for parcel in parcels:
        for goods in parcel.here:
            place = (goods.bin, goods.sku)
            units[place] += goods.quantity
            holders[place].add(parcel.id)
            names[goods.sku] = goods.name
    places = sorted(units, key=lambda place: (not place[0], place))
    return [Stop(*place, names[place[1]], units[place], len(holders[place])) for place in places]


def by_bin(goods: Sequence[Goods]) -> list[Goods]:
    """A parcel's goods in the order of the walk."""
    return sorted(goods, key=lambda each: (not each.bin, each.bin, each.sku))


def summary(goods: Sequence[Goods], *, names: bool) -> str:
    """Goods in one line: `连衣裙×2；袜子×1`, cut to what carriers take."""
    counts: dict[str, int] = defaultdict(int)
    for each in goods:
        counts[each.name if names else each.sku] += each.quantity
    text = "；".join(f"{what}×{count}" for what, count in counts.items())
    return text if len(text) <= LONGEST_SUMMARY else text[: LONGEST_SUMMARY - 1] + "…"


def receiver_of(order: Order) -> Receiver:
    """The receiver as the order says, in full."""
    return Receiver(
        name=order.customer_name or "",
        phone=order.phone or "",
        province=order.province or "",
        city=order.city or "",
        district=order.district or "",
        town=order.town or "",
        address=order.address or "",
        message=order.buyer_message or "",
        memo=order.seller_memo or "",
    )


def carrier_facts(paper: Paper, parcel: Parcel, receiver: Receiver, ship_by: str) -> Mapping[str, str]:
    """What a carrier's file may hold of a parcel: field → text."""
    weight = parcel.weight_g
    return {
        "order_no": " ".join(parcel.orders),
        "parcel_no": parcel.number,
        "shop": parcel.shares[0].shop_name,
        "receiver_name": receiver.name,
        "phone": receiver.phone,
        "province": receiver.province,
        "city": receiver.city,
        "district": receiver.district,
        "town": receiver.town,
        "address": receiver.address,
        "full_address": f"{receiver.place.replace(' ', '')}{receiver.address}",
        "goods": summary(parcel.here, names=True),
        "skus": summary(parcel.here, names=False),
        "units": str(parcel.units_here),
        "weight_kg": "" if weight is None else f"{weight / 1000:.2f}",
        "message": receiver.message,
        "memo": receiver.memo,
        "warehouse": paper.warehouse,
        "warehouse_place": paper.warehouse_place,
        "list_no": paper.number,
        "ship_by": ship_by,
    }
