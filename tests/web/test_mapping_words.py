"""What a platform's mapping reads is told in words, in both languages."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from flask import Flask

from app.persistence.packs import SHIPPED
from app.rulebook.differences import members_of
from app.web.mapping_words import mapping_sentence

MAPPINGS = orjson.loads((SHIPPED / "apparel-default.json").read_bytes())["mappings"]


def told(name: str, member: Any, language: str = "zh") -> str:
    with Flask("words").test_request_context("/", headers={"Cookie": f"language={language}"}):
        return mapping_sentence(name, member)


@pytest.mark.parametrize("platform", sorted(MAPPINGS))
def test_every_part_of_the_shipped_mappings_is_a_sentence(platform: str) -> None:
    for name, member in members_of(f"mappings/{platform}", MAPPINGS[platform]).items():
        assert told(name, member), name
        written = set(re.findall("[\u4e00-\u9fff]+", str(member)))
        assert set(re.findall("[\u4e00-\u9fff]+", told(name, member, "en"))) <= written, name


def test_a_row_says_where_it_is_read_and_what_its_values_mean() -> None:
    row = {
        "field": "order.state", "from": ["$.state", "$.old"], "as": "choice", "required": True,
        "choices": {"1": "paid", "9": None, "*": "closed"}, "absent": ["", "-"],
    }  # fmt: skip
    assert told("order.state", row) == (
        "读 $.state，没有再读 $.old；“1”是已付款；“9”不看；其他值是已关闭；“-”算没有值；没有就隔离。"
    )
    money = {"field": "order.paid", "from": "$.fee", "as": "money", "unit": "fen", "less": "$.cut", "default": 0}
    assert told("order.paid", money, "en") == "read from $.fee; less $.cut; in fen; when missing it is ¥0.00."


def test_what_is_no_mapping_is_not_told() -> None:
    assert told("order.paid", {"field": "order.paid"}) == ""
    assert told("flags", [{"flag": "unheard-of"}]) == ""
