"""All that is found in one section: an ordered table, or rules that all act."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.analyse.alone import able, impossible
from app.engine.analyse.findings import Finding
from app.engine.analyse.ordered import gaps, idle, spare, touching
from app.engine.analyse.table import Table
from app.engine.analyse.together import Contradicts, conflicts, twins, unknowns, within


def ordered(table: Table) -> Iterator[Finding]:
    """Findings of a table of which the first rule that holds and can be carried out decides."""
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
    yield from unknowns(table)
    known = able(table)
    yield from known.found
    yield from impossible(table)
    yield from conflicts(table, contradicts)
    yield from twins(table, known.holding, known.samples, ordered=False)
    yield from within(table, known.holding, known.samples)
