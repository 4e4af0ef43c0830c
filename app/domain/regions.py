"""China's places as a tree that people look things up in: provinces, their cities, the cities' districts."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from app.domain.provinces import MUNICIPALITIES

Tree = dict[str, dict[str, list[str]]]
_NO_CITY = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


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
        else:
            cities.setdefault(city, []).append(name)
    return found


@cache
def _names() -> dict[str, str]:
    text = files("app.domain").joinpath("data/districts.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}
