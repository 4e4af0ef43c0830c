"""Consolidation by hand: whether chosen orders may leave in one parcel, whose parcel it is, and from where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from app.allocation.demand import demand_of
from app.allocation.geography import geography_of
from app.domain.book import Key, OrderBook, Stored
from app.domain.decision import Case
from app.domain.errors import Refused
from app.domain.goods import Warehouse
from app.domain.words import Word
from app.duplicates.evidence import Hasher, address_key, likeness, participant, sku_set
from app.processing.deeds import Subject, check_open
from app.processing.profile import profile_of
from app.processing.readying import Ready, make_ready
from app.rulebook.pack import CompiledPack

_FAR = float("inf")


def put_together(
    group: Sequence[Subject], book: OrderBook, pack: CompiledPack, hasher: Hasher, now: int
) -> list[tuple[Stored, Word]]:
    """The words that let these orders leave in one parcel, the host's first.

    Raises `Refused` with the reason when they may not: all must be wanted, unpicked and of one buyer at one address,
    and one warehouse must have all their goods.
    """
    if len(group) < 2:
        raise Refused("consolidate-few")
    for subject in group:
        _check(subject)
    host = _host([subject.stored for subject in group])
    guests = [subject.stored for subject in group if subject.stored is not host]
    for guest in guests:
        _check_same(host, guest, book, pack, hasher)
    words = [(guest, Word("consolidate", other=host.id, host=key_of(host))) for guest in guests]
    return [(host, Word("consolidate")), *_meet(host, guests, book, now), *words]


def _check(subject: Subject) -> None:
    stored = subject.stored
    check_open(subject, "consolidate")
    if stored.picked:
        raise Refused("order-picked")
    shown = stored.overlay.over(stored.order)
    if not shown.may_get_stock:
        raise Refused("consolidate-unwanted", order=stored.order.id)
    if stored.outcome == "held":
        raise Refused("consolidate-held", order=stored.order.id)
    if "sealed" in shown.flags:
        raise Refused("consolidate-sealed", order=stored.order.id)
    if stored.overlay.parts:
        raise Refused("consolidate-split", order=stored.order.id)
    if stored.overlay.joins:
        raise Refused("consolidate-before", order=stored.order.id)


def _host(group: Sequence[Stored]) -> Stored:
    """Whose parcel it is: the one that others join already, else the earliest."""
    hosting = [stored for stored in group if stored.overlay.hosts]
    if len(hosting) > 1:
        raise Refused("consolidate-two-hosts")
    return hosting[0] if hosting else min(group, key=lambda stored: (stored.order.created_at or 0, *key_of(stored)))


def _check_same(host: Stored, guest: Stored, book: OrderBook, pack: CompiledPack, hasher: Hasher) -> None:
    catalogue = book.catalogue()
    one, other = (participant(stored.order, sku_set(stored.order, catalogue)) for stored in (host, guest))
    like = likeness(one, other, profile_of(pack).consolidation.evidence) if one and other else None
    if like is None or like.strength != "strong":
        raise Refused("consolidate-buyers", one=host.order.id, other=guest.order.id)
    changed = host.overlay.address or guest.overlay.address
    here, there = (address_key(stored.overlay.over(stored.order), hasher) for stored in (host, guest))
    if not (here is not None and here == there) and ("platform_address" not in like.kinds or changed):
        raise Refused("consolidate-addresses", one=host.order.id, other=guest.order.id)


def _meet(host: Stored, guests: Sequence[Stored], book: OrderBook, now: int) -> list[tuple[Stored, Word]]:
    """Where the host must leave from so that all fit; nothing to say when it leaves from there already."""
    catalogue, group = book.catalogue(), [host, *guests]
    readied = [make_ready(Case(stored.order, stored.overlay), catalogue) for stored in group]
    units = _units(readied, book)
    stock = book.stock(list(units), [stored.id for stored in group])
    warehouses = [w for w in book.warehouses(now) if all(stock.at(w.code, sku) >= n for sku, n in units.items())]
    if not warehouses:
        raise Refused("consolidate-short", goods=" + ".join(f"{sku} × {n}" for sku, n in sorted(units.items())))
    now_at = book.parcels({key_of(host)}).get(key_of(host))
    if any(w.code == now_at for w in warehouses) or any(w.code == host.overlay.warehouse for w in warehouses):
        return []
    return [(host, Word("warehouse", {"warehouse": _nearest(warehouses, readied[0])}))]


def _units(readied: Sequence[Ready], book: OrderBook) -> Mapping[str, int]:
    units: Counter[str] = Counter()
    for ready in readied:
        if ready.unmatched:
            raise Refused("consolidate-unmatched", order=ready.order.id)
        units.update(
            demand_of([(line.id, line.sku or "", line.quantity) for line in ready.lines], book.catalogue()).units
        )
    return units


def _nearest(warehouses: Sequence[Warehouse], ready: Ready) -> str:
    order = ready.order
    km = geography_of(warehouses).region(order.province, order.city, order.district).km_to_buyer
    rank = [(_FAR if far is None else far, w.code) for far, w in zip(km, warehouses, strict=True)]
    return min(rank)[1]


def is_same(one: Stored, other: Stored, book: OrderBook, pack: CompiledPack, hasher: Hasher) -> bool:
    """Whether two orders are surely of one buyer at one address."""
    try:
        _check_same(one, other, book, pack, hasher)
    except Refused:
        return False
    return True


def key_of(stored: Stored) -> Key:
    """An order's key."""
    return (stored.order.shop, stored.order.id)
