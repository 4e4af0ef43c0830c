"""Watches: durable-rules against the correlator on random histories, and how long each takes for the most it is given.

`without_answer` counts, by reason, histories that durable-rules gave no answer to, for which the correlator stands in;
`asked_again` batches of which some history had none.
`different` counts histories in which the two engines do not name the same windows once each is checked in the facts.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import Any

from app.insight.rete import Answer, RuleSet, ask_rete
from app.insight.watches.correlator import correlate
from app.insight.watches.examine import MOST_STEPS, examine
from app.insight.watches.facts import Fact, Key, Pair, Step, steps_of
from app.insight.watches.ruleset import facts_of, pairs_of, rules_of
from app.rulebook.watches import BURST, PRICE_GAP, REPEAT, Watch

HISTORIES = 3_000
_AT_ONCE = 100
_WORDS = {"zh": "看", "en": "look"}
History = tuple[Watch, list[Fact]]


def run(histories: int = HISTORIES) -> dict[str, Any]:
    """The figures; without the library only the correlator's."""
    chance = random.Random(20_261_126)
    began = time.perf_counter()
    windows = raw = checked = 0
    failures: Counter[str] = Counter()
    for _ in range(0, histories, _AT_ONCE):
        several = [_history(chance) for _ in range(_AT_ONCE)]
        for (watch, facts), found in zip(several, _found(several, failures), strict=True):
            expected = correlate(watch, steps_of(watch, facts))
            windows += len(expected)
            if found is None:
                continue
            raw += found != expected
            checked += _checked(watch, facts, found) != _checked(watch, facts, expected)
    return {
        "histories": histories, "windows": windows, "different_before_check": raw, "different": checked,
        "without_answer": dict(failures), "seconds": round(time.perf_counter() - began, 1), "steps": MOST_STEPS,
        **_full(),
    }  # fmt: skip


def _history(chance: random.Random) -> History:
    """Facts of two keys in a minute and a half, near the watch's threshold."""
    kind = chance.choice((BURST, REPEAT, PRICE_GAP))
    threshold = chance.randint(2, 60 if kind == PRICE_GAP else 14)
    watch = Watch("w", kind, _WORDS, chance.randint(1, 40), threshold, (), least=chance.choice((0, 0, 5)))
    amounts = {BURST: (1, 9), REPEAT: (1, 1), PRICE_GAP: (15, 33)}[kind]
    facts = [
        Fact(Key(chance.choice("AB")), 10**9 + chance.randint(0, 90), chance.randint(*amounts), chance.choice("pqr"), n)
        for n in range(chance.randint(0, 60))
    ]
    return watch, facts


def _found(several: list[History], failures: Counter[str]) -> list[set[Pair] | None]:
    """What durable-rules finds in each; None where it gives no answer."""
    steps = [steps_of(watch, facts) for watch, facts in several]
    asked = [n for n, own in enumerate(steps) if own]
    answer = ask_rete([RuleSet(rules_of(several[n][0]), facts_of(several[n][0], steps[n])) for n in asked], 60)
    if answer.failure and len(several) > 1:
        # One of them: asked again each on its own, so that only what stays without an answer counts as such.
        failures["asked_again"] += 1
        return [found for one in several for found in _found([one], failures)]
    if answer.failure:
        failures[f"{answer.failure} {answer.detail}"] += 1
        return [None]
    fired: dict[int, list[tuple[str, dict[str, str]]]] = {}
    for place, name, facts in answer.fired:
        fired.setdefault(asked[place], []).append((name, facts))
    return [pairs_of(fired.get(n, [])) for n in range(len(several))]


def _checked(watch: Watch, facts: list[Fact], pairs: set[Pair]) -> set[Any]:
    """The windows that `examine` lets through of what an engine named."""
    named = [(0, "pair", {"a": str(a), "b": str(b)}) for a, b in pairs]
    return set(examine(watch, facts, ask=lambda _: Answer(named)).matches)


def _full() -> dict[str, Any]:
    """One key with as many steps as the child is given, and the same for the correlator."""
    watch = Watch("w", BURST, _WORDS, 300, 200, ())
    steps = [Step(n, Key("A"), 10**9 + n, 1, "") for n in range(MOST_STEPS)]
    began = time.perf_counter()
    answer = ask_rete([RuleSet(rules_of(watch), facts_of(watch, steps))], 60)
    child = time.perf_counter() - began
    began = time.perf_counter()
    correlate(watch, steps)
    own = time.perf_counter() - began
    return {"child_seconds": None if answer.failure else round(child, 2), "correlator_seconds": round(own, 4)}
