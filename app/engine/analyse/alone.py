"""Each rule by itself: conditions that are always or never true, and values that nothing can have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.engine.analyse.domain import Json, Point, Rule
from app.engine.analyse.findings import ONLY, Claim, Finding
from app.engine.analyse.prover import UndecidedError
from app.engine.analyse.table import Table, undecided
from app.engine.conditions import GROUPS
from app.engine.trace import Truth


@dataclass(slots=True)
class Able:
    """Rules that can hold at all, those that can also act, and points at which they do; what is found of the others."""

    holding: list[int] = field(default_factory=list)
    acting: list[int] = field(default_factory=list)
    samples: list[Point] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)


def able(table: Table) -> Able:
    """Each rule asked whether it can hold and act."""
    known = Able()
    for number, rule in enumerate(table.rules):
        try:
            _ask(table, number, rule, known)
        except UndecidedError:
            known.acting.append(number)
            known.holding.append(number)
            known.found.append(undecided(rule.path, "always-false", number))
    return known


def _ask(table: Table, number: int, rule: Rule, known: Able) -> None:
    if rule.when is None:
        known.acting.append(number)
        known.holding.append(number)
        return
    point = table.prover.find(table.acts(rule))
    if point is not None:
        known.samples.append(point)
        known.acting.append(number)
        known.holding.append(number)
        known.found += _always(table, number, rule)
        return
    if not table.space.exact:
        raise UndecidedError
    holds = table.prover.holds_somewhere(table.when(rule, Truth.TRUE))
    if holds:
        known.holding.append(number)
    known.found += _never(table, number, rule, holds=holds)


def _always(table: Table, number: int, rule: Rule) -> Iterator[Finding]:
    otherwise = table.prover.denied(table.when(rule, Truth.TRUE))
    if not table.possible(otherwise):
        finding = Finding("always-true", f"{rule.path}/when", rule=number)
        yield from table.borne_out(finding, table.acts(rule), Claim("holds", number))


def _never(table: Table, number: int, rule: Rule, *, holds: bool) -> Iterator[Finding]:
    """The case that shows it is any that comes to the rule; none can show more."""
    code, path = ("never-carried-out", rule.path) if holds else ("always-false", f"{rule.path}/when")
    formula = table.when(rule, Truth.TRUE) if holds else table.prover.all_of(())
    yield from table.borne_out(Finding(code, path, rule=number), formula, Claim("silent", number))


def impossible(table: Table) -> Iterator[Finding]:
    """Comparisons within conditions that no value, or every value, of their fields meets."""
    for number, rule in enumerate(table.rules):
        if rule.when is None:
            continue
        for path, document in _placed(rule.when, f"{rule.path}/when"):
            truths = _truths(table, document)
            if Truth.TRUE not in truths:
                yield from _told(table, "impossible-value", path, document, number)
            elif truths == {Truth.TRUE}:
                yield from _told(table, "always-true-part", path, document, number)


def _told(table: Table, code: str, path: str, document: Json, number: int) -> Iterator[Finding]:
    rule = table.rules[number]
    silent = table.prover.denied(table.when(rule, Truth.TRUE))
    try:
        claim = Claim("silent", number)
        _, witness = table.witness(silent, claim)
        if witness is None:
            claim = Claim("holds", number)
            _, witness = table.witness(table.when(rule, Truth.TRUE), claim)
    except UndecidedError:
        witness = None
    if witness is None:
        yield undecided(path, code, number)
    else:
        yield Finding(code, path, witness=witness, parts=((document, ONLY[Truth.TRUE]),), rule=number)


def _truths(table: Table, document: Json) -> set[Truth]:
    asked = table.space.asked(document)
    if len(asked.operands) > 1:
        return set(Truth)
    return {asked.truth((value,)) for value in table.space.cells[asked.operands[0].key].values}


def _placed(document: Json, path: str) -> Iterator[tuple[str, Json]]:
    """Every comparison with its place."""
    if "field" in document:
        yield path, document
        return
    ((key, inner),) = document.items()
    if key in GROUPS:
        for place, part in enumerate(inner):
            yield from _placed(part, f"{path}/{key}/{place}")
    else:
        yield from _placed(inner, f"{path}/{key}")
