"""Rules beside each other: the same condition twice, one within another, and effects that contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, permutations

from app.engine.analyse.domain import Json, Point
from app.engine.analyse.findings import Claim, Finding
from app.engine.analyse.prover import Formula, UndecidedError
from app.engine.analyse.table import Table, undecided
from app.engine.trace import Truth

Contradicts = Callable[[Sequence[Json], Sequence[Json]], str]
"""What two rules' actions contradict each other in, when both act on one order; empty when in nothing."""
MOST_SAMPLES = 60


def twins(table: Table, holding: Sequence[int], samples: Sequence[Point], *, ordered: bool) -> Iterator[Finding]:
    """Rules of equivalent conditions, of those `holding` that can hold at all.

    A duplicate where they do the same; in ordered tables a conflict where they do not.
    """
    prints = _prints(table, samples)
    for one, other in combinations(holding, 2):
        rule, second = table.rules[one], table.rules[other]
        if rule.when is None or second.when is None or prints[one] != prints[other]:
            continue
        same = rule.then == second.then
        if not same and not ordered:
            continue
        try:
            if not _equivalent(table, one, other):
                continue
        except UndecidedError:
            yield undecided(second.path, "duplicate", other)
            continue
        code = "duplicate" if same else "conflict"
        finding = Finding(code, second.path, (rule.path,), rule=other, others=(one,))
        claim = Claim("silent", other) if ordered else Claim("both", one, other)
        yield from table.borne_out(finding, table.when(second, Truth.TRUE), claim)


def within(table: Table, holding: Sequence[int], samples: Sequence[Point]) -> Iterator[Finding]:
    """Rules that say nothing of their own: another does the same whenever they act, and more."""
    prints = _prints(table, samples)
    said: set[int] = set()
    for one, other in permutations(holding, 2):
        rule, wider = table.rules[one], table.rules[other]
        if one in said or rule.when is None or rule.then != wider.then or prints[one] & ~prints[other]:
            continue
        apart = table.prover.all_of((table.when(rule, Truth.TRUE), table.prover.denied(table.when(wider, Truth.TRUE))))
        try:
            if table.possible(apart) or _equivalent(table, one, other):
                continue
        except UndecidedError:
            yield undecided(rule.path, "subsumed", one)
            continue
        finding = Finding("subsumed", rule.path, (wider.path,), rule=one, others=(other,))
        yield from table.borne_out(finding, table.when(rule, Truth.TRUE), Claim("both", one, other))
        said.add(one)


def conflicts(table: Table, contradicts: Contradicts) -> Iterator[Finding]:
    """Pairs of rules that both act on one order and contradict each other."""
    for one, other in combinations(range(len(table.rules)), 2):
        rule, second = table.rules[one], table.rules[other]
        about = contradicts(rule.then, second.then)
        if not about:
            continue
        both = table.prover.all_of((table.when(rule, Truth.TRUE), table.when(second, Truth.TRUE)))
        try:
            if not table.possible(both):
                continue
        except UndecidedError:
            yield undecided(second.path, "conflict", other)
            continue
        finding = Finding("conflict", second.path, (rule.path,), {"about": about}, rule=other, others=(one,))
        yield from table.borne_out(finding, both, Claim("both", one, other))


def unknowns(table: Table) -> Iterator[Finding]:
    """Rules that an unknown value decides: the order is held for want of it, and for nothing that a rule says."""
    for number, rule in enumerate(table.rules):
        if rule.when is None:
            continue
        unknown = table.prover.all_of((table.reached, table.when(rule, Truth.UNKNOWN)))
        try:
            if not table.possible(unknown):
                continue
            point, witness = table.witness(unknown, Claim("unknown", number))
        except UndecidedError:
            yield undecided(rule.path, "gap", number)
            continue
        if witness is None or point is None:
            yield undecided(rule.path, "gap", number)
        else:
            yield Finding("gap", rule.path, witness=witness, parts=tuple(table.parts_at(rule, point)), rule=number)


def _equivalent(table: Table, one: int, other: int) -> bool:
    first, second = (table.when(table.rules[n], Truth.TRUE) for n in (one, other))
    apart: Formula = table.prover.either(
        (
            table.prover.all_of((first, table.prover.denied(second))),
            table.prover.all_of((second, table.prover.denied(first))),
        )
    )
    return not table.possible(apart)


def _prints(table: Table, samples: Sequence[Point]) -> list[int]:
    """For each rule the sample points at which it holds, as bits: rules that differ in them are not the same."""
    found = []
    for rule in table.rules:
        bits = 0
        for place, point in enumerate(samples[:MOST_SAMPLES]):
            if rule.when is None or table.space.truth(rule.when, point) is Truth.TRUE:
                bits |= 1 << place
        found.append(bits)
    return found
