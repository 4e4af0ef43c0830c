"""Every field's values cut down to a few that stand for all: whatever rules can tell apart, some of them differ.

Numbers are cut by the constants that rules compare with: each constant itself and values between and beyond. Texts
are built from what rules look for. Where the few cannot be proved to stand for all, `exact` is False.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from app.engine.analyse.domain import FieldFacts
from app.engine.conditions import Leaf
from app.engine.vocabulary import NUMERIC_TYPES, Field

MOST_WORDS = 6
_SEPARATOR = "·"
_DAY = 86_400
_WEEK = 7 * _DAY
_SHANGHAI = 8 * 3600
_MOST_MOMENTS = 400


@dataclass(frozen=True, slots=True)
class Cells:
    """Values that stand for all, None (unknown) first where it can be. `bounds` are those that rules name."""

    values: tuple[Any, ...]
    bounds: frozenset[Any] = frozenset()
    exact: bool = True


def cells_of(
    field: Field, facts: FieldFacts, leaves: Sequence[Leaf], every: int = 1, others: Sequence[FieldFacts] = ()
) -> Cells:
    """The cells of one field.

    `leaves` are the comparisons that read it, or fields that it is compared with (`others`); `every` is how many
    different values each stretch must offer.
    """
    found = _KINDS[field.type](field, facts, leaves, every)
    if field.type in NUMERIC_TYPES:
        limits = {float(end) for other in others for end in (other.low, other.high) if end is not None}
        found = _numbers(field, facts, leaves, every, limits)
    if facts.values is not None:
        found = _kept(found, facts.values, field)
    return Cells((None, *found.values), found.bounds, found.exact) if facts.unknown else found


def _kept(cells: Cells, values: Sequence[Any], field: Field) -> Cells:
    """The cells that are among the values there are; for sets, those made of nothing else."""
    if field.type == "texts":
        return Cells(tuple(v for v in cells.values if v <= set(values)), cells.bounds, cells.exact)
    return Cells(tuple(values), cells.bounds & set(values), cells.exact)


def _numbers(_: Field, facts: FieldFacts, leaves: Sequence[Leaf], every: int, limits: Collection[float] = ()) -> Cells:
    bounds = {c for leaf in leaves for c in _constants(leaf)}
    usual = {facts.usual} if facts.usual is not None else set()
    found = _between(sorted(bounds | usual | {int(x) if x == int(x) else x for x in limits}), facts, every)
    return Cells(tuple(found), frozenset(bounds))


def _between(bounds: Sequence[float], facts: FieldFacts, every: int) -> list[float]:
    """Each bound that can be, and `every` values of each stretch between two, below the first and above the last."""
    step = facts.step
    low = facts.low if facts.low is not None else _shift(min([*bounds, 0]), -(every + 1), step)
    high = facts.high if facts.high is not None else _shift(max([*bounds, low]), every + 1, step)
    inside = [b for b in bounds if low <= b <= high]
    found = {_shift(b, 0, step) for b in inside if _on_grid(b, step)}
    for left, right in zip([low, *inside], [*inside, high], strict=True):
        found.update(_stretch(left, right, every, step))
    return sorted(found)


def _stretch(left: float, right: float, every: int, step: float) -> Iterable[float]:
    """Up to `every` grid values from `left` to `right`, the ends included only as far as they are needed."""
    first, last = -(-left // step), right // step
    count = int(last - first) + 1
    if count <= every + 2:
        return [_grid(first + n, step) for n in range(max(count, 0))]
    middle = [first + (last - first) * (n + 1) // (every + 1) for n in range(every)]
    return [_grid(n, step) for n in (first, *middle, last)]


def _grid(number: float, step: float) -> float:
    return int(number) * int(step) if step == int(step) else round(number * step, 6)


def _on_grid(value: float, step: float) -> bool:
    return abs(value / step - round(value / step)) < 1e-9


def _shift(value: float, steps: int, step: float) -> float:
    return (
        _grid(round(value // step) + steps, step)
        if not _on_grid(value, step)
        else _grid(round(value / step) + steps, step)
    )


def _choices(field: Field, facts: FieldFacts, leaves: Sequence[Leaf], every: int) -> Cells:
    named = {c for leaf in leaves for c in _constants(leaf)}
    others = sorted((choice for choice in field.choices if choice not in named), key=lambda c: c != facts.usual)
    if field.choices and (not field.open or len(others) >= every):
        return Cells((*sorted(named), *others[:every]), frozenset(named))
    made = (f"…{n}" if n else "…" for n in range(every - len(others)))
    return Cells((*sorted(named), *others, *made), frozenset(named))


def _booleans(_: Field, __: FieldFacts, ___: Sequence[Leaf], ____: int) -> Cells:
    return Cells((False, True))


def _texts(field: Field, facts: FieldFacts, leaves: Sequence[Leaf], every: int) -> Cells:
    """Exact texts, and for every set of words looked for a text that holds just these (and what they contain)."""
    named, words, starts, patterns = _asked(leaves)
    if not (words or starts or patterns):
        plain = _choices(field, facts, leaves, every)
        empty = () if "" in plain.values or not _asks_empty(leaves) else ("",)
        return Cells((*empty, *plain.values), plain.bounds)
    samples = [sample for pattern in patterns if (sample := _sample(pattern)) is not None]
    pieces = [*sorted(words), *samples]
    exact = len(pieces) <= MOST_WORDS and _alternatives_only(patterns)
    sizes = range(len(pieces) + 1) if exact else (0, 1, 2, len(pieces))
    built = [
        start + _SEPARATOR.join(("", *chosen, ""))
        for start in ("", *sorted(starts))
        for size in dict.fromkeys(sizes)
        for chosen in combinations(pieces, size)
    ]
    return Cells(tuple(dict.fromkeys((*sorted(named), "", *built))), frozenset(named), exact and every == 1)


def _asked(leaves: Sequence[Leaf]) -> tuple[set[str], set[str], set[str], list[Any]]:
    named: set[str] = set()
    words: set[str] = set()
    starts: set[str] = set()
    patterns: list[Any] = []
    for leaf in leaves:
        if leaf.operator.name in ("contains", "not_contains"):
            words.update(_constants(leaf))
        elif leaf.operator.name == "starts_with":
            starts.update(_constants(leaf))
        elif leaf.operator.name == "matches":
            patterns.append(leaf.wanted)
        else:
            named.update(_constants(leaf))
    words.discard("")
    return named, words, starts - {""}, list(dict.fromkeys(patterns))


def _asks_empty(leaves: Sequence[Leaf]) -> bool:
    return any(leaf.operator.name == "is_empty" for leaf in leaves)


_PLAIN = re.compile(r"[^\\.^$*+?{}\[\]()|]+(\|[^\\.^$*+?{}\[\]()|]+)*")


def _alternatives_only(patterns: Sequence[str]) -> bool:
    """One pattern at most, made of plain words: then holding one of them and holding none are all there is."""
    return not patterns or (len(patterns) == 1 and _PLAIN.fullmatch(patterns[0]) is not None)


def _sample(pattern: str) -> str | None:
    """A text that the pattern matches, for patterns that are simple enough to tell."""
    first = pattern.strip("^$").split("|")[0]
    told = re.sub(r"\\d", "1", re.sub(r"\\w", "a", first))
    told = re.sub(r"\[(.)[^\]]*\]", r"\1", re.sub(r"[()?:]", "", told))
    told = re.sub(r"[+*]|\{[^}]*\}", "", told).replace(".", "x").replace("\\", "")
    return told or None


def is_plain(value: Any) -> bool:
    """Whether a text holds one word at most of those that rules look for, or a set one member."""
    return len(value) <= 1 if isinstance(value, frozenset) else str(value).count(_SEPARATOR) <= 2


def _sets(field: Field, facts: FieldFacts, leaves: Sequence[Leaf], _every: int) -> Cells:
    words = sorted({c for leaf in leaves for c in _constants(leaf)})
    possible = facts.values if facts.values is not None else field.choices
    others = [choice for choice in possible if choice not in words][:1] or ([] if possible else ["…"])
    exact = len(words) <= MOST_WORDS
    pieces = [*words, *others]
    sizes = range(len(pieces) + 1) if exact else (0, 1, 2, len(pieces))
    built = [frozenset(chosen) for size in sizes for chosen in combinations(pieces, size)]
    return Cells(tuple(dict.fromkeys(built)), frozenset(), exact)


def _moments(_: Field, facts: FieldFacts, leaves: Sequence[Leaf], every: int) -> Cells:
    """Moments around each bound, and one of every stretch of the week that rules tell apart, before and after each."""
    bounds = {c for leaf in leaves if leaf.operator.shape in ("value", "pair") for c in _constants(leaf)}
    ages = {leaf.constant for leaf in leaves if leaf.operator.shape == "age"}
    anchor = int(facts.usual) if facts.usual is not None else 1_800_000_000
    hinges = {b + sign * age for b in bounds | {anchor} for age in ages for sign in (-1, 1)} | bounds | {anchor}
    weekly = _weekly(leaves, ages)
    if not weekly:
        free = FieldFacts(low=min(hinges) - every - 1, high=max(hinges) + every + 1)
        return Cells(tuple(_between(sorted(hinges), free, every)), frozenset(bounds))
    found: set[int] = set(hinges)
    for hinge in hinges:
        for at in weekly:
            after = hinge + (at - hinge - _SHANGHAI - 3 * _DAY) % _WEEK
            found.update(after + n * _WEEK for n in range(-every, every))
    exact = len(found) <= _MOST_MOMENTS and len(ages) <= 1
    return Cells(tuple(sorted(found)[:_MOST_MOMENTS]), frozenset(bounds), exact)


def _weekly(leaves: Sequence[Leaf], ages: set[int]) -> list[int]:
    """Seconds into the week, one in each stretch between two bounds of times of day and weekdays."""
    cuts: set[int] = set()
    for leaf in leaves:
        if leaf.operator.shape == "clock":
            start, end = leaf.constant
            cuts.update(day * _DAY + minute * 60 for day in range(7) for minute in (start, end + 1))
        elif leaf.operator.shape == "weekdays":
            cuts.update(day * _DAY for day in range(7))
    cuts |= {(cut + sign * age) % _WEEK for cut in cuts for age in ages for sign in (-1, 1)}
    return sorted({cut % _WEEK for cut in cuts})


def _constants(leaf: Leaf) -> Iterable[Any]:
    if leaf.constant is None or len(leaf.operands) > 1:
        return ()
    return leaf.constant if isinstance(leaf.constant, frozenset | tuple) else (leaf.constant,)


_KINDS: dict[str, Callable[[Field, FieldFacts, Sequence[Leaf], int], Cells]] = {
    "integer": _numbers,
    "number": _numbers,
    "money": _numbers,
    "boolean": _booleans,
    "choice": _choices,
    "text": _texts,
    "texts": _sets,
    "time": _moments,
}
