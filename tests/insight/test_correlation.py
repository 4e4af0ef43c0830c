"""Both engines of the watches name the same windows as the plainest reading of what a window is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.insight.rete import Answer, RuleSet, is_installed
from app.insight.watches.correlator import correlate
from app.insight.watches.examine import CORRELATOR, DURABLE, MOST_STEPS, admit, examine, is_true
from app.insight.watches.facts import Fact, Key, Match, Pair, Step, steps_of
from app.rulebook.watches import BURST, PRICE_GAP, REPEAT, Watch

needs_durable = pytest.mark.skipif(not is_installed(), reason="durable-rules is not installed")
History = tuple[Watch, list[tuple[str, int, int, str]]]
WORDS = {"zh": "看", "en": "look"}


def a_watch(kind: str, window: int, threshold: int, least: int = 0) -> Watch:
    return Watch("w", kind, WORDS, window, threshold, (), least=least)


watches = st.one_of(
    st.builds(a_watch, st.just(BURST), st.integers(1, 40), st.integers(1, 14)),
    st.builds(a_watch, st.just(REPEAT), st.integers(1, 40), st.integers(2, 5)),
    st.builds(a_watch, st.just(PRICE_GAP), st.integers(1, 40), st.integers(1, 60), st.integers(0, 12)),
)
happenings = st.lists(
    st.tuples(st.sampled_from("AB"), st.integers(0, 90), st.integers(1, 9), st.sampled_from("pqr")), max_size=36
)
histories = st.tuples(watches, happenings)


def facts_of(watch: Watch, happened: Sequence[tuple[str, int, int, str]]) -> list[Fact]:
    """As the database would give them: repeats count one each, prices lie near 20."""
    amounts = {BURST: lambda n: n, REPEAT: lambda _: 1, PRICE_GAP: lambda n: 14 + 2 * n}
    amount = amounts[watch.kind]
    return [Fact(Key(k), 1_000_000 + at, amount(n), shop, ref) for ref, (k, at, n, shop) in enumerate(happened)]


def plainly(watch: Watch, steps: Sequence[Step]) -> set[Pair]:
    """Every pair of ends, the sum between them taken anew each time."""
    found = set()
    for one in steps:
        same = [step for step in steps if step.key == one.key]
        for other in same:
            if watch.kind == PRICE_GAP:
                apart = one.amount * 100 > other.amount * (100 + watch.threshold)
                wide = one.amount - other.amount >= watch.least and one.shop != other.shop
                if apart and wide and abs(one.at - other.at) <= watch.window_seconds:
                    found.add((one.number, other.number))
                continue
            between = [step.amount for step in same if one.at <= step.at <= other.at]
            first = sum(between) >= watch.threshold > sum(between[:-1])
            if between and first and other.at - one.at <= watch.window_seconds:
                found.add((one.number, other.number))
    return found


@given(histories)
@settings(max_examples=400)
def test_the_correlator_finds_what_the_plain_reading_finds(
    history: tuple[Watch, list[tuple[str, int, int, str]]],
) -> None:
    watch, happened = history
    steps = steps_of(watch, facts_of(watch, happened))
    assert correlate(watch, steps) == plainly(watch, steps)


@needs_durable
@given(st.lists(histories, min_size=12, max_size=12))
@settings(max_examples=10)
def test_durable_rules_finds_what_the_plain_reading_finds(several: list[History]) -> None:
    for watch, happened in several:
        facts = facts_of(watch, happened)
        found = examine(watch, facts, compare=True)
        steps = steps_of(watch, facts)
        assert (found.failure, found.differences) == ("", 0)
        assert bool(found.matches) == bool(plainly(watch, steps))
        assert len(found.matches) == len(plainly(watch, steps))
        assert not steps or found.engine == DURABLE


@given(histories)
@settings(max_examples=150)
def test_merging_facts_loses_no_firing(history: History) -> None:
    watch, happened = history
    facts = facts_of(watch, happened)
    if watch.kind == PRICE_GAP:
        return
    whole = [Step(n, fact.key, fact.at, fact.amount, "") for n, fact in enumerate(sorted(facts, key=lambda f: f[:2]))]
    keys = {whole[one].key for one, _ in plainly(watch, whole)}
    assert keys <= {match.key for match in examine(watch, facts, ask=without).matches}


def without(_: Sequence[RuleSet]) -> Answer:
    return Answer(failure="library-missing")


def a_liar(_: Sequence[RuleSet]) -> Answer:
    """Names a window that is none, and leaves out the one that is."""
    return Answer([(0, "pair", {"a": "0", "b": "2"}), (0, "alone", {"b": "77"})])


FACTS = [Fact(Key("A"), at, 2, "p", ref) for ref, at in enumerate((100, 150, 900, 1000))]


def test_what_an_engine_says_without_ground_is_not_acted_on_and_counted() -> None:
    found = examine(a_watch(BURST, 60, 4), FACTS, ask=a_liar)
    assert (found.matches, found.differences) == ((), 2)


def test_when_both_engines_look_a_window_that_one_missed_is_found_and_counted() -> None:
    found = examine(a_watch(BURST, 60, 4), FACTS, compare=True, ask=a_liar)
    assert [(match.start, match.end, match.refs) for match in found.matches] == [(100, 150, (0, 1))]
    assert found.differences >= 2


def test_a_fact_refused_as_seen_before_makes_the_correlator_stand_in() -> None:
    found = examine(a_watch(BURST, 60, 4), FACTS, ask=lambda _: Answer(failure="fact-seen"))
    assert (found.engine, found.failure, len(found.matches)) == (CORRELATOR, "fact-seen", 1)


def test_more_than_the_child_may_be_given_goes_to_the_correlator() -> None:
    many = [Fact(Key("A"), at, 1, "p", at) for at in range(MOST_STEPS + 1)]
    found = examine(a_watch(BURST, 60, 50), many)
    assert (found.engine, found.failure) == (CORRELATOR, "too-many-facts")
    assert found.matches


@needs_durable
@pytest.mark.parametrize("ask", [None, without], ids=["durable-rules", "correlator"])
@pytest.mark.parametrize(("second", "many"), [(160, 1), (161, 0)])
def test_a_window_holds_both_its_ends(ask: object, second: int, many: int) -> None:
    facts = [Fact(Key("A"), 100, 2, "p", 1), Fact(Key("A"), second, 2, "p", 2)]
    options = {"ask": ask} if ask else {}
    assert len(examine(a_watch(BURST, 60, 4), facts, **options).matches) == many  # type: ignore[arg-type]


def test_one_fact_alone_can_be_enough() -> None:
    found = examine(a_watch(BURST, 60, 4), [Fact(Key("A"), 100, 4, "p", 1)], ask=without)
    assert [(match.start, match.end) for match in found.matches] == [(100, 100)]


def test_a_price_gap_is_of_two_shops_and_more_than_both_bounds() -> None:
    watch = a_watch(PRICE_GAP, 60, 30, least=1000)

    def gap(low: int, high: int, shop: str = "q") -> int:
        facts = [Fact(Key("A"), 100, low, "p", 1), Fact(Key("A"), 120, high, shop, 2)]
        return len(examine(watch, facts, ask=without).matches)

    assert gap(10_000, 13_001) == 1
    assert gap(10_000, 13_000) == 0
    assert gap(1_000, 1_999) == 0
    assert gap(1_000, 2_000) == 1
    assert gap(10_000, 20_000, shop="p") == 0


def test_a_window_is_checked_in_the_facts_themselves() -> None:
    watch = a_watch(BURST, 60, 4)
    assert is_true(watch, Match(Key("A"), 100, 150, 4, (0, 1)), FACTS)
    assert not is_true(watch, Match(Key("B"), 100, 150, 4, (0, 1)), FACTS)
    assert not is_true(watch, Match(Key("A"), 100, 900, 6, ()), FACTS)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 50)), max_size=20), st.integers(50, 80))
def test_no_two_firings_share_a_second(spans: list[tuple[int, int]], window: int) -> None:
    matches = [Match(Key("A"), at, at + length, 1, ()) for at, length in spans]
    fired = sorted((match.start, match.end) for match in admit(matches, (), window))
    assert all(later[0] > earlier[0] + window for earlier, later in pairwise(fired))
    assert bool(fired) == bool(spans)
    again = admit(matches, [(start, start + window) for start, _ in fired], window)
    assert not again
