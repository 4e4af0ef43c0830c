"""The second opinion: another engine, told the rules another way, must say the same; and it can fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.allocation.demand import Demand
from app.allocation.facts import Network
from app.domain.decision import Overlay
from app.domain.errors import Problem
from app.domain.order import Line, Order
from app.engine.vocabulary import Vocabulary
from app.insight.rete import Answer, is_installed
from app.insight.rete_child import WITHOUT
from app.processing import second_opinion as second
from app.processing.inputs import Inputs
from app.processing.publishing import gate
from app.processing.second_opinion import Opinion, gate_check, opinion_of, second_opinion
from app.rulebook.order_vocabulary import SCREENING
from app.rulebook.pack import CompiledPack, load_pack
from app.rulebook.retelling import MOST_TESTS, Retelling, retell, rule_sets

FOLDER = Path(__file__).parents[2] / "rule_packs"
NOW = 1_784_109_600
needs_durable = pytest.mark.skipif(not is_installed(), reason="durable-rules is not installed")


def document(name: str = "apparel-default") -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads((FOLDER / f"{name}.json").read_bytes())
    return found


def screening(*conditions: dict[str, Any]) -> CompiledPack:
    """The shipped pack with these screening rules, and nothing but "otherwise" to allocate by."""
    then = [{"do": "tag", "tag": "x"}]
    rules = [{"id": f"r{n}", "when": condition, "then": then} for n, condition in enumerate(conditions)]
    otherwise = {"hit": "first", "rules": document()["allocation"]["rules"][-1:]}
    return load_pack({**document(), "screening": {"hit": "all", "rules": rules}, "allocation": otherwise})


def sample(**fields: Any) -> Inputs:
    """The environment of an order with these fields."""
    line = Line("1", "A", fields.pop("units", 1), price=1000)
    order = Order("1", "tb", "taobao", "paid", [line], created_at=NOW, **fields)
    inputs = Inputs(order, order, Overlay(), NOW)
    inputs.line, inputs.network = [line], Network((), {})
    inputs.demand = Demand((), {})
    return inputs


@needs_durable
@pytest.mark.parametrize("name", ["apparel-default", "article-as-written"])
def test_both_engines_name_the_same_rules_on_a_shipped_packs_examples(name: str) -> None:
    opinion = opinion_of(document(name))
    assert opinion.problems == []
    assert opinion.orders >= 3
    assert opinion.agreed >= opinion.orders * 3
    assert all("/rules/" in path for path in opinion.precomputed)


@needs_durable
def test_a_wrong_translation_is_an_error_that_names_the_rule_and_an_order() -> None:
    def wrongly(rules: Sequence[Mapping[str, Any]], vocabulary: Vocabulary) -> Retelling:
        told = retell(rules, vocabulary)
        for place, one in enumerate(told.tellings):
            shifted = tuple(
                tuple({"$gt": test["$gte"]} if "$gte" in test else test for test in tests) for tests in one.conjunctions
            )
            told.tellings[place] = replace(one, conjunctions=shifted)
        return told

    pack = screening({"field": "order.paid", "op": ">=", "value": 5000})
    assert second_opinion(pack, [sample(paid=5000)]).problems == []
    (problem,) = second_opinion(pack, [sample(paid=4000), sample(paid=5000)], tell_again=wrongly).problems
    assert (problem.code, problem.path, problem.severity) == ("second-opinion-differs", "screening/rules/0", "error")
    assert problem.details == {"rule": "r0", "orders": 1, "order": "1", "ours": "true", "theirs": "unknown"}


@needs_durable
def test_unknown_is_unknown_to_both() -> None:
    pack = screening(
        {"field": "order.paid", "op": ">", "value": 5000},
        {"none": [{"field": "order.paid", "op": ">", "value": 5000}]},
        {"any": [{"field": "order.paid", "op": "is_unknown"}, {"field": "order.city", "op": "is", "value": "杭州市"}]},
    )
    assert second_opinion(pack, [sample(paid=None), sample(paid=1), sample(paid=9000, city="杭州市")]).problems == []


def test_what_the_other_engine_cannot_express_is_handed_in_and_said() -> None:
    pack = screening(
        {"any_line": {"field": "line.sku", "op": "is", "value": "A"}},
        {"field": "order.city", "op": "starts_with", "value": "杭"},
        {"field": "order.paid", "op": ">", "value": 1},
    )
    opinion = second_opinion(pack, [sample(paid=5)])
    assert opinion.precomputed == ["screening/rules/0/when", "screening/rules/1/when"]


def test_a_rule_with_too_many_cases_is_asked_as_a_whole() -> None:
    either = [{"any": [{"field": "order.paid", "op": "is", "value": 10 * n + m} for m in range(4)]} for n in range(4)]
    told = retell([{"id": "x", "when": {"all": either}, "then": []}], SCREENING)
    assert [path for path, _ in told.asked.values()] == ["0/when"]


@needs_durable
def test_an_order_with_a_number_that_the_engine_mistakes_is_left_out_and_counted() -> None:
    pack = screening({"field": "order.paid", "op": ">", "value": 1})
    opinion = second_opinion(pack, [sample(paid=2**63), sample(paid=2)])
    assert (opinion.left_out, opinion.problems) == (1, [])


@pytest.mark.parametrize(
    ("failure", "code"), [("library-missing", "second-opinion-missing"), ("died", "second-opinion-broke")]
)
def test_no_opinion_is_a_warning_in_words_and_blocks_nothing(failure: str, code: str) -> None:
    pack = load_pack(document())
    opinion = second_opinion(pack, [sample(paid=5)], ask=lambda _: Answer(failure=failure))
    (problem,) = opinion.problems
    assert (problem.code, problem.severity, opinion.failure) == (code, "warning", failure)


@needs_durable
def test_in_the_publish_gate_a_disagreement_blocks_and_a_missing_opinion_is_a_note(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = gate(document(), further=[gate_check(list)])
    assert found.open
    assert not found.notes
    monkeypatch.setenv(WITHOUT, "1")
    found = gate(document(), further=[gate_check(list)])
    assert found.open
    assert [problem.code for problem in found.notes] == ["second-opinion-missing"]
    assert "second-opinion-missing" not in [problem.code for problem in found.warnings]
    opinion = Opinion([Problem("second-opinion-differs", "screening/rules/0", {"rule": "r"})])
    monkeypatch.setattr(second, "opinion_of", lambda *_: opinion)
    assert not gate(document(), further=[gate_check(list)]).open


@needs_durable
def test_hundreds_of_rules_are_cut_into_sets_that_the_engine_takes() -> None:
    rules = [{"field": "order.paid", "op": ">", "value": n} for n in range(600)]
    pack = screening(*rules)
    sets = list(rule_sets(retell(pack.document["screening"]["rules"], SCREENING).tellings))
    assert max(map(len, sets)) <= MOST_TESTS + 1
    opinion = second_opinion(pack, [sample(paid=n) for n in (0, 299, 300, 10_000)])
    assert opinion.problems == []
    assert opinion.agreed == 4 * 600


NUMBERS = st.one_of(st.none(), st.sampled_from([-1, 0, 1, 99, 100, 101, 5000]))
CITIES = st.sampled_from([None, "", "杭州市", "100", "true"])
orders = st.builds(
    sample,
    paid=NUMBERS, postage=NUMBERS, city=CITIES, urgent=st.sampled_from([None, True, False]),
    flags=st.frozensets(st.sampled_from(["presale", "cod"])), units=st.integers(1, 3),
)  # fmt: skip
compared = st.one_of(
    st.builds(
        lambda f, op, v: {"field": f, "op": op, "value": v},
        st.sampled_from(["order.paid", "order.postage", "order.quantity"]),
        st.sampled_from(["is", "is_not", "<", "<=", ">", ">="]), st.sampled_from([0, 1, 2, 100]),
    ),
    st.builds(lambda v: {"field": "order.paid", "op": "between", "value": sorted(v)},
              st.lists(st.sampled_from([0, 1, 99, 100]), min_size=2, max_size=2)),
    st.builds(lambda op, v: {"field": "order.paid", "op": op, "value": v}, st.sampled_from(["in", "not_in"]),
              st.lists(st.sampled_from([0, 1, 99, 100]), min_size=1, max_size=3, unique=True)),
    st.builds(lambda op, v: {"field": "order.city", "op": op, "value": v}, st.sampled_from(["is", "is_not"]),
              st.sampled_from(["杭州市", "100", "true"])),
    st.builds(lambda op, v: {"field": "order.urgent", "op": op, "value": v}, st.sampled_from(["is", "is_not"]),
              st.booleans()),
    st.builds(lambda op: {"field": "order.flags", "op": op, "value": "presale"},
              st.sampled_from(["contains", "not_contains"])),
    st.builds(lambda f, op: {"field": f, "op": op}, st.sampled_from(["order.paid", "order.city"]),
              st.sampled_from(["is_known", "is_unknown"])),
)  # fmt: skip
conditions = st.recursive(
    compared,
    lambda inner: st.builds(
        lambda group, parts: {group: parts}, st.sampled_from(["all", "any", "none"]), st.lists(inner, max_size=3)
    ),
    max_leaves=6,
)


@needs_durable
@given(st.lists(conditions, min_size=8, max_size=8), st.lists(orders, min_size=6, max_size=6))
@settings(max_examples=8)
def test_any_rules_say_the_same_to_both_engines(several: list[dict[str, Any]], samples: list[Inputs]) -> None:
    pack = screening(*several)
    opinion = second_opinion(pack, samples)
    assert opinion.problems == []
    assert opinion.agreed == 8 * 6
