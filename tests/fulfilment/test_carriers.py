"""Carriers: whatever a person, a rule or a file calls one, it is the same one."""

from __future__ import annotations

import pytest

from app.domain.carriers import CARRIERS, NAMES
from app.fulfilment.carriers import STARTING, carrier_code


@pytest.mark.parametrize("code", CARRIERS)
def test_every_word_that_an_order_is_typed_with_is_known_when_its_waybill_comes_back(code: str) -> None:
    words = {code, *CARRIERS[code], *NAMES[code].values()}
    assert {carrier_code(word) for word in words} == {code}


@pytest.mark.parametrize(
    ("written", "code"),
    [("德邦快递", "DBL"), ("yd", "YUNDA"), ("圆 通 速 递", "YTO"), ("百世汇通", "百世"), ("J&T Express", "JT")],
)
def test_words_of_files_are_known(written: str, code: str) -> None:
    assert carrier_code(written) == code


def test_a_carrier_nobody_knows_keeps_its_name() -> None:
    assert carrier_code(" 天天 快递 ") == "天天快递"


def test_files_to_start_from_are_of_known_carriers() -> None:
    assert set(STARTING) <= set(NAMES)
