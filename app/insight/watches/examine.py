"""Which windows a watch is true of: durable-rules in its child, the correlator where that fails, each match checked.

Whatever an engine says, only a window that `is_true` finds true in the facts themselves comes out of here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.insight.rete import Answer, Ask, RuleSet, ask_rete
from app.insight.watches.correlator import correlate
from app.insight.watches.facts import Fact, Key, Match, Pair, Step, steps_of
from app.insight.watches.ruleset import facts_of, pairs_of, rules_of
from app.rulebook.watches import PRICE_GAP, Watch

MOST_STEPS = 1_000
"""Steps that are handed to the child at once: a join looks at pairs."""
DURABLE, CORRELATOR, NEITHER = "durable-rules", "correlator", ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found, and how. `failure`: why the correlator stood in, as `rete.Answer` or `too-many-facts`.

    `compared`: both engines ran; `differences` counts windows that one named and the other did not, and windows that
    durable-rules named and the facts do not bear out.
    """

    matches: tuple[Match, ...] = ()
    engine: str = NEITHER
    failure: str = ""
    detail: str = ""
    steps: int = 0
    compared: bool = False
    differences: int = 0


def examine(watch: Watch, facts: Sequence[Fact], *, compare: bool = False, ask: Ask = ask_rete) -> Findings:
    """Every window of these facts that the watch is true of. `compare`: have both engines say so."""
    steps = steps_of(watch, facts)
    if not steps:
        return Findings()
    answer = _ask(watch, steps, ask)
    if answer.failure:
        pairs = correlate(watch, steps)
        matches = tuple(_matches(watch, steps, pairs, facts))
        return Findings(matches, CORRELATOR, answer.failure, answer.detail, len(steps))
    told = pairs_of((name, aliases) for _, name, aliases in answer.fired)
    pairs = {pair for pair in told if _is_window(pair, steps)}
    differences = len(told - pairs)
    if compare:
        expected = correlate(watch, steps)
        differences += len(pairs ^ expected)
        # Missing a true window would be worse than finding it twice: each is checked below.
        pairs |= expected
    matches = tuple(_matches(watch, steps, pairs, facts))
    if not compare:
        differences += len(pairs) - len(matches)
    return Findings(matches, DURABLE, steps=len(steps), compared=compare, differences=differences)


def is_true(watch: Watch, match: Match, facts: Iterable[Fact]) -> bool:
    """Whether the facts themselves, summed and compared anew, make the window one that the watch is true of."""
    if match.end - match.start > watch.window_seconds or match.end < match.start:
        return False
    inside = [fact for fact in facts if fact.key == match.key and match.start <= fact.at <= match.end]
    if watch.kind != PRICE_GAP:
        return sum(fact.amount for fact in inside) >= watch.threshold
    (low, cheap), (high, dear) = match.prices
    seen = {(fact.amount, fact.shop) for fact in inside}
    apart = high * 100 > low * (100 + watch.threshold) and high - low >= watch.least
    return apart and cheap != dear and {(low, cheap), (high, dear)} <= seen


def admit(matches: Iterable[Match], covered: Iterable[tuple[int, int]], window_seconds: int) -> list[Match]:
    """Of one key's windows those to fire for: none shares a second with another or with what is `covered` already.

    A firing covers a whole window's time from its first fact. The widest price gap goes first, then the earliest.
    """
    spans = list(covered)
    admitted = []
    for match in sorted(matches, key=lambda one: (one.prices and one.prices[0][0] - one.prices[1][0], one.end)):
        if all(match.end < start or match.start > end for start, end in spans):
            admitted.append(match)
            spans.append((match.start, match.start + window_seconds))
    return admitted


def _ask(watch: Watch, steps: Sequence[Step], ask: Ask) -> Answer:
    if len(steps) > MOST_STEPS:
        return Answer(failure="too-many-facts", detail=str(len(steps)))
    return ask([RuleSet(rules_of(watch), facts_of(watch, steps))])


def _is_window(pair: Pair, steps: Sequence[Step]) -> bool:
    return all(0 <= number < len(steps) for number in pair) and steps[pair[0]].key == steps[pair[1]].key


def _matches(watch: Watch, steps: Sequence[Step], pairs: Iterable[Pair], facts: Sequence[Fact]) -> Iterator[Match]:
    times: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    for place, fact in enumerate(facts):
        times[fact.key].append((fact.at, place))
    for own in times.values():
        own.sort()
    for one, other in sorted(pairs):
        start, end = sorted((steps[one].at, steps[other].at))
        own = times[steps[one].key]
        # There may be as many windows as facts: not every fact is looked at for each.
        near = own[bisect_left(own, (start, -1)) : bisect_left(own, (end + 1, -1))]
        inside = [facts[place] for place in sorted(place for _, place in near)]
        match = _match(watch, steps[one], steps[other], inside)
        if is_true(watch, match, inside):
            yield match


def _match(watch: Watch, one: Step, other: Step, inside: Sequence[Fact]) -> Match:
    start, end = sorted((one.at, other.at))
    if watch.kind != PRICE_GAP:
        refs = dict.fromkeys(fact.ref for fact in inside if fact.ref is not None)
        return Match(one.key, start, end, sum(fact.amount for fact in inside), tuple(refs))
    ends = ((other.amount, other.shop), (one.amount, one.shop))
    refs = dict.fromkeys(f.ref for f in inside if f.ref is not None and (f.amount, f.shop) in ends)
    return Match(one.key, start, end, one.amount - other.amount, tuple(refs), ends)
