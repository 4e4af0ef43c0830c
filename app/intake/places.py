"""China's places by every name people write for them: full, short, older."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from app.domain.geo import short_city, short_district, short_province
from app.domain.provinces import MUNICIPALITIES, PROVINCES

OFFSHORE = frozenset({"台湾省", "香港特别行政区", "澳门特别行政区"})
"""Their districts share names with many others; they are meant only where the province or city is written."""
_NO_CITY = re.compile(r"市辖区|县|.*直辖县级行政区划")
_MORE_PROVINCES = {"内蒙": "内蒙古自治区", "内蒙自治区": "内蒙古自治区", "新疆省": "新疆维吾尔自治区"}
_OLDER_CITIES = {"襄樊": "襄阳市", "思茅": "普洱市", "巢湖": "合肥市"}
_OLDER_DISTRICTS = (
    ("上海市", "闸北区"), ("上海市", "卢湾区"), ("上海市", "南汇区"), ("北京市", "宣武区"), ("北京市", "崇文区"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its official names; `city` and `district` are empty where it is none or has none."""

    province: str
    city: str = ""
    district: str = ""


@dataclass(slots=True)
class Names:
    """Names of one level: each with the places it may mean, and whether it is written in full."""

    places: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    full: set[str] = field(default_factory=set)
    longest: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, name: str, place: Place, *, full: bool) -> None:
        """Let `name` mean `place` too."""
        if place not in self.places[name]:
            self.places[name].append(place)
        if full:
            self.full.add(name)
        self.longest[name[0]] = max(self.longest[name[0]], len(name))

    def at(self, text: str, start: int) -> Iterator[str]:
        """The names that `text` has at `start`, the longest first."""
        longest = self.longest.get(text[start : start + 1], 0)
        for length in range(min(longest, len(text) - start), 1, -1):
            name = text[start : start + length]
            if name in self.places:
                yield name


@dataclass(slots=True)
class Places:
    """All names by level; `initials` are the characters that any of them begins with."""

    provinces: Names = field(default_factory=Names)
    cities: Names = field(default_factory=Names)
    districts: Names = field(default_factory=Names)
    plain_cities: set[str] = field(default_factory=set)

    def is_plain(self, city: str) -> bool:
        """Whether a city has no districts below it (东莞, 仙桃)."""
        return city in self.plain_cities

    def may_begin(self, letter: str) -> bool:
        """Whether any name begins with this letter."""
        return letter in self.districts.longest or letter in self.cities.longest or letter in self.provinces.longest


@cache
def places() -> Places:
    """The places that ship with pandan, read once."""
    found = Places()
    for province in PROVINCES:
        place = Place(province, province if province in MUNICIPALITIES else "")
        for name, full in _province_names(province):
            found.provinces.add(name, place, full=full)
    for name, province in _MORE_PROVINCES.items():
        found.provinces.add(name, Place(province), full=False)
    every = _districts()
    for place in every:
        _add(found, place)
    _forget_renamed(found)
    for place in {Place(one.province, one.city) for one in every if one.city} | _cities():
        _add_city(found, place)
    found.plain_cities = {place.city for place in every if place.city and not place.district} | (
        {place.city for place in _cities()} - {place.city for place in every if place.district}
    )
    return found


def _forget_renamed(found: Places) -> None:
    """Let the short name of a district that was renamed mean the newer one only, which was added first."""
    for name, meant in found.districts.places.items():
        if len(meant) > 1 and name not in found.districts.full:
            cities = {(place.province, place.city): place for place in reversed(meant)}
            found.districts.places[name] = [place for place in meant if cities[place.province, place.city] == place]


def _province_names(province: str) -> Iterator[tuple[str, bool]]:
    short = short_province(province)
    yield province, True
    if province in MUNICIPALITIES:
        yield short, False
        return
    yield short, False
    yield f"{short}省", True
    if province.endswith("自治区"):
        yield f"{short}自治区", True


def _add(found: Places, place: Place) -> None:
    name = place.district
    if not name:
        return
    short = short_district(name)
    found.districts.add(name, place, full=True)
    if "自治" in name:
        found.districts.add(short + name[-1], place, full=True)
    bare = _bare_zone(place)
    if bare != name:
        found.districts.add(bare, place, full=True)
    elif len(short) > 1 and short != name:
        found.districts.add(short, place, full=False)
    if name.endswith("新区") and len(name) > 4:
        found.districts.add(short + "区", place, full=True)


def _bare_zone(place: Place) -> str:
    """`河北唐山海港经济开发区` → `海港经济开发区`."""
    name = place.district.removeprefix(short_province(place.province))
    for city in (place.city, short_city(place.city)):
        rest = name.removeprefix(city)
        if len(rest) > 3:
            name = rest
    return name if len(name) > 3 else place.district


def _add_city(found: Places, place: Place) -> None:
    short = short_city(place.city)
    if short == place.city:
        # 陵水黎族自治县 answers to its province as a city does.
        short = short_district(place.city)
    found.cities.add(place.city, place, full=True)
    if short != place.city:
        found.cities.add(short, place, full=False)
    if "自治县" in place.city:
        found.cities.add(short + "县", place, full=True)
    if "自治州" in place.city:
        found.cities.add(short + "州", place, full=True)
        found.cities.add(short + "自治州", place, full=True)
    if place.city.endswith("地区"):
        found.cities.add(short + "市", place, full=True)
    for older, city in _OLDER_CITIES.items():
        if city == place.city:
            found.cities.add(older, place, full=False)
            found.cities.add(older + "市", place, full=True)


def _districts() -> list[Place]:
    newer = [_place(row["province"], row["city"], row["district"]) for row in _read("newer_districts")]
    older = list(_older())
    older += [Place(province, province, district) for province, district in _OLDER_DISTRICTS]
    moved = {_key(place) for place in newer}
    alone: dict[tuple[str, str], int] = defaultdict(int)
    for place in older:
        alone[place.province, place.district or place.city] += 1
    kept = [place for place in older if not (_key(place) in moved and alone[_key(place)] == 1)]
    return list(dict.fromkeys((*newer, *kept)))


def _key(place: Place) -> tuple[str, str]:
    return place.province, place.district or place.city


def _place(province: str, above: str, name: str) -> Place:
    """A county that answers to its province alone stands where cities do."""
    city = _city(province, above)
    return Place(province, city, name) if city else Place(province, name)


def _older() -> Iterator[Place]:
    rows = {row["code"]: row["name"] for row in _read("districts")}
    for code, name in rows.items():
        province, above = rows[f"{code[:2]}0000"], rows.get(f"{code[:4]}00", "")
        if code.endswith("00") or name == "市辖区":
            continue
        yield _place(province, above, name)


@cache
def _cities() -> frozenset[Place]:
    rows = {row["code"]: row["name"] for row in _read("districts")}
    older = {
        Place(rows[f"{code[:2]}0000"], _city(rows[f"{code[:2]}0000"], name))
        for code, name in rows.items()
        if code.endswith("00") and not code.endswith("0000") and not name.endswith("直辖县级行政区划")
    }
    newer = {Place(row["province"], _city(row["province"], row["city"])) for row in _read("newer_districts")}
    return frozenset(place for place in older | newer if place.city)


def _city(province: str, written: str) -> str:
    if province in MUNICIPALITIES:
        return province
    return "" if _NO_CITY.fullmatch(written) else written


def _read(name: str) -> Iterator[dict[str, str]]:
    text = files("app.domain").joinpath(f"data/{name}.csv").read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
