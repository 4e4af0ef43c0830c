"""A hundred chat texts written without looking at the parser: what it makes of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson

from app.intake.chat import Chat, Found, Goods, SkuName, read_chat

CORPUS = orjson.loads((Path(__file__).parent / "corpora" / "chats.json").read_bytes())
PLACES = ("province", "city", "district")


def test_nineteen_of_twenty_fields_are_read_right() -> None:
    goods = Goods([SkuName(one["sku"], one["name"]) for one in CORPUS["catalogue"]])
    right, faults, surely_wrong = 0, [], 0
    for one in CORPUS["texts"]:
        told = read_chat(one["text"], goods)
        for name, read, wanted in _fields(told, one["expect"]):
            alike = _plain(_value(read)) == _plain(wanted)
            right += alike
            if not alike:
                surely_wrong += isinstance(read, Found) and read.sure
                faults.append(f"{one['text']!r}: {name} is {_value(read)!r}, not {wanted!r}")
    every = right + len(faults)
    told_faults = f"{right} of {every} right, {surely_wrong} wrong without doubt\n" + "\n".join(faults)
    assert right >= 0.95 * every, told_faults
    assert surely_wrong <= 0.02 * every, told_faults


def _fields(told: Chat, wanted: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    address = "".join(part.value for part in (told.town, told.detail) if part)
    fields: list[tuple[str, Any, Any]] = [("address", address, wanted["address"])]
    fields += [(name, getattr(told, name), wanted[name]) for name in ("name", "phone", *PLACES) if wanted[name]]
    fields += [(name, getattr(told, name), wanted.get(name)) for name in ("urgent", "carrier")]
    if wanted.get("memo"):
        fields.append(("memo", told.memo is not None, True))
    for place, line in enumerate(wanted["lines"]):
        read = told.lines[place] if place < len(told.lines) else None
        fields.append((f"sku {place + 1}", read and read.sku, line["sku"]))
        fields.append((f"quantity {place + 1}", read and read.quantity, line["quantity"]))
    fields += [("needless line", line.text, None) for line in told.lines[len(wanted["lines"]) :]]
    return fields


def _value(read: Any) -> Any:
    return read.value if isinstance(read, Found) else read


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub(r"[\s,，。;；()（）转-]", "", value) or None
    return value or None
