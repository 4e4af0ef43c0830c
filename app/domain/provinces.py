"""China's provinces: official, short and English names, ISO 3166-2 codes, and how platforms write places."""

from __future__ import annotations

from functools import lru_cache

_ROWS = """\
BJ 北京 北京市 Beijing|TJ 天津 天津市 Tianjin|HE 河北 河北省 Hebei|SX 山西 山西省 Shanxi|\
NM 内蒙古 内蒙古自治区 Inner_Mongolia|LN 辽宁 辽宁省 Liaoning|JL 吉林 吉林省 Jilin|HL 黑龙江 黑龙江省 Heilongjiang|\
SH 上海 上海市 Shanghai|JS 江苏 江苏省 Jiangsu|ZJ 浙江 浙江省 Zhejiang|AH 安徽 安徽省 Anhui|FJ 福建 福建省 Fujian|\
JX 江西 江西省 Jiangxi|SD 山东 山东省 Shandong|HA 河南 河南省 Henan|HB 湖北 湖北省 Hubei|HN 湖南 湖南省 Hunan|\
GD 广东 广东省 Guangdong|GX 广西 广西壮族自治区 Guangxi|HI 海南 海南省 Hainan|CQ 重庆 重庆市 Chongqing|\
SC 四川 四川省 Sichuan|GZ 贵州 贵州省 Guizhou|YN 云南 云南省 Yunnan|XZ 西藏 西藏自治区 Tibet|SN 陕西 陕西省 Shaanxi|\
GS 甘肃 甘肃省 Gansu|QH 青海 青海省 Qinghai|NX 宁夏 宁夏回族自治区 Ningxia|XJ 新疆 新疆维吾尔自治区 Xinjiang|\
TW 台湾 台湾省 Taiwan|HK 香港 香港特别行政区 Hong_Kong|MO 澳门 澳门特别行政区 Macao"""
_TABLE = [tuple(row.split(" ")) for row in _ROWS.split("|")]

PROVINCES: tuple[str, ...] = tuple(full for _, _, full, _ in _TABLE)
"""The official full names, in the order of the national codes."""
SHORT_NAMES: dict[str, str] = {full: short for _, short, full, _ in _TABLE}
"""Full name → short name."""
ENGLISH_NAMES: dict[str, str] = {full: english.replace("_", " ") for _, _, full, english in _TABLE}
"""Full name → English name."""
MUNICIPALITIES = frozenset({"北京市", "天津市", "上海市", "重庆市"})

_FULL_NAMES: dict[str, str] = {
    **{full: full for full in PROVINCES},
    **{short: full for _, short, full, _ in _TABLE},
    **{f"CN-{code}": full for code, _, full, _ in _TABLE},
    **{f"{short}省": full for _, short, full, _ in _TABLE},
    **{f"{short}自治区": full for _, short, full, _ in _TABLE},
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
