"""Sentences read back into rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine import phrase_rule, validate_rules
from app.engine.parse import Mark, complete, normal_rule, parse_rule
from app.engine.vocabulary import Field, Operator
from app.rulebook.order_vocabulary import ALLOCATION, SECTIONS
from app.rulebook.pack import known_reasons

PACKS = sorted(p for p in Path("rule_packs").glob("*-*.json") if not p.name.endswith(".schema.json"))
REASONS = {
    "no-rule": {"zh": "没有规则适用", "en": "no rule applies"},
    "x": {"zh": "等；看（时，）", "en": "wait: a; b"},
}
NAMES = {"reasons": REASONS}
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)
numbers = st.integers(-(10**12), 10**12)
floats = st.one_of(numbers, st.floats(-1e9, 1e9, allow_nan=False).map(lambda f: f + 0.0))


def scalars(row: Field) -> st.SearchStrategy[Any]:
    if row.choices:
        return st.sampled_from(sorted(row.choices))
    match row.type:
        case "money" | "integer":
            return numbers
        case "number":
            return floats
        case "time":
            return st.one_of(st.integers(0, 2**31), st.just("2026-06-18 20:00"), st.just("2026-11-11T00:00:00+08:00"))
        case "boolean":
            return st.booleans()
        case _:
            return texts


def values(row: Field, operator: Operator) -> st.SearchStrategy[Any]:
    one = scalars(row)
    match operator.shape:
        case "value":
            others = [
                f.key for f in ALLOCATION.fields.values() if f.type == row.type and not f.scope.startswith("ware")
            ]
            other = [st.sampled_from(others).map(lambda key: {"field": key})] if others and row.type != "texts" else []
            return st.one_of(one, *other)
        case "pair":
            return st.tuples(one, one).map(lambda pair: list(pair))
        case "list":
            return st.lists(one, min_size=1, max_size=4)
        case "clock":
            return st.lists(st.sampled_from(["00:00", "08:30", "23:59"]), min_size=2, max_size=2)
        case "weekdays":
            return st.lists(st.integers(1, 7), min_size=1, max_size=7)
        case "age":
            amounts = st.integers(0, 500)
            return st.dictionaries(st.sampled_from(["minutes", "hours", "days"]), amounts, min_size=1)
        case "pattern":
            return texts
        case _:
            return st.none()


def leaves(scope: str) -> st.SearchStrategy[dict[str, Any]]:
    many = {s.name for s in ALLOCATION.scopes.values() if s.many}
    rows = [f for f in ALLOCATION.fields.values() if f.scope == scope or f.scope not in many]

    @st.composite
    def leaf(draw: st.DrawFn) -> dict[str, Any]:
        row = draw(st.sampled_from(rows))
        operator = draw(st.sampled_from(list(ALLOCATION.operators_of(row).values())))
        found = {"field": row.key, "op": operator.name}
        return found if operator.shape == "none" else {**found, "value": draw(values(row, operator))}

    return leaf()


def groups(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    kinds = st.sampled_from(["all", "any", "none"])
    return st.tuples(kinds, st.lists(inner, max_size=3)).map(lambda pair: {pair[0]: pair[1]})


def quantified(scope: str) -> st.SearchStrategy[Any]:
    inner = st.one_of(leaves(scope), groups(leaves(scope)))
    words = st.sampled_from(["any", "every", "no"])
    return st.tuples(words, inner).map(lambda pair: {f"{pair[0]}_{scope}": pair[1]})


conditions = st.recursive(st.one_of(leaves(""), quantified("line"), quantified("warehouse")), groups, max_leaves=5).map(
    lambda node: {"all": [node]}
)
roles = st.sampled_from(["supervisor", "clerk", "warehouse"])
actions = st.one_of(
    st.builds(
        lambda r, o: {"do": "hold", "reason": r, "owner": o}, st.one_of(st.sampled_from(sorted(REASONS)), texts), roles
    ),
    st.builds(lambda t: {"do": "tag", "tag": t}, texts),
    st.builds(lambda n: {"do": "set_priority", "priority": n}, st.integers(0, 100)),
    st.builds(lambda c: {"do": "wish_carrier", "carrier": c}, texts),
    st.builds(lambda s, n: {"do": "add_gift", "sku": s, "quantity": n}, texts, st.integers(1, 9)),
    st.builds(
        lambda k, o, h: {"do": "open_task", "kind": k, "owner": o, "within_hours": h},
        st.sampled_from(["call", "a_b-1"]),
        roles,
        st.one_of(st.none(), st.integers(0, 99)),
    ),
    st.builds(
        lambda a, w, t: {"do": "reserve", "at": a, "weights": w, "tie_break": t},
        st.sampled_from(["target", "nearest", "cheapest", "fewest_parcels", "score"]),
        st.one_of(
            st.none(), st.dictionaries(st.sampled_from(["distance", "freight", "load"]), st.integers(0, 9), min_size=1)
        ),
        st.one_of(st.none(), st.sampled_from(["nearest", "code"])),
    ),
    st.builds(
        lambda f, d: {"do": "transfer", "from": f, "arrives": f"T+{d}"},
        st.sampled_from(["nearest", "cheapest"]),
        st.integers(0, 9),
    ),
    st.just({"do": "mark_presale"}),
    st.just({"do": "purchase"}),
    st.just({"do": "backorder"}),
    st.builds(lambda n: {"do": "split", "at_most": n}, st.integers(2, 9)),
)


@given(conditions, st.lists(actions, min_size=1, max_size=3), st.sampled_from(["zh", "en"]))
def test_what_is_printed_is_read_back_exactly(when: Any, then: list[Any], language: str) -> None:
    rule = {"id": "r", "when": when, "then": then}
    sentence = phrase_rule(rule, ALLOCATION, language, NAMES)
    reading = parse_rule(sentence, ALLOCATION, language, NAMES)
    assert reading.rule == normal_rule(rule), sentence
    assert reading.certain, sentence
    assert phrase_rule({"id": "r", **normal_rule(rule)}, ALLOCATION, language, NAMES)


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_of_the_shipped_packs_is_read_back(path: Path, language: str) -> None:
    pack = json.loads(path.read_text("utf-8"))
    names = {"reasons": known_reasons(pack)}
    for section, vocabulary in SECTIONS.items():
        for rule in pack[section]["rules"]:
            reading = parse_rule(phrase_rule(rule, vocabulary, language, names), vocabulary, names=names)
            assert reading.certain
            assert reading.rule == normal_rule(rule)


@given(st.text(max_size=60), st.sampled_from(["zh", "en", ""]))
def test_whatever_is_written_is_read_without_a_fault_and_never_into_a_broken_rule(text: str, language: str) -> None:
    reading = parse_rule(text, ALLOCATION, language)
    if reading.certain and reading.rule is not None:
        rules = [{"id": "r", **reading.rule}]
        assert not [p for p in validate_rules(rules, "rules", ALLOCATION) if not p.code.startswith("action")]


XINJIANG, TIBET = "新疆维吾尔自治区", "西藏自治区"
FAR = [
    {"field": "order.paid", "op": ">", "value": 50_000},
    {"field": "order.province", "op": "in", "value": [XINJIANG, TIBET]},
]
SAID = [
    ("如果 订单金额 大于 500元 并且 收货省份 是 新疆 或 西藏，则 等货", {"all": FAR}),
    ("当实付金额超过 500 元，且省份属于新疆、西藏时，等待补货。", {"all": FAR}),
    ("等货，如果金额＞￥500 而且收货省是“新疆”或者“西藏”", {"all": FAR}),
    ("if the order", None),
    ("If order amount > 500 yuan and province is Xinjiang or Tibet, then wait", {"all": FAR}),
    ("Wait when amount exceeds 500 and province in Xinjiang, Tibet.", {"all": FAR}),
    ("如果不加急并且目标仓库存不足 3 件，等货", None),
    ("如果没有加急，等货", {"all": [{"field": "order.urgent", "op": "is", "value": False}]}),
    ("当金额是 1.2万元时，等货", {"all": [{"field": "order.paid", "op": "is", "value": 1_200_000}]}),
    ("如果下单时间超过 2 天 3小时，等货",
     {"all": [{"field": "order.created_at", "op": "older_than", "value": {"days": 2, "hours": 3}}]}),
    ("如果下单时间是星期六或周日，等货",
     {"all": [{"field": "order.created_at", "op": "weekday_in", "value": [6, 7]}]}),
    ("如果有候选仓库满足（仓库够整单且到目标仓距离小于200公里），等货",
     {"all": [{"any_warehouse": {"all": [{"field": "warehouse.covers_order", "op": "is", "value": True},
                                         {"field": "warehouse.km_to_target", "op": "<", "value": 200}]}}]}),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "when"), SAID)
def test_other_words_and_orders_mean_the_same_and_the_rest_is_marked(sentence: str, when: Any) -> None:
    reading = parse_rule(sentence, ALLOCATION)
    if when is None:
        assert reading.marks
    else:
        assert reading.certain, reading.marks
        assert reading.rule == {"when": when, "then": [{"do": "backorder"}]}


def test_a_part_that_is_not_understood_is_marked_where_it_stands_and_the_rest_is_kept() -> None:
    sentence = "如果 天气好 并且 加急，则 等货"
    reading = parse_rule(sentence, ALLOCATION)
    (mark,) = reading.marks
    assert (mark.code, sentence[mark.start : mark.end].strip()) == ("not-understood", "天气好")
    assert reading.rule == {
        "when": {"all": [{"field": "order.urgent", "op": "is", "value": True}]}, "then": [{"do": "backorder"}]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("如果加急并且金额大于 5 或者金额小于 3，等货", "mixed-joints"),
        ("if urgent and amount > 5 or amount < 3, wait", "mixed-joints"),
        ("如果仓库够整单，等货", "which-of-several"),
        ("如果加急，挂起给主管", "value-missing"),
    ],
)
def test_what_can_be_meant_in_two_ways_is_asked_and_not_guessed(sentence: str, code: str) -> None:
    assert {mark.code for mark in parse_rule(sentence, ALLOCATION).marks} == {code}


def test_a_sentence_too_long_is_not_read() -> None:
    assert parse_rule("如果加急" * 2_000, ALLOCATION).marks == (Mark(0, 8_000, "not-understood"),)


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("", "当"),
        ("如果 实", "实付金额"),
        ("如果 实付金额", "大于"),
        ("如果 实付金额大于 500", "元"),
        ("如果 收货省份是 新", "新疆"),
        ("如果 加急", "，并且"),
        ("如果 加急，则", "等待补货"),
        ("if amou", "amount paid"),
    ],
)
def test_what_may_come_next_is_offered(written: str, word: str) -> None:
    found = complete(written, ALLOCATION, most=60)
    assert word in [each.word for each in found]
    assert all(0 <= each.start <= len(written) for each in found)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_two_fields_and_no_two_choices_have_one_name(language: str) -> None:
    labels = [row.label[language] for row in ALLOCATION.fields.values()]
    assert len(labels) == len(set(labels))
    for row in ALLOCATION.fields.values():
        words = [text[language] for text in row.choices.values()]
        assert len(words) == len(set(words)), row.key
