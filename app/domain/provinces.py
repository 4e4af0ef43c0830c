"""China's provinces: official full names, short names and ISO 3166-2 codes, and how platforms write places."""

from __future__ import annotations

from functools import lru_cache

_ROWS = """\
BJ 北京 北京市|TJ 天津 天津市|HE 河北 河北省|SX 山西 山西省|NM 内蒙古 内蒙古自治区|LN 辽宁 辽宁省|JL 吉林 吉林省|HL 黑龙江 黑龙江省|\
SH 上海 上海市|JS 江苏 江苏省|ZJ 浙江 浙江省|AH 安徽 安徽省|FJ 福建 福建省|JX 江西 江西省|SD 山东 山东省|HA 河南 河南省|HB 湖北 湖北省|\
HN 湖南 湖南省|GD 广东 广东省|GX 广西 广西壮族自治区|HI 海南 海南省|CQ 重庆 重庆市|SC 四川 四川省|GZ 贵州 贵州省|YN 云南 云南省|\
XZ 西藏 西藏自治区|SN 陕西 陕西省|GS 甘肃 甘肃省|QH 青海 青海省|NX 宁夏 宁夏回族自治区|XJ 新疆 新疆维吾尔自治区|TW 台湾 台湾省|\
HK 香港 香港特别行政区|MO 澳门 澳门特别行政区"""
_TABLE = [tuple(row.split(" ")) for row in _ROWS.split("|")]

PROVINCES: tuple[str, ...] = tuple(full for _, _, full in _TABLE)
"""The official full names, in the order of the national codes."""
SHORT_NAMES: dict[str, str] = {full: short for _, short, full in _TABLE}
"""Full name → short name."""
MUNICIPALITIES = frozenset({"北京市", "天津市", "上海市", "重庆市"})

_FULL_NAMES: dict[str, str] = {
    **{full: full for full in PROVINCES},
    **{short: full for _, short, full in _TABLE},
    **{f"CN-{code}": full for code, _, full in _TABLE},
    **{f"{short}省": full for _, short, full in _TABLE},
    **{f"{short}自治区": full for _, short, full in _TABLE},
}
_NOT_A_CITY = ("", "市辖区", "县", "省直辖县级行政区划")


def full_province(name: str) -> str:
    """The official name of a province written in full, in short or as `CN-ZJ`; anything else stays as it is."""
    return _FULL_NAMES.get(name) or _FULL_NAMES.get(name.strip(), name)


@lru_cache(maxsize=16384)
def straight_place(
    province: str | None, city: str | None, district: str | None, town: str | None
) -> tuple[str | None, str | None, str | None, str | None]:
    """The four levels with an official province, as most platforms write them.

    In the four municipalities the city is the municipality itself; some platforms leave that level out
    (`上海 / 浦东新区 / 花木街道`), which is shifted back.
    """
    if not province:
        return None, city, district, town
    full = full_province(province)
    if full not in MUNICIPALITIES or city == full:
        return full, city, district, town
    if city and city not in _NOT_A_CITY and city.endswith(("区", "县")):
        return full, full, city, district or town
    return full, full, district, town
