"""What values are looked up among: the house's goods, warehouses and shops, and China's places as a tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from flask import Blueprint, request

from app.bootstrap import Services
from app.domain.errors import NotFound
from app.domain.geo import short_province
from app.domain.provinces import ENGLISH_NAMES
from app.domain.regions import tree
from app.engine.vocabulary import Field
from app.intake.initials import initials
from app.persistence.database import reading
from app.persistence.reads.places import list_shops, warehouse_names
from app.web.language import t
from app.web.permissions import permit
from app.web.typing_goods import Shelf

SHOWN = 40
_HOUSE = ("skus", "warehouses", "shops")
_PLACES = ("city", "district")
_LISTED = "、"
"""What divides several values that are written into one field."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to choose: its `value` as rules write it, its name.

    A `folder` is opened and leads to what is `within`; a `whole` stands for everything in the folder, its value for all
    of theirs.
    """

    value: str
    label: str
    hint: str = ""
    folder: bool = False
    within: tuple[str, ...] = ()
    whole: bool = False


def source_of(field: Field) -> str:
    """Among what the values of a field are looked up; empty where anything may be written."""
    if field.refers_to in _HOUSE:
        return field.refers_to
    return field.attribute if field.attribute in _PLACES and field.type == "text" else ""


def blueprint(services: Services) -> Blueprint:
    """The routes over these services."""
    pages, shelf = Blueprint("lookup", __name__, url_prefix="/rules/lookup"), Shelf(services)

    def warehouses() -> list[Entry]:
        with reading(services.database) as db:
            return [Entry(code, name or code) for code, name in dict(warehouse_names(db)).items()]

    def shops() -> list[Entry]:
        with reading(services.database) as db:
            return [Entry(shop.code, shop.name or shop.code) for shop in list_shops(db)]

    def skus(words: str) -> list[Entry]:
        found = shelf.find(words) if words else list(shelf.names().items())[:SHOWN]
        return [Entry(sku, name or sku) for sku, name in found]

    listed: dict[str, Callable[[], list[Entry]]] = {"warehouses": warehouses, "shops": shops}

    @pages.get("/<kind>")
    @permit("rules.read")
    def look_up(kind: str) -> dict[str, Any]:
        words, within = request.args.get("q", "").strip(), request.args.getlist("within")
        if kind == "skus":
            found = skus(words)
        elif kind in listed:
            found = _fitting(listed[kind](), words)
        elif kind in _PLACES:
            many = bool(request.args.get("many"))
            found = _places(kind, words) if words else [*_whole(kind, within, many), *_inside(kind, within)]
        else:
            raise NotFound("page-missing")
        return {"entries": [asdict(one) for one in found[:SHOWN]]}

    return pages


def names_of(services: Services, kind: str, codes: Iterable[str]) -> dict[str, str]:
    """The names of things of the house that have these codes."""
    with reading(services.database) as db:
        if kind == "warehouses":
            known = dict(warehouse_names(db))
        elif kind == "shops":
            known = {shop.code: shop.name or shop.code for shop in list_shops(db)}
        else:
            known = {}
    if kind == "skus":
        known = dict(Shelf(services).names())
    return {code: known[code] or code for code in codes if code in known}


def _fitting(entries: Sequence[Entry], words: str) -> list[Entry]:
    """Those of which code, name or first letters of pinyin have all the words, the ones that begin so first."""
    asked = words.casefold().split()
    found = [(rank, one) for one in entries if (rank := _rank(one, asked)) is not None]
    return [one for _, one in sorted(found, key=lambda each: each[0])]


def _rank(entry: Entry, asked: Sequence[str]) -> int | None:
    names = f"{entry.value} {entry.label} {initials(entry.label)}".casefold()
    told = f"{names} {entry.hint} {initials(entry.hint)}".casefold()
    if not all(word in told for word in asked):
        return None
    return int(not any(part.startswith(asked[0]) for part in names.split())) if asked else 0


def _places(kind: str, words: str) -> list[Entry]:
    """What fits the words: provinces and cities to open, then the places themselves, also by where they lie."""
    folders = [_province(name) for name in tree()]
    if kind == "district":
        folders += [_city(province, city) for province, cities in tree().items() for city in cities]
    return [*_fitting(folders, words), *_fitting(_every_place(kind), words)]


def _inside(kind: str, within: Sequence[str]) -> list[Entry]:
    """The places below those that were opened: provinces, then cities, then districts."""
    if not within:
        return [_province(name) for name in tree()]
    cities = tree().get(within[0], {})
    if len(within) > 1:
        return [Entry(name, name) for name in cities.get(within[1], ())]
    return [_city(within[0], name) if kind == "district" else Entry(name, name) for name in cities]


def _whole(kind: str, within: Sequence[str], many: bool) -> list[Entry]:
    """All of the folder at once, where several may be chosen and the folder holds no folders."""
    found = _inside(kind, within) if many and within else []
    if len(found) < 2 or any(one.folder for one in found):
        return []
    name = _province(within[0]).label if len(within) == 1 else within[-1]
    label = t(f"整个{name}（{len(found)} 个）", f"all of {name} ({len(found)})")
    return [Entry(_LISTED.join(one.value for one in found), label, whole=True)]


def _province(name: str) -> Entry:
    return Entry(name, t(short_province(name), ENGLISH_NAMES.get(name, name)), folder=True, within=(name,))


def _city(province: str, name: str) -> Entry:
    return Entry(name, name, short_province(province), folder=True, within=(province, name))


@cache
def _every_place(kind: str) -> tuple[Entry, ...]:
    if kind == "city":
        return tuple(
            Entry(city, city, short_province(province)) for province, cities in tree().items() for city in cities
        )
    return tuple(
        Entry(district, district, f"{short_province(province)} {city}")
        for province, cities in tree().items()
        for city, districts in cities.items()
        for district in districts
    )
