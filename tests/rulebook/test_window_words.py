"""Windows as sentences, and lengths of time as people write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rulebook.watches_words import told_span
from app.rulebook.window_words import phrase_consolidation, phrase_duplicates, read_span, told_gap

PACK: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "rule_packs" / "apparel-default.json").read_text("utf-8")
)
HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("90 秒", 90), ("90s", 90), ("1.5 小时", 5400), ("1.5h", 5400), ("2天", 2 * DAY), ("1 天 6 小时", 30 * HOUR),
        ("1小时30分", 5400), ("2 hours 30 mins", 9000), ("1 day and 2 h", 26 * HOUR), ("一会儿", None), ("", None),
        ("3 3", None), (" 3 ", 180), ("-3 min", None), ("0.3 s", None), ("9" * 50, None), ("3 parsecs", None),
    ],
)  # fmt: skip
def test_a_length_of_time_is_read_as_it_is_written(written: str, seconds: int | None) -> None:
    assert read_span(written, 60) == seconds


@given(st.integers(1, 90 * DAY), st.booleans())
def test_what_is_told_is_read_back(seconds: int, zh: bool) -> None:
    assert read_span(told_span(seconds, zh=zh)) == seconds


def test_a_gap_is_told_in_its_two_largest_units() -> None:
    assert told_gap(150, "zh") == "2 分钟 30 秒"
    assert told_gap(90_061, "en") == "1 d 1 h"
    assert told_gap(0, "zh") == "同一秒"


def test_the_setting_names_what_it_does_and_what_it_does_not() -> None:
    section = PACK["duplicates"]
    weak_only = {**section, "evidence": section["evidence"][2:], "skus": "any"}
    told = phrase_duplicates(weak_only, "zh")
    assert "不管买什么" in told
    assert "确凿" not in told
    assert "不查重复" in phrase_duplicates({**section, "evidence": []}, "zh")
    reason = phrase_duplicates(
        {**section, "weak": {**section["weak"], "reason": "twice"}}, "en", {"twice": {"en": "Twice?"}}
    )
    assert reason.endswith("asked whether it is the same (reason: Twice?).")
    off = {**PACK["consolidation"], "enabled": False}
    assert phrase_consolidation(off, section, "zh").startswith("不合单")
    assert "No strong evidence" in phrase_consolidation(PACK["consolidation"], weak_only, "en")
