"""Which deeds an order's page offers, the commonest first; and what people have changed beside the platform's words."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.decision import Overlay
from app.domain.order import Order
from app.persistence.reads.order import OrderFile
from app.web.buyers import Buyer, buyer_of
from app.web.deeds.kinds import Deed, deeds
from app.web.language import t
from app.web.words import carriers


@dataclass(frozen=True, slots=True)
class Offers:
    """`first` is the deed of the first button, `undo` the word it takes back instead; `more` are those of the menu."""

    first: Deed | None = None
    undo: int | None = None
    more: tuple[Deed, ...] = ()


@dataclass(frozen=True, slots=True)
class Differing:
    """Something that people changed: its name, the platform's word, and what counts now."""

    name: str
    platform: str
    now: str


def offers_of(file: OrderFile, order: Order, overlay: Overlay, *, answering: bool) -> Offers:
    """What may be done now; `answering`: a question about a duplicate comes first."""
    head, known = file.head, deeds()
    if head.history or any(parcel.state == "shipped" for parcel in file.parcels):
        return Offers()
    if overlay.cancelled:
        undo = next(
            (row.id for row in reversed(file.interventions) if row.kind == "cancel" and not row.undone_at), None
        )
        return Offers(undo=undo)
    if head.picked_at:
        return Offers(more=(known["cancel"],))
    first = "" if answering or head.reason == "unmatched-item" else _first(head.outcome, order)
    unfit = {first, "calm" if not order.urgent else "urgent", "hold" if head.outcome == "held" else "release"}
    if overlay.joins or overlay.hosts or order.quantity < 2:
        unfit.add("split")
    return Offers(known.get(first), None, tuple(deed for code, deed in known.items() if code not in unfit))


def _first(outcome: str, order: Order) -> str:
    if outcome == "backordered":
        return "split" if order.quantity > 1 else "warehouse"
    return {"held": "release", "allocated": "hold", "consolidated": "hold"}.get(outcome, "")


def differing(order: Order, overlay: Overlay, names: dict[str, str]) -> list[Differing]:
    """What people changed, the platform's word beside what counts now; personal data masked."""
    shown = overlay.over(order)
    found = [
        Differing(name, platform or "—", now or "—")
        for name, platform, now in _address(buyer_of(order), buyer_of(shown), order, shown)
        if platform != now
    ]
    if "address" in overlay.address or "phone" in overlay.address or "customer_name" in overlay.address:
        found += [one for one in _hidden(order, shown) if one.name not in {each.name for each in found}]
    any_word, rules = t("不指定", "none"), t("按规则", "by the rules")
    if overlay.warehouse:
        found.append(Differing(t("仓库", "Warehouse"), rules, names.get(overlay.warehouse, overlay.warehouse)))
    if overlay.carrier:
        wish = order.carrier_wish or any_word
        found.append(Differing(t("快递", "Carrier"), wish, carriers().get(overlay.carrier, overlay.carrier)))
    if overlay.priority is not None:
        found.append(Differing(t("优先级", "Priority"), rules, str(overlay.priority)))
    if overlay.urgent is not None and overlay.urgent != bool(order.urgent):
        words = t("不加急", "not urgent"), t("加急", "urgent")
        found.append(Differing(t("加急", "Urgency"), words[bool(order.urgent)], words[overlay.urgent]))
    return found


def _address(before: Buyer, after: Buyer, order: Order, shown: Order) -> list[tuple[str, str, str]]:
    return [
        (t("收件人", "Name"), before.name, after.name),
        (t("电话", "Phone"), before.phone, after.phone),
        (t("地区", "Place"), place_of(order), place_of(shown)),
        (t("详细地址", "Address"), before.address, after.address),
    ]


def _hidden(order: Order, shown: Order) -> list[Differing]:
    """What was changed and looks alike once masked."""
    words = {
        "customer_name": t("收件人", "Name"), "phone": t("电话", "Phone"), "address": t("详细地址", "Address"),
    }  # fmt: skip
    alike = t("（打码后一样）", "(alike when masked)")
    return [
        Differing(word, "***", f"*** {alike}")
        for field, word in words.items()
        if getattr(order, field) != getattr(shown, field)
    ]


def place_of(order: Order) -> str:
    """Province, city, district and town."""
    return " ".join(filter(None, (order.province, order.city, order.district, order.town)))
