"""Tables of which the first rule that holds and can be carried out decides: gaps, and rules that never decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from app.engine.analyse.domain import Point
from app.engine.analyse.findings import Claim, Finding, Part
from app.engine.analyse.prover import Formula, UndecidedError
from app.engine.analyse.space import name_of
from app.engine.analyse.table import Table, does_the_same, undecided
from app.engine.trace import Truth
from app.engine.vocabulary import NUMERIC_TYPES

MOST_GAPS = 20
"""So many are told of a table, and of each rule at which orders end one at least."""


def gaps(table: Table) -> Iterator[Finding]:
    """Every kind of order that only the last rule takes, or that ends unknown, and that `accepts` does not cover."""
    prover, last = table.prover, len(table.rules) - 1
    open_to = table.reached
    if table.accepts is not None:
        open_to = prover.all_of((open_to, prover.denied(prover.says(table.accepts, Truth.TRUE))))
    found = 0
    with prover.aside():
        prover.add(open_to)
        for number, rule in enumerate(table.rules):
            case = table.unknown(rule) if number < last else prover.all_of(())
            for finding in islice(_kinds(table, number, case), max(1, MOST_GAPS - found)):
                found += 1
                yield finding
            prover.add(table.passes(rule))


def _kinds(table: Table, number: int, case: Formula) -> Iterator[Finding]:
    """One finding for each way in which the rules up to `number` fail an order."""
    prover, last = table.prover, len(table.rules) - 1
    rule = table.rules[number]
    claim = Claim("falls", last) if number == last else Claim("unknown", number)
    with prover.aside():
        while True:
            try:
                point, witness = table.witness(case, claim)
                if point is None:
                    if not table.space.exact:
                        yield undecided(rule.path, "gap", number)
                    return
            except UndecidedError:
                yield undecided(rule.path, "gap", number)
                return
            parts = _parts(table, point, number)
            kind = prover.all_of(table.comes_to(part) for part in parts)
            if witness is None:
                point, witness = table.witness(prover.all_of((case, kind)), claim)
            if witness is None:
                yield undecided(rule.path, "gap", number)
            else:
                beyond = _beyond(table, prover.all_of((case, kind)), point, claim)
                yield Finding("gap", rule.path, (), {}, witness, beyond, tuple(parts), number)
            prover.add(prover.denied(kind))


def _parts(table: Table, point: Point, number: int) -> list[Part]:
    """Why each rule up to `number` does not take the point; what one rule fails by is not said again."""
    found: dict[tuple[str, frozenset[Truth]], Part] = {}
    last = len(table.rules) - 1
    for place, rule in enumerate(table.rules[: number + 1]):
        if place == last:
            break
        parts = table.parts_at(rule, point)
        if place < number and any((name_of(d), t) in found and Truth.TRUE not in t for d, t in parts[-1:]):
            continue
        for document, truths in parts:
            found.setdefault((name_of(document), truths), (document, truths))
    return list(found.values())


def _beyond(table: Table, kind: Formula, point: Point | None, claim: Claim) -> object:
    """A second witness of the same kind where the first stands on a bound of some rule."""
    for key, value in table.variables_at(point) if point is not None else ():
        field, bounds = table.space.fields[key[0]], table.space.cells[key[0]].bounds
        if value is None or value not in bounds or field.type not in NUMERIC_TYPES:
            continue
        witness = table.witness(table.prover.all_of((kind, table.prover.away(key, bounds))), claim)[1]
        if witness is not None:
            return witness
    return None


def touching(table: Table) -> Iterator[Finding]:
    """Pairs of thresholds that touch, where an order on the bound falls through though it fits both rules else."""
    prover, last = table.prover, len(table.rules) - 1
    if not table.touches:
        return
    open_to = [table.reached, *(table.passes(rule) for rule in table.rules[:last])]
    if table.accepts is not None:
        open_to.append(prover.denied(prover.says(table.accepts, Truth.TRUE)))
    for touch in table.touches:
        formula = prover.all_of([*open_to, prover.says(touch.at, Truth.TRUE)])
        try:
            if not table.possible(formula):
                continue
        except UndecidedError:
            yield undecided(touch.path, "threshold-touching", touch.below)
            continue
        finding = Finding("threshold-touching", touch.path, (touch.other,), rule=touch.below, others=(touch.above,))
        yield from table.borne_out(finding, formula, Claim("falls", last))


def idle(table: Table, able: Sequence[int]) -> Iterator[Finding]:
    """Rules among `able` (those that can act at all) that never come to act, those before them taking everything."""
    masked, unsure = _masked(table, frozenset(able))
    for number in unsure:
        yield undecided(table.rules[number].path, "unreachable", number)
    for number in masked:
        rule = table.rules[number]
        by = _maskers(table, number)
        finding = Finding("unreachable", rule.path, tuple(table.rules[n].path for n in by), rule=number, others=by)
        yield from table.borne_out(finding, table.acts(rule), Claim("silent", number))


def _masked(table: Table, able: frozenset[int]) -> tuple[list[int], list[int]]:
    masked: list[int] = []
    unsure: list[int] = []
    with table.prover.aside():
        for number, rule in enumerate(table.rules[:-1]):
            if number in able:
                try:
                    if not table.possible(table.acts(rule)):
                        masked.append(number)
                except UndecidedError:
                    unsure.append(number)
            table.prover.add(table.passes(rule))
    return masked, unsure


def _maskers(table: Table, number: int) -> tuple[int, ...]:
    """Few earlier rules that together take all that the rule would act on: one where one does, else none to spare."""
    acts = table.acts(table.rules[number])

    def left(by: Sequence[int]) -> bool:
        passed = [table.passes(table.rules[n]) for n in by]
        return table.prover.holds_somewhere(table.prover.all_of([acts, *passed]))

    try:
        for one in range(number):
            if not left([one]):
                return (one,)
        needed = list(range(number))
        for one in range(number):
            fewer = [n for n in needed if n != one]
            if not left(fewer):
                needed = fewer
        return tuple(needed)
    except UndecidedError:
        return tuple(range(number))


def spare(table: Table, able: Sequence[int]) -> Iterator[Finding]:
    """Rules that could go without any order being decided otherwise: a later one does the same to its orders."""
    with table.prover.aside():
        for number, rule in enumerate(table.rules[:-1]):
            later = next((n for n in able if n > number and does_the_same(table.rules[n], rule)), None)
            if number in able and later is not None:
                yield from _spare(table, number, later)
            table.prover.add(table.passes(rule))


def _spare(table: Table, number: int, later: int) -> Iterator[Finding]:
    rule, other = table.rules[number], table.rules[later]
    acts = table.acts(rule)
    between = [table.passes(each) for each in table.rules[number + 1 : later]]
    same = table.prover.all_of([*between, table.acts(other)])
    try:
        if table.possible(table.prover.all_of((acts, table.prover.denied(same)))):
            return
    except UndecidedError:
        return
    finding = Finding("subsumed", rule.path, (other.path,), rule=number, others=(later,))
    yield from table.borne_out(finding, acts, Claim("acts", number))
