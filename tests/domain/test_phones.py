"""Phones as people and platforms write them."""

from __future__ import annotations

import pytest

from app.domain.phones import masked, mobile_digits


@pytest.mark.parametrize("written", ["13800000001", "138 0000 0001", "+86 138-0000-0001", "8613800000001"])
def test_a_phone_is_its_last_eleven_digits_however_it_is_written(written: str) -> None:
    assert mobile_digits(written) == "13800000001"
    assert masked(written) == "138****0001"


def test_a_masked_phone_stays_as_its_platform_shows_it() -> None:
    assert mobile_digits("*******0001") is None
    assert masked("*******0001") == "*******0001"


def test_what_is_too_short_is_no_mobile_phone() -> None:
    assert mobile_digits("0571-88000") is None
    assert masked("") is None
