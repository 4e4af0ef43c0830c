"""Escalation rules as people read them."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from app.persistence.packs import SHIPPED
from app.rulebook.escalation import compile_escalation
from app.rulebook.escalation_words import phrase_calendar, phrase_escalation

RULE: dict[str, Any] = {
    "id": "held", "title": {"zh": "挂起太久", "en": "Held too long"}, "on": {"timer": "held", "hours": 12},
    "when": {"field": "order.urgent", "op": "is", "value": True}, "clock": "working",
    "ladder": [
        {"do": "remind", "times": 3, "every_hours": 4}, {"do": "supervisor", "after_hours": 8},
        {"do": "ticket", "kind": "call", "owner": "clerk", "within_hours": 2, "after_hours": 1}, {"do": "webhook"},
    ],
}  # fmt: skip
NAMES = {"call": {"zh": "打电话", "en": "call the buyer"}}


def test_a_rule_is_one_sentence_in_each_language() -> None:
    assert phrase_escalation(RULE, "zh", NAMES) == (
        "挂起满 12 个工作小时，而且加急：提醒负责人（每 4 个工作小时一次，共 3 次）；再过 8 个工作小时升级给主管；"
        "再过 1 个工作小时转成工单“打电话”给客服，2 个工作小时内完成；发送签名通知。"
    )
    assert phrase_escalation(RULE, "en", NAMES) == (
        "Held for 12 working h, and urgent: remind the owner (3 times, every 4 working h); "
        "8 working h later raise it to the supervisor; 1 working h later make it the ticket “call the buyer” for the "
        "clerk, due within 2 working h; send a signed webhook."
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_shipped_rule_can_be_said(language: str) -> None:
    document = orjson.loads((SHIPPED / "apparel-default.json").read_bytes())
    told = [phrase_escalation(rule, language, document["reasons"]) for rule in document["escalation"]]
    assert len(set(told)) == len(document["escalation"]) > 4
    assert phrase_calendar(document["calendar"], language)


def test_a_step_that_comes_again_is_written_out_so_that_every_ladder_ends() -> None:
    (found,) = compile_escalation({"escalation": [RULE]}).rules.values()
    assert [(step.do, step.after // 3600) for step in found.steps] == [
        ("remind", 0), ("remind", 4), ("remind", 4), ("supervisor", 8), ("ticket", 1), ("webhook", 0),
    ]  # fmt: skip
    assert found.next_due(5, 0) is None
