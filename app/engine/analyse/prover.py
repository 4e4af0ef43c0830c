"""z3 over a finite space: whether there is a point where conditions come to what is asked, and such a point.

A variable of n values is n-1 bits, "its place is at most i"; what comparisons say of each value comes from the engine's
own tests. z3 is imported when first needed: it takes a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from app.engine.analyse.cells import is_plain
from app.engine.analyse.domain import Json, Point
from app.engine.analyse.space import MOST_PAIRS, Asked, Key, Space, name_of
from app.engine.conditions import GROUPS
from app.engine.trace import Truth

if TYPE_CHECKING:
    import z3

Formula = Any
Frame = Mapping[str, int]
PATIENCE_MS = 4_000
_NOWHERE: Frame = {}


class UndecidedError(Exception):
    """The question could not be answered within the limits; never taken for an answer."""


class Prover:
    """One space as a solver. Not safe to share between threads."""

    def __init__(self, space: Space, patience_ms: int = PATIENCE_MS) -> None:
        import z3

        self.space = space
        self._z3 = z3
        # A context of its own: z3's default one must not be shared between threads.
        self._context = z3.Context()
        self._solver = z3.SolverFor("QF_FD", ctx=self._context)
        self._solver.set("timeout", patience_ms)
        self._yes, self._no = z3.BoolVal(True, self._context), z3.BoolVal(False, self._context)
        self._bits: dict[Key, list[Formula]] = {}
        self._known: dict[tuple[str, Truth, tuple[tuple[str, int], ...]], Formula] = {}
        for key in space.variables():
            self._bits_of(key, len(space.cells[key[0]].values))
        self._present = {scope: self._seats(scope, count) for scope, count in space.slots.items()}
        self._is = {owner: self._places(owner, scope) for owner, scope in space.domain.member_of.items()}
        for axiom in space.domain.axioms:
            self.add(self.says(axiom, Truth.TRUE))

    # ---- what can be asked

    def says(self, document: Json, truth: Truth, frame: Frame = _NOWHERE) -> Formula:
        """The formula "this condition comes to `truth`"."""
        key = (name_of(document), truth, tuple(sorted(frame.items())))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._formula(document, truth, frame)
        return known

    def either(self, parts: Iterable[Formula]) -> Formula:
        """Some of the parts."""
        kept = [part for part in parts if part is not self._no]
        if any(part is self._yes for part in kept):
            return self._yes
        return self._z3.Or(*kept) if len(kept) > 1 else kept[0] if kept else self._no

    def all_of(self, parts: Iterable[Formula]) -> Formula:
        """All of the parts."""
        kept = [part for part in parts if part is not self._yes]
        if any(part is self._no for part in kept):
            return self._no
        return self._z3.And(*kept) if len(kept) > 1 else kept[0] if kept else self._yes

    def denied(self, formula: Formula) -> Formula:
        """Not so."""
        if formula is self._yes or formula is self._no:
            return self._no if formula is self._yes else self._yes
        return self._z3.Not(formula)

    def add(self, formula: Formula) -> None:
        """Ask only for points where this holds, from now on (within `aside`, until its end)."""
        self._solver.add(formula)

    def aside(self) -> Aside:
        """`with prover.aside():` what is added inside is forgotten at its end."""
        return Aside(self._solver)

    def holds_somewhere(self, formula: Formula) -> bool:
        """Whether there is a point where it holds; raises UndecidedError."""
        found = self._solver.check(formula)
        if found == self._z3.unknown:
            raise UndecidedError
        return bool(found == self._z3.sat)

    def find(self, formula: Formula, wishes: Sequence[Formula] = ()) -> Point | None:
        """A point where the formula holds and as many of the wishes, the first first; raises UndecidedError."""
        if not self.holds_somewhere(formula):
            return None
        with self.aside():
            self.add(formula)
            self._grant(wishes)
            if self._solver.check() != self._z3.sat:
                raise UndecidedError
            return self._point(self._solver.model())

    def _grant(self, wishes: Sequence[Formula]) -> None:
        """Add as many of the wishes as go together, the first first: half of them at once where that works."""
        if not wishes or self._solver.check(*wishes) == self._z3.sat:
            self.add(self.all_of(wishes))
        elif len(wishes) > 1:
            half = len(wishes) // 2
            self._grant(wishes[:half])
            self._grant(wishes[half:])

    def wishes(self) -> list[Formula]:
        """What makes a counter-example plain: few members, known values, usual ones, the bounds that rules name."""
        seats = [self.denied(seat) for seats in self._present.values() for seat in reversed(seats)]
        known, usual = [], []
        for key in self.space.fields:
            cells, facts = self.space.cells[key], self.space.domain.of(key)
            if cells.values[0] is None and len(cells.values) > 1:
                known.append(self._everywhere(key, range(1, len(cells.values))))
            liked = [facts.usual] if facts.usual in cells.values and facts.usual is not None else cells.bounds
            if liked and len(cells.values) > 1:
                usual.append(self._everywhere(key, [n for n, v in enumerate(cells.values) if v in liked]))
            if self.space.fields[key].type in ("text", "texts") and len(cells.values) > 1:
                usual.append(self._everywhere(key, [n for n, v in enumerate(cells.values) if is_plain(v)]))
        likely = [self.says(document, Truth.TRUE) for document in self.space.domain.likely]
        return [*likely, *seats, *known, *usual]

    def away(self, key: Key, values: Collection[Any]) -> Formula:
        """That a variable has none of these values, nor is unknown."""
        cells = self.space.cells[key[0]].values
        return self.within(key, [n for n, value in enumerate(cells) if value is not None and value not in values])

    def _everywhere(self, key: str, places: Collection[int]) -> Formula:
        """That a field stands at one of these places: single, or in every slot that is taken."""
        seats = self._present.get(self.space.fields[key].scope)
        if seats is None:
            return self.within((key, -1), places)
        return self.all_of(self.either((self.denied(s), self.within((key, n), places))) for n, s in enumerate(seats))

    def at(self, point: Point) -> Formula:
        """That everything is as at this point."""
        singles = [self._equal((key, -1), value) for key, value in point.values.items()]
        lists = [
            self._equal((key, slot), value)
            for members in point.members.values()
            for slot, member in enumerate(members)
            for key, value in member.items()
        ]
        seats = [
            seat if slot < len(point.members[scope]) else self.denied(seat)
            for scope, seats in self._present.items()
            for slot, seat in enumerate(seats)
        ]
        return self.all_of((*singles, *lists, *seats))

    def _equal(self, key: Key, value: Any) -> Formula:
        return self.within(key, [self.space.cells[key[0]].values.index(value)])

    # ---- formulas

    def _formula(self, document: Json, truth: Truth, frame: Frame) -> Formula:
        if truth is Truth.UNKNOWN:
            either = (self.says(document, Truth.TRUE, frame), self.says(document, Truth.FALSE, frame))
            return self.denied(self.either(either))
        if "field" in document:
            return self._comparison(self.space.asked(document), truth, frame)
        ((key, inner),) = document.items()
        if key in GROUPS:
            return self._group(key, inner, truth, frame)
        word, _, scope = key.partition("_")
        return self._quantified(word, scope, inner, truth, frame)

    def _group(self, kind: str, parts: Sequence[Json], truth: Truth, frame: Frame) -> Formula:
        wanted = _turned(truth) if kind == "none" else truth
        found = [self.says(part, wanted, frame) for part in parts]
        everyone = (kind == "any") != (truth is Truth.TRUE)
        return self.all_of(found) if everyone else self.either(found)

    def _quantified(self, word: str, scope: str, part: Json, truth: Truth, frame: Frame) -> Formula:
        seats = self._present.get(scope, [])
        if word == "two":
            own = [
                self.all_of((seat, self.says(part, Truth.TRUE, {**frame, scope: n}))) for n, seat in enumerate(seats)
            ]
            two = self.either(self.all_of((a, b)) for n, a in enumerate(own) for b in own[n + 1 :])
            return two if truth is Truth.TRUE else self.denied(two)
        wanted = _turned(truth) if word == "no" else truth
        asked = [self.says(part, wanted, {**frame, scope: n}) for n in range(len(seats))]
        some = (word == "any") == (truth is Truth.TRUE) if word != "no" else truth is Truth.FALSE
        if some:
            found = self.either(self.all_of(pair) for pair in zip(seats, asked, strict=True))
        else:
            found = self.all_of(self.either((self.denied(s), a)) for s, a in zip(seats, asked, strict=True))
        if word != "every":
            return found
        anyone = self.either(seats)
        return self.all_of((anyone, found)) if truth is Truth.TRUE else self.either((self.denied(anyone), found))

    def _comparison(self, asked: Asked, truth: Truth, frame: Frame) -> Formula:
        keys = [(operand.key, frame.get(operand.scope, -1)) for operand in asked.operands]
        cells = [self.space.cells[key].values for key, _ in keys]
        if len(keys) == 1:
            return self.within(keys[0], [n for n, value in enumerate(cells[0]) if asked.truth((value,)) is truth])
        if len(cells[0]) * len(cells[1]) > MOST_PAIRS:
            raise UndecidedError
        rows = [
            (n, [m for m, other in enumerate(cells[1]) if asked.truth((value, other)) is truth])
            for n, value in enumerate(cells[0])
        ]
        return self.either(
            self.all_of((self.within(keys[0], places), self.within(keys[1], list(fitting))))
            for fitting, places in _gathered(rows)
            if fitting
        )

    # ---- variables

    def within(self, key: Key, places: Collection[int]) -> Formula:
        """That the variable's value stands at one of these places of its list."""
        count = len(self.space.cells[key[0]].values)
        return self.either(self._run(self._bits_of(key, count), low, high, count) for low, high in _runs(places))

    def _run(self, bits: Sequence[Formula], low: int, high: int, count: int) -> Formula:
        parts = [] if high == count - 1 else [bits[high]]
        return self.all_of(parts if low == 0 else [*parts, self.denied(bits[low - 1])])

    def _bits_of(self, key: Key, count: int) -> list[Formula]:
        bits = self._bits.get(key)
        if bits is None:
            name = f"{key[0]}#{key[1]}"
            bits = self._bits[key] = [self._z3.Bool(f"{name}<={n}", self._context) for n in range(count - 1)]
            for lower, higher in pairwise(bits):
                self._solver.add(self._z3.Implies(lower, higher))
        return bits

    def _seats(self, scope: str, count: int) -> list[Formula]:
        seats = [self._z3.Bool(f"{scope}#{n}", self._context) for n in range(count)]
        least = self.space.domain.least.get(scope, 0)
        for n, seat in enumerate(seats):
            self._solver.add(seat if n < least else self._z3.Implies(seat, seats[n - 1]) if n else self._yes)
        return seats

    def _places(self, owner: str, scope: str) -> list[Formula]:
        """Which member a single scope is: at most one; its facts are that member's, or unknown when it is none."""
        seats = self._present.get(scope, [])
        chosen = [self._z3.Bool(f"{owner}={n}", self._context) for n in range(len(seats))]
        for n, pick in enumerate(chosen):
            self._solver.add(self._z3.Implies(pick, seats[n]))
            self._solver.add(*(self._z3.Not(self._z3.And(pick, other)) for other in chosen[n + 1 :]))
        there = self.either(chosen)
        for key, field in self.space.fields.items():
            if field.scope == owner:
                self._bind(key, f"{scope}.{field.attribute}", chosen, there)
        return chosen

    def _bind(self, key: str, twin: str, chosen: Sequence[Formula], there: Formula) -> None:
        values = self.space.cells[key].values
        if values[0] is None:
            self._solver.add(self.either((there, self.within((key, -1), [0]))))
        if twin not in self.space.fields:
            if not self.space.domain.of(twin).unknown:
                self._solver.add(self.either((self.denied(there), self.within((key, -1), range(1, len(values))))))
            return
        own = self.space.cells[twin].values
        for slot, pick in enumerate(chosen):
            for place, value in enumerate(values):
                here = self.within((key, -1), [place])
                same = self.within((twin, slot), [own.index(value)]) if value in own else self._no
                self._solver.add(self.either((self.denied(pick), self.denied(here), same)))

    # ---- answers

    def _point(self, model: z3.ModelRef) -> Point:
        def true(formula: Formula) -> bool:
            return bool(self._z3.is_true(model.eval(formula, model_completion=True)))

        def value(key: Key) -> Any:
            values = self.space.cells[key[0]].values
            bits = self._bits.get(key, ())
            return values[next((n for n, bit in enumerate(bits) if true(bit)), len(bits) if bits else len(values) - 1)]

        single: dict[str, Any] = {}
        members: dict[str, list[dict[str, Any]]] = {
            scope: [{} for seat in seats if true(seat)] for scope, seats in self._present.items()
        }
        for key in self.space.variables():
            if key[1] < 0:
                single[key[0]] = value(key)
            elif key[1] < len(members[self.space.fields[key[0]].scope]):
                members[self.space.fields[key[0]].scope][key[1]][key[0]] = value(key)
        place = {o: next((n for n, pick in enumerate(picks) if true(pick)), None) for o, picks in self._is.items()}
        return Point(single, members, place)


class Aside:
    """A stretch of questions whose additions are forgotten after it."""

    def __init__(self, solver: Any) -> None:
        self._solver = solver

    def __enter__(self) -> None:
        self._solver.push()

    def __exit__(self, *_: object) -> None:
        self._solver.pop()


def _turned(truth: Truth) -> Truth:
    return Truth.FALSE if truth is Truth.TRUE else Truth.TRUE


def _runs(places: Collection[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring places as (first, last)."""
    ordered = sorted(places)
    start = 0
    for n in range(1, len(ordered) + 1):
        if n == len(ordered) or ordered[n] != ordered[n - 1] + 1:
            yield ordered[start], ordered[n - 1]
            start = n


def _gathered(rows: Iterable[tuple[int, list[int]]]) -> list[tuple[tuple[int, ...], list[int]]]:
    """The rows' numbers by what they hold."""

    def put(found: dict[tuple[int, ...], list[int]], row: tuple[int, list[int]]) -> dict[tuple[int, ...], list[int]]:
        found.setdefault(tuple(row[1]), []).append(row[0])
        return found

    empty: dict[tuple[int, ...], list[int]] = {}
    return list(reduce(put, rows, empty).items())
