"""Why an order was decided so, why not otherwise, and the smallest change that would have made it so."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.decision import Case, Overlay
from app.domain.errors import NotFound
from app.domain.order import Order
from app.processing.decide import decide
from app.processing.explanation import Names
from app.processing.replay import replay
from app.processing.why.asked import Answer, Why
from app.processing.why.changes import GONE, Edit, edited
from app.processing.why.rules import ToldRule
from app.rulebook.pack import CompiledPack, load_pack
from tests.processing.conftest import LOCAL, NEAREST, NOON, make_order, make_pack, make_world

NAMES = Names({"s1": "露营旗舰店"}, {"HZ": "杭州仓", "GZ": "广州仓"})


def rule(name: str, *conditions: dict[str, Any], then: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    title = {"zh": f"规则{name}", "en": f"Rule {name}"}
    return {"id": name, "title": title, "when": {"all": [*conditions]}, "then": then or [{"do": "tag", "tag": name}]}


def asks(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


def why(
    pack: CompiledPack, order: Order, stock: dict[str, dict[str, int]], overlay: Overlay | None = None
) -> tuple[Why, Any]:
    decided = decide([Case(order, overlay or Overlay())], make_world(stock), pack, NOON)[0]
    record = orjson.loads(decided.record)
    return Why(record, pack, NAMES), record


def changes(answer: Answer, side: str) -> list[str]:
    return ["，".join(change["zh"] for change in one.changes) for one in getattr(answer, side)]


def told(rules: list[ToldRule], name: str) -> ToldRule:
    return next(one for one in rules if one.key.endswith(f"/{name}"))


STOCKED = {"HZ": {"A": 5}, "GZ": {"A": 5}}
BIG = make_pack(screening=[rule("big", asks("order.paid", ">", 10_000), asks("order.state", "is", "paid"))])


def test_a_near_miss_says_what_the_value_was_and_what_it_needs() -> None:
    asked, _ = why(BIG, make_order(paid=9_500), STOCKED)
    big = told(asked.rules(), "big")
    (near,) = big.near
    assert (big.status, big.why["zh"]) == ("missed", "只差一个条件")
    assert near.value == {"zh": "95 元", "en": "95 yuan"}
    assert near.needs == {"zh": "大于 100 元", "en": "more than 100 yuan"}
    assert near.gap == {"zh": "5 元", "en": "5 yuan"}


def test_the_smallest_change_is_one_fen_over_the_bound_or_a_round_bound_below_the_value() -> None:
    asked, _ = why(BIG, make_order(paid=9_500), STOCKED)
    answer = asked.not_rule("big")
    assert changes(answer, "order") == ["实付金额：95 元 → 100.01 元"]
    assert changes(answer, "rules")[0] == "规则“规则big”的实付金额：大于 100 元 → 大于 94 元"


def test_two_facts_together_are_found_where_one_is_not_enough() -> None:
    pack = make_pack(screening=[rule("both", asks("order.paid", ">", 10_000), asks("order.urgent", "is", True))])
    asked, _ = why(pack, make_order(paid=9_500, urgent=False), STOCKED)
    answer = asked.not_rule("both")
    assert changes(answer, "order")[0] == "实付金额：95 元 → 100.01 元，加急：否 → 是"
    assert len(answer.order[0].edits) == 2


def test_what_no_one_or_two_changes_can_do_is_said_and_not_invented() -> None:
    conditions = [asks(f"order.{name}", ">", 10_000) for name in ("paid", "goods_amount", "postage")]
    asked, _ = why(
        make_pack(screening=[rule("far", *conditions)]), make_order(paid=1, goods_amount=1, postage=1), STOCKED
    )
    answer = asked.not_rule("far")
    assert answer.order == []
    assert answer.tried > 3


def test_a_warehouse_that_was_short_would_have_shipped_with_one_unit_more() -> None:
    asked, _ = why(make_pack(), make_order("1", ("A", 3)), {"HZ": {"A": 2}, "GZ": {"A": 9}})
    answer = asked.not_warehouse("HZ")
    assert answer.reasons[0]["zh"] == "杭州仓当时的货不够：A 2/3。"
    assert changes(answer, "order")[0] == "杭州仓的 A 可用库存：2 → 3"
    assert answer.order[0].then["zh"] == "已分配：杭州仓 发 A × 3。"


def test_several_short_skus_at_once_are_one_answer() -> None:
    asked, _ = why(make_pack(), make_order("1", ("A", 3), ("B", 2)), {"HZ": {"A": 2}, "GZ": {"A": 9, "B": 9}})
    found = changes(asked.not_warehouse("HZ"), "order")
    assert (
        "杭州仓的 A 可用库存：2 → 3，杭州仓的 B 可用库存：0 → 2" in found
        or "杭州仓有整单的货：A 2 → 3 + B 0 → 2" in found
    )


def test_a_warehouse_that_lost_by_distance_is_told_the_distances() -> None:
    asked, _ = why(make_pack(allocation=[NEAREST]), make_order(), STOCKED)
    answer = asked.not_warehouse("GZ")
    assert any("2 个仓可选，选离买家最近的：杭州仓" in reason["zh"] for reason in answer.reasons)
    assert any(
        "广州仓：仓库到买家距离" in change or "杭州仓的 A 可用库存：5 → 0" in change
        for change in changes(answer, "order")
    )
    assert answer.order


def test_a_rule_that_only_stands_too_low_is_moved_up() -> None:
    fast = rule("fast", asks("order.paid", ">", 0), then=[{"do": "backorder"}])
    asked, _ = why(make_pack(allocation=[LOCAL, fast]), make_order(paid=100), STOCKED)
    answer = asked.not_rule("fast")
    assert told(asked.rules(), "fast").status == "later"
    assert "规则“规则fast”移到“本地仓”前面" in changes(answer, "rules")


def test_an_order_held_before_allocation_would_go_on_once_released() -> None:
    hold = rule("big", asks("order.paid", ">=", 500_000), then=[{"do": "hold", "reason": "no-rule", "owner": "clerk"}])
    asked, _ = why(make_pack(screening=[hold]), make_order(paid=500_000), STOCKED)
    assert told(asked.rules(), "local").status == "unasked-held"
    answer = asked.not_warehouse("HZ")
    assert "由人工放行（没有规则适用）" in changes(answer, "order")
    assert "实付金额：5,000 元 → 4,999.99 元" in changes(answer, "order")
    assert "规则“规则big”的实付金额：不少于 5,000 元 → 不少于 5,001 元" in changes(answer, "rules")


def test_personal_text_is_never_told_but_its_answer_can_be_turned() -> None:
    note = rule("note", asks("order.buyer_message", "contains", "顺丰"))
    asked, record = why(make_pack(screening=[note]), make_order(buyer_message="快点发我的秘密"), STOCKED)
    (condition,) = told(asked.rules(), "note").conditions
    answer = asked.not_rule("note")
    assert condition.note == {"zh": "个人信息，只留判断结果", "en": "personal data; only the answer is kept"}
    assert condition.value is None
    assert changes(answer, "order") == ["“买家留言含有“顺丰””成立"]
    assert "秘密" not in repr((answer, asked.rules(), record))


def test_what_is_so_already_says_so_and_what_does_not_exist_is_refused() -> None:
    asked, _ = why(make_pack(), make_order(), STOCKED)
    assert asked.not_warehouse("HZ").already
    assert asked.not_rule("allocation/local").already
    for question in (lambda: asked.not_rule("nothing"), lambda: asked.not_warehouse("MOON")):
        with pytest.raises(NotFound):
            question()


def test_an_order_that_is_only_recorded_met_no_rules() -> None:
    asked, _ = why(make_pack(), make_order(state="created"), STOCKED)
    assert (asked.rules(), asked.choice(), asked.candidates(), asked.titles()) == ([], [], [], {})


def test_a_person_who_split_the_order_has_each_parcel_told() -> None:
    overlay = Overlay(parts=({"1": 1},))
    asked, _ = why(make_pack(), make_order("1", ("A", 2)), {"HZ": {"A": 1}, "GZ": {"A": 1}}, overlay)
    assert {one.parcel for one in asked.rules() if one.section == "allocation"} == {1, 2}


AMOUNTS = st.integers(0, 300).map(lambda n: n * 50)
COMPARED = st.one_of(
    st.builds(asks, st.sampled_from(["order.paid", "order.postage"]), st.sampled_from(["<", "<=", ">", ">="]), AMOUNTS),
    st.builds(asks, st.just("order.urgent"), st.just("is"), st.booleans()),
    st.builds(asks, st.just("order.quantity"), st.sampled_from(["<", ">", "is", "is_not"]), st.integers(1, 6)),
    st.builds(asks, st.just("order.city"), st.sampled_from(["is", "is_not"]), st.sampled_from(["杭州市", "广州市"])),
    st.builds(
        asks, st.just("order.flags"), st.sampled_from(["contains", "not_contains"]), st.sampled_from(["gift", "cod"])
    ),
    st.builds(asks, st.just("target.covers_order"), st.just("is"), st.booleans()),
)
OUTCOMES = st.sampled_from(
    [{"do": "reserve", "at": "target"}, {"do": "reserve", "at": "nearest"}, {"do": "backorder"}, {"do": "purchase"}]
)
TABLES = st.lists(st.tuples(st.lists(COMPARED, min_size=1, max_size=3), OUTCOMES), min_size=1, max_size=4)


@settings(max_examples=12)
@given(
    table=TABLES,
    paid=AMOUNTS,
    urgent=st.sampled_from([True, False, None]),
    units=st.integers(1, 4),
    stock=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    asked_of=st.integers(0, 3),
)
def test_every_change_that_is_offered_makes_it_so_when_the_order_is_decided_again(
    table: Any, paid: int, urgent: bool | None, units: int, stock: tuple[int, int], asked_of: int
) -> None:
    rows = [rule(f"r{place}", *conditions, then=[outcome]) for place, (conditions, outcome) in enumerate(table)]
    pack = make_pack(allocation=rows)
    order = make_order("1", ("A", units), paid=paid, postage=500, urgent=urgent)
    asked, record = why(pack, order, {"HZ": {"A": stock[0]}, "GZ": {"A": stock[1]}})
    wanted = f"allocation/r{asked_of % len(rows)}"
    for answer, met in (
        (asked.not_rule(wanted), lambda decision: wanted in decision.rules),
        (asked.not_warehouse("GZ"), lambda decision: "GZ" in {f.warehouse for f in decision.fulfilments}),
    ):
        if answer.already:
            assert met(replay(record, pack))
        for one in answer.order:
            assert met(replay(made(record, one.edits), pack))
        for one in answer.rules:
            assert met(replay(record, load_pack(made(pack.document, one.edits))))


def made(document: Any, edits: list[dict[str, Any]]) -> Any:
    """The edits as the command line gives them, made on the document they name."""
    return edited(document, [_edit(one) for one in edits])


def _edit(one: dict[str, Any]) -> Edit:
    path = tuple(int(key) if key.isdigit() else key for key in one["path"].split("/"))
    if "to_place" in one:
        return Edit(path, to=one["to_place"])
    return Edit(path, GONE if one["removed"] else one["after"])
