"""All that is found in one section: an ordered table, or rules that all act."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.analyse import large
from app.engine.analyse.alone import able, impossible
from app.engine.analyse.boxes import TooHardError
from app.engine.analyse.findings import Finding
from app.engine.analyse.ordered import gaps, idle, spare, touching
from app.engine.analyse.prover import UndecidedError
from app.engine.analyse.sheet import Sheet
from app.engine.analyse.table import Table
from app.engine.analyse.together import Contradicts, conflicts, twins, unknowns, within

LARGE = 40
"""Rules from which boxes are quicker than one formula of them all."""


def ordered(table: Table) -> Iterator[Finding]:
    """Findings of a table of which the first rule that holds and can be carried out decides."""
    if len(table.rules) > LARGE:
        try:
            yield from list(_ordered_boxes(Sheet(table)))
            return
        except (TooHardError, UndecidedError):
            pass
    yield from _ordered(table)


def _ordered_boxes(sheet: Sheet) -> Iterator[Finding]:
    yield from large.gaps(sheet)
    yield from large.touching(sheet)
    holding, acting, found = large.alone(sheet)
    yield from found
    yield from impossible(sheet.table)
    masked = list(large.idle(sheet, acting))
    yield from masked
    yield from large.twins(sheet, holding, ordered=True)
    gone = {finding.rule for finding in masked}
    yield from large.spare(sheet, [number for number in acting if number not in gone])


def _ordered(table: Table) -> Iterator[Finding]:
    yield from gaps(table)
    yield from touching(table)
    known = able(table)
    yield from known.found
    yield from impossible(table)
    masked = list(idle(table, known.acting))
    yield from masked
    yield from twins(table, known.holding, known.samples, ordered=True)
    gone = {finding.rule for finding in masked}
    yield from spare(table, [number for number in known.acting if number not in gone])


def unordered(table: Table, contradicts: Contradicts) -> Iterator[Finding]:
    """Findings of rules that all act when they hold."""
    if len(table.rules) > LARGE:
        try:
            yield from list(_unordered_boxes(Sheet(table), contradicts))
            return
        except (TooHardError, UndecidedError):
            pass
    yield from _unordered(table, contradicts)


def _unordered_boxes(sheet: Sheet, contradicts: Contradicts) -> Iterator[Finding]:
    yield from unknowns(sheet.table)
    holding, _, found = large.alone(sheet)
    yield from found
    yield from impossible(sheet.table)
    yield from large.conflicts(sheet, contradicts)
    yield from large.twins(sheet, holding, ordered=False)
    yield from large.within(sheet, holding)


def _unordered(table: Table, contradicts: Contradicts) -> Iterator[Finding]:
    yield from unknowns(table)
    known = able(table)
    yield from known.found
    yield from impossible(table)
    yield from conflicts(table, contradicts)
    yield from twins(table, known.holding, known.samples, ordered=False)
    yield from within(table, known.holding, known.samples)
