"""Large tables, cut into parts and compiled as needed, say what a plain reading says; so do rules joined singly."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine import compile_rules
from app.engine.compile import AT_ONCE
from app.engine.index import listed
from app.engine.joined import Joiner
from app.engine.quick import CUT_FROM
from app.rulebook.order_vocabulary import VOCABULARY
from tests.engine.test_evaluate import condition, houses, orders, paid, plain, province

MANY = max(AT_ONCE, CUT_FROM) + 20
flat = st.builds(lambda a, b, c: {"all": [a, b, *c]}, province, paid, st.lists(condition, max_size=1))


@settings(max_examples=12)
@given(few=st.lists(st.one_of(flat, condition), min_size=4, max_size=9), order=orders, warehouse=houses)
def test_a_large_table_says_what_a_plain_reading_says(few: list[Any], order: Any, warehouse: Any) -> None:
    rules = [{"id": f"r{n}", "when": few[n % len(few)], "then": []} for n in range(MANY)]
    env = SimpleNamespace(order=order, warehouse=warehouse, now=0)
    told = [plain(one, env) for one in few]
    right = [(n, told[n % len(few)] is None) for n in range(MANY) if told[n % len(few)] is not False]
    table = compile_rules(rules, VOCABULARY)
    assert [(match.index, match.unknown) for match in table.evaluate(env)] == right
    assert [(match.index, match.unknown) for match in table.matches(env)] == right
    first = table.first(env)
    assert (None if first is None else (first.index, first.unknown)) == next(iter(right), None)
    assert [trace.result for trace in table.explain(env, range(len(few)))] == [
        "unknown" if one is None else str(one).lower() for one in told
    ]


@settings(max_examples=12)
@given(few=st.lists(condition, min_size=1, max_size=4), order=orders, warehouse=houses)
def test_rules_joined_one_by_one_say_what_their_table_says(few: list[Any], order: Any, warehouse: Any) -> None:
    rules = [{"id": f"r{n}", "when": one, "then": []} for n, one in enumerate(few)]
    env = SimpleNamespace(order=order, warehouse=warehouse, now=0)
    table, joined = compile_rules(rules, VOCABULARY), Joiner(VOCABULARY).join(rules)
    assert joined.evaluate(env) == table.evaluate(env)
    assert joined.first(env) == table.first(env)
    assert joined.explain(env) == table.explain(env)
    for n in range(len(rules)):
        assert joined.members(n, env, "warehouse") == table.members(n, env, "warehouse")


@given(st.sets(st.integers(0, 2_000)))
def test_the_bits_of_a_number_are_listed_from_the_lowest(places: set[int]) -> None:
    bits = sum(1 << place for place in places)
    assert listed(bits) == sorted(places)
    assert listed(bits, range(10, 2_011)) == [place + 10 for place in sorted(places)]
