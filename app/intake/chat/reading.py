"""A chat read step by step: each step strikes out what it understood, so that no later one reads it again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from app.domain.carriers import CARRIERS
from app.intake.addresses import Address, split_address
from app.intake.chat import numbers
from app.intake.chat.basket import read_goods
from app.intake.chat.found import Chat, Found, GoodsLine, Span
from app.intake.chat.goods import Goods, is_goods, only_traits
from app.intake.chat.labels import CARRIER, GREETING, LABEL, PAID, UNPAID, URGENT, WISH, label_kind
from app.intake.chat.names import Candidate, candidate
from app.intake.chat.paper import EDGES, Paper
from app.intake.chat.whereabouts import find_stretch, told_address

MOST_LETTERS = 2_000
_NAME_END = re.compile(r"[\0\n,;。|/(（\d]")
_NAME_PIECES = re.compile(r"[\0\n\s,;。；:|/、!！?？~～…()（）【】\[\]]+")
_SEX = re.compile(r"(?<![^\s,;\0(/])[男女](?![^\s,;\0)/])|(?<=\()(?:先生|女士|小姐)(?=\))")
_SMILEY = re.compile(r"\[[\u4e00-\u9fffA-Za-z]{1,5}\]")
_LATIN_NAME = re.compile(r"(?<![A-Za-z])[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}(?![A-Za-z])")
_LONE_AMOUNT = re.compile(r"(?<![^\s,;。\0\n])\d{2,6}(?:\.\d{1,2})?(?=[\s,;。\0\n]*$)")
_AFTER = re.compile(rf"\s*[:]?\s*¥?{numbers.AMOUNT}\s*(?:元|块钱?|(?![\d件条双套个只盒包]))")
_VIRTUAL = re.compile(r"[\[【(（]\s*(?P<extension>\d{4})\s*[\]】)）]")

Labelled = dict[str, list[Span]]


def read_chat(text: str, goods: Goods | None = None) -> Chat:
    """What a text of at most 2,000 letters says of an order; beyond that it is not read."""
    paper, chat, goods = Paper(text[:MOST_LETTERS]), Chat(), goods or Goods()
    labelled = _labels(paper)
    for noise in (_SMILEY, _SEX):
        for found in noise.finditer(paper.rest):
            paper.take(*found.span())
    _memo_told(paper, chat, labelled, goods)
    for start, end in labelled["other"]:
        paper.take(start, _first_end(paper, start, end))
    _phone(paper, chat, labelled)
    _postcode(paper, chat, labelled)
    _name_told(paper, chat, labelled)
    _address(paper, chat, labelled, goods)
    _wishes(paper, chat)
    _money(paper, chat, labelled)
    if chat.name is None:
        _name(paper, chat, goods)
    read_goods(paper, chat, goods, labelled)
    _prices(paper, chat)
    _left_over(paper, chat)
    return chat


def _labels(paper: Paper) -> Labelled:
    """Where the value of each label stands, by the label's kind; the labels themselves are struck out."""
    found = list(LABEL.finditer(paper.plain))
    spans: Labelled = defaultdict(list)
    for place, label in enumerate(found):
        following = found[place + 1].start() if place + 1 < len(found) else len(paper.plain)
        line = paper.plain.find("\n", label.end())
        end = min(following, line if line >= 0 else len(paper.plain))
        if not paper.plain[label.end() : end].strip(EDGES) and end < following:
            # The value stands below its label.
            line = paper.plain.find("\n", end + 1)
            end = min(following, line if line >= 0 else len(paper.plain))
        kind = label_kind(label)
        spans[kind].append((label.start() if kind == "count" else label.end(), end))
    for label in found:
        # A quantity is read with its label where it stands.
        if label_kind(label) != "count":
            paper.take(label.start(), label.end())
    return spans


def _first_end(paper: Paper, start: int, end: int) -> int:
    """The end of the first word at `start`."""
    found = re.compile(r"[\s,;。\0]").search(paper.rest, start + 1, end)
    return found.start() if found else end


def _memo_told(paper: Paper, chat: Chat, labelled: Labelled, goods: Goods) -> None:
    told = []
    for start, end in labelled["memo"]:
        stop = _memo_end(paper.rest, start, end, goods)
        value = paper.given[start:stop].strip(EDGES)
        if value and value not in ("无", "没有", "空"):
            told.append(value)
            chat.memo = Found("；".join(told), True, (start, stop))
            _wishes(paper, chat, (start, stop))
        paper.take(start, stop)


def _memo_end(rest: str, start: int, end: int, goods: Goods) -> int:
    """A memo ends where goods with a quantity, a phone or a price begin."""
    for word in re.finditer(r"(?<=[\s,;。])[^\s,;。]+", rest[start:end]):
        text = word[0]
        counted = next(numbers.quantities(rest[start + word.start() : end]), None) is not None
        if numbers.MOBILE.match(text) or (
            counted and (is_goods(text) or goods.mention(text) == 0) and not WISH.match(text)
        ):
            return start + word.start()
    return end


def _phone(paper: Paper, chat: Chat, labelled: Labelled) -> None:
    """The first phone after its label, else the first mobile, else the first of any kind."""
    found: list[tuple[int, bool, re.Match[str]]] = []
    for rank, pattern in enumerate(numbers.PHONES):
        while (one := paper.search(pattern)) is not None:
            told = any(start <= one.start() < end for start, end in labelled["phone"])
            found.append((rank, told, one))
            paper.take(*one.span())
    if not found:
        return
    # A number of a platform's switch carries its extension behind the receiver's name or address.
    rank, told, best = min(found, key=lambda each: (not each[1], each[0], each[2].start()))
    value = numbers.phone_of(best)
    extension = best["extension"] if rank == 0 else None
    behind = paper.search(_VIRTUAL) if rank == 0 and not extension else None
    if behind is not None:
        extension = behind["extension"]
        value = f"{value}-{extension}"
    for again in _VIRTUAL.finditer(paper.rest):
        if again["extension"] == extension:
            paper.take(*again.span())
    mobiles = {numbers.phone_of(one) for place, _, one in found if place == 0}
    chat.phone = Found(value, rank != 1 and (told or len(mobiles) < 2), best.span())


def _postcode(paper: Paper, chat: Chat, labelled: Labelled) -> None:
    for start, end in labelled["postcode"]:
        code = re.compile(r"\d{6}").search(paper.rest, start, end)
        if code:
            chat.postcode = Found(code[0], True, code.span())
            paper.take(*code.span())
    money = labelled["total"]
    for code in numbers.POSTCODE.finditer(paper.rest):
        around = paper.rest[code.start() - 1 : code.start()] + paper.rest[code.end() : code.end() + 1]
        if chat.postcode is None and not around.strip(EDGES) and not any(s <= code.start() < e for s, e in money):
            chat.postcode = Found(code["code"], True, code.span())
            paper.take(*code.span())


def _name_told(paper: Paper, chat: Chat, labelled: Labelled) -> None:
    for start, end in labelled["name"]:
        stop = _NAME_END.search(paper.rest, start, end)
        stretch = paper.rest[start : stop.start() if stop else end]
        words = stretch.split()
        if not words:
            continue
        han = any("\u4e00" <= letter <= "\u9fff" for letter in words[0])
        value = words[0] if han else " ".join(words)
        begin = start + stretch.index(words[0])
        value = value.strip(EDGES)
        if value and chat.name is None:
            chat.name = Found(paper.given[begin : begin + len(value)], len(value) <= 25, (begin, begin + len(value)))
            paper.take(begin, begin + len(value))


def _address(paper: Paper, chat: Chat, labelled: Labelled, goods: Goods) -> None:
    written = []
    spans = []
    for start, end in labelled["region"][:1]:
        written.append(paper.said(start, end).strip(EDGES))
        spans.append((start, end))
        paper.take(start, end)
    told = [told_address(paper, goods, *span) for span in labelled["address"]]
    stretches = told if any(told) else [find_stretch(paper, goods)]
    for found in filter(None, stretches):
        written.append(paper.said(*found))
        spans.append(found)
        paper.take(*found)
    text = " ".join(filter(None, written))
    if not text:
        return
    span = (spans[0][0], spans[-1][1])
    _tell_address(chat, split_address(text), span)


def _tell_address(chat: Chat, address: Address, span: Span) -> None:
    for part in ("province", "city", "district", "town", "detail"):
        value = getattr(address, part)
        if value or part in address.unsure:
            setattr(chat, part, Found(_trimmed(value), part not in address.unsure, span))
    if chat.detail is not None and not address.province and not address.choices:
        chat.detail = Found(chat.detail.value, False, span)
    chat.place_choices = address.choices


def _trimmed(value: str) -> str:
    """Without marks at its ends, but for a bracket that closes one within."""
    bare = value.strip(EDGES)
    closing = {"(": ")", "（": "）"}
    return next((bare + end for begin, end in closing.items() if begin in bare and end not in bare), bare)


def _wishes(paper: Paper, chat: Chat, within: Span | None = None) -> None:
    """Carrier, urgency and payment; a wish against a carrier is left for the memo."""
    start, end = within or (0, len(paper.rest))
    for found in CARRIER.finditer(paper.rest, start, end):
        if found["no"]:
            continue
        if chat.carrier is None:
            chat.carrier = Found(_carrier(found["name"]), True, found.span())
        if within is None:
            paper.take(*found.span())
    for found in URGENT.finditer(paper.rest, start, end):
        if not found["no"]:
            chat.urgent = chat.urgent or Found(True, True, found.span())
            if within is None:
                paper.take(*found.span())
    for pattern, paid in ((UNPAID, False), (PAID, True)):
        stated = pattern.search(paper.rest, start, end)
        if stated is not None and chat.paid is None:
            chat.paid = Found(paid, True, stated.span())
            amount = _AFTER.match(paper.rest, stated.end())
            if amount is not None:
                chat.total = Found(numbers.fen_of(amount), True, amount.span())
                paper.take(*amount.span())
        if stated is not None and within is None:
            _take_words(paper, stated)


def _take_words(paper: Paper, found: re.Match[str]) -> None:
    # An amount that follows (已付199元) is read as money afterwards.
    digits = re.search(r"\d", found[0])
    paper.take(found.start(), found.start() + digits.start() if digits else found.end())


def _carrier(written: str) -> str:
    name = written.casefold()
    return next(code for code, words in CARRIERS.items() if name in words)


def _money(paper: Paper, chat: Chat, labelled: Labelled) -> None:
    postage = paper.search(numbers.POSTAGE)
    if postage is not None:
        chat.postage = Found(numbers.fen_of(postage), True, postage.span())
        paper.take(*postage.span())
    for start, end in labelled["total"]:
        amount = re.compile(numbers.AMOUNT).search(paper.rest, start, end)
        if amount is not None and chat.total is None:
            chat.total = Found(numbers.fen_of(amount), True, amount.span())
            paper.take(start, end)
    for found in numbers.TOTAL.finditer(paper.rest):
        if chat.total is None:
            chat.total = Found(numbers.fen_of(found), True, found.span())
            if chat.paid is None and re.search(r"付|转|收款|打款", found["word"]) and "应" not in found["word"]:
                chat.paid = Found(True, True, found.span())
        paper.take(*found.span())


def _name(paper: Paper, chat: Chat, goods: Goods) -> None:
    best = list(_latin_names(paper, chat))
    begun = False
    for start, piece in paper.pieces(_NAME_PIECES):
        greets = GREETING.fullmatch(piece) is not None
        if not greets and goods.mention(piece) is None and goods.code_in(piece) is None and not only_traits(piece):
            one = candidate(
                piece, start, by_phone=_beside(paper, start, piece, chat.phone),
                by_address=_beside(paper, start, piece, chat.detail or chat.city or chat.province), first=not begun,
            )  # fmt: skip
            if one is not None and one.score >= 3:
                best.append(one)
        begun = begun or not greets
    if not best:
        return
    top = max(best, key=lambda each: (each.score, -each.start))
    rivals = [one for one in best if one.score == top.score and one.value != top.value]
    value = paper.given[top.start : top.start + len(top.value)]
    chat.name = Found(value, top.score >= 5 and top.certain and not rivals, (top.start, top.start + len(top.value)))
    paper.take(top.start, top.end)


def _latin_names(paper: Paper, chat: Chat) -> Iterator[Candidate]:
    for found in _LATIN_NAME.finditer(paper.rest):
        if _beside(paper, found.start(), found[0], chat.phone):
            yield Candidate(found[0], 6, True, *found.span())


def _beside(paper: Paper, start: int, piece: str, other: Found[str] | None) -> bool:
    if other is None or other.span is None:
        return False
    rest, (begin, end) = paper.rest, other.span
    between = rest[start + len(piece) : begin] if begin > start else rest[end:start]
    return not between.strip(EDGES)


def _prices(paper: Paper, chat: Chat) -> None:
    """A price that stands alone: the one line's where there is one, else what all cost together."""
    for found in numbers.PRICE.finditer(paper.rest):
        fen = numbers.fen_of(found)
        paper.take(*found.span())
        alone = len(chat.lines) == 1 and chat.lines[0].price is None and not found["all"]
        if alone and (chat.lines[0].quantity.value == 1 or re.search(r"单价|每|/|一[件条双套个只]", found[0])):
            line = chat.lines[0]
            chat.lines[0] = GoodsLine(line.text, line.quantity, line.sku, Found(fen, True, found.span()), line.choices)
        elif chat.total is None:
            chat.total = Found(fen, bool(found["all"]), found.span())
    lone = paper.search(_LONE_AMOUNT) if chat.lines and chat.total is None else None
    if lone is not None and all(line.price is None for line in chat.lines):
        chat.total = Found(int(float(lone[0]) * 100), False, lone.span())
        paper.take(*lone.span())


def _left_over(paper: Paper, chat: Chat) -> None:
    """What nobody understood, greetings left out, goes to the memo."""
    left = []
    for start, piece in paper.pieces():
        words = [word for word in paper.given[start : start + len(piece)].split() if not GREETING.fullmatch(word)]
        bare = " ".join(words).strip(EDGES)
        cut = GREETING.match(bare)
        if cut and WISH.search(bare[cut.end() :]):
            bare = bare[cut.end() :].strip(EDGES)
        if bare and not GREETING.fullmatch(bare) and re.search(r"[\w]", bare) and not _fragment(bare):
            left.append((bare, (start, start + len(piece))))
    if not left:
        return
    if chat.memo is not None:
        wishes = [bare for bare, _ in left if WISH.search(bare)]
        if wishes:
            chat.memo = Found("；".join([chat.memo.value, *wishes]), chat.memo.sure, chat.memo.span)
        return
    sure = all(WISH.search(bare) for bare, _ in left)
    chat.memo = Found("；".join(bare for bare, _ in left), sure, left[0][1])


def _fragment(bare: str) -> bool:
    return (
        len(bare) < 2
        or re.fullmatch(
            r"[要来买拍发寄给我的了吧哦呢请和,\d]+|订单|地址|收|到付|包邮|快递|电话|一起|就这些|就这样|帮我|就行|请发货|发货|收货人?|客户|算了|寄到|发到|送到|寄给|发给|寄|另外|再加|只能收|只收|收件|请帮忙寄到|帮忙寄到|请寄到?|麻烦给?|给|麻烦寄到?",
            bare,
        )
        is not None
    )
