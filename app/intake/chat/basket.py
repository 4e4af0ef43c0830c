"""The goods of a chat, line after line: what one leaves out is in the one before it or after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from app.intake.chat.found import Chat, Found, GoodsLine, Span
from app.intake.chat.goods import Goods, inherited, only_traits, sizes_in, without_sizes
from app.intake.chat.lines import Draft, read_line, share_quantity, split_lines
from app.intake.chat.numbers import Count, numeral
from app.intake.chat.paper import Paper

_PIECES = re.compile(r"[\0\n,;。；!！?？|~～…]+")
_SHARED = re.compile(r"(?:各|每样|每款|每色|分别)\s*(?:来|要|拿)?\s*(?:\d|[一二两三四五六七八九十])")
_NUMBER = re.compile(r"\d{1,4}|[一二两三四五六七八九十]{1,3}")


@dataclass(slots=True)
class Basket:
    """The lines read so far. `before` are the words that a next line may leave out; `pending` a count without goods.

    `follows` are places of lines that only said how they differ from the one before them.
    """

    goods: Goods
    lines: list[GoodsLine] = field(default_factory=list)
    before: str = ""
    pending: Count | None = None
    follows: set[int] = field(default_factory=set)

    def put(self, draft: Draft, *, shared: bool = False) -> bool:
        """Take a draft: as a line, or as what the line before it lacks; whether it was either.

        `shared`: its quantity stands further on, for several lines (`黑色、白色各2件`).
        """
        if not draft.words and draft.count is not None:
            return self._count_last(draft) or self._remember(draft.count)
        if re.fullmatch(r"[\d.]+", draft.words) and draft.count is None:
            return False
        if not shared and self._says_traits_of_last(draft):
            self.before = inherited(draft.words, self.before)
            found = self.goods.match(self.before)
            if found is not None:
                sku = Found(found.sku, found.sure, draft.span)
                self.lines[-1] = replace(self.lines[-1], sku=sku, choices=found.choices)
            return True
        sizes = sizes_in(draft.words) if shared else []
        if len(sizes) > 1:
            base = without_sizes(draft.words)
            added = [self._add(replace(draft, words=f"{base} {size}")) for size in sizes]
            return all(added)
        return self._add(draft)

    def _add(self, draft: Draft) -> bool:
        if draft.count is None and self.pending is not None:
            draft = replace(draft, count=self.pending)
        line = read_line(draft, self.goods, self.before)
        if line is None:
            return False
        self.pending = None
        if self.before and only_traits(draft.words):
            self.follows.add(len(self.lines))
        self.lines.append(line[0])
        self.before = line[1]
        return True

    def _count_last(self, draft: Draft) -> bool:
        """A quantity that stands alone (`数量：3`) is that of the line before it, when that one has none."""
        if not self.lines or self.lines[-1].quantity.span is not None or draft.count is None:
            return False
        count, last = draft.count, self.lines[-1]
        price = Found(draft.price, True, draft.span) if draft.price is not None else last.price
        quantity = Found(count.value, count.certain, (count.start, count.end))
        self.lines[-1] = replace(last, quantity=quantity, price=price)
        return True

    def _remember(self, count: Count) -> bool:
        self.pending = count
        return True

    def _says_traits_of_last(self, draft: Draft) -> bool:
        """Whether a draft only says the size or colour that the line before it lacks."""
        if not self.lines or draft.count is not None or not only_traits(draft.words):
            return False
        sku = self.lines[-1].sku
        return sku is None or not sku.sure


def read_goods(paper: Paper, chat: Chat, goods: Goods, labelled: dict[str, list[Span]]) -> None:
    """Read the lines of goods out of what is left, and strike them out."""
    basket = Basket(goods)
    _labelled(paper, basket, labelled)
    pieces = [part for each in paper.pieces(_PIECES) for part in _unbracketed(*each)]
    for start, piece in pieces:
        known, shared = len(basket.lines), _SHARED.search(piece) is not None
        for draft in split_lines(start, piece, goods):
            if basket.put(draft, shared=shared):
                paper.take(*draft.span)
        if shared and len(basket.lines) > known:
            _share(basket, known)
    chat.lines = _without_sums(basket)


def _labelled(paper: Paper, basket: Basket, labelled: dict[str, list[Span]]) -> None:
    """Goods, traits and quantity that stand behind labels of their own, in whatever order, are one line."""
    spans = [span for kind in ("goods", "trait", "count") for span in labelled[kind]]
    if len(labelled["goods"]) != 1 or not labelled["trait"] or len(labelled["count"]) > 1:
        return
    said = [paper.rest[start:end].strip("\0 ,;。") for kind in ("goods", "trait") for start, end in labelled[kind]]
    number = _NUMBER.search(paper.rest, *labelled["count"][0]) if labelled["count"] else None
    count = None
    if number is not None:
        value = int(number[0]) if number[0].isdigit() else numeral(number[0])
        count = Count(value, *number.span())
    words, where = " ".join(said), labelled["goods"][0]
    if basket.put(Draft(words, count, None, where, words)):
        for start, end in spans:
            paper.take(start, end)


def _without_sums(basket: Basket) -> list[GoodsLine]:
    """Without a line that only told how many the lines after it are in all (`3个杯子，2个白的1个蓝的`)."""
    dropped = set()
    for place, line in enumerate(basket.lines):
        parts = []
        for following in range(place + 1, len(basket.lines)):
            if following not in basket.follows:
                break
            parts.append(basket.lines[following].quantity.value)
        unsure = line.sku is None or not line.sku.sure
        if unsure and len(parts) > 1 and sum(parts) == line.quantity.value:
            dropped.add(place)
    return [line for place, line in enumerate(basket.lines) if place not in dropped]


def _share(basket: Basket, known: int) -> None:
    """`黑色、白色各2件`; and a line before it that only told how many in all is none."""
    each = basket.lines[-1].quantity
    shared = share_quantity(basket.lines[known:], each.value)
    told = basket.lines[known - 1] if known else None
    if told is not None and (told.sku is None or not told.sku.sure):
        if told.quantity.span is None and len(shared) == 1:
            shared = [*share_quantity([told], each.value), *shared]
            known -= 1
        elif told.quantity.value == sum(line.quantity.value for line in shared):
            known -= 1
    basket.lines[known:] = shared


def _unbracketed(start: int, piece: str) -> Iterator[tuple[int, str]]:
    """A piece whose bracket was opened before it (`等我通知）连衣裙`) is two."""
    place = piece.find(")")
    if place >= 0 and "(" not in piece[:place]:
        yield start, piece[:place]
        yield start + place + 1, piece[place + 1 :]
    else:
        yield start, piece
