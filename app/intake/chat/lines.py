"""Lines of goods in what is left of a chat: split by their quantities, matched with SKUs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.intake.chat.found import Found, GoodsLine, Span
from app.intake.chat.goods import Goods, has_size, inherited, is_goods, only_traits, words_of
from app.intake.chat.labels import ASKED, GREETING, WISH
from app.intake.chat.numbers import PRICE, Count, fen_of, quantities
from app.intake.chat.paper import EDGES

_JOINT = re.compile(
    r"(?<=[件条双套个只盒包瓶袋箱顶把本支份对\d码])(?:和|以及|还有|再加|外加|加上?|\+|＋|&|、)|[+＋&、]|(?:^|(?<=\s))(?:和|以及|还有|再加|外加|加上?)"
)
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


def split_lines(start: int, piece: str) -> Iterator[Draft]:
    """The lines of goods that a piece of the text may hold."""
    bullet = _BULLET.match(piece)
    if bullet:
        start, piece = start + bullet.end(), piece[bullet.end() :]
    for begin, end in _parts(piece):
        yield from _by_quantity(start + begin, piece[begin:end])


def read_line(draft: Draft, goods: Goods, before: str) -> tuple[GoodsLine, str] | None:
    """The line a draft states and the words that the next one may leave out; None when it names no goods."""
    words = draft.words
    follows = bool(before) and only_traits(words) and (bool(draft.count) or bool(words))
    whole = inherited(words, before) if follows else words
    if before and not follows and not has_size(words) and not words_of(words).core and draft.count is None:
        return None
    found = goods.match(whole) if whole.strip() else None
    if found is None and not (draft.count and words and not WISH.search(words)) and not is_goods(words):
        if not (follows and draft.count):
            return None
    if found is not None and not found.sure and draft.count is None and not _near_enough(whole, goods):
        return None
    count = draft.count
    if count is None:
        whole, count = _last_number(draft, goods, whole)
        found = goods.match(whole) or found
    quantity = Found(count.value, count.certain, (count.start, count.end)) if count else Found(1, False)
    sku = Found(found.sku, found.sure, draft.span) if found else None
    price = Found(draft.price, True, draft.span) if draft.price is not None else None
    return GoodsLine(draft.text, quantity, sku, price, found.choices if found else ()), whole


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


def _parts(piece: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for found in _JOINT.finditer(piece):
        if found.start() > begin and piece[begin : found.start()].strip():
            yield begin, found.start()
        begin = found.end()
    if piece[begin:].strip():
        yield begin, len(piece)


def _by_quantity(start: int, part: str) -> Iterator[Draft]:
    prices = list(PRICE.finditer(part))
    blank = part
    for found in prices:
        blank = blank[: found.start()] + "\1" * (found.end() - found.start()) + blank[found.end() :]
    counts = list(quantities(blank))
    if len(counts) < 2:
        yield _draft(start, part, blank, counts[0] if counts else None, 0, len(part), prices)
        return
    leading = not _bare(blank[: counts[0].start])
    edges = [0, *(c.start for c in counts[1:]), len(part)] if leading else [0, *(c.end for c in counts[:-1]), len(part)]
    for place, (begin, end) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
        yield _draft(start, part, blank, counts[place], begin, end, prices)


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
