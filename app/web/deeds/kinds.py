"""The deeds that pages offer: their names and icons, and the word that a filled form says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from app.domain.book import Stored
from app.domain.carriers import NAMES
from app.domain.errors import NotFound, Refused
from app.domain.words import ADDRESS_FIELDS, HOLD_REASONS, Word
from app.web.language import t

Form = MultiDict[str, str]
MOST_PARCELS = 4
"""How many parcels the split form offers."""
_LONGEST_NOTE = 200
_MOST_PRIORITY = 99


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do, and its name in menus and on buttons; `many`: to several orders at once too."""

    code: str
    icon: str
    name: str
    danger: bool = False
    many: bool = True


def deeds(*, for_many: bool = False) -> dict[str, Deed]:
    """Every deed by its code, in the order of menus, as it is called for one order or for many."""
    cancel = t("取消订单", "Cancel orders") if for_many else t("取消这一单", "Cancel this order")
    listed = (
        Deed("release", "play", t("放行", "Release")),
        Deed("hold", "pause", t("挂起", "Hold")),
        Deed("urgent", "bolt", t("标为加急", "Mark as urgent")),
        Deed("calm", "clock", t("取消加急", "Take urgency off")),
        Deed("priority", "up", t("改优先级", "Set the priority")),
        Deed("address", "home", t("改收货信息", "Change the address"), many=False),
        Deed("warehouse", "warehouse", t("指定仓库", "Choose the warehouse")),
        Deed("carrier", "truck", t("指定快递", "Choose the carrier")),
        Deed("split", "split", t("拆单", "Split"), many=False),
        Deed("consolidate", "merge", t("合单", "Consolidate")),
        Deed("again", "refresh", t("重新判定", "Decide again")),
        Deed("cancel", "trash", cancel, danger=True),
    )
    return {deed.code: deed for deed in listed}


def deed_of(code: str, *, for_many: bool = False) -> Deed:
    """The deed of that code. Raises `NotFound("page-missing")`."""
    deed = deeds(for_many=for_many).get(code)
    if deed is None or (for_many and not deed.many):
        raise NotFound("page-missing")
    return deed


def word_of(code: str, form: Form, stored: Stored, holds: list[str]) -> Word:
    """The word that the form says of an order held for `holds`. Raises `Refused` when the form is not filled in."""
    make = _WORDS.get(code)
    return make(form, stored, holds) if make else Word(code)


def _release(_form: Form, _stored: Stored, holds: list[str]) -> Word:
    return Word("release", {"reasons": sorted(set(holds))})


def _hold(form: Form, _stored: Stored, _holds: list[str]) -> Word:
    reason = form.get("hold_reason", "")
    if reason not in HOLD_REASONS:
        raise Refused("hold-reason")
    return Word("hold", {"reason": reason, **_note(form)})


def _urgent(urgent: bool) -> Callable[[Form, Stored, list[str]], Word]:
    return lambda _form, _stored, _holds: Word("urgent", {"urgent": urgent})


def _warehouse(form: Form, _stored: Stored, _holds: list[str]) -> Word:
    return Word("warehouse", {"warehouse": form.get("warehouse") or None})


def _carrier(form: Form, _stored: Stored, _holds: list[str]) -> Word:
    carrier = form.get("carrier") or None
    if carrier is not None and carrier not in NAMES:
        raise Refused("carrier-unknown")
    return Word("carrier", {"carrier": carrier})


def _priority(form: Form, _stored: Stored, _holds: list[str]) -> Word:
    text = form.get("priority", "").strip()
    if not text:
        return Word("priority", {"priority": None})
    if not text.isdigit() or int(text) > _MOST_PRIORITY:
        raise Refused("priority-wrong", most=_MOST_PRIORITY)
    return Word("priority", {"priority": int(text)})


def _address(form: Form, _stored: Stored, _holds: list[str]) -> Word:
    given = {name: form.get(name, "").strip() for name in ADDRESS_FIELDS}
    address = {name: value for name, value in given.items() if value}
    return Word("address", {"fields": sorted(address)}, address)


def _split(form: Form, stored: Stored, _holds: list[str]) -> Word:
    parts = []
    for parcel in range(2, MOST_PARCELS + 1):
        part = {}
        for place, line in enumerate(stored.order.wanted_lines):
            text = form.get(f"p{parcel}-{place}", "").strip()
            if text and not text.isdigit():
                raise Refused("number-needed")
            if text and int(text):
                part[line.id] = int(text)
        if part:
            parts.append(part)
    return Word("split", {"parts": parts})


def _cancel(form: Form, _stored: Stored, _holds: list[str]) -> Word:
    return Word("cancel", _note(form))


def _note(form: Form) -> Mapping[str, Any]:
    note = form.get("note", "").strip()[:_LONGEST_NOTE]
    return {"note": note} if note else {}


_WORDS: dict[str, Callable[[Form, Stored, list[str]], Word]] = {
    "release": _release,
    "hold": _hold,
    "urgent": _urgent(True),
    "calm": _urgent(False),
    "warehouse": _warehouse,
    "carrier": _carrier,
    "priority": _priority,
    "address": _address,
    "split": _split,
    "cancel": _cancel,
}
