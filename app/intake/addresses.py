"""Chinese addresses as people type them, split into province, city, district, town and the rest.

What is written decides; what is not written is added where only one place can be meant. What may be another place
is named as unsure, with the places that it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.geo import short_province
from app.domain.provinces import MUNICIPALITIES
from app.intake.places import OFFSHORE, Names, Place, places

PARTS = ("province", "city", "district", "town", "detail")

_GAP = re.compile(
    r"(?:[\s,，.。、/\\|·•\-—_:：;；>＞~]|市辖区|(?:省|自治区)?直辖县级行政区划|中国(?!人|银|移|联|电)|中华人民共和国"
    r"|县(?=[\u4e00-\u9fff]{1,10}县))*"
)
# What follows a short name when it is a street's, a building's or a school's name and no place.
_NO_PLACE = re.compile(
    r"(?:[东西南北中大小新老上下前后内外环一二三四五六七八九十]{0,2}(?:路|街|道|巷|弄|里|胡同|段))"
    r"|(?:大?(?:桥|门|站|机场|花园|小区|广场|大厦|新村|村|饭店|酒店|大学|学院|中学|小学|医院|银行|商场|商城|苑|公寓|家园"
    r"|人家|名苑|名城|公馆|雅苑|华庭|国际|豪庭|嘉园|山庄|别墅|公司|集团|超市|牌))"
)
_TOWN = re.compile(
    r"(?P<town>[\u4e00-\u9fff]{1,7}?(?:街道(?!口|办公)(?:办事处)?|地区办事处|镇(?!镇|政府路|[东西南北中]?[路街])|乡(?![村里镇路街])|苏木))"
)
_NOT_IN_TOWN = re.compile(r"[路街号弄栋幢座室]|大道|小区|市场")
_ZONE = re.compile(
    r"[\u4e00-\u9fff]{0,8}?(?:新区|开发区|高新区|经开区|工业园区|园区|度假区|示范区|保税区|管理区|管委会|矿区|[区县旗])"
)
_NOT_IN_ZONE = re.compile(
    r"[路街号弄巷村栋幢座楼室厦苑镇乡]|大道|[小社校厂景院片住宿舍生家宅墅东西南北一二三四五六七八九十]区$"
)
_PLAIN_ZONE = re.compile(r".*(?:开发区|高新区|经开区|新区)$")
_EDGE = " \t\r\n,，.。、;；:：-—_/|"


@dataclass(frozen=True, slots=True)
class Address:
    """An address by its parts, empty where nothing is known; `unsure` names parts that may be otherwise.

    `choices` are the places it may be where that is why.
    """

    province: str = ""
    city: str = ""
    district: str = ""
    town: str = ""
    detail: str = ""
    unsure: frozenset[str] = frozenset()
    choices: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the beginning of an address: the names written, where they end, and what they mean."""

    province: str = ""
    city: str = ""
    district: str = ""
    end: int = 0
    score: int = 0
    meant: tuple[Place, ...] = ()
    doubt: bool = False


def split_address(text: str) -> Address:
    """The parts of an address that `text` begins with; all of it is detail when no place is found."""
    reading = best_reading(text, 0)
    if reading is None:
        return _with_town(Address(detail=text.strip(_EDGE)))
    address = _settle(reading, text[reading.end :])
    return _without_repeat(address)


def find_address(text: str) -> int | None:
    """Where in a text an address begins; None when no place is named convincingly."""
    best: tuple[int, int] | None = None
    known = places()
    for start, letter in enumerate(text):
        if not known.may_begin(letter):
            continue
        reading = best_reading(text, start)
        if reading is None or not _convinces(reading, text):
            continue
        if best is None or reading.score > best[0]:
            best = reading.score, start
    return best[1] if best else None


def best_reading(text: str, start: int) -> Reading | None:
    """The most telling way to read `text` from `start` on; None when no place is named there."""
    best: Reading | None = None
    for reading in _readings(text, _GAP.match(text, start).end()):  # type: ignore[union-attr]
        if best is None or (reading.score, reading.end) > (best.score, best.end):
            best = reading
    return best


def _convinces(reading: Reading, text: str) -> bool:
    written = [name for name in (reading.province, reading.city, reading.district) if name]
    known = places()
    full = any(name in names.full for name in written for names in (known.provinces, known.cities, known.districts))
    return len(written) > 1 or full or (len(text) - reading.end > 4 and not reading.doubt)


def _readings(text: str, start: int) -> Iterator[Reading]:
    known = places()
    for province in (*known.provinces.at(text, start), ""):
        if province and not _stands(known.provinces, province, text, start + len(province)):
            continue
        yield from _with_city(text, start, province)


def _with_city(text: str, start: int, province: str) -> Iterator[Reading]:
    known = places()
    meant = tuple(known.provinces.places[province]) if province else ()
    after = _after(text, start + len(province)) if province else start
    if province:
        yield Reading(province, end=start + len(province), score=_weight(known.provinces, province), meant=meant)
    for city in (*known.cities.at(text, after), ""):
        if city and not _stands(known.cities, city, text, after + len(city)):
            continue
        fits = [one for one in known.cities.places[city] if _within(one, meant)] if city else list(meant)
        if city and not fits:
            if city in known.cities.full and len(city) > 2:
                # Two names that contradict each other: both are kept, and doubted.
                yield _contradiction(province, city, after)
            continue
        score = (_weight(known.provinces, province) if province else 0) + (_weight(known.cities, city) if city else 0)
        reading = Reading(province, city, "", after + len(city), score, tuple(fits))
        if city:
            yield reading
        yield from _with_district(text, reading if city else replace(reading, end=after))


def _with_district(text: str, reading: Reading) -> Iterator[Reading]:
    known = places()
    after = _after(text, reading.end) if reading.city or reading.province else reading.end
    for district in known.districts.at(text, after):
        end = after + len(district)
        if not _stands(known.districts, district, text, end):
            continue
        fits = [one for one in known.districts.places[district] if _within(one, reading.meant)]
        if not reading.meant:
            fits = [one for one in fits if one.province not in OFFSHORE]
        # 赣县 is also what 赣县区 is called for short: the full name decides.
        fits = [one for one in fits if one.district == district] or fits
        if not fits:
            continue
        doubt = len(fits) > 1 or (district not in known.districts.full and not _plain(text, end, reading))
        score = reading.score + _weight(known.districts, district)
        yield Reading(reading.province, reading.city, district, end, score, tuple(fits), doubt)


def _contradiction(province: str, city: str, after: int) -> Reading:
    known = places()
    meant = tuple(Place(known.provinces.places[province][0].province, one.city) for one in known.cities.places[city])
    return Reading(province, city, "", after + len(city), _weight(known.provinces, province) + 1, meant, doubt=True)


def _after(text: str, end: int) -> int:
    return _GAP.match(text, end).end()  # type: ignore[union-attr]


def _weight(names: Names, name: str) -> int:
    return 10 + 2 * len(name) + (4 if name in names.full else 0)


def _within(place: Place, above: tuple[Place, ...]) -> bool:
    """Whether a place lies in one of those above it; with none above, anywhere will do."""
    return not above or any(
        place.province == one.province and (not one.city or place.city == one.city) for one in above
    )


def _stands(names: Names, name: str, text: str, end: int) -> bool:
    """Whether a name is a place's here: a short one is not when a street's or a building's name goes on.

    Unless that is a district's name (北京门头沟).
    """
    if name in names.full or _NO_PLACE.match(text, end) is None:
        return True
    known = places()
    return names is not known.districts and next(known.districts.at(text, end), None) is not None


def _plain(text: str, end: int, reading: Reading) -> bool:
    """Whether a district's short name needs no doubt: its city or province is written and a street follows, or a town."""
    rest = text[end:]
    if not (reading.city or reading.province):
        return _TOWN.match(rest) is not None
    if not rest or rest[0] in _EDGE or not "\u4e00" <= rest[0] <= "\u9fff":
        return True
    return (
        re.match(r"[\u4e00-\u9fff]{2,}?(?:路|街|道|镇|乡|村|巷|弄|号|小区|花园|大厦|广场|园|苑|城|中心)", rest)
        is not None
    )


def _settle(reading: Reading, rest: str) -> Address:
    """The address a reading states, with what follows from it."""
    one = reading.meant[0]
    unsure = set()
    alike = len(reading.meant) == 1
    province = one.province if alike or len({each.province for each in reading.meant}) == 1 else ""
    city = one.city if alike or len({each.city for each in reading.meant}) == 1 else ""
    district = one.district if reading.district else ""
    if not alike:
        unsure |= {"province", "city", "district"} if reading.district else {"province", "city"}
    elif reading.doubt:
        unsure |= {"district"} if reading.district else {"province", "city"}
        if reading.district and not (reading.city or reading.province):
            unsure |= {"province", "city"}
    address = Address(
        province, city, district, "", rest.lstrip(_EDGE).strip(), frozenset(unsure), () if alike else reading.meant
    )
    if not address.district and (address.city or address.province in MUNICIPALITIES):
        address = _with_zone(address)
    return _with_town(address)


def _with_zone(address: Address) -> Address:
    """A district that the tables do not know but that says that it is one (高新区)."""
    if places().is_plain(address.city):
        return address
    found = _ZONE.match(address.detail)
    if found is None or len(found[0]) < 2 or _NOT_IN_ZONE.search(found[0]):
        return address
    unsure = address.unsure if _PLAIN_ZONE.fullmatch(found[0]) else address.unsure | {"district"}
    return replace(address, district=found[0], detail=address.detail[found.end() :].lstrip(_EDGE), unsure=unsure)


def _with_town(address: Address) -> Address:
    found = _TOWN.match(address.detail)
    if found is None or _NOT_IN_TOWN.search(found["town"][:-2]) or not (address.city or address.district):
        return address
    return replace(address, town=found["town"], detail=address.detail[found.end() :].lstrip(_EDGE))


def _without_repeat(address: Address) -> Address:
    """Without the province and city that exports write a second time before the street."""
    if not address.province or short_province(address.province) != address.detail[:2].rstrip("省市"):
        return address
    again = best_reading(address.detail, 0)
    if again is None or not again.meant or again.meant[0].province != address.province or not again.city:
        return address
    other = _settle(again, address.detail[again.end :])
    if other.city != address.city or (address.district and other.district not in ("", address.district)):
        return address
    return replace(
        address, district=address.district or other.district, town=address.town or other.town, detail=other.detail
    )
