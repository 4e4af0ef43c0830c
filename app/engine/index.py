"""Which rules can still hold for these values: bitsets by equality and by threshold.

A column stands for one order-level field and one kind of comparison with constants that rules demand at their top
level. Looking a value up gives the bitset (a Python int, bit i for rule i) of the rules whose demand it meets, and
of those that make none. An unknown value rules nothing out. Numbers are finite or NaN.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from struct import unpack
from typing import Any, TypeVar, overload

from app.engine.conditions import Leaf, Node, conjuncts_of
from app.engine.vocabulary import Vocabulary

INDEX_FROM = 8
"""Rules in a table from which looking up beats asking each rule in turn."""
_LEAST_USERS = 4
_MOST_BYTES = 64 << 20
_FEW_BITS = 512

Each = TypeVar("Each")
Demands = dict[int, list[Leaf]]
"""The comparisons that a column's rules make, by rule."""


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """`read` gets the value from the environment, `look` its bitset; `users` are the rules that demand something.

    `sets` are all bitsets that `look` gives; by equality those of the named values, in the order of `names`, then that
    of any other value. The column that leaves fewest rules on average is looked at first.
    """

    key: str
    kind: str
    demands: Demands
    look: Callable[[Any], int]
    sets: Sequence[int]
    names: Mapping[Any, int]

    @property
    def read(self) -> Callable[[Any], Any]:
        return attrgetter(self.key)

    @property
    def users(self) -> int:
        return _bits(self.demands)

    @property
    def keep(self) -> float:
        """How many rules an average value leaves."""
        return sum(each.bit_count() for each in self.sets) / len(self.sets)


@dataclass(frozen=True, slots=True)
class Index:
    """`decided`: rules that ask nothing beyond the columns, so that being a candidate on known values is to hold."""

    columns: tuple[Column, ...]
    everything: int
    decided: int
    looks: tuple[tuple[Callable[[Any], Any], Callable[[Any], int], int], ...]

    @staticmethod
    def of(columns: Iterable[Column], size: int, decided: int) -> Index:
        """An index of these columns over so many rules."""
        ranked = tuple(sorted(columns, key=lambda column: column.keep))
        return Index(ranked, (1 << size) - 1, decided, tuple((c.read, c.look, c.users) for c in ranked))

    def narrowed(self, by: Collection[Column], numbers: Sequence[int]) -> Index:
        """The index of these rules alone, of which the columns `by` are answered; the rules are numbered anew."""
        columns = []
        for column in self.columns:
            demands = {place: column.demands[n] for place, n in enumerate(numbers) if n in column.demands}
            made = _column(column.key, column.kind, demands, len(numbers)) if demands and column not in by else None
            if made is not None:
                columns.append(made)
        decided = _bits(place for place, number in enumerate(numbers) if self.decided >> number & 1)
        return Index.of(columns, len(numbers), decided)

    def candidates(self, env: Any) -> tuple[int, int]:
        """Bitsets of the rules that may hold, and of those among all rules that surely do when they may.

        Raises whatever reading a field or comparing its value raises.
        """
        bits, sure = self.everything, self.decided
        for read, look, users in self.looks:
            value = read(env)
            if value is None:
                sure &= ~users
            else:
                bits &= look(value)
                if not bits:
                    break
        return bits, sure


def build_index(trees: Sequence[Node | None], vocabulary: Vocabulary) -> Index | None:
    """An index over a table's conditions (None: the otherwise row); None where it would not pay."""
    if len(trees) < INDEX_FROM:
        return None
    columns: list[Column] = []
    used: set[Any] = set()
    for (key, kind), demands in _demands(trees, vocabulary).items():
        if len(demands) < _LEAST_USERS:
            continue
        made = _column(key, kind, demands, len(trees))
        if made is not None:
            columns.append(made)
            used.update(leaf for leaves in demands.values() for leaf in leaves)
    if not columns:
        return None
    decided = _bits(i for i, tree in enumerate(trees) if tree is None or used.issuperset(conjuncts_of(tree)))
    return Index.of(columns, len(trees), decided)


def _column(key: str, kind: str, demands: Demands, size: int) -> Column | None:
    """The column; None where it would take too much room."""
    return _equality(key, demands, size) if kind == "equality" else _threshold(key, demands, size)


@overload
def listed(bits: int) -> list[int]: ...
@overload
def listed(bits: int, members: Sequence[Each]) -> list[Each]: ...
def listed(bits: int, members: Sequence[Any] | None = None) -> list[Any]:
    """The places of the bits that are set, from the lowest; or the members at those places."""
    found: list[Any] = []
    if bits.bit_length() <= _FEW_BITS:
        while bits:
            place = (bits & -bits).bit_length() - 1
            bits &= bits - 1
            found.append(place if members is None else members[place])
        return found
    words = -(-bits.bit_length() // 64)
    # One pass over words: lifting single bits out of a long number copies the number each time.
    for number, word in enumerate(unpack(f"<{words}Q", bits.to_bytes(8 * words, "little"))):
        while word:
            place = (number << 6) + (word & -word).bit_length() - 1
            word &= word - 1
            found.append(place if members is None else members[place])
    return found


def _demands(trees: Sequence[Node | None], vocabulary: Vocabulary) -> dict[tuple[str, str], Demands]:
    found: dict[tuple[str, str], Demands] = {}
    for number, tree in enumerate(trees):
        for node in conjuncts_of(tree) if tree is not None else ():
            if isinstance(node, Leaf) and _indexable(node, vocabulary):
                column = found.setdefault((node.field.key, node.operator.indexable), {})
                column.setdefault(number, []).append(node)
    return found


def _indexable(leaf: Leaf, vocabulary: Vocabulary) -> bool:
    scope = vocabulary.scopes.get(leaf.field.scope)
    eager = scope is not None and not scope.many and not scope.lazy
    return eager and bool(leaf.operator.indexable) and len(leaf.operands) == 1


def _bits(numbers: Iterable[int]) -> int:
    total = 0
    for number in numbers:
        total |= 1 << number
    return total


def _equality(key: str, demands: Demands, size: int) -> Column | None:
    """Value → rules: those that name the value, those that accept any other value, and those that ask nothing."""
    values = {value for leaves in demands.values() for leaf in leaves for value in _named(leaf)}
    if len(values) * size // 8 > _MOST_BYTES:
        return None
    asking_nothing = ((1 << size) - 1) & ~_bits(demands)
    other = asking_nothing | _bits(n for n, leaves in demands.items() if all(map(_excludes, leaves)))
    # Start from "any other value", then mend for each rule only the values that it names.
    table = dict.fromkeys(values, other)
    for number, leaves in demands.items():
        for value in {v for leaf in leaves for v in _named(leaf)}:
            accepted = all((value in _named(leaf)) != _excludes(leaf) for leaf in leaves)
            table[value] = table[value] | 1 << number if accepted else table[value] & ~(1 << number)
    look = table.get
    sets = [*table.values(), other]
    names = {value: place for place, value in enumerate(table)}
    return Column(key, "equality", demands, lambda value: look(value, other), sets, names)


def _named(leaf: Leaf) -> Iterable[Any]:
    return leaf.constant if isinstance(leaf.constant, frozenset) else (leaf.constant,)


def _excludes(leaf: Leaf) -> bool:
    return leaf.operator.name in ("is_not", "not_in")


def _threshold(key: str, demands: Demands, size: int) -> Column | None:
    """Bounds cut the line into cells: cell 2i lies below bound i, cell 2i+1 is bound i itself."""
    bounds = sorted({bound for leaves in demands.values() for leaf in leaves for bound in _bounds(leaf)})
    if 2 * len(bounds) * size // 8 > _MOST_BYTES:
        return None
    place = {bound: 2 * i + 1 for i, bound in enumerate(bounds)}
    last = 2 * len(bounds)
    cells = _swept({n: _span(leaves, place, last) for n, leaves in demands.items()}, last)
    asking_nothing = ((1 << size) - 1) & ~_bits(demands)
    cells = [cell | asking_nothing for cell in cells]
    return Column(key, "threshold", demands, _cell_lookup(bounds, cells, asking_nothing), cells, {})


def _cell_lookup(bounds: list[Any], cells: list[int], unordered: int) -> Callable[[Any], int]:
    count = len(bounds)

    def look(value: Any) -> int:
        i = bisect_left(bounds, value)
        if i < count and bounds[i] == value:
            return cells[2 * i + 1]
        return cells[2 * i] if value == value else unordered

    return look


def _bounds(leaf: Leaf) -> tuple[Any, ...]:
    return leaf.constant if isinstance(leaf.constant, tuple) else (leaf.constant,)


def _span(leaves: list[Leaf], place: dict[Any, int], last: int) -> tuple[int, int]:
    """First and last cell that meets all of one rule's comparisons; first > last when none does."""
    low, high = 0, last
    for leaf in leaves:
        first, final = _cells_of(leaf, place, last)
        low, high = max(low, first), min(high, final)
    return low, high


def _cells_of(leaf: Leaf, place: dict[Any, int], last: int) -> tuple[int, int]:
    at = [place[bound] for bound in _bounds(leaf)]
    return {
        "<": (0, at[0] - 1),
        "<=": (0, at[0]),
        ">": (at[0] + 1, last),
        ">=": (at[0], last),
        "between": (at[0], at[-1]),
    }[leaf.operator.name]


def _swept(spans: dict[int, tuple[int, int]], last: int) -> list[int]:
    toggles = [0] * (last + 2)
    for number, (low, high) in spans.items():
        if low <= high:
            toggles[low] ^= 1 << number
            toggles[high + 1] ^= 1 << number
    cells, inside = [], 0
    for toggle in toggles[:-1]:
        inside ^= toggle
        cells.append(inside)
    return cells
