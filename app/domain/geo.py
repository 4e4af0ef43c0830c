"""Where places are: coordinates of China's districts, and great-circle distances.

Places are named as platforms name them (`浙江省`/`浙江`, `杭州市`/`杭州`, `西湖区`); short names are understood.
Points are `(latitude, longitude)` in degrees.
"""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt

Point = tuple[float, float]

EARTH_RADIUS_KM = 6371.0088
_PEOPLES = (
    "壮族|回族|维吾尔|藏族|蒙古族|蒙古|苗族|侗族|布依族|土家族|彝族|傣族|白族|哈尼族|傈僳族|景颇族|朝鲜族|羌族|哈萨克|柯尔克孜|"
    "黎族|瑶族|满族|畲族|仫佬族|毛南族|各族|达斡尔族|土族|撒拉族|东乡族|保安族|裕固族|哈萨克族|塔吉克|锡伯|仡佬族|水族|拉祜族|佤族|"
    "布朗族|纳西族|独龙族|怒族|普米族"
)
_PROVINCE_ENDING = re.compile(r"(省|市|(壮族|回族|维吾尔)?自治区|特别行政区)$")
_CITY_ENDING = re.compile(rf"(市|地区|盟|({_PEOPLES})*自治州|州|特别行政区)$")
_DISTRICT_ENDING = re.compile(rf"(新区|区|县|市|旗|({_PEOPLES})*自治县|({_PEOPLES})*自治旗)$")


@lru_cache(maxsize=4096)
def short_province(name: str) -> str:
    """`浙江省` → `浙江`, `广西壮族自治区` → `广西`; what is short already stays."""
    return _PROVINCE_ENDING.sub("", name.strip())


def _shorten(ending: re.Pattern[str], name: str | None) -> str:
    name = (name or "").strip()
    short = ending.sub("", name)
    # `城区`, `忠县`, `杭州` would lose their meaning with their ending.
    return short if len(short) > 1 else name


def short_city(name: str) -> str:
    """`杭州市` → `杭州`, `延边朝鲜族自治州` → `延边`; one letter alone is never left."""
    return _shorten(_CITY_ENDING, name)


def short_district(name: str) -> str:
    """`西湖区` → `西湖`, `陵水黎族自治县` → `陵水`; one letter alone is never left."""
    return _shorten(_DISTRICT_ENDING, name)


class Gazetteer:
    """Finds a place's coordinates by province, city and district, as finely as they are known."""

    def __init__(self, rows: list[tuple[str, str, Point]]) -> None:
        """`rows` are `(six-digit code, name, point)`; the code holds the hierarchy."""
        self._province: dict[str, Point] = {}
        self._city: dict[tuple[str, str], Point] = {}
        self._district: dict[tuple[str, str, str], Point] = {}
        self._anywhere: dict[tuple[str, str], Point | None] = {}
        names = {code: name for code, name, _ in rows}
        for code, name, point in rows:
            self._add(short_province(names[f"{code[:2]}0000"]), names.get(f"{code[:4]}00", ""), code, name, point)

    def _add(self, province: str, city: str, code: str, name: str, point: Point) -> None:
        if code.endswith("0000"):
            self._province[province] = point
        elif code.endswith("00"):
            self._city[province, _shorten(_CITY_ENDING, name)] = point
        else:
            self._add_district(province, _shorten(_CITY_ENDING, city), name, point)

    def _add_district(self, province: str, city: str, name: str, point: Point) -> None:
        short = _shorten(_DISTRICT_ENDING, name)
        # 临夏市 and 临夏县 lie in one prefecture: the full name decides, the short one means the first.
        self._district[province, city, name] = point
        self._district.setdefault((province, city, short), point)
        # Two districts of one province with one name cannot be told apart without the city.
        self._anywhere[province, short] = None if (province, short) in self._anywhere else point

    def locate(self, province: str | None, city: str | None, district: str | None) -> Point | None:
        """The finest place that is known: district, else city, else province; None when even that is not."""
        if not province:
            return None
        p, c, d = short_province(province), _shorten(_CITY_ENDING, city), _shorten(_DISTRICT_ENDING, district)
        return (
            self._district.get((p, c, district or ""))
            or self._district.get((p, c, d))
            or self._city.get((p, c))
            or self._anywhere.get((p, d))
            or self._anywhere.get((p, _shorten(_DISTRICT_ENDING, city)))
            or self._province.get(p)
        )


@cache
def gazetteer() -> Gazetteer:
    """The districts that ship with pandan (NOTICE names their source); read once."""
    text = files("app.domain").joinpath("data/districts.csv").read_text(encoding="utf-8")
    table = csv.DictReader(text.splitlines())
    return Gazetteer([(r["code"], r["name"], (float(r["latitude"]), float(r["longitude"]))) for r in table])


@lru_cache(maxsize=16384)
def locate(province: str | None, city: str | None, district: str | None) -> Point | None:
    """`Gazetteer.locate` on the shipped districts, remembered."""
    return gazetteer().locate(province, city, district)


def distance_km(a: Point, b: Point) -> float:
    """Great-circle kilometres between two points, to a tenth."""
    north = sin(radians(b[0] - a[0]) / 2) ** 2
    east = sin(radians(b[1] - a[1]) / 2) ** 2
    return round(2 * EARTH_RADIUS_KM * asin(sqrt(north + cos(radians(a[0])) * cos(radians(b[0])) * east)), 1)
