"""A made-up order as a card: what it is like, what it wants, and what the warehouses of its little world hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.geo import distance_km
from app.engine.phrase import phrase_value
from app.rulebook.order_vocabulary import VOCABULARY
from app.rulebook.witness_places import home
from app.web.language import language, t
from app.web.words import clock

Json = Mapping[str, Any]
_LEFT_OUT = ("id", "shop", "state", "lines", "created_at", "city", "district", "identity")
_TARGET, _NUMBERED = "目标仓", " 号仓"
_USUAL: Json = {"platform": "manual", "urgent": False, "buyer_message": "", "seller_memo": "", "flags": []}


@dataclass(frozen=True, slots=True)
class CardHouse:
    """One warehouse: its name, how far it is, and what it holds of what the order wants."""

    name: str
    note: str
    stock: str


@dataclass(frozen=True, slots=True)
class OrderCard:
    """`facts` are label and value; `given` the JSON that examples and `pandan decide` take, in one line."""

    facts: Sequence[tuple[str, str]]
    lines: Sequence[tuple[str, int]]
    houses: Sequence[CardHouse]
    at: str


def order_card(given: Json) -> OrderCard:
    """The card of an example's `given`."""
    order = given["order"]
    wanted = [line for line in order["lines"] if line.get("refund", "none") == "none"]
    at = given.get("at")
    return OrderCard(
        facts=[_fact(name, order[name]) for name in order if name not in _LEFT_OUT and _tells(name, order[name])],
        lines=[(line.get("sku") or "?", line["quantity"]) for line in wanted],
        houses=[_house(row, given) for row in given.get("warehouses", ())],
        at=clock(int(datetime.fromisoformat(at).timestamp())) if at else "",
    )


def _tells(name: str, value: Any) -> bool:
    return name not in _USUAL or value != _USUAL[name]


def _fact(name: str, value: Any) -> tuple[str, str]:
    row = VOCABULARY.fields.get(f"order.{name}")
    label = row.label[language()] if row is not None else name
    if value is None:
        return label, t("不知道", "not known")
    return label, phrase_value(value, row, language()).strip(" “”") if row is not None else str(value)


def _house(row: Json, given: Json) -> CardHouse:
    held = given.get("stock", {}).get(row["code"], {})
    stock = t("、", ", ").join(f"{sku} × {units}" for sku, units in held.items())
    return CardHouse(house_word(row.get("name") or row["code"]), _distance(row, given), stock or t("没有货", "nothing"))


def house_word(name: str) -> str:
    """A warehouse of a made-up world in the person's language; any other keeps its name."""
    if name == _TARGET:
        return t(_TARGET, "Target warehouse")
    number = name.removesuffix(_NUMBERED)
    return t(name, f"Warehouse {number}") if number != name and number.isdigit() else name


def _distance(row: Json, given: Json) -> str:
    """How far it is from the target warehouse, else from the buyer."""
    at = _point(row)
    if at is None:
        return t("位置不知道", "place not known")
    target = next((one for one in given["warehouses"] if one["code"] == "T"), None)
    if target is row:
        return "" if row.get("name") == _TARGET else t("目标仓", "target warehouse")
    if target is not None and (there := _point(target)) is not None:
        return t(f"离目标仓 {distance_km(at, there):g} 公里", f"{distance_km(at, there):g} km from the target")
    buyer = home(given["order"])
    if buyer is None:
        return ""
    return t(f"离买家 {distance_km(at, buyer):g} 公里", f"{distance_km(at, buyer):g} km from the buyer")


def _point(row: Json) -> tuple[float, float] | None:
    return (row["latitude"], row["longitude"]) if row.get("latitude") is not None else None
