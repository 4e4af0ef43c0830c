"""Rules in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.engine import phrase_rule
from app.rulebook.order_vocabulary import SECTIONS
from app.rulebook.pack import known_reasons

PACKS = sorted(p for p in Path("rule_packs").glob("*-*.json") if not p.name.endswith(".schema.json"))
ALLOCATION = SECTIONS["allocation"]


def test_money_is_said_in_yuan_and_a_reason_by_its_name() -> None:
    rule = {
        "id": "big",
        "when": {"all": [{"field": "order.paid", "op": ">=", "value": 500000}]},
        "then": [{"do": "hold", "reason": "big", "owner": "supervisor"}],
    }
    names = {"reasons": {"big": {"zh": "大额", "en": "high value"}}}
    assert phrase_rule(rule, ALLOCATION, "zh", names) == "当实付金额不少于 5,000 元时，挂起给主管处理（原因：大额）。"
    told = phrase_rule(rule, ALLOCATION, "en", names)
    assert told == "When amount paid is at least 5,000 yuan: hold it for the supervisor (reason: high value)."


def test_a_group_within_a_group_stands_in_brackets() -> None:
    either = {
        "any": [{"field": "order.urgent", "op": "is", "value": True}, {"field": "order.paid", "op": ">", "value": 1}]
    }
    rule = {"id": "x", "when": {"all": [{"field": "order.urgent", "op": "is", "value": False}, either]}, "then": []}
    assert "（加急，或者实付金额大于 0.01 元）" in phrase_rule(rule, ALLOCATION, "zh")


def test_the_last_row_says_otherwise() -> None:
    rule = {"id": "otherwise", "then": [{"do": "hold", "reason": "no-rule", "owner": "clerk"}]}
    assert phrase_rule(rule, ALLOCATION, "en").startswith("Otherwise hold")


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_of_the_shipped_packs_is_a_sentence_without_codes(path: Path, language: str) -> None:
    pack: dict[str, Any] = json.loads(path.read_text("utf-8"))
    for section, vocabulary in SECTIONS.items():
        for rule in pack[section]["rules"]:
            told = phrase_rule(rule, vocabulary, language, {"reasons": known_reasons(pack)})
            assert told.endswith("。" if language == "zh" else ".")
            assert not {"{", "_"} & set(told)
            assert "  " not in told
