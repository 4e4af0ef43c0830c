"""Sound tables, spoilt on purpose: a bound shifted, a row taken away, two rows swapped. Each fault is found."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from typing import Any

from app.engine.analyse import Finding, Rule, believe
from app.engine.analyse.analysis import ordered
from app.engine.analyse.table import Table
from app.rulebook.order_vocabulary import VOCABULARY
from tests.engine.enumeration import DOMAIN, PROVINCES

EXAMPLES = int(os.environ.get("PANDAN_TEST_EXAMPLES", "25"))
SEED = random.SystemRandom().randrange(1 << 40) if "PANDAN_TEST_EXAMPLES" in os.environ else 0
THENS = ([{"do": "backorder"}], [{"do": "purchase"}])


def sound(chance: random.Random) -> list[Rule]:
    """Bands of an amount, with an exception in a province before each, and unknown values said first.

    Neighbours do different things, so that no row can go unnoticed.
    """
    whens: list[Any] = [
        {"field": "order.paid", "op": "is_unknown"},
        {"all": [{"field": "order.paid", "op": "is_known"}, {"field": "order.province", "op": "is_unknown"}]},
    ]
    cuts = sorted(chance.sample((1, 2, 3, 4), chance.randint(1, 3)))
    for low, high in zip([None, *cuts], [*cuts, None], strict=True):
        band = [{"field": "order.paid", "op": ">=", "value": low}] if low is not None else []
        band += [{"field": "order.paid", "op": "<", "value": high}] if high is not None else []
        whens.append({"all": [*band, {"field": "order.province", "op": "is", "value": chance.choice(PROVINCES)}]})
        whens.append({"all": band})
    rules = [Rule(f"r{n}", f"allocation/rules/{n}", when, THENS[n % 2]) for n, when in enumerate(whens)]
    return [*rules, Rule("otherwise", f"allocation/rules/{len(rules)}", None, [{"do": "hold"}])]


def found_in(rules: list[Rule]) -> list[Finding]:
    placed = [replace(rule, path=f"allocation/rules/{n}") for n, rule in enumerate(rules)]
    return list(ordered(Table(placed, VOCABULARY, DOMAIN, ordered=True, confirm=believe)))


def codes(rules: list[Rule]) -> set[str]:
    return {finding.code for finding in found_in(rules)}


def tables() -> list[tuple[random.Random, list[Rule]]]:
    chances = [random.Random(seed) for seed in range(SEED, SEED + EXAMPLES)]
    return [(chance, sound(chance)) for chance in chances]


def test_a_sound_table_has_no_finding() -> None:
    for _, rules in tables():
        assert found_in(rules) == []


def test_a_lowered_upper_bound_is_a_gap_just_there() -> None:
    for chance, rules in tables():
        bands = [n for n, rule in enumerate(rules) if rule.when and rule.when.get("all") and n > 2 and n % 2 == 1]
        place = chance.choice([n for n in bands if any(part["op"] == "<" for part in rules[n].when["all"])])  # type: ignore[index]
        parts = [dict(part) for part in rules[place].when["all"]]  # type: ignore[index]
        bound = next(part for part in parts if part["op"] == "<")
        bound["value"] -= 1
        spoilt = [*rules[:place], replace(rules[place], when={"all": parts}), *rules[place + 1 :]]
        gaps = [finding for finding in found_in(spoilt) if finding.code == "gap"]
        assert [finding.witness.values["order.paid"] for finding in gaps] == [bound["value"]]


def test_a_row_taken_away_is_a_gap() -> None:
    for chance, rules in tables():
        place = chance.choice([0, 1, *range(3, len(rules) - 1, 2)])
        assert "gap" in codes(rules[:place] + rules[place + 1 :])


def test_a_band_before_its_exception_leaves_one_that_never_decides() -> None:
    for chance, rules in tables():
        place = chance.choice(range(2, len(rules) - 1, 2))
        swapped = [*rules[:place], rules[place + 1], rules[place], *rules[place + 2 :]]
        (finding,) = [f for f in found_in(swapped) if f.code == "unreachable"]
        assert (finding.rule, finding.others) == (place + 1, (place,))
