"""China's places as a tree that people look things up in: provinces, their cities, the cities' districts."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from app.domain.provinces import MUNICIPALITIES, SHORT_NAMES

Tree = dict[str, dict[str, list[str]]]
_NO_CITY = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


_FULL = {short: full for full, short in SHORT_NAMES.items()}


def _provinces(names: str) -> tuple[str, ...]:
    return tuple(_FULL[name] for name in names.split(" "))


AREAS: dict[tuple[str, str], tuple[str, ...]] = {
    ("华东", "East"): _provinces("上海 江苏 浙江 安徽 福建 江西 山东"),
    ("华南", "South"): _provinces("广东 广西 海南"),
    ("华北", "North"): _provinces("北京 天津 河北 山西 内蒙古"),
    ("华中", "Centre"): _provinces("河南 湖北 湖南"),
    ("西南", "South-west"): _provinces("重庆 四川 贵州 云南 西藏"),
    ("西北", "North-west"): _provinces("陕西 甘肃 青海 宁夏 新疆"),
    ("东北", "North-east"): _provinces("辽宁 吉林 黑龙江"),
    ("港澳台", "Hong Kong, Macao, Taiwan"): _provinces("香港 澳门 台湾"),
}
"""Every province under the part of the country that people name it with, in Chinese and English."""
USUAL_AREAS: dict[tuple[str, str], tuple[str, ...]] = {
    ("江浙沪", "Yangtze Delta"): _provinces("江苏 浙江 上海"),
    ("江浙沪皖", "Yangtze Delta and Anhui"): _provinces("江苏 浙江 上海 安徽"),
    ("京津冀", "Beijing and around"): _provinces("北京 天津 河北"),
    ("偏远", "Remote"): _provinces("新疆 西藏 青海 内蒙古 甘肃 宁夏"),
}
"""Areas that freight is agreed by; they overlap the others."""


@cache
def tree() -> Tree:
    """Province → city → districts, in the order of the national codes. A municipality is its own city."""
    names = _names()
    found: Tree = {}
    for code, name in names.items():
        province = names[f"{code[:2]}0000"]
        cities = found.setdefault(province, {})
        if code.endswith("0000"):
            continue
        parent = names.get(f"{code[:4]}00", name)
        city = province if province in MUNICIPALITIES else parent
        if code.endswith("00") or city in _NO_CITY:
            if name not in _NO_CITY:
                cities.setdefault(province if province in MUNICIPALITIES else name, [])
        elif name not in _NO_CITY:
            cities.setdefault(city, []).append(name)
    return found


@cache
def _names() -> dict[str, str]:
    text = files("app.domain").joinpath("data/districts.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}
