"""The findings of an ordered table of many rows, by boxes; the same findings as `ordered`, `alone` and `together`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice

from app.engine.analyse.boxes import Box, common, lies_in, widened
from app.engine.analyse.findings import Claim, Finding
from app.engine.analyse.ordered import MOST_GAPS
from app.engine.analyse.sheet import Sheet
from app.engine.analyse.table import Table, does_the_same
from app.engine.analyse.together import Contradicts
from app.engine.trace import Truth

MOST_BOUND = 60
MOST_ENDS = 100
"""Beyond so many gaps a large table is not looked at further: each is an error already."""


def gaps(sheet: Sheet) -> Iterator[Finding]:
    """Orders that only the last row takes, or that end unknown, and that `accepts` does not cover."""
    table, last = sheet.table, len(sheet.rows) - 1
    told = 0
    for number, row in enumerate(sheet.rows):
        falls = number == last
        regions = [sheet.everything] if falls else sheet.minus(row.taken, row.sure) if row.taken != row.sure else []
        claim = Claim("falls", last) if falls else Claim("unknown", number)
        for finding in islice(_kinds(table, sheet, regions, number, claim), max(1, MOST_GAPS - told)):
            told += 1
            yield finding
        if told >= MOST_ENDS:
            return


def _kinds(table: Table, sheet: Sheet, regions: Sequence[Box], number: int, claim: Claim) -> Iterator[Finding]:
    prover = table.prover
    open_to = [table.reached]
    if table.accepts is not None:
        open_to.append(prover.denied(prover.says(table.accepts, Truth.TRUE)))
    told: list[Box] = []
    for left in sheet.left(regions, number):
        if any(lies_in(left, box) for box in told):
            continue
        grown = _grown(sheet, left, regions, number)
        formula = prover.all_of([*open_to, sheet.formula(grown)])
        if not table.possible(formula):
            grown = left
            formula = prover.all_of([*open_to, sheet.formula(grown)])
            if not table.possible(formula):
                continue
        told.append(grown)
        rule = table.rules[number]
        finding = Finding("gap", rule.path, parts=sheet.parts(grown), rule=number)
        yield from table.borne_out(finding, formula, claim)


def _grown(sheet: Sheet, left: Box, regions: Sequence[Box], number: int) -> Box:
    """The region around what is left, as wide as it goes without meeting a row before, nor leaving the regions."""
    if list(regions) != [sheet.everything]:
        return left
    return widened(sheet.taken, left, sheet.taken.before(number))


def touching(sheet: Sheet) -> Iterator[Finding]:
    """Bounds that neither of two rows takes."""
    table, last = sheet.table, len(sheet.rows) - 1
    for touch in table.touches:
        formula = table.prover.all_of([table.reached, table.prover.says(touch.at, Truth.TRUE)])
        if table.accepts is not None:
            formula = table.prover.all_of([formula, table.prover.denied(table.prover.says(table.accepts, Truth.TRUE))])
        boxes = sheet.boxes_of(touch.at)
        left = next(
            (
                box
                for box in sheet.left(boxes, last)
                if table.possible(table.prover.all_of([formula, sheet.formula(box)]))
            ),
            None,
        )
        if left is not None:
            found = Finding("threshold-touching", touch.path, (touch.other,), rule=touch.below, others=(touch.above,))
            claim = Claim("falls", last)
            yield from table.borne_out(found, table.prover.all_of([formula, sheet.formula(left)]), claim)


def alone(sheet: Sheet) -> tuple[list[int], list[int], list[Finding]]:
    """Rows whose conditions can hold, rows that can also act, and what is found of those that cannot or always do."""
    table = sheet.table
    holding: list[int] = []
    acting: list[int] = []
    found: list[Finding] = []
    for number, (rule, row) in enumerate(zip(table.rules, sheet.rows, strict=True)):
        if any(map(sheet.can_be, row.sure)):
            holding.append(number)
            acting.append(number)
            if rule.when is not None:
                found += _always(sheet, number)
        elif any(map(sheet.can_be, sheet.holds[number])):
            holding.append(number)
            finding = Finding("never-carried-out", rule.path, rule=number)
            found += table.borne_out(finding, table.when(rule, Truth.TRUE), Claim("silent", number))
        else:
            finding = Finding("always-false", f"{rule.path}/when", rule=number)
            found += table.borne_out(finding, table.prover.all_of(()), Claim("silent", number))
    return holding, acting, found


def _always(sheet: Sheet, number: int) -> Iterator[Finding]:
    table, rule = sheet.table, sheet.table.rules[number]
    outside = next((box for box in sheet.beside(sheet.holds[number])), None)
    if outside is not None and sheet.can_be(outside):
        return
    if not any(map(sheet.can_be, sheet.minus([sheet.everything], sheet.holds[number]))):
        finding = Finding("always-true", f"{rule.path}/when", rule=number)
        yield from table.borne_out(finding, table.acts(rule), Claim("holds", number))


def idle(sheet: Sheet, acting: Sequence[int]) -> Iterator[Finding]:
    """Rows that never come to act, those before them taking everything."""
    table = sheet.table
    for number in acting:
        if number == len(sheet.rows) - 1 or next(sheet.left(sheet.rows[number].sure, number), None) is not None:
            continue
        by = _maskers(sheet, number)
        rule = table.rules[number]
        finding = Finding("unreachable", rule.path, tuple(table.rules[n].path for n in by), rule=number, others=by)
        yield from table.borne_out(finding, table.acts(rule), Claim("silent", number))


def _maskers(sheet: Sheet, number: int) -> tuple[int, ...]:
    """One row that masks it where one does, else rows that do together, none to spare."""
    sure = sheet.rows[number].sure
    meeting = [n for n in range(number) if any(common(a, b) for a in sure for b in sheet.rows[n].taken)]

    def masks(rows: Sequence[int]) -> bool:
        boxes = [box for n in rows for box in sheet.rows[n].taken]
        return not any(map(sheet.can_be, sheet.minus(sure, boxes)))

    for one in meeting:
        if masks([one]):
            return (one,)
    needed = list(meeting)
    for one in meeting:
        fewer = [n for n in needed if n != one]
        if masks(fewer):
            needed = fewer
    return tuple(needed)


def twins(sheet: Sheet, holding: Sequence[int], *, ordered: bool) -> Iterator[Finding]:
    """Rows of the same condition: duplicates, or in ordered tables conflicts."""
    table = sheet.table
    for one, other in _alike(sheet, holding):
        rule, second = table.rules[one], table.rules[other]
        same = rule.then == second.then
        if (same or ordered) and _equal(sheet, one, other):
            code = "duplicate" if same else "conflict"
            finding = Finding(code, second.path, (rule.path,), rule=other, others=(one,))
            claim = Claim("silent", other) if ordered else Claim("both", one, other)
            yield from table.borne_out(finding, table.when(second, Truth.TRUE), claim)


def _alike(sheet: Sheet, holding: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Pairs that may be equal: of the same extent, or of columns that hang together, whose extents may deceive."""
    rows = [n for n in holding if sheet.table.rules[n].when is not None]
    bound = {n for n in rows if not all(map(sheet.is_free, sheet.holds[n]))}
    if len(bound) > MOST_BOUND:
        bound = set()
    alike: dict[Box, list[int]] = {}
    for number in rows:
        alike.setdefault(sheet.hull(sheet.holds[number]), []).append(number)
    for numbers in alike.values():
        yield from ((a, b) for a, b in combinations(numbers, 2) if not {a, b} & bound)
    yield from ((a, b) for a, b in combinations(rows, 2) if {a, b} & bound)


def _equal(sheet: Sheet, one: int, other: int) -> bool:
    first, second = sheet.holds[one], sheet.holds[other]
    if first == second:
        return True
    apart = [*sheet.minus(first, second), *sheet.minus(second, first)]
    return not any(map(sheet.can_be, apart))


def spare(sheet: Sheet, able: Sequence[int]) -> Iterator[Finding]:
    """Rows without which every order would be decided just so, by a later row that does the same."""
    table = sheet.table
    for number in able:
        rule = table.rules[number]
        later = next((n for n in able if n > number and does_the_same(table.rules[n], rule)), None)
        if number == len(sheet.rows) - 1 or later is None or _differs(sheet, number, later):
            continue
        finding = Finding("subsumed", rule.path, (table.rules[later].path,), rule=number, others=(later,))
        own = table.prover.either(sheet.formula(box) for box in sheet.left(sheet.rows[number].sure, number))
        yield from table.borne_out(finding, own, Claim("acts", number))


def _differs(sheet: Sheet, number: int, later: int) -> bool:
    own = list(sheet.left(sheet.rows[number].sure, number))
    for between in range(number + 1, later):
        for box in own:
            shared = [c for other in sheet.rows[between].taken if (c := common(box, other)) is not None]
            if any(map(sheet.can_be, shared)):
                return True
    return any(map(sheet.can_be, sheet.minus(own, sheet.rows[later].sure)))


def conflicts(sheet: Sheet, contradicts: Contradicts) -> Iterator[Finding]:
    """Pairs of rows that both act on one order and contradict each other."""
    table = sheet.table
    cover = sheet.cover(sheet.holds)
    for one, boxes in enumerate(sheet.holds):
        meeting, later = 0, (1 << len(cover.boxes)) - 1 & ~cover.before(one)
        for box in boxes:
            meeting |= cover.meeting(box, later)
        for other in sorted({cover.owners[n] for n in _places(meeting)} - {one}):
            if other < one:
                continue
            about = contradicts(table.rules[one].then, table.rules[other].then)
            shared = [c for a in boxes for b in sheet.holds[other] if (c := common(a, b)) is not None]
            real = next((box for box in shared if about and sheet.can_be(box)), None)
            if real is not None:
                rule, second = table.rules[one], table.rules[other]
                found = Finding("conflict", second.path, (rule.path,), {"about": about}, rule=other, others=(one,))
                yield from table.borne_out(found, sheet.formula(real), Claim("both", one, other))


def within(sheet: Sheet, holding: Sequence[int]) -> Iterator[Finding]:
    """Rows that say nothing of their own: another does the same whenever they act, and more."""
    table = sheet.table
    same: dict[str, list[int]] = {}
    for number in holding:
        same.setdefault(repr(table.rules[number].then), []).append(number)
    for numbers in same.values():
        for one in numbers:
            wider = next((n for n in numbers if n != one and _lies_within(sheet, one, n)), None)
            if wider is not None:
                rule, other = table.rules[one], table.rules[wider]
                finding = Finding("subsumed", rule.path, (other.path,), rule=one, others=(wider,))
                yield from table.borne_out(finding, table.when(rule, Truth.TRUE), Claim("both", one, wider))


def _lies_within(sheet: Sheet, one: int, other: int) -> bool:
    inner, outer = sheet.holds[one], sheet.holds[other]
    if table_is_bare(sheet, one) or not all(map(any, ([common(a, b) for b in outer] for a in inner))):
        return False
    if any(map(sheet.can_be, sheet.minus(inner, outer))):
        return False
    return any(map(sheet.can_be, sheet.minus(outer, inner)))


def table_is_bare(sheet: Sheet, number: int) -> bool:
    """Whether the rule has no condition."""
    return sheet.table.rules[number].when is None


def _places(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
