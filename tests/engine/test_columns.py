"""Conditions judged by columns say of each environment what the compiled rules say of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.engine import compile_rules
from app.engine.columns import Columns, gather
from app.rulebook.order_vocabulary import VOCABULARY
from tests.engine.test_evaluate import condition, covers, houses, orders, plain

line = st.builds(lambda op, v: {"field": "line.quantity", "op": op, "value": v}, st.sampled_from(["<", ">="]),
                 st.integers(0, 4))  # fmt: skip
OTHER = {"field": "order.paid", "op": ">", "value": {"field": "order.postage"}}
other = st.just(OTHER)
age = st.builds(lambda n: {"field": "order.paid_at", "op": "older_than", "value": {"hours": n}}, st.integers(0, 5))
known = st.sampled_from([{"field": "order.paid", "op": "is_unknown"}, {"field": "order.province", "op": "is_known"}])
pairs = st.builds(
    lambda word, inner, part, cover: {f"{word}_line": {"all": [part, {f"{inner}_warehouse": {"any": [cover, OTHER]}}]}},
    st.sampled_from(["any", "every", "no"]), st.sampled_from(["any", "every", "no"]), line, covers,
)  # fmt: skip
facts = st.builds(
    lambda order, warehouse, quantities, postage, paid_at: SimpleNamespace(
        order=SimpleNamespace(paid=order.paid, province=order.province, postage=postage, paid_at=paid_at),
        warehouse=warehouse, line=[SimpleNamespace(quantity=q) for q in quantities], target=None, network=None,
        now=20_000,
    ),
    orders, houses, st.lists(st.one_of(st.none(), st.integers(0, 4)), max_size=3),
    st.one_of(st.none(), st.integers(0, 9)), st.one_of(st.none(), st.integers(0, 20_000)),
)  # fmt: skip


def told(columns: Columns, when: Any) -> list[str]:
    true, false = (part.to_bytes(columns.size, "little") for part in columns.judge(when))
    assert not any(yes and no for yes, no in zip(true, false, strict=True))
    return ["true" if yes else "false" if no else "unknown" for yes, no in zip(true, false, strict=True)]


@given(st.lists(facts, max_size=6), condition)
def test_columns_say_what_a_plain_reading_says(environments: list[Any], when: Any) -> None:
    words = {True: "true", False: "false", None: "unknown"}
    wanted = [words[plain(when, env)] for env in environments]
    assert told(Columns(gather(environments, VOCABULARY), VOCABULARY), when) == wanted


@given(st.lists(facts, max_size=6), st.one_of(other, age, known, pairs))
def test_columns_say_what_compiled_rules_say(environments: list[Any], when: Any) -> None:
    rules = compile_rules([{"id": "it", "when": when, "then": []}], VOCABULARY)
    wanted = [rules.explain(env)[0].result for env in environments]
    assert told(Columns(gather(environments, VOCABULARY), VOCABULARY), when) == wanted


def test_many_different_values_are_told_apart() -> None:
    environments = [SimpleNamespace(order=SimpleNamespace(paid=n), warehouse=[], line=[], now=0) for n in range(1_000)]
    columns = Columns(gather(environments, VOCABULARY), VOCABULARY)
    assert told(columns, {"field": "order.paid", "op": ">=", "value": 600}) == ["false"] * 600 + ["true"] * 400
    assert columns.judge({"field": "order.city", "op": "is", "value": "x"}) == (0, 0)
