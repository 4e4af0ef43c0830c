"""Watches: rules over several orders within a time window, read from a pack's `watches` section.

What a watch counts as one window, and which windows it is true of, is in `insight.watches`; here is what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.vocabulary import Text
from app.rulebook.order_fields import words

BURST, PRICE_GAP, REPEAT = "burst", "price-gap", "repeat"
KINDS = (BURST, PRICE_GAP, REPEAT)
ORDERS, CANCELLATIONS = "orders", "cancellations"
HASHED_KINDS = ("phone", "platform_address", "buyer_id")
"""Kinds of identity evidence whose value is a keyed hash; only these may tell that two buyers are one."""

UNTITLED: Mapping[str, Text] = {
    BURST: words("一个 SKU 突然大卖", "A SKU bursts"),
    PRICE_GAP: words("各店价格相差太大", "Prices apart across shops"),
    REPEAT: words("同一买家反复下单或退款", "One buyer again and again"),
}


@dataclass(frozen=True, slots=True)
class Watch:
    """One watch. Windows hold both ends; `shops` empty is every shop, and with `each_shop` each counts on its own.

    `threshold`: units of a burst, number of a repeat, per cent of a price gap; `least` is the least gap in fen.
    `of` and `evidence` are for repeats: what counts, and what tells that two buyers are one.
    """

    id: str
    kind: str
    title: Text
    window_seconds: int
    threshold: int
    then: tuple[Mapping[str, Any], ...]
    shops: frozenset[str] = frozenset()
    each_shop: bool = False
    least: int = 0
    of: str = ORDERS
    evidence: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its name in decision records, beside those of rules."""
        return f"watches/{self.id}"

    def covers(self, shop: str) -> bool:
        """Whether orders of that shop count."""
        return not self.shops or shop in self.shops

    def action(self, name: str) -> Mapping[str, Any] | None:
        """What it does of that name; None when it does not."""
        return next((action for action in self.then if action["do"] == name), None)


def read_watches(documents: Iterable[Mapping[str, Any]]) -> tuple[Watch, ...]:
    """The watches of a valid section that have effect: all but the muted ones."""
    return tuple(_read(document) for document in documents if not document.get("muted"))


def watch_title(document: Mapping[str, Any]) -> Text:
    """What people call a watch."""
    return document.get("title") or UNTITLED[document["kind"]]


def _read(document: Mapping[str, Any]) -> Watch:
    return Watch(
        id=document["id"],
        kind=document["kind"],
        title=watch_title(document),
        window_seconds=document["window_seconds"],
        threshold=document[THRESHOLDS[document["kind"]]],
        then=tuple(document["then"]),
        shops=frozenset(document.get("shops", ())),
        each_shop=document.get("each_shop", False),
        least=document.get("least", 0),
        of=document.get("of", ORDERS),
        evidence=tuple(document.get("evidence", HASHED_KINDS)),
    )


THRESHOLDS = {BURST: "units", PRICE_GAP: "percent", REPEAT: "times"}
"""The part that holds the threshold, by kind."""
