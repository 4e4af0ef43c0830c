"""The words of shipping: states of parcels and lists, carriers, why a parcel must stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from flask import url_for

from app.domain.messages import say
from app.fulfilment.carriers import CARRIERS, carrier_code
from app.fulfilment.parcels import Parcel, Wishes, list_number
from app.persistence.reads.shipping import ListState
from app.web.language import language, t
from app.web.stories import Event
from app.web.words import clock


def parcel_state(state: str) -> tuple[str, str, str]:
    """A parcel's state as (word, tone, icon)."""
    return {
        "open": (t("待拣货", "To pick"), "", "clock"),
        "picked": (t("拣货中", "Being picked"), "calm", "box"),
        "stopped": (t("停！不能发", "STOP"), "bad", "alert"),
        "part": (t("部分发出", "Partly shipped"), "warn", "truck"),
        "shipped": (t("已发出", "Shipped"), "good", "check"),
        "put-back": (t("已放回", "Put back"), "", "left"),
    }[state]


def list_state(found: ListState) -> tuple[str, str, str]:
    """A pick list's state as (word, tone, icon)."""
    return {
        "open": (t("拣货中", "Being picked"), "calm", "box"),
        "part": (t("部分发出", "Partly shipped"), "warn", "truck"),
        "stopped": (t("有包裹要停", "Parcels to stop"), "bad", "alert"),
        "done": (t("完成", "Done"), "good", "check"),
        "taken-back": (t("已撤回", "Taken back"), "", "left"),
    }[found.state]


def carrier_word(carrier: str | None) -> str:
    """A carrier in words."""
    if not carrier:
        return t("未指定", "None yet")
    known = CARRIERS.get(carrier_code(carrier))
    return t(known.zh, known.en) if known else carrier


def stop_word(parcel: Parcel) -> str:
    """Why a parcel must not leave, in words; with the order's number when it holds several."""
    share = next((one for one in parcel.shares if one.stop and one.here), None)
    if share is None or share.stop is None:
        return ""
    why = say(share.stop, language())
    return f"{share.order.id} {why}" if len(parcel.shares) > 1 else why


def wish_words(wishes: str) -> list[str]:
    """What a list was asked to hold, in words."""
    asked = Wishes(**orjson.loads(wishes))
    words = []
    if asked.carrier is not None:
        words.append(carrier_word(asked.carrier) if asked.carrier else t("未指定快递", "no carrier yet"))
    if asked.ship_by is not None:
        words.append(t(f"期限到 {clock(asked.ship_by)}", f"ship by {clock(asked.ship_by)}"))
    if asked.size:
        words.append(t("单件", "one unit") if asked.size == "single" else t("多件", "several units"))
    words.append(t("先急后缓", "urgent first") if asked.urgent_first else t("先到先拣", "oldest first"))
    return words


def carrier_choices() -> list[tuple[str, str]]:
    """Every known carrier, for a select."""
    return [(code, t(one.zh, one.en)) for code, one in CARRIERS.items()]


def tabs_of(counts: dict[str, int], list_id: int, shown: str) -> list[tuple[str, str, bool, int]]:
    """The tabs of a pick list: the states that it has parcels in."""
    return [
        (parcel_state(state)[0], url_for("fulfilment.detail", list_id=list_id, show=state), shown == state, count)
        for state, count in counts.items()
        if count
    ]


def with_shipments(events: list[Event], parcels: list[Parcel]) -> list[Event]:
    """A timeline, the latest first, with what left under which waybill."""
    left = [
        Event(
            sent.shipped_at,
            t(f"{parcel.number} 发出", f"{parcel.number} shipped"),
            "good",
            f"{carrier_word(sent.carrier)} {sent.waybill} · {sent.shipped_by}",
        )
        for parcel in parcels
        for sent in parcel.shipments
    ]
    return sorted([*events, *left], key=lambda event: -event.at) if left else events


ORDER_WORDS: dict[str, Callable[..., Any]] = {
    "parcel_state": parcel_state,
    "stop_word": stop_word,
    "list_number": list_number,
    "waybill_carrier": carrier_word,
}
"""For the page of an order."""
WORDS: dict[str, Callable[..., Any]] = {
    "parcel_state": parcel_state,
    "list_state": list_state,
    "carrier_word": carrier_word,
    "list_number": list_number,
    "stop_word": stop_word,
    "wish_words": wish_words,
    "carrier_choices": carrier_choices,
    "tabs_of": tabs_of,
}
"""For templates."""
