"""Many environments at once: what a vocabulary may ask lies in columns, and a condition is judged column by column.

For counting how often rules hold. A judgement is two whole numbers of one byte for each environment, 1 where the
condition is true and 1 where it is false; neither is unknown. A field that cannot be read or compared is unknown here.
Each answer is remembered by what was asked, so that of two hundred rules only the changed one costs anything.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from operator import attrgetter
from typing import Any

import orjson

from app.engine.compile import leaf_tests
from app.engine.conditions import Group, Leaf, Node, Quantified, read_condition
from app.engine.vocabulary import Field, Vocabulary

Truth = tuple[int, int]
"""Where it is true, where it is false."""

_FALSE, _TRUE, _UNKNOWN = 0, 1, 2
_ONLY_TRUE = bytes(int(n == _TRUE) for n in range(256))
_ONLY_FALSE = bytes(int(n == _FALSE) for n in range(256))
_FEW = 256
_MOST_REMEMBERED = 4_096


@dataclass(slots=True)
class Column:
    """One field's values: `codes` say for each row which of `values` it has; the first of them is unknown.

    Tuples of plain values are nothing to the garbage collector, which would walk through lists again and again.
    """

    codes: Sequence[int]
    values: Sequence[Any]

    @staticmethod
    def of(given: Iterable[Any]) -> Column:
        """The column of these values."""
        places: dict[Any, int] = {None: 0}
        values: list[Any] = [None]
        codes = array("I")
        for value in given:
            try:
                place = places.get(value)
            except TypeError:
                place = 0  # nothing that rules compare cannot be hashed
            if place is None:
                place = places[value] = len(values)
                values.append(value)
            codes.append(place)
        return Column(bytes(codes.tolist()) if len(values) <= _FEW else codes, tuple(values))

    def looked_up(self, table: bytes) -> bytes:
        """For each row what the table says of its value."""
        if isinstance(self.codes, bytes):
            return self.codes.translate(table.ljust(_FEW, b"\2"))
        return bytes(map(table.__getitem__, self.codes))


@dataclass(frozen=True, slots=True)
class Space:
    """What a condition is judged for, row by row. `owners`: each row's environment; `members`: for each list that
    was entered, each row's place in that list's columns. None stands for “the same place”. `parents` are the rows of
    the space around it.
    """

    size: int
    owners: Sequence[int] | None
    members: Mapping[str, Sequence[int] | None]
    parents: Sequence[int]


@dataclass(slots=True)
class Gathered:
    """The facts of so many environments: the column of each field, and how many members each one's lists have.

    Plain values throughout: another process may gather them.
    """

    size: int
    columns: dict[str, Column]
    counts: dict[str, Sequence[int]]


def gather(environments: Iterable[Any], vocabulary: Vocabulary) -> Gathered:
    """All that a vocabulary may ask of these environments."""
    fields: dict[str, list[Field]] = {}
    for row in vocabulary.fields.values():
        fields.setdefault(row.scope, []).append(row)
    readers = {scope: _Reader([row.attribute for row in rows]) for scope, rows in fields.items()}
    counts = {scope.name: array("I") for scope in vocabulary.scopes.values() if scope.many}
    size = 0
    for env in environments:
        size += 1
        for scope, reader in readers.items():
            owner = getattr(env, scope, None) if scope else env
            if scope in counts:
                members = list(owner or ())
                counts[scope].append(len(members))
                for member in members:
                    reader.read(member)
            else:
                reader.read(owner)
    columns = {
        row.key: Column.of(values)
        for scope, rows in fields.items()
        for row, values in zip(rows, readers[scope].columns(), strict=True)
    }
    return Gathered(size, columns, dict(counts))


class Columns:
    """The facts of many environments, and what conditions say of them."""

    def __init__(self, gathered: Gathered, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._counts, self._columns, self.size = gathered.counts, gathered.columns, gathered.size
        self._spaces: dict[tuple[str, ...], Space] = {(): Space(self.size, None, {}, ())}
        self._known: dict[bytes, Truth] = {}
        self.ones = _ones(self.size)

    def judge(self, condition: Mapping[str, Any], key: bytes = b"") -> Truth:
        """Where a valid condition is true and where it is false; `key` names it, where the caller has its name."""
        asked = key or orjson.dumps(condition)
        found = self._known.get(asked)
        if found is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            patterns: dict[str, Any] = {}
            tree = read_condition(dict(condition), "", self._vocabulary, patterns)
            found = self._known[asked] = self._node(tree, (), patterns)
        return found

    # Judging.

    def _node(self, node: Node, path: tuple[str, ...], patterns: Mapping[str, Any]) -> Truth:
        if isinstance(node, Leaf):
            return self._leaf(node, path, patterns)
        if isinstance(node, Quantified):
            return self._quantified(node, path, patterns)
        every = _ones(self._space(path).size)
        return _group(node, [self._node(part, path, patterns) for part in node.parts], every)

    def _leaf(self, leaf: Leaf, path: tuple[str, ...], patterns: Mapping[str, Any]) -> Truth:
        test = leaf_tests({"it": leaf}, patterns)["it"]
        space = self._space(path)
        columns = [self._columns[operand.key] for operand in leaf.operands]
        if len(columns) == 1:
            column = columns[0]
            answers = bytes(_asked(test, (value,), leaf.total) for value in column.values)
            return _truth(_spread(column.looked_up(answers), self._places(leaf.operands[0], space)))
        one, other = (self._rows(operand, space) for operand in leaf.operands)
        return _truth(bytes(_asked(test, pair, leaf.total) for pair in zip(one, other, strict=True)))

    def _rows(self, field: Field, space: Space) -> Iterator[Any]:
        column, places = self._columns[field.key], self._places(field, space)
        codes = column.codes if places is None else map(column.codes.__getitem__, places)
        return map(column.values.__getitem__, codes)

    def _places(self, field: Field, space: Space) -> Sequence[int] | None:
        return space.members.get(field.scope, space.owners)

    def _quantified(self, node: Quantified, path: tuple[str, ...], patterns: Mapping[str, Any]) -> Truth:
        inner = self._space((*path, node.scope))
        true, false = self._node(node.part, (*path, node.scope), patterns)
        size = self._space(path).size
        every = _ones(size)
        some = _gathered_up(true, inner, size)
        lets = every ^ _gathered_up(_ones(inner.size) ^ false, inner, size)  # every member certainly does not
        if node.word == "any":
            return some, lets
        if node.word == "no":
            return lets, some
        peopled = _gathered_up(_ones(inner.size), inner, size)
        holds = (every ^ _gathered_up(_ones(inner.size) ^ true, inner, size)) & peopled
        return holds, _gathered_up(false, inner, size) | (every ^ peopled)

    def _space(self, path: tuple[str, ...]) -> Space:
        found = self._spaces.get(path)
        if found is None:
            found = self._spaces[path] = self._entered(self._space(path[:-1]), path[-1])
        return found

    def _entered(self, around: Space, scope: str) -> Space:
        """For each row around, one row for each member of its environment's list."""
        counts = self._counts[scope]
        starts = array("I", [0])
        for count in counts:
            starts.append(starts[-1] + count)
        parents, owners, members = array("I"), array("I"), array("I")
        for row in range(around.size):
            owner = row if around.owners is None else around.owners[row]
            many = counts[owner]
            parents.extend([row] * many)
            owners.extend([owner] * many)
            members.extend(range(starts[owner], starts[owner] + many))
        outer = {name: _through(places, parents) for name, places in around.members.items()}
        same = around.owners is None
        return Space(len(parents), owners, {**outer, scope: None if same else members}, parents)


class _Reader:
    """Reads the same attributes of many objects."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        # One call for all of them; it gives a tuple only when there are several.
        self._all = attrgetter(*names) if len(names) > 1 else lambda owner: (getattr(owner, names[0]),)
        self._rows: list[tuple[Any, ...]] = []
        self._nothing = (None,) * len(names)

    def read(self, owner: Any) -> None:
        """One object's, None where it has none or cannot say."""
        if owner is None:
            self._rows.append(self._nothing)
            return
        try:
            self._rows.append(self._all(owner))
        except Exception:
            self._rows.append(tuple(_read(owner, name) for name in self._names))

    def columns(self) -> Iterable[Iterable[Any]]:
        """What was read, attribute by attribute."""
        return zip(*self._rows, strict=True) if self._rows else ((),) * len(self._names)


def _read(owner: Any, name: str) -> Any:
    try:
        return getattr(owner, name)
    except Exception:
        return None


def _asked(test: Callable[..., bool], values: Sequence[Any], total: bool) -> int:
    if not total and (values[0] is None or values[-1] is None):
        return _UNKNOWN
    try:
        return _TRUE if test(*values) else _FALSE
    except Exception:
        return _UNKNOWN


def _group(node: Group, parts: Sequence[Truth], every: int) -> Truth:
    true, false = (every, 0) if node.kind == "all" else (0, every)
    for yes, no in parts:
        true, false = (true & yes, false | no) if node.kind == "all" else (true | yes, false & no)
    return (false, true) if node.kind == "none" else (true, false)


def _truth(answers: bytes) -> Truth:
    yes, no = answers.translate(_ONLY_TRUE), answers.translate(_ONLY_FALSE)
    return int.from_bytes(yes, "little"), int.from_bytes(no, "little")


def _ones(size: int) -> int:
    return int.from_bytes(b"\1" * size, "little")


def _spread(answers: bytes, places: Sequence[int] | None) -> bytes:
    return answers if places is None else bytes(map(answers.__getitem__, places))


def _through(places: Sequence[int] | None, parents: Sequence[int]) -> Sequence[int]:
    return parents if places is None else array("I", map(places.__getitem__, parents))


def _gathered_up(members: int, inner: Space, size: int) -> int:
    """Rows around of which some member is set."""
    found = bytearray(size)
    for parent in compress(inner.parents, members.to_bytes(inner.size, "little")):
        found[parent] = 1
    return int.from_bytes(found, "little")
