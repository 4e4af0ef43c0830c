"""Lines of goods in what is left of a chat: split by their quantities, matched with SKUs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from app.intake.chat.found import Found, GoodsLine, Span
from app.intake.chat.goods import Goods, Match, inherited, is_goods, only_traits
from app.intake.chat.labels import ASKED, GREETING, WISH
from app.intake.chat.numbers import PRICE, QUANTITY, Count, fen_of, quantities
from app.intake.chat.paper import EDGES

_JOINT = re.compile(
    r"(?<=[件条双套个只盒包瓶袋箱顶把本支份对\d码])(?:和|以及|还有|再加|外加|加上?|\+|＋|&|、)|[+＋&、]|(?:^|(?<=\s))(?:和|以及|还有|再加|外加|加上?)"
)
_PAST = re.compile(r"上次|之前买|以前买|上回")
_AND = re.compile(r"[和与跟]|以及|还有")
_MOST_ANDS = 20
_AMOUNT_LAST = re.compile(r"(?<![\d.A-Za-z])(\d{2,5}(?:\.\d{1,2})?)\s*$")
_TOKEN = re.compile(r"[^\s]+")
_BULLET = re.compile(r"^\s*(?:\d{1,2}\s*[、.)）]\s*(?!\d)|[-*·•]\s+)")
_LAST_NUMBER = re.compile(r"(?<![\d.\-A-Za-z])(\d{1,3})\s*$")
_EDGE_WORDS = re.compile(r"^(?:各|每样|分别|一共|共|总共|的)+|(?:各|每样|分别|一共|共|总共)+$")
_UNITS_ONLY = re.compile(r"^[\s件条双套个只盒包瓶袋箱顶的要来,]*$")


@dataclass(frozen=True, slots=True)
class Draft:
    """One line as it is written: its words without quantity and price, and where it stands."""

    words: str
    count: Count | None
    price: int | None
    span: Span
    text: str


def split_lines(start: int, piece: str, goods: Goods) -> Iterator[Draft]:
    """The lines of goods that a piece of the text may hold."""
    bullet = _BULLET.match(piece)
    if bullet:
        start, piece = start + bullet.end(), piece[bullet.end() :]
    for begin, end in _parts(piece, goods):
        yield from _by_quantity(start + begin, piece[begin:end], goods)


def read_line(draft: Draft, goods: Goods, before: str) -> tuple[GoodsLine, str] | None:
    """The line a draft states and the words that the next one may leave out; None when it names no goods."""
    words = draft.words
    follows = bool(before) and bool(words) and only_traits(words)
    whole = inherited(words, before) if follows else words
    count = draft.count
    if count is None and _PAST.search(words):
        return None
    if count is None:
        whole, count = _last_number(draft, goods, whole)
    found = _match(whole, goods)
    if found is None and not _names_goods(draft, follows=follows):
        return None
    if found is not None and not found.sure and count is None and not _near_enough(whole, goods):
        return None
    price = Found(draft.price, True, draft.span) if draft.price is not None else None
    if price is None and count is not None:
        price = _bare_price(draft, count, found, goods)
    quantity = Found(count.value, count.certain, (count.start, count.end)) if count else Found(1, False)
    sku = Found(found.sku, found.sure, draft.span) if found else None
    return GoodsLine(draft.text, quantity, sku, price, found.choices if found else ()), whole


def _bare_price(draft: Draft, count: Count, found: Match | None, goods: Goods) -> Found[int] | None:
    """A number that stands alone behind the goods (`围巾 1条 198`): likely what one costs."""
    number = _AMOUNT_LAST.search(draft.words)
    if number is None or found is None or goods.tells_apart(found.sku, number[1]):
        return None
    multiplied = re.search(rf"{re.escape(number[1])}\s*[x×*]", draft.text) is not None
    return Found(int(float(number[1]) * 100), False, draft.span) if count.value == 1 or multiplied else None


def _match(words: str, goods: Goods) -> Match | None:
    """What the words mean; when they do not fit as they are, what they mean from where goods are named."""
    if not words.strip():
        return None
    found = goods.match(words)
    if found is not None and found.sure:
        return found
    trimmed = goods.trimmed(words)
    closer = goods.match(trimmed) if trimmed != words else None
    if closer is not None and closer.sure:
        return closer
    named = goods.named(words) if found is None and closer is None else None
    bare = goods.match(named) if named else None
    return found or closer or (replace(bare, sure=False) if bare else None)


def _names_goods(draft: Draft, *, follows: bool) -> bool:
    if is_goods(draft.words):
        return True
    if draft.count is None:
        return False
    return follows or (bool(draft.words) and WISH.search(draft.words) is None)


def share_quantity(lines: list[GoodsLine], each: int) -> list[GoodsLine]:
    """`黑色、白色各2件`: the lines without a quantity of their own take that of the last."""
    return [
        replace(line, quantity=Found(each)) if line.quantity.span is None and not line.quantity.sure else line
        for line in lines
    ]


def _near_enough(words: str, goods: Goods) -> bool:
    return is_goods(words) or goods.mention(words) is not None


def _last_number(draft: Draft, goods: Goods, whole: str) -> tuple[str, Count | None]:
    """A bare number at the end is a quantity, unless SKUs are told apart by it (a shoe's size)."""
    found = _LAST_NUMBER.search(draft.words)
    if found is None or int(found[1]) == 0:
        return whole, None
    without = whole.replace(found[0], " ", 1) if not whole.endswith(found[0]) else whole[: -len(found[0])]
    match = goods.match(whole)
    if match is not None and match.sure and int(found[1]) > 20:
        return whole, None
    if int(found[1]) > 20 and goods:
        return whole, None
    end = draft.span[1]
    return without, Count(int(found[1]), end - len(found[1]), end, certain=int(found[1]) < 10)


def _parts(piece: str, goods: Goods) -> Iterator[tuple[int, int]]:
    """The stretches of a piece between joining words and words that wish or greet."""
    cuts = [(found.start(), found.end()) for found in _JOINT.finditer(piece)]
    ands = islice(_AND.finditer(piece), _MOST_ANDS)
    cuts += [(found.start(), found.end()) for found in ands if _joins(piece, found, goods)]
    cuts += [(found.start(), found.end()) for found in _TOKEN.finditer(piece) if _is_noise(found[0], goods)]
    begin = 0
    for start, end in sorted(cuts):
        if start > begin and piece[begin:start].strip():
            yield begin, start
        begin = max(begin, end)
    if piece[begin:].strip():
        yield begin, len(piece)


def _joins(piece: str, found: re.Match[str], goods: Goods) -> bool:
    sides = (piece[: found.start()], piece[found.end() :])
    return all(goods.mention(side) is not None or is_goods(side) or only_traits(_without_count(side)) for side in sides)


def _without_count(side: str) -> str:
    return _EDGE_WORDS.sub("", QUANTITY.sub("", side).strip())


def _is_noise(token: str, goods: Goods) -> bool:
    if goods.mention(token) is not None or is_goods(token) or goods.code_in(token) is not None:
        return False
    if GREETING.fullmatch(token):
        return True
    return WISH.search(token) is not None and next(quantities(token), None) is None


def _by_quantity(start: int, part: str, goods: Goods) -> Iterator[Draft]:
    prices = list(PRICE.finditer(part))
    blank = part
    for found in prices:
        blank = blank[: found.start()] + "\1" * (found.end() - found.start()) + blank[found.end() :]
    counts = list(quantities(blank))
    if len(counts) > 1:
        counts = [one for one in counts if not goods.is_pack(blank[one.start : one.end])] or counts[-1:]
    if len(counts) < 2:
        count = counts[0] if counts else _each_is_one(prices)
        yield _draft(start, part, blank, count, 0, len(part), prices)
        return
    leading = not _bare(blank[: counts[0].start])
    inner = [one.start for one in counts[1:]] if leading else [one.end for one in counts[:-1]]
    for count, (begin, end) in zip(counts, pairwise((0, *inner, len(part))), strict=True):
        yield _draft(start, part, blank, count, begin, end, prices)


def _each_is_one(prices: list[re.Match[str]]) -> Count | None:
    """`一双 199元` is one, and its price."""
    one = re.match(r"一[件条双套个只](?=\s|\d|¥)", prices[0][0]) if len(prices) == 1 else None
    return Count(1, prices[0].start(), prices[0].start() + 2) if one else None


def _draft(
    start: int, part: str, blank: str, count: Count | None, begin: int, end: int, prices: list[re.Match[str]]
) -> Draft:
    words = blank[begin:end]
    if count is not None:
        words = blank[begin : count.start] + " " + blank[count.end : end]
    price = next((fen_of(one) for one in prices if begin <= one.start() < end), None)
    text = part[begin:end]
    shift = len(text) - len(text.lstrip(EDGES))
    placed = Count(count.value, start + count.start, start + count.end, count.certain) if count else None
    return Draft(_bare(words), placed, price, (start + begin + shift, start + end), text.strip(EDGES))


def _bare(words: str) -> str:
    """Words without what only joins, greets or asks."""
    bare = words.replace("\1", " ").strip(EDGES + "+&")
    for _ in range(3):
        cut = GREETING.match(bare)
        if cut and cut.end() < len(bare) and not is_goods(bare[: cut.end()]):
            bare = bare[cut.end() :].strip(EDGES)
        bare = ASKED.sub("", bare).strip(EDGES)
    bare = _EDGE_WORDS.sub("", bare).strip(EDGES)
    return "" if _UNITS_ONLY.match(bare) or GREETING.fullmatch(bare) else bare
