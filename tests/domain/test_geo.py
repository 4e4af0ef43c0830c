"""Places are found by the names platforms use, and distances are right."""

from __future__ import annotations

import pytest

from app.domain.geo import distance_km, gazetteer, locate, short_province


@pytest.mark.parametrize(
    ("full", "short"),
    [
        (("浙江省", "杭州市", "西湖区"), ("浙江", "杭州", "西湖")),
        (("北京市", "北京市", "朝阳区"), ("北京", "市辖区", "朝阳区")),
        (("湖北省", "省直辖县级行政区划", "仙桃市"), ("湖北", "仙桃市", "仙桃市")),
        (("湖北省", "恩施土家族苗族自治州", None), ("湖北", "恩施州", None)),
        (("广西壮族自治区", "南宁市", "青秀区"), ("广西", "南宁", "青秀区")),
    ],
)
def test_short_and_full_names_mean_the_same_place(full: tuple[str, ...], short: tuple[str, ...]) -> None:
    assert locate(*full) is not None
    assert locate(*full) == locate(*short)


def test_an_unheard_of_district_falls_back_to_its_city() -> None:
    assert locate("浙江省", "杭州市", "火星区") == locate("浙江省", "杭州市", None)


def test_two_places_of_one_short_name_are_told_apart_by_their_full_names() -> None:
    assert locate("甘肃省", "临夏回族自治州", "临夏市") != locate("甘肃省", "临夏回族自治州", "临夏县")


def test_a_place_outside_the_map_is_unknown() -> None:
    assert locate("火星省", "杭州市", None) is None
    assert locate(None, "杭州市", None) is None


def test_shanghai_lies_1067_km_from_beijing() -> None:
    shanghai, beijing = locate("上海市", None, None), locate("北京市", None, None)
    assert shanghai is not None
    assert beijing is not None
    assert distance_km(shanghai, beijing) == pytest.approx(1067, abs=2)
    assert distance_km(shanghai, shanghai) == 0


def test_every_province_is_known_by_its_short_name() -> None:
    for name in ("内蒙古自治区", "新疆维吾尔自治区", "香港特别行政区", "黑龙江省", "重庆市"):
        assert gazetteer().locate(short_province(name), None, None) is not None
