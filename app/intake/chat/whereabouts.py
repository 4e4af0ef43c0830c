"""Where an address stands in a chat, and where it ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.intake.addresses import best_reading, find_address
from app.intake.chat.found import Span
from app.intake.chat.goods import Goods, goods_noun, is_goods, only_traits
from app.intake.chat.labels import CARRIER, GREETING, PAID, UNPAID, URGENT
from app.intake.chat.names import names_person
from app.intake.chat.numbers import PRICE, QUANTITY, TOTAL
from app.intake.chat.paper import EDGES, TAKEN, Paper

_WORD = re.compile(
    r"[路街道巷弄号幢栋座楼层室村组队镇乡苑园城府庭湾邸里院店厂区期门站桥馆局所](?=$|[\s,;\dA-Za-z东南西北内旁()])|[\d一二三四五六七八九十][号幢栋座楼层室]|单元|大厦|公寓|社区|广场|大学|学校|公司|市场|中心|驿站|宿舍|对面|附近|旁边|"
    r"仓库|银行|楼[上下]|人家|油田|自提|代收点|工业|科技|国际|家园|新城|花园"
)
_STRONG = re.compile(
    r"(?:[路街巷弄号幢栋座楼层室村苑镇乡]|单元|小区|花园|大厦|公寓|社区|广场|大学|学院|学校|中学|小学|医院|公司|市场|中心|驿站|宿舍|家园|工业园|大道)"
    r"(?:[A-Za-z]?\d[\dA-Za-z\-#]*[室号户]?|[东南西北]门?|门口|内|旁|对面|附近|[A-Za-z])?$"
    r"|^[A-Za-z]?\d{1,4}(?:[\-#]\d{1,4}){0,3}(?:号|室|栋|幢|楼|单元|层|户|期|组|座)?(?:[A-Za-z]?\d{1,5}室?)?$|^[A-Za-z]座?\d{0,4}室?$"
)
_WISHED = re.compile(
    r"(?:请|麻烦|不要|不用|别|勿|放|送|记得|帮|到了|到货|打电话|尽量|最好|可以|能|要|买|来|拍|我|谢|备注|留言|一共|总共|合计|共|转|付|已)"
)
_STREET = re.compile(
    r"[\u4e00-\u9fffA-Za-z\d]{2,12}(?:路|街|大道|巷|弄|胡同|村|小区|花园|大厦|公寓|广场|学院|大学)[\u4e00-\u9fffA-Za-z\d]{0,12}?\d+[号弄栋幢室楼\-]?"
)
_TOKEN = re.compile(rf"[^\s,;{TAKEN}。；]+")
_NAME_BEHIND = re.compile(r"(?<=[\d号室楼栋幢座层户])(?![号室楼栋幢座层户弄单巷])[\u4e00-\u9fff]{2,3}\Z")
_ROOM = re.compile(r"[A-Za-z]?\d{1,5}(?:[\-#]\d{1,5}){0,3}[室号弄栋幢楼]?")
_BUILT = re.compile(r"[路街弄巷幢栋楼座号元层室厦]$|大道$|公寓$")
_CLOSED = re.compile(r"\d|[号室楼栋幢村组]$|学校$|学院$|大学$|医院$|公司$|驿站$")
_BEFORE_GOODS = re.compile(r"[0-9A-Za-z号室楼栋幢层座收门口)）旁内院]$")


def told_address(paper: Paper, goods: Goods, start: int, end: int) -> Span | None:
    """The address behind a label; None when what stands there is none."""
    rest = paper.rest
    begin = _skip(rest, start, end)
    placed = best_reading(rest, begin) is not None
    if begin < end and (placed or re.search(r"\d", rest[begin:end]) or _WORD.search(rest[begin:end])):
        return begin, _end(rest, begin, goods, told=True)
    return None


def find_stretch(paper: Paper, goods: Goods) -> Span | None:
    """An address without a label: where a place is named, or where a street and a number are."""
    rest = paper.rest
    named = find_address(rest.replace(TAKEN, "\n"))
    if named is not None:
        return named, _end(rest, named, goods)
    street = _STREET.search(rest)
    if street is None or is_goods(street[0]):
        return None
    return street.start(), _end(rest, street.start(), goods)


def _skip(rest: str, start: int, end: int) -> int:
    while start < end and rest[start] in EDGES:
        start += 1
    return start


def _end(rest: str, start: int, goods: Goods, *, told: bool = False) -> int:
    """Where the address that begins at `start` ends."""
    reading = best_reading(rest, start)
    named = reading.end if reading else start
    end = named
    while True:
        line_end = _line_end(rest, end)
        end = _within_line(rest, named, end, line_end, goods, told=told)
        if end < line_end and rest[end:line_end].strip(EDGES):
            break
        if _CLOSED.search(rest[named:end]) or line_end >= len(rest) or rest[line_end] == TAKEN:
            break
        after = _skip(rest, line_end, len(rest))
        token = _TOKEN.match(rest, after)
        if "\n" not in rest[line_end:after] or TAKEN in rest[line_end:after] or token is None:
            break
        if not _goes_on(token[0], [], goods) or names_person(token[0]):
            break
        end = after
    return max(_without_name(rest, named, end), named)


def _without_name(rest: str, named: int, end: int) -> int:
    """Where a name begins that stands between a house number and a phone without a gap."""
    if rest[end : end + 1] != TAKEN:
        return end
    found = _NAME_BEHIND.search(rest, named, end)
    return found.start() if found and names_person(found[0]) else end


def _line_end(rest: str, start: int) -> int:
    ends = [place for place in (rest.find("\n", start), rest.find(TAKEN, start)) if place >= 0]
    return min(ends, default=len(rest))


def _within_line(rest: str, named: int, start: int, line_end: int, goods: Goods, *, told: bool) -> int:
    tokens = list(_TOKEN.finditer(rest, start, line_end))
    end = start
    for place, token in enumerate(tokens):
        joined = token.start() == start == named
        cut = _goods_within(token[0], goods, after=0 if joined else 1)
        if cut is not None and not joined and cut < 4 and _counted(tokens, place):
            return end
        if cut is not None:
            word = token[0][:cut]
            return token.start() + cut if word and (joined or _goes_on(word, [], goods)) else end
        if _is_house_number(rest[end : token.start()], rest[named:end], token[0], tokens, place):
            end = token.end()
            continue
        if not joined or _stops(token[0], goods):
            following = [one[0] for one in tokens[place + 1 :]]
            first_told = told and place == 0 and start == named
            if not first_told and not _goes_on(token[0], following, goods):
                return end
        end = token.end()
    return end


def _counted(tokens: Sequence[re.Match[str]], place: int) -> bool:
    """Whether a quantity is in this word or in the next: then the whole word is goods (`5号电池 2盒`)."""
    return any(QUANTITY.search(one[0]) for one in tokens[place : place + 2])


def _is_house_number(gap: str, before: str, token: str, tokens: Sequence[re.Match[str]], place: int) -> bool:
    """Whether a bare number stands for a house or a room: behind a street or a building, or before 号."""
    if re.match(r"[号弄栋幢室楼]", token) and before[-1:].isdigit():
        return True
    if not _ROOM.fullmatch(token) or not before or "," in gap or ";" in gap:
        return False
    following = tokens[place + 1][0] if place + 1 < len(tokens) else ""
    return _BUILT.search(before.rstrip()) is not None or re.match(r"[号弄栋幢室楼巷]", following) is not None


def _goods_within(token: str, goods: Goods, *, after: int) -> int | None:
    """Where goods begin inside a word that begins as an address (`3幢201连衣裙M2件`)."""
    places = [found.start() for found in QUANTITY.finditer(token) if found.start() >= after]
    for place in (goods.mention(token, after), goods_noun(token, after)):
        if place is not None:
            places.append(place)
    for place in sorted(places):
        if place == 0 or _BEFORE_GOODS.search(token[:place]):
            return place
        if is_goods(token[place:]) and (QUANTITY.search(token[place:]) or only_traits(token[place + 3 :])):
            return place if not _WORD.search(token[:place]) else _last_number(token, place)
    return None


def _last_number(token: str, place: int) -> int | None:
    """After the last house number before `place`: a colour or a make may stand between it and the goods."""
    numbers = list(re.finditer(r"\d+[号室楼栋幢层]?|[号室楼栋幢层]", token[:place]))
    return numbers[-1].end() if numbers else None


def _goes_on(token: str, following: Sequence[str], goods: Goods) -> bool:
    """Whether a word after the place still belongs to the address."""
    if _stops(token, goods):
        return False
    if _STRONG.search(token):
        return True
    later = next((True for one in following if _STRONG.search(one) and not _stops(one, goods)), False)
    if names_person(token):
        return later and (len(token) > 3 or token[-1] in "里园苑府邸庭湾城轩阁坊庄")
    return later or (_WORD.search(token) is not None and not is_goods(token))


def _stops(token: str, goods: Goods) -> bool:
    if QUANTITY.search(token) or PRICE.search(token) or TOTAL.match(token) or only_traits(token):
        return True
    if any(found.match(token) for found in (CARRIER, URGENT, UNPAID, PAID, _WISHED)) or GREETING.fullmatch(token):
        return True
    if goods.code_in(token) is not None or goods.mention(token) == 0:
        return True
    noun = goods_noun(token, 0)
    return noun is not None and _STRONG.search(token) is None
