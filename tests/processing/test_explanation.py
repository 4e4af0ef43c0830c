"""A decision told in words: names of shops, titles of rules, no codes."""

from __future__ import annotations

import re

import orjson
import pytest

from app.domain.decision import Case, Decision, Overlay
from app.domain.order import Evidence, Strength
from app.processing.decide import decide
from app.processing.explanation import Names, explain_record
from app.rulebook.pack_schema import KINDS
from app.rulebook.part_words import EVIDENCE_WORDS
from tests.processing.conftest import LOCAL, NOON, make_order, make_pack, make_world

NAMES = Names({"s1": "露营旗舰店"}, {"HZ": "杭州仓", "GZ": "广州仓"})
STOCK = {"HZ": {"A": 10}, "GZ": {"A": 10}}
PACK = make_pack()


def told(decision: Decision, language: str = "zh") -> str:
    return "\n".join(one[language] for one in explain_record(orjson.loads(decision.record), PACK, NAMES))


def test_every_kind_of_evidence_has_words() -> None:
    assert EVIDENCE_WORDS.keys() == set(KINDS)


def test_an_allocation_names_the_rule_and_the_warehouses() -> None:
    decision = decide([Case(make_order())], make_world(STOCK), PACK, NOON)[0]
    assert "起作用的规则：“本地仓”。" in told(decision)
    assert "杭州仓 发 A × 1" in told(decision)
    assert "The rule that acted: “Local”." in told(decision, "en")
    assert not re.search(r"allocation/|\bHZ\b|\bGZ\b", told(decision))


def test_a_suspected_repeat_names_the_shop_and_what_is_the_same() -> None:
    masked = (Evidence("masked_phone_and_district", "138****5678", "", Strength.WEAK),)
    cases = [Case(make_order(number, identity=masked)) for number in "12"]
    decision = decide(cases, make_world(STOCK), PACK, NOON)[1]
    assert "与店铺“露营旗舰店”的订单 1 相比：相隔 0 秒，相同的是：打码手机号加地区。" in told(decision)
    assert "the same: masked phone and district." in told(decision, "en")
    assert not re.search(r"\bs1\b|masked_phone", told(decision))


@pytest.mark.parametrize(("state", "word"), [("created", "未付款"), ("closed", "已关闭")])
def test_a_state_that_is_not_paid_is_told_in_words(state: str, word: str) -> None:
    decision = decide([Case(make_order(state=state))], make_world(STOCK), PACK, NOON)[0]
    assert f"平台状态是“{word}”" in told(decision)


def test_a_flag_that_forbids_shipping_is_told_in_words() -> None:
    decision = decide([Case(make_order(flags=frozenset({"risk_review"})))], make_world(STOCK), PACK, NOON)[0]
    assert "风控审核中" in told(decision)


def test_a_hold_by_hand_is_told_in_words() -> None:
    held = Case(make_order(), Overlay(held=True, hold_reason="by-hand"))
    assert "由人工挂起" in told(decide([held], make_world(STOCK), PACK, NOON)[0])


def test_a_rule_without_a_title_is_told_by_its_sentence() -> None:
    untitled = {key: value for key, value in LOCAL.items() if key != "title"}
    pack = make_pack(allocation=[untitled])
    decision = decide([Case(make_order())], make_world(STOCK), pack, NOON)[0]
    acted = next(
        one["zh"] for one in explain_record(orjson.loads(decision.record), pack) if one["zh"].startswith("起作用的规则")
    )
    assert "local" not in acted


def test_an_item_without_a_sku_is_nobodys_stock() -> None:
    decision = decide([Case(make_order("1", ("NEVER-HEARD-OF", 1)))], make_world(STOCK), PACK, NOON)[0]
    assert "NEVER-HEARD-OF" in told(decision)
    assert "候选仓" not in told(decision)
    assert "?" not in told(decision)
