"""Goods as people call them, matched with the names and codes of SKUs.

A SKU fits when everything written is found in its name or code: sizes exactly, other words letter by letter. It is
certain when only one fits, or one is called exactly so.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

SHOWN = 6
"""Most SKUs offered where one is not certain."""
_FIT, _NEAR = 0.999, 0.6
_SIZE = re.compile(
    r"(?<![a-z0-9.])(?P<letters>(?:[2-9]x|x{1,5})?[sl](?![a-z0-9&])|m(?![a-z0-9&])|free|f(?=码))(?:码|号)?"
    r"|(?<![\d.])(?P<number>\d{2,3})(?:\.5)?(?:码|号(?![楼院])|#|cm)"
    r"|(?P<word>均码|加大码?|特大码?|大码|中码|小码|大号|中号|小号)",
)
_NUMBER = re.compile(r"(?<![\d.])\d{2,4}(?![\d.])")
_BARE_NUMBER = re.compile(r"(?<![\d.a-z])(\d{2,4})(?![\d.a-z])")
_COLOURS = "黑白红橙黄绿青蓝紫灰粉棕咖褐杏驼米金银藏卡"
_COLOUR_WORD = re.compile(
    r"(?:[深浅暗亮雾奶酒藏墨天湖宝军米珠焦枣玫香豆]|卡其|燕麦|香槟|牛油果|薄荷|樱花|柠檬|奶油)?"
    rf"(?:[{_COLOURS}]|卡其|燕麦|香槟|牛油果)+色|(?:藏青|藏蓝|卡其|酒红|墨绿|米白|奶白|天蓝|宝蓝|军绿|浅灰|深灰|浅蓝|深蓝|粉红|大红|玫红)|彩色|花色|透明|原木色"
)
_FILLERS = re.compile(
    r"尾款|定金|包邮|就行|就好|即可|谢谢|这个|那个|这款|那款|一款|该款|尺码|尺寸|颜色|规格|型号|款式|号码|大小|[的码色款号要个件条双来拍买吧了再子也元]|\s|[^\w]|_"
)
_TRAITS_BEFORE = re.compile(rf"(?:{_COLOUR_WORD.pattern}|(?:[2-9]?x{{0,4}}[sl]|m|\d{{2,3}})码?|[{_COLOURS}]|[的\s])+$")
_RUN = re.compile(r"[a-z]?[\u4e00-\u9fff]{2,}|[a-z][\u4e00-\u9fff]")
_MEASURE = re.compile(r"\d+(?:\.\d+)?\s*(?:[a-z]+|[\u4e00-\u9fff][装套]?)?")
_LETTER_NUMBER = re.compile(r"(?<=[a-z]{2})(?=\d)")
_MEASURES = {"克": "g", "公斤": "kg", "千克": "kg", "毫升": "ml", "升": "l"}
_MEASURED = re.compile(r"(?<=\d)(?:公斤|千克|毫升|克|升)")
_PACK = re.compile(r"\d+[\u4e00-\u9fff]")
_NOUN = re.compile(
    r"连衣裙|半身裙|[长短]裙|裙子|t恤|衬衫|衬衣|卫衣|毛衣|针织衫|开衫|外套|大衣|风衣|羽绒服|棉服|夹克|西装|马甲|背心|打底衫|上衣|套装|睡衣|内衣|内裤|"
    r"牛仔裤|休闲裤|运动裤|短裤|长裤|阔腿裤|裤子|裤|帽子|帽|围巾|手套|袜子|袜|凉鞋|拖鞋|运动鞋|板鞋|帆布鞋|靴子|靴|鞋|书包|背包|双肩包|"
    r"杯子?|水壶|帐篷|灯|毛巾|浴巾|被套|床单|枕头|四件套|面膜|口红|洗发水|沐浴露|牙膏|洗衣液|纸巾|饼干|坚果|茶叶?|蜂蜜|牛奶|咖啡|零食|大米|苹果|橙子"
)


class SkuName(NamedTuple):
    """What a SKU is called."""

    sku: str
    name: str


@dataclass(frozen=True, slots=True)
class Words:
    """A text's goods words: sizes, and the letters of everything else."""

    sizes: frozenset[str]
    core: str
    colours: frozenset[str]
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """The SKU that fits best, whether it is certain, and others that may be meant, the best first."""

    sku: str
    sure: bool
    choices: tuple[str, ...] = ()


class Goods:
    """A catalogue, ready to be asked."""

    def __init__(self, names: Iterable[SkuName | tuple[str, str]] = ()) -> None:
        self._names = [SkuName(*one) for one in names]
        self._words = [_sku_words(one) for one in self._names]
        self._codes = {one.sku.casefold(): one.sku for one in self._names}
        self._packs = {pack for one in self._names for pack in _PACK.findall(one.name.casefold())}
        self._by_letter: dict[str, set[int]] = defaultdict(set)
        self._heads: dict[str, set[str]] = defaultdict(set)
        for place, words in enumerate(self._words):
            for letter in set(words.core):
                self._by_letter[letter].add(place)
            for run in _RUN.findall(_MEASURE.sub(" ", _COLOUR_WORD.sub(" ", self._names[place].name.casefold()))):
                self._remember_heads(run)

    def __bool__(self) -> bool:
        return bool(self._names)

    def code_in(self, text: str) -> str | None:
        """The SKU whose code stands in the text as a word of its own."""
        for found in re.finditer(r"[a-z0-9](?:[a-z0-9\-_./]*[a-z0-9])?", text.casefold()):
            sku = self._codes.get(found[0])
            if sku is not None and (len(found[0]) > 2 or not found[0].isdigit()):
                return sku
        return None

    def named(self, text: str) -> str | None:
        """The longest name of goods in the text, where one is named."""
        place = self.mention(text)
        if place is None:
            return None
        lower = text.casefold()
        return max((head for head in self._heads[lower[place]] if lower.startswith(head, place)), key=len)

    def tells_apart(self, sku: str, number: str) -> bool:
        """Whether a number is a size, or another number, of the SKU."""
        words = next(words for one, words in zip(self._names, self._words, strict=True) if one.sku == sku)
        return number in words.sizes | words.numbers

    def is_pack(self, written: str) -> bool:
        """Whether a quantity is a part of some SKU's name (`10片`)."""
        return written.replace(" ", "") in self._packs

    def trimmed(self, words: str) -> str:
        """The words from where the first goods' name begins, with the colour or size before it."""
        place = self.mention(words)
        if not place:
            return words
        traits = _TRAITS_BEFORE.search(words[:place].casefold())
        return words[traits.start() if traits else place :]

    def mention(self, text: str, start: int = 0) -> int | None:
        """Where the first goods' name stands in the text from `start` on."""
        lower = text.casefold()
        for place in range(start, len(lower)):
            for head in self._heads.get(lower[place], ()):
                if lower.startswith(head, place):
                    return place
        return None

    def match(self, text: str) -> Match | None:
        """The SKU a text means; None when nothing comes near."""
        coded = self.code_in(text)
        if coded is not None:
            return Match(coded, True)
        asked = words_of(text)
        if not asked.core:
            return None
        near = self._near(asked.core)
        # A bare number is a size where goods are told apart by it (牛仔裤 28).
        told = {place for place in near if asked.numbers & (self._words[place].sizes | self._words[place].numbers)}
        scored = [(self._score(asked, place), place) for place in told or near]
        scored = sorted((one for one in scored if one[0][0] >= _NEAR), key=lambda one: (one[0], -one[1]), reverse=True)
        if not scored:
            return None
        fitting = [one for one in scored if one[0][0] >= _FIT]
        best = scored[0]
        exact = best[0][1] >= _FIT and (len(fitting) < 2 or fitting[1][0][1] < _FIT)
        sure = bool(fitting) and (len(fitting) == 1 or exact)
        offered = fitting or scored
        choices = () if sure else tuple(self._names[place].sku for _, place in offered[:SHOWN])
        return Match(self._names[best[1]].sku, sure, choices)

    def _near(self, core: str) -> set[int]:
        """SKUs that have at least half of the letters asked for."""
        letters = set(core)
        counted = Counter(place for letter in letters for place in self._by_letter.get(letter, ()))
        return {place for place, count in counted.items() if count * 2 >= len(letters)}

    def _score(self, asked: Words, place: int) -> tuple[float, float]:
        """How much of what is asked the SKU has, then how much of the SKU is asked for."""
        known = self._words[place]
        if asked.sizes and not asked.sizes <= known.sizes | known.numbers:
            return 0.0, 0.0
        has = _coverage(asked.core, known.core)
        if asked.colours and known.colours and not _shades(asked.colours, known.colours):
            has = min(has, 0.7)
        named = _coverage(known.core, asked.core)
        left = known.sizes - asked.sizes
        if left and not asked.numbers & known.numbers:
            named *= 0.9
        if asked.numbers & (known.numbers | known.sizes):
            named = named * 0.9 + 0.1
        return has, named

    def _remember_heads(self, run: str) -> None:
        """`碎花连衣裙` is also called 连衣裙, 花连衣裙: names end with what the thing is."""
        for start in range(max(1, len(run) - 1)):
            head = run[start:]
            self._heads[head[0]].add(head)


def words_of(text: str) -> Words:
    """The sizes, colours and remaining letters of a text."""
    lower = _LETTER_NUMBER.sub(" ", _MEASURED.sub(lambda found: _MEASURES[found[0]], text.casefold()))
    sizes = frozenset(_size(found) for found in _SIZE.finditer(lower))
    without = _SIZE.sub(" ", lower)
    numbers = frozenset(_BARE_NUMBER.findall(without))
    without = _BARE_NUMBER.sub(" ", without)
    colours = frozenset(found[0].removesuffix("色") for found in _COLOUR_WORD.finditer(without))
    return Words(sizes, _FILLERS.sub("", without), colours, numbers)


def is_goods(text: str) -> bool:
    """Whether a text names goods in everyday words."""
    return _NOUN.search(text.casefold()) is not None


def goods_noun(text: str, start: int) -> int | None:
    """Where an everyday word for goods stands from `start` on."""
    found = _NOUN.search(text.casefold(), start)
    return found.start() if found else None


def sizes_in(text: str) -> list[str]:
    """The sizes of a text as they are written there."""
    return [found[0] for found in _SIZE.finditer(text.casefold())]


def without_sizes(text: str) -> str:
    """A text without its sizes."""
    return _SIZE.sub(" ", text.casefold()).strip()


def only_traits(text: str) -> bool:
    """Whether a text says nothing but sizes and colours (`白色 M`)."""
    without = _COLOUR_WORD.sub("", _BARE_NUMBER.sub("", _SIZE.sub("", text.casefold())))
    left = _FILLERS.sub("", without)
    if not left:
        return without != text.casefold()
    return len(left) <= 2 and all(letter in _COLOURS for letter in left)


def inherited(text: str, before: str) -> str:
    """What a line means that says only traits: what the line before it is, with these traits."""
    lower = before
    if _SIZE.search(text.casefold()) or _BARE_NUMBER.search(text):
        lower = _BARE_NUMBER.sub(" ", _SIZE.sub(" ", lower.casefold()))
    if any(letter in _COLOURS for letter in words_of(text).core):
        lower = re.sub(rf"[{_COLOURS}]", " ", _COLOUR_WORD.sub(" ", lower))
    return f"{text} {lower}"


def _sku_words(one: SkuName) -> Words:
    words = words_of(one.name)
    parts = frozenset(
        _size(found) for part in re.split(r"[-_/. ]", one.sku.casefold()) for found in _SIZE.finditer(part)
    )
    numbers = frozenset(part for part in re.split(r"[-_/. ]", one.sku) if re.fullmatch(r"\d{2,3}", part))
    sizes = words.sizes or parts
    told = words.numbers | frozenset(_NUMBER.findall(one.name)) | (numbers if not words.sizes else frozenset())
    return Words(sizes, words.core, words.colours, told - sizes)


def _size(found: re.Match[str]) -> str:
    if found["number"]:
        return found["number"]
    if found["word"]:
        return found["word"].replace("号", "码")
    letters = found["letters"]
    if letters in ("free", "f"):
        return "均码"
    wide = letters.count("x")
    return f"{wide}x{letters[-1]}" if wide > 1 else letters


def _coverage(wanted: str, held: str) -> float:
    """The share of `wanted` that `held` has; pieces of two letters and more count whole, single ones a little less."""
    if not wanted:
        return 0.0
    left = Counter(held)
    have, place = 0.0, 0
    while place < len(wanted):
        length = _run(wanted, held, place)
        if length >= 2 or (length == 1 and (wanted[place] in _COLOURS or len(wanted) <= 2)):
            have += length
        elif length == 1 and left[wanted[place]]:
            have += 1.0 if len(wanted) > 2 else 0.9
        left.subtract(wanted[place : place + max(1, length)])
        place += max(1, length)
    return have / len(wanted)


def _run(wanted: str, held: str, place: int) -> int:
    length = 0
    while place + length < len(wanted) and wanted[place : place + length + 1] in held:
        length += 1
    return length


def _shades(asked: Iterable[str], known: Sequence[str] | frozenset[str]) -> bool:
    return any(one in other or other in one for one in asked for other in known)
