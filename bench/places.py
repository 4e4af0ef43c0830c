"""Where simulated buyers live: districts of the shipped table, the large cities' far more often."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

Places = tuple[list[tuple[str, str, str]], list[float]]
_LARGE = ("北京市", "上海市", "广州市", "深圳市", "杭州市", "成都市", "重庆市", "苏州市", "武汉市", "南京市")
_LARGE_WEIGHT = 8.0


@cache
def busy_places() -> Places:
    """(province, city, district) of every district, and how often each comes."""
    table = csv.DictReader(files("app.domain").joinpath("data/districts.csv").read_text("utf-8").splitlines())
    names = {row["code"]: row["name"] for row in table}
    places = []
    for code, name in names.items():
        province, city = names[f"{code[:2]}0000"], names.get(f"{code[:4]}00", "")
        if not code.endswith("00") and city:
            places.append((province, city if city.endswith(("市", "州", "盟", "地区")) else province, name))
    return places, [_LARGE_WEIGHT if place[1] in _LARGE else 1.0 for place in places]
