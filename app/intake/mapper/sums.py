"""What adds up: which amounts are price, goods, discount, postage and paid, told from the figures alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Any

from app.mapping.leaves import Leaf, values_at

Name = Mapping[str, float]
"""Path → how well its name says the field, 0 where it says nothing of it."""

Amounts = list[Decimal | None]
ADDS_UP = 30.0
_TELLS = 25.0
_MOSTLY = 0.75
_ALWAYS = 500.0
"""What always adds up comes before what is called right."""
_MOST = 12
_LIKELY = 40.0


@dataclass(frozen=True, slots=True)
class Sums:
    """Field → path → points for what adds up."""

    points: dict[str, dict[str, float]] = field(default_factory=dict)

    def of(self, name: str, path: str) -> float:
        """The points of a path for a field."""
        return self.points.get(name, {}).get(path, 0.0)


def add_up(
    samples: Sequence[Any], each: str, order: Sequence[Leaf], line: Sequence[Leaf], names: Mapping[str, Name]
) -> Sums:
    """Look for amounts that are sums of others in every sample. `order` and `line` are leaves with numbers only."""
    figures = _Figures(samples, each)
    found = Sums()
    goods = _goods(figures, order, line, names, found)
    _paid(figures, order, goods, names, found)
    _line_paid(figures, order, line, names, found)
    return found


def number_of(value: Any) -> Decimal | None:
    """A figure as written; None for what is none."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return Decimal(str(value).strip())
    except InvalidOperation:
        return None


class _Figures:
    """The figures at a path, sample by sample; None where one is missing."""

    def __init__(self, samples: Sequence[Any], each: str) -> None:
        self._samples, self._each = samples, each
        self._order: dict[str, list[Decimal | None]] = {}
        self._line: dict[str, list[list[Decimal] | None]] = {}

    def order(self, path: str) -> list[Decimal | None]:
        if path not in self._order:
            found = [values_at(sample, path) for sample in self._samples]
            self._order[path] = [number_of(one[0]) if one else None for one in found]
        return self._order[path]

    def line(self, path: str) -> list[list[Decimal] | None]:
        if path not in self._line:
            every = [[number_of(value) for value in values_at(sample, path)] for sample in self._samples]
            self._line[path] = [[n for n in one if n is not None] if None not in one and one else None for one in every]
        return self._line[path]


def _best(leaves: Sequence[Leaf], name: Name, most: int = _MOST) -> list[str]:
    """The paths whose names say most, at most so many, in the order of the document where they say the same."""
    return [leaf.path for leaf in sorted(leaves, key=lambda leaf: -name.get(leaf.path, 0))[:most]]


def _goods(
    figures: _Figures, order: Sequence[Leaf], line: Sequence[Leaf], names: Mapping[str, Name], found: Sums
) -> tuple[Amounts, str]:
    """Price × quantity, summed over the lines: the sums whose names say most, and the path where they stand themselves.

    The path is "" where no amount of the order says as much.
    """
    best: tuple[float, Amounts, str, str, str] | None = None
    counts = [leaf for leaf in line if leaf.shapes == {"integer"}]
    for price, count in product(_best(line, names["line.price"]), _best(counts, names["line.quantity"])):
        if price == count:
            continue
        sums = [
            sum((p * q for p, q in zip(ps, qs, strict=True)), Decimal(0)) if ps and qs and len(ps) == len(qs) else None
            for ps, qs in zip(figures.line(price), figures.line(count), strict=True)
        ]
        said = names["line.price"].get(price, 0) + names["line.quantity"].get(count, 0)
        for total in ("", *_best(order, names["order.goods_amount"])):
            if total and not _same(sums, figures.order(total)):
                continue
            points = said + (names["order.goods_amount"].get(total, 0) + ADDS_UP if total else 0)
            if best is None or points > best[0]:
                best = (points, sums, price, count, total)
    if best is None:
        return [], ""
    _, sums, price, count, total = best
    if total:
        for name, path in (("line.price", price), ("line.quantity", count), ("order.goods_amount", total)):
            found.points.setdefault(name, {})[path] = ADDS_UP
    return sums, total


def _paid(
    figures: _Figures, order: Sequence[Leaf], goods: tuple[Amounts, str], names: Mapping[str, Name], found: Sums
) -> None:
    """Goods − discount + postage is what is paid; discount and postage may be lacking."""
    best: tuple[float, tuple[str, str | None, str | None, str]] | None = None
    own = [("", goods[0])] if goods[0] and not goods[1] else []
    starts = [
        (path, figures.order(path))
        for path in ([goods[1]] if goods[1] else _best(order, names["order.goods_amount"], 3))
    ]
    named_off, named_post = names["order.discount"], names["order.postage"]
    offs: list[str | None] = [None, *(p for p in _best(order, named_off, 6) if _rather(p, named_off, named_post))]
    posts: list[str | None] = [None, *(p for p in _best(order, named_post, 6) if _rather(p, named_post, named_off))]
    for (start, amounts), off, post, paid in product(own + starts, offs, posts, _best(order, names["order.paid"])):
        chosen = [one for one in (start, off, post, paid) if one]
        if len(set(chosen)) < len(chosen):
            continue
        nothing: Amounts = [Decimal(0)] * len(amounts)
        minus, plus = figures.order(off) if off else nothing, figures.order(post) if post else nothing
        sums = [
            a - abs(b) + c if a is not None and b is not None and c is not None else None
            for a, b, c in zip(amounts, minus, plus, strict=True)
        ]
        if not _same(sums, figures.order(paid)):
            continue
        said = names["order.paid"].get(paid, 0) + _ALWAYS * _share(sums, figures.order(paid))
        said += _said(names["order.discount"], off, minus) + _said(names["order.postage"], post, plus)
        if best is None or said > best[0]:
            best = (said, (start, off, post, paid))
    if best is None:
        _only_one_total(goods[1], names, found)
        return
    _, (start, off, post, paid) = best
    for leaf in order:
        found.points.setdefault("order.paid", {})[leaf.path] = ADDS_UP if leaf.path == paid else -ADDS_UP
    if off and any(figures.order(off)):
        found.points.setdefault("order.discount", {})[off] = ADDS_UP
    if post and any(figures.order(post)):
        found.points.setdefault("order.postage", {})[post] = ADDS_UP
    if start and not goods[1]:
        found.points.setdefault("order.goods_amount", {})[start] = _TELLS


def _rather(path: str, one: Name, other: Name) -> bool:
    """Whether the path is not clearly called the other thing."""
    return one.get(path, 0) >= other.get(path, 0) or other.get(path, 0) < _LIKELY


def _only_one_total(total: str, names: Mapping[str, Name], found: Sums) -> None:
    """Where the goods' sum is the only total, and is rather called the whole, it is what is paid."""
    others = max((score for path, score in names["order.paid"].items() if path != total), default=0.0)
    if total and others < _LIKELY and names["order.paid"].get(total, 0) > names["order.goods_amount"].get(total, 0):
        found.points["order.paid"] = {total: ADDS_UP}
        found.points["order.goods_amount"] = {total: -ADDS_UP}


def _said(name: Name, path: str | None, amounts: Sequence[Decimal | None]) -> float:
    """What a part of the sum adds: its name's score, less where the name says nothing though there is an amount."""
    if path is None:
        return 1.0
    said = name.get(path, 0)
    return said if said >= _LIKELY or not any(amounts) else said - _LIKELY / 2


def _line_paid(
    figures: _Figures, order: Sequence[Leaf], line: Sequence[Leaf], names: Mapping[str, Name], found: Sums
) -> None:
    """What the lines cost together is what was paid, or that without the postage."""
    paid = _top(found, "order.paid") or next(iter(_best(order, names["order.paid"], 1)), None)
    if paid is None:
        return
    post = _top(found, "order.postage") or next(iter(_best(order, names["order.postage"], 1)), None)
    whole = figures.order(paid)
    nothing: list[Decimal | None] = [None] * len(whole)
    plus = figures.order(post) if post and names["order.postage"].get(post, 0) else nothing
    without = [a - b if a is not None and b is not None else None for a, b in zip(whole, plus, strict=True)]
    for leaf in line:
        sums = [sum(one, Decimal(0)) if one else None for one in figures.line(leaf.path)]
        if _same(sums, whole) or _same(sums, without):
            found.points.setdefault("line.paid", {})[leaf.path] = _TELLS


def _top(found: Sums, name: str) -> str | None:
    points = found.points.get(name, {})
    return max(points, key=lambda path: points[path]) if points else None


def _same(one: Sequence[Decimal | None], other: Sequence[Decimal | None]) -> bool:
    """Whether both are the same wherever both are there, in half of the samples at least, and not all nothing.

    A few may differ: an order that is partly refunded adds up otherwise.
    """
    pairs = _pairs(one, other)
    return (
        2 * len(pairs) >= len(one)
        and any(a for a, _ in pairs)
        and sum(a == b for a, b in pairs) >= _MOSTLY * len(pairs)
    )


def _share(one: Sequence[Decimal | None], other: Sequence[Decimal | None]) -> float:
    pairs = _pairs(one, other)
    return sum(a == b for a, b in pairs) / len(pairs)


def _pairs(one: Sequence[Decimal | None], other: Sequence[Decimal | None]) -> list[tuple[Decimal, Decimal]]:
    return [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
